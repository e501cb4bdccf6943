//! An independent implementation of the rules, and what they imply for a coalition.
//!
//! Rights are bits, and authority comes from tables of its own. Nothing here uses
//! [`portal_domain::organizations::delegation`].

use portal_domain::organizations::invitation::InvitationRefusal;
use portal_domain::organizations::member_words::{MemberAction, MemberRefusal};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::world::{
    ADMINISTRATOR, AGENT, Deed, HOUSES, Letter, MANAGE_ACCOUNT, MANAGER, Mask, PERMISSIONS, ROLES, Standing,
    Step, Table, USER, World, role_bit,
};

pub(crate) fn demand(holds: bool, rule: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(rule.to_owned()) }
}

/// The roles that an organization of that kind can have (domain rules ).
pub(crate) fn roles_in(kind: OrganizationKind) -> Mask {
    match kind {
        OrganizationKind::TinPractice => USER,
        OrganizationKind::ProviderAccount => ADMINISTRATOR | USER,
        OrganizationKind::ThirdPartyCredentialing => ADMINISTRATOR | AGENT | USER,
        OrganizationKind::ProviderGroup | OrganizationKind::Entity | OrganizationKind::IndividualProvider => {
            ROLES
        }
    }
}

/// Whether these rights allow managing members: Manage Account in a practice (domain section 3.3),
/// the administrator role elsewhere.
pub(crate) fn looks_after(kind: OrganizationKind, held: Mask) -> bool {
    let needed = if kind == OrganizationKind::TinPractice { MANAGE_ACCOUNT } else { ADMINISTRATOR };
    held & needed != 0
}

fn active_with(table: &Table, house: usize, right: impl Fn(Mask) -> bool) -> i64 {
    let mut count = 0;
    for memberships in table {
        if let Some(standing) = memberships[house]
            && standing.status == MembershipStatus::Active
            && right(standing.held)
        {
            count += 1;
        }
    }
    count
}

/// Whether that authority allows changing `before` to `after` (decision D-09).
fn confers(authority: Mask, before: Mask, after: Mask) -> bool {
    authority != 0 && (before | after) & !authority == 0
}

