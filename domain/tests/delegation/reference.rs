//! A reference implementation of the rules.
//!
//! It represents rights as bits and has its own authority tables. It does not use
//! [`portal_domain::organizations::delegation`].

use portal_domain::organizations::invitation::InvitationRefusal;
use portal_domain::organizations::member_words::{MemberAction, MemberRefusal};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::state::{
    ACCOUNT_USER, ADMINISTRATOR, AGENT, ActionRequest, CA_ADMIN_MANAGER, Invitation, MANAGE_ACCOUNT, Mask,
    MembershipRecord, Memberships, ORGANIZATION_COUNT, PERMISSIONS, ROLES, State, Step, role_bit,
};

pub(crate) fn ensure(holds: bool, violation: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(violation.to_owned()) }
}

/// The roles that an organization of that kind can have (domain rules ).
pub(crate) fn roles_in(kind: OrganizationKind) -> Mask {
    match kind {
        OrganizationKind::TinPractice => ACCOUNT_USER,
        OrganizationKind::ProviderAccount => ADMINISTRATOR | ACCOUNT_USER,
        OrganizationKind::ThirdPartyCredentialing => ADMINISTRATOR | AGENT | ACCOUNT_USER,
        OrganizationKind::ProviderGroup | OrganizationKind::Entity | OrganizationKind::IndividualProvider => {
            ROLES
        }
    }
}

/// Whether these rights allow managing members: Manage Account in a practice (domain section 3.3),
/// the administrator role elsewhere.
pub(crate) fn manages_members(kind: OrganizationKind, held: Mask) -> bool {
    let needed = if kind == OrganizationKind::TinPractice { MANAGE_ACCOUNT } else { ADMINISTRATOR };
    held & needed != 0
}

fn active_with(memberships: &Memberships, organization: usize, matches: impl Fn(Mask) -> bool) -> i64 {
    let mut count = 0;
    for user_memberships in memberships {
        if let Some(membership) = user_memberships[organization]
            && membership.status == MembershipStatus::Active
            && matches(membership.held)
        {
            count += 1;
        }
    }
    count
}

/// Whether that authority allows changing `before` to `after` (decision D-09).
fn allows_change(authority: Mask, before: Mask, after: Mask) -> bool {
    authority != 0 && (before | after) & !authority == 0
}

/// The status after an action (table in domain section 4.2). With `skip_registration`, a member who
/// was active before does not register again.
///
/// Sessions can be ended only for a member who has been active and is not revoked.
fn next_status(
    action: MemberAction,
    membership: MembershipRecord,
    locked: bool,
    skip_registration: bool,
) -> Result<MembershipStatus, MemberRefusal> {
    use MembershipStatus::{Active, Disabled, Invited, Revoked, Unverified, VerificationPending};
    use {MemberAction as Act, MemberRefusal as Why};
    let from = membership.status;
    match (action, from) {
        (Act::VerifyAccount | Act::EnableUser, VerificationPending) => Ok(Unverified),
        (Act::EnableUser, Disabled) if skip_registration && membership.was_active => Ok(Active),
        (Act::EnableUser, Disabled) => Ok(Unverified),
        (Act::EnableUser, Active | Unverified) if locked => Err(Why::UsePasswordReset),
        (Act::DisableUser, VerificationPending | Unverified | Active) => Ok(Disabled),
        (Act::RevokeUser, VerificationPending | Unverified | Active | Disabled) => Ok(Revoked),
        (Act::MakeAdmin, Unverified | Active) => Ok(from),
        (Act::UpdatePermissions, Invited | VerificationPending | Unverified | Active | Disabled) => Ok(from),
        (Act::EndSessions, Active) => Ok(from),
        (Act::EndSessions, Unverified | Disabled) if membership.was_active => Ok(from),
        (Act::SendRegistrationEmail, Unverified) if locked => Err(Why::UsePasswordReset),
        (Act::SendRegistrationEmail, Unverified) => Ok(from),
        (Act::SendPasswordResetEmail, Active) => Ok(from),
        (Act::SendPasswordResetEmail, Unverified) if locked => Ok(from),
        (Act::SendPasswordResetEmail, Invited | VerificationPending | Unverified) => {
            Err(Why::RegistrationIncomplete)
        }
        (Act::SendPasswordResetEmail, Disabled) => Err(Why::UserDisabled),
        _ => Err(Why::InvalidTransition),
    }
}