/// The table of domain section 4.2. With `straight_back`, a member who was active before need not
/// register again.
///
/// Sessions can be ended only for a member who has been active and is not revoked.
fn next(
    action: MemberAction,
    standing: Standing,
    locked: bool,
    straight_back: bool,
) -> Result<MembershipStatus, MemberRefusal> {
    use MembershipStatus::{Active, Disabled, Invited, Revoked, Unverified, VerificationPending};
    use {MemberAction as Act, MemberRefusal as Why};
    let from = standing.status;
    match (action, from) {
        (Act::VerifyAccount | Act::EnableUser, VerificationPending) => Ok(Unverified),
        (Act::EnableUser, Disabled) if straight_back && standing.was_active => Ok(Active),
        (Act::EnableUser, Disabled) => Ok(Unverified),
        (Act::EnableUser, Active | Unverified) if locked => Err(Why::UsePasswordReset),
        (Act::DisableUser, VerificationPending | Unverified | Active) => Ok(Disabled),
        (Act::RevokeUser, VerificationPending | Unverified | Active | Disabled) => Ok(Revoked),
        (Act::MakeAdmin, Unverified | Active) => Ok(from),
        (Act::UpdatePermissions, Invited | VerificationPending | Unverified | Active | Disabled) => Ok(from),
        (Act::EndSessions, Active) => Ok(from),
        (Act::EndSessions, Unverified | Disabled) if standing.was_active => Ok(from),
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

impl World<'_> {
    /// What a user can grant and remove there: everything or nothing (domain section 3.2).
    pub(crate) fn authority(&self, table: &Table, person: usize, house: usize) -> Mask {
        let kind = self.kind(house);
        let looks_after_them = table[person][house].is_some_and(|standing| {
            standing.status == MembershipStatus::Active && looks_after(kind, standing.held)
        });
        let staff = kind == OrganizationKind::TinPractice && self.is_staff(person);
        if looks_after_them || staff { roles_in(kind) | PERMISSIONS } else { 0 }
    }

    /// The number of members who manage others now.
    pub(crate) fn caretakers(&self, table: &Table, house: usize) -> i64 {
        let kind = self.kind(house);
        active_with(table, house, |held| looks_after(kind, held))
    }

    pub(crate) fn agents(&self, table: &Table, house: usize) -> i64 {
        active_with(table, house, |held| held & AGENT != 0)
    }

    pub(crate) fn status_after(
        &self,
        deed: &Deed,
        standing: Standing,
    ) -> Result<MembershipStatus, MemberRefusal> {
        let again = self.houses[deed.house].plan.members.reenable_requires_registration;
        let locked = self.locks[deed.target].is_some();
        next(deed.action, standing, locked, !again)
    }

    /// Every reason to refuse the action. The reasons are independent: none hides another.
    pub(crate) fn against_deed(&self, deed: &Deed, standing: Standing) -> Vec<MemberRefusal> {
        let Deed { actor, house, action, .. } = *deed;
        let kind = self.kind(house);
        let practice = kind == OrganizationKind::TinPractice;
        let (before, after) = (standing.held, deed.held_after(standing.held));
        let gained = after & !before;
        let caretakers = self.caretakers(&self.table, house);
        let status = self.status_after(deed, standing);
        let lets_in = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
        let only_elsewhere = matches!(action, MemberAction::RevokeUser | MemberAction::MakeAdmin);
        let looked = standing.status == MembershipStatus::Active && looks_after(kind, before);
        let looks = status == Ok(MembershipStatus::Active) && looks_after(kind, after);
        let last = status.is_ok() && looked && !looks && caretakers <= 1;
        let mut due = Vec::new();
        let mut list = |applies: bool, refusal: MemberRefusal| {
            if applies {
                due.push(refusal);
            }
        };
        let authority = self.authority(&self.table, actor, house);
        list(!confers(authority, before, after), MemberRefusal::BeyondAuthority);
        let own = actor == deed.target;
        let reaches_out = after != before || action == MemberAction::EndSessions;
        list(own && (reaches_out || lets_in), MemberRefusal::OwnRights);
        list(
            practice && lets_in && caretakers == 0 && !self.is_staff(actor),
            MemberRefusal::PlanStaffRequired,
        );
        list(last && !practice, MemberRefusal::LastAdministrator);
        list(last && practice, MemberRefusal::LastAccountManager);
        list(action == MemberAction::MakeAdmin && looks_after(kind, before), MemberRefusal::AlreadyHasRole);
        list(practice && only_elsewhere, MemberRefusal::ActionNotOffered);
        list(gained & MANAGER != 0, MemberRefusal::RoleRequiresInvitation);
        list(gained & ROLES & !MANAGER & !roles_in(kind) != 0, MemberRefusal::RoleNotOffered);
        let unknown = gained & PERMISSIONS & !self.houses[house].offered;
        list(unknown != 0, MemberRefusal::PermissionNotOffered);
        if let Err(refusal) = status {
            list(true, refusal);
        }
        due
    }

    /// Why the organization cannot have another CA Admin Manager now (domain rules ).
    pub(crate) fn ineligibility(&self, table: &Table, house: usize) -> Vec<InvitationRefusal> {
        let mut reasons = Vec::new();
        if self.houses[house].facts.active_group_medicaid_ids < 1 {
            reasons.push(InvitationRefusal::NoGroupMedicaidId);
        }
        if self.agents(table, house) < 2 {
            reasons.push(InvitationRefusal::FewerThanTwoCredentialingAgents);
        }
        if self.kind(house) == OrganizationKind::ThirdPartyCredentialing {
            reasons.push(InvitationRefusal::ThirdPartyOrganization);
        }
        reasons
    }

    /// Every reason to refuse the invitation. The reasons are independent.
    pub(crate) fn against_letter(&self, letter: &Letter) -> Vec<InvitationRefusal> {
        let Letter { inviter, house, invitee, role, .. } = *letter;
        let kind = self.kind(house);
        let authority = self.authority(&self.table, inviter, house);
        let manager = role == Role::CaAdminManager;
        let third_party = kind == OrganizationKind::ThirdPartyCredentialing;
        let mut due = Vec::new();
        if roles_in(kind) & role_bit(role) == 0 && !(manager && third_party) {
            due.push(InvitationRefusal::RoleNotOffered);
        } else if manager {
            if authority & ADMINISTRATOR == 0 {
                due.push(InvitationRefusal::OnlyOrganizationAdministrator);
            }
            due.extend(self.ineligibility(&self.table, house));
        }
        if letter.permissions & !self.houses[house].offered != 0 {
            due.push(InvitationRefusal::PermissionNotOffered);
        }
        let known = self.table[invitee][house];
        let had = known.filter(|standing| standing.status != MembershipStatus::Revoked);
        let held = had.map_or(0, |standing| standing.held);
        if !manager && !confers(authority, held, held | letter.offer()) {
            due.push(InvitationRefusal::BeyondAuthority);
        }
        if inviter == invitee {
            due.push(InvitationRefusal::OwnRights);
        }
        match had {
            Some(standing) if standing.status == MembershipStatus::Disabled => {
                due.push(InvitationRefusal::UserDisabled);
            }
            _ if held & role_bit(role) == 0 => {}
            _ if matches!(role, Role::CaAdminManager | Role::OrganizationAdministrator) => {
                due.push(InvitationRefusal::AlreadyHasRole);
            }
            _ => due.push(InvitationRefusal::AlreadyMember),
        }
        due
    }

    /// Checks everything that must hold after any step.
    pub(crate) fn account_for(&self, before: &Table, step: Step, accepted: bool) -> Result<(), String> {
        for house in 0..HOUSES {
            let manual = !matches!(step, Step::Sweep { .. });
            if manual && self.caretakers(&self.table, house) == 0 {
                let same = self.caretakers(before, house) == 0;
                demand(same, "R-156, R-181: somebody took away the last one who looked after the members")?;
            }
        }
        match step {
            Step::Act(deed) if accepted => {
                let authority = self.authority(before, deed.actor, deed.house);
                demand(authority != 0, "D-09: somebody without authority did something to a member")?;
            }
            Step::Accept(number) if accepted => {
                let letter = self.letters[number];
                let authority = self.authority(before, letter.inviter, letter.house);
                demand(authority != 0, "D-08: the inviter had no authority when it was accepted")?;
            }
            _ => {}
        }
        for (person, memberships) in self.table.iter().enumerate() {
            for (house, new) in memberships.iter().enumerate() {
                let third_party = self.kind(house) == OrganizationKind::ThirdPartyCredentialing;
                if third_party && let Some(new) = new {
                    demand(
                        new.held & MANAGER == 0,
                        "R-004: a third-party organization has a CA Admin Manager",
                    )?;
                }
                let old = before[person][house];
                if old == *new {
                    continue;
                }
                demand(accepted, "a refusal changed something")?;
                let Some(new) = *new else { return Err("a membership vanished".into()) };
                self.explain(before, step, (person, house), old, new)?;
            }
        }
        Ok(())
    }

    /// Checks that the step explains the change of one membership.
    fn explain(
        &self,
        before: &Table,
        step: Step,
        (person, house): (usize, usize),
        old: Option<Standing>,
        new: Standing,
    ) -> Result<(), String> {
        const ELSEWHERE: &str = "it changed somebody else, too";
        match (step, old) {
            (Step::Act(deed), Some(old)) => {
                demand((deed.target, deed.house) == (person, house), ELSEWHERE)?;
                demand(old.status != MembershipStatus::Revoked, "something became of a revoked membership")?;
                let authority = self.authority(before, deed.actor, house);
                demand(confers(authority, old.held, new.held), "D-09: beyond the authority of who did it")?;
                demand(new.held & !old.held & MANAGER == 0, "R-006: a CA Admin Manager without invitation")?;
                if deed.actor == person {
                    demand(new.held == old.held, "somebody changed their own rights")?;
                    let gives_up =
                        matches!(new.status, MembershipStatus::Disabled | MembershipStatus::Revoked);
                    demand(gives_up || new.status == old.status, "somebody raised themselves")?;
                }
                Ok(())
            }
            (Step::Accept(number), old) => {
                let letter = self.letters[number];
                demand((letter.invitee, letter.house) == (person, house), ELSEWHERE)?;
                demand(letter.inviter != person, "somebody invited themselves")?;
                let disabled = old.is_some_and(|old| old.status == MembershipStatus::Disabled);
                demand(!disabled, "an invitation enabled somebody who is disabled")?;
                // The former rights of a revoked member are not restored.
                let old = old.filter(|old| old.status != MembershipStatus::Revoked);
                let held = old.map_or(0, |old| old.held);
                demand(new.held == held | letter.offer(), "it gave something else than was offered")?;
                let authority = self.authority(before, letter.inviter, house);
                demand(confers(authority, held, new.held), "D-09: beyond the authority of who invited")?;
                if new.held & !held & MANAGER != 0 {
                    demand(
                        self.ineligibility(before, house).is_empty(),
                        "R-003: not eligible when accepted",
                    )?;
                    let inviter = before[letter.inviter][house].filter(|standing| {
                        standing.status == MembershipStatus::Active && standing.held & ADMINISTRATOR != 0
                    });
                    demand(inviter.is_some(), "R-005: not invited by an active administrator")?;
                }
                Ok(())
            }
            (Step::CompleteRegistration { person: who, house: place }, Some(old)) => {
                demand((who, place) == (person, house), ELSEWHERE)?;
                demand(new.held == old.held, "completing a registration changed rights")?;
                let statuses = (old.status, new.status);
                let due = (MembershipStatus::Unverified, MembershipStatus::Active);
                demand(statuses == due, "R-177: only who was let in completes a registration")
            }
            (Step::Register { person: who, house: place }, None) => {
                demand((who, place) == (person, house), ELSEWHERE)?;
                let pending = new.status == MembershipStatus::VerificationPending && new.held == USER;
                demand(pending, "R-173: who registers waits, and holds nothing")
            }
            (Step::Sweep { house: place, .. }, Some(old)) => {
                demand(place == house, ELSEWHERE)?;
                demand(new.held == old.held, "the timetable changed rights")?;
                let statuses = (old.status, new.status);
                let due = (MembershipStatus::Active, MembershipStatus::Disabled);
                demand(statuses == due, "R-178: the timetable disables active members only")
            }
            _ => Err("it changed a membership, though nothing was done to any".into()),
        }
    }
}