impl State<'_> {
    /// The rights that a user can grant and remove in an organization: all or none (domain section
    /// 3.2).
    pub(crate) fn authority(&self, memberships: &Memberships, user: usize, organization: usize) -> Mask {
        let kind = self.kind(organization);
        let is_manager = memberships[user][organization].is_some_and(|membership| {
            membership.status == MembershipStatus::Active && manages_members(kind, membership.held)
        });
        let staff = kind == OrganizationKind::TinPractice && self.is_staff(user);
        if is_manager || staff { roles_in(kind) | PERMISSIONS } else { 0 }
    }

    /// The number of active members who can manage members.
    pub(crate) fn managing_members(&self, memberships: &Memberships, organization: usize) -> i64 {
        let kind = self.kind(organization);
        active_with(memberships, organization, |held| manages_members(kind, held))
    }

    /// The number of active credentialing agents.
    pub(crate) fn agents(&self, memberships: &Memberships, organization: usize) -> i64 {
        active_with(memberships, organization, |held| held & AGENT != 0)
    }

    /// The status of a member after an action.
    pub(crate) fn status_after(
        &self,
        request: &ActionRequest,
        membership: MembershipRecord,
    ) -> Result<MembershipStatus, MemberRefusal> {
        let register_again =
            self.organizations[request.organization].plan.members.reenable_requires_registration;
        let locked = self.locks[request.target].is_some();
        next_status(request.action, membership, locked, !register_again)
    }

    /// Every refusal of the action. The reasons are independent: none hides another.
    pub(crate) fn expected_action_refusals(
        &self,
        request: &ActionRequest,
        membership: MembershipRecord,
    ) -> Vec<MemberRefusal> {
        let ActionRequest { actor, organization, action, .. } = *request;
        let kind = self.kind(organization);
        let practice = kind == OrganizationKind::TinPractice;
        let (before, after) = (membership.held, request.held_after(membership.held));
        let gained = after & !before;
        let managing_members = self.managing_members(&self.memberships, organization);
        let status = self.status_after(request, membership);
        let admits = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
        let not_for_practices = matches!(action, MemberAction::RevokeUser | MemberAction::MakeAdmin);
        let managed = membership.status == MembershipStatus::Active && manages_members(kind, before);
        let manages = status == Ok(MembershipStatus::Active) && manages_members(kind, after);
        let last = status.is_ok() && managed && !manages && managing_members <= 1;
        let mut refusals = Vec::new();
        let mut refuse_if = |applies: bool, refusal: MemberRefusal| {
            if applies {
                refusals.push(refusal);
            }
        };
        let authority = self.authority(&self.memberships, actor, organization);
        refuse_if(!allows_change(authority, before, after), MemberRefusal::BeyondAuthority);
        let own = actor == request.target;
        let changes_rights_or_sessions = after != before || action == MemberAction::EndSessions;
        refuse_if(own && (changes_rights_or_sessions || admits), MemberRefusal::OwnRights);
        refuse_if(
            practice && admits && managing_members == 0 && !self.is_staff(actor),
            MemberRefusal::PlanStaffRequired,
        );
        refuse_if(last && !practice, MemberRefusal::LastAdministrator);
        refuse_if(last && practice, MemberRefusal::LastAccountManager);
        refuse_if(
            action == MemberAction::MakeAdmin && manages_members(kind, before),
            MemberRefusal::AlreadyHasRole,
        );
        refuse_if(practice && not_for_practices, MemberRefusal::ActionNotOffered);
        refuse_if(gained & CA_ADMIN_MANAGER != 0, MemberRefusal::RoleRequiresInvitation);
        refuse_if(gained & ROLES & !CA_ADMIN_MANAGER & !roles_in(kind) != 0, MemberRefusal::RoleNotOffered);
        let unknown = gained & PERMISSIONS & !self.organizations[organization].offered;
        refuse_if(unknown != 0, MemberRefusal::PermissionNotOffered);
        if let Err(refusal) = status {
            refuse_if(true, refusal);
        }
        refusals
    }

    /// Why the organization cannot have another CA Admin Manager now (domain rules ).
    pub(crate) fn ineligibility(
        &self,
        memberships: &Memberships,
        organization: usize,
    ) -> Vec<InvitationRefusal> {
        let mut reasons = Vec::new();
        if self.organizations[organization].facts.active_group_medicaid_ids < 1 {
            reasons.push(InvitationRefusal::NoGroupMedicaidId);
        }
        if self.agents(memberships, organization) < 2 {
            reasons.push(InvitationRefusal::FewerThanTwoCredentialingAgents);
        }
        if self.kind(organization) == OrganizationKind::ThirdPartyCredentialing {
            reasons.push(InvitationRefusal::ThirdPartyOrganization);
        }
        reasons
    }

    /// Every refusal of the invitation. The reasons are independent.
    pub(crate) fn expected_invitation_refusals(&self, invitation: &Invitation) -> Vec<InvitationRefusal> {
        let Invitation { inviter, organization, invitee, role, .. } = *invitation;
        let kind = self.kind(organization);
        let authority = self.authority(&self.memberships, inviter, organization);
        let manager = role == Role::CaAdminManager;
        let third_party = kind == OrganizationKind::ThirdPartyCredentialing;
        let mut refusals = Vec::new();
        if roles_in(kind) & role_bit(role) == 0 && !(manager && third_party) {
            refusals.push(InvitationRefusal::RoleNotOffered);
        } else if manager {
            if authority & ADMINISTRATOR == 0 {
                refusals.push(InvitationRefusal::OnlyOrganizationAdministrator);
            }
            refusals.extend(self.ineligibility(&self.memberships, organization));
        }
        if invitation.permissions & !self.organizations[organization].offered != 0 {
            refusals.push(InvitationRefusal::PermissionNotOffered);
        }
        let known = self.memberships[invitee][organization];
        let current = known.filter(|membership| membership.status != MembershipStatus::Revoked);
        let held = current.map_or(0, |membership| membership.held);
        if !manager && !allows_change(authority, held, held | invitation.offered_rights()) {
            refusals.push(InvitationRefusal::BeyondAuthority);
        }
        if inviter == invitee {
            refusals.push(InvitationRefusal::OwnRights);
        }
        match current {
            Some(membership) if membership.status == MembershipStatus::Disabled => {
                refusals.push(InvitationRefusal::UserDisabled);
            }
            _ if held & role_bit(role) == 0 => {}
            _ if matches!(role, Role::CaAdminManager | Role::OrganizationAdministrator) => {
                refusals.push(InvitationRefusal::AlreadyHasRole);
            }
            _ => refusals.push(InvitationRefusal::AlreadyMember),
        }
        refusals
    }

    /// Checks everything that must be true after every step.
    pub(crate) fn check_step(&self, before: &Memberships, step: Step, accepted: bool) -> Result<(), String> {
        for organization in 0..ORGANIZATION_COUNT {
            let manual = !matches!(step, Step::RunInactivityJob { .. });
            if manual && self.managing_members(&self.memberships, organization) == 0 {
                let unchanged = self.managing_members(before, organization) == 0;
                ensure(unchanged, "R-156, R-181: the last member who manages members was removed")?;
            }
        }
        match step {
            Step::Act(request) if accepted => {
                let authority = self.authority(before, request.actor, request.organization);
                ensure(authority != 0, "D-09: a user without authority acted on a member")?;
            }
            Step::Accept(number) if accepted => {
                let invitation = self.invitations[number];
                let authority = self.authority(before, invitation.inviter, invitation.organization);
                ensure(authority != 0, "D-08: the inviter had no authority at the time of acceptance")?;
            }
            _ => {}
        }
        for (user, user_memberships) in self.memberships.iter().enumerate() {
            for (organization, new) in user_memberships.iter().enumerate() {
                let third_party = self.kind(organization) == OrganizationKind::ThirdPartyCredentialing;
                if third_party && let Some(new) = new {
                    ensure(
                        new.held & CA_ADMIN_MANAGER == 0,
                        "R-004: a third-party organization has a CA Admin Manager",
                    )?;
                }
                let old = before[user][organization];
                if old == *new {
                    continue;
                }
                ensure(accepted, "a refused step changed a membership")?;
                let Some(new) = *new else { return Err("a membership was deleted".into()) };
                self.check_change(before, step, (user, organization), old, new)?;
            }
        }
        Ok(())
    }

    /// Checks that the step allows the change of one membership.
    fn check_change(
        &self,
        before: &Memberships,
        step: Step,
        (user, organization): (usize, usize),
        old: Option<MembershipRecord>,
        new: MembershipRecord,
    ) -> Result<(), String> {
        const OTHER_MEMBERSHIP: &str = "the step changed another membership";
        match (step, old) {
            (Step::Act(request), Some(old)) => {
                ensure((request.target, request.organization) == (user, organization), OTHER_MEMBERSHIP)?;
                ensure(old.status != MembershipStatus::Revoked, "an action changed a revoked membership")?;
                let authority = self.authority(before, request.actor, organization);
                ensure(
                    allows_change(authority, old.held, new.held),
                    "D-09: the change exceeds the actor's authority",
                )?;
                ensure(
                    new.held & !old.held & CA_ADMIN_MANAGER == 0,
                    "R-006: a member became a CA Admin Manager without an invitation",
                )?;
                if request.actor == user {
                    ensure(new.held == old.held, "a user changed their own rights")?;
                    let gave_up_access =
                        matches!(new.status, MembershipStatus::Disabled | MembershipStatus::Revoked);
                    ensure(gave_up_access || new.status == old.status, "a user raised their own status")?;
                }
                Ok(())
            }
            (Step::Accept(number), old) => {
                let invitation = self.invitations[number];
                ensure(
                    (invitation.invitee, invitation.organization) == (user, organization),
                    OTHER_MEMBERSHIP,
                )?;
                ensure(invitation.inviter != user, "a user accepted their own invitation")?;
                let disabled = old.is_some_and(|old| old.status == MembershipStatus::Disabled);
                ensure(!disabled, "an invitation enabled a disabled member")?;
                // The former rights of a revoked member are not restored.
                let old = old.filter(|old| old.status != MembershipStatus::Revoked);
                let held = old.map_or(0, |old| old.held);
                ensure(
                    new.held == held | invitation.offered_rights(),
                    "the acceptance did not add exactly the offered rights",
                )?;
                let authority = self.authority(before, invitation.inviter, organization);
                ensure(
                    allows_change(authority, held, new.held),
                    "D-09: the invitation exceeds the inviter's authority",
                )?;
                if new.held & !held & CA_ADMIN_MANAGER != 0 {
                    ensure(
                        self.ineligibility(before, organization).is_empty(),
                        "R-003: the organization was not eligible at the time of acceptance",
                    )?;
                    let inviter = before[invitation.inviter][organization].filter(|membership| {
                        membership.status == MembershipStatus::Active && membership.held & ADMINISTRATOR != 0
                    });
                    ensure(inviter.is_some(), "R-005: the inviter was not an active administrator")?;
                }
                Ok(())
            }
            (Step::CompleteRegistration { user: step_user, organization: step_organization }, Some(old)) => {
                ensure((step_user, step_organization) == (user, organization), OTHER_MEMBERSHIP)?;
                ensure(new.held == old.held, "a completed registration changed rights")?;
                let statuses = (old.status, new.status);
                let expected = (MembershipStatus::Unverified, MembershipStatus::Active);
                ensure(statuses == expected, "R-177: a member who was not admitted completed a registration")
            }
            (Step::Register { user: step_user, organization: step_organization }, None) => {
                ensure((step_user, step_organization) == (user, organization), OTHER_MEMBERSHIP)?;
                let pending = new.status == MembershipStatus::VerificationPending && new.held == ACCOUNT_USER;
                ensure(
                    pending,
                    "R-173: a new registration is not pending, or has more rights than an account user",
                )
            }
            (Step::RunInactivityJob { organization: step_organization, .. }, Some(old)) => {
                ensure(step_organization == organization, OTHER_MEMBERSHIP)?;
                ensure(new.held == old.held, "the inactivity job changed rights")?;
                let statuses = (old.status, new.status);
                let expected = (MembershipStatus::Active, MembershipStatus::Disabled);
                ensure(statuses == expected, "R-178: the inactivity job changed a member who was not active")
            }
            _ => Err("the step changed a membership, but cannot change any".into()),
        }
    }
}
