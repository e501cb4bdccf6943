//! Applies a step: the rules decide, and the result is stored as in the database.

use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::organizations::comment::Comment;
use portal_domain::organizations::invitation::{self, Acceptance, InvitationRefusal, KnownMember, Offer};
use portal_domain::organizations::member::{self, Member, Update};
use portal_domain::organizations::member_words::{MemberAction, MemberRefusal};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::reference::ensure;
use crate::state::{
    ACCOUNT_USER, ActionRequest, Invitation, MembershipRecord, State, Step, mask, membership_id,
    permissions_of, rights, roles_of, user_id,
};

/// Counts each event, so that the test fails if one never occurs.
#[derive(Default)]
pub(crate) struct Coverage {
    pub(crate) actions: [u64; 9],
    pub(crate) action_refusals: [u64; 14],
    pub(crate) invitation_refusals: [u64; 11],
    pub(crate) invited: u64,
    pub(crate) accepted: u64,
    /// Acceptances refused because the inviter lost authority.
    pub(crate) inviter_lost_authority: u64,
    /// Users who became CA Admin Managers by accepting an invitation.
    pub(crate) new_managers: u64,
    pub(crate) completed: u64,
    pub(crate) registered: u64,
    pub(crate) disabled_by_job: u64,
    /// Practices that lost their last account manager to the scheduled job.
    pub(crate) practices_without_manager: u64,
    /// Cases in which not all users act and an acting user gained rights.
    pub(crate) cases_with_gained_rights: u64,
    /// Cases in which no acting user can grant rights in any organization.
    pub(crate) cases_without_authority: u64,
}

impl Coverage {
    pub(crate) fn all(&mut self) -> Vec<(String, &mut u64)> {
        let mut all: Vec<(String, &mut u64)> = Vec::new();
        for (action, count) in MemberAction::ALL.iter().zip(&mut self.actions) {
            all.push((format!("action completed: {action}"), count));
        }
        for (refusal, count) in MemberRefusal::ALL.iter().zip(&mut self.action_refusals) {
            all.push((format!("action refused: {refusal}"), count));
        }
        for (refusal, count) in InvitationRefusal::ALL.iter().zip(&mut self.invitation_refusals) {
            all.push((format!("invitation refused: {refusal}"), count));
        }
        let others = [
            ("invitations created", &mut self.invited),
            ("invitations accepted", &mut self.accepted),
            ("acceptances refused because the inviter lost authority", &mut self.inviter_lost_authority),
            ("new CA Admin Managers", &mut self.new_managers),
            ("registrations completed", &mut self.completed),
            ("registrations received", &mut self.registered),
            ("members disabled by the inactivity job", &mut self.disabled_by_job),
            (
                "practices whose last account manager was disabled by the inactivity job",
                &mut self.practices_without_manager,
            ),
            ("cases in which an acting user gained rights", &mut self.cases_with_gained_rights),
            ("cases in which no acting user had authority", &mut self.cases_without_authority),
        ];
        all.extend(others.map(|(name, count)| (name.to_owned(), count)));
        all
    }

    pub(crate) fn add(&mut self, mut other: Self) {
        for ((_, total), (_, count)) in self.all().into_iter().zip(other.all()) {
            *total += *count;
        }
    }
}

impl State<'_> {
    /// Applies a step. Returns whether it was accepted.
    pub(crate) fn apply(&mut self, step: Step, coverage: &mut Coverage) -> Result<bool, String> {
        match step {
            Step::Act(request) => self.act(&request, coverage),
            Step::Invite(invitation) => self.invite(invitation, coverage),
            Step::Accept(number) => self.accept(number, coverage),
            Step::CompleteRegistration { user, organization } => {
                let membership = self.memberships[user][organization];
                let completed = membership.and_then(|membership| {
                    Some(MembershipRecord {
                        status: member::complete_registration(membership.status)?,
                        verified: true,
                        was_active: true,
                        ..membership
                    })
                });
                coverage.completed += u64::from(completed.is_some());
                self.memberships[user][organization] = completed.or(membership);
                Ok(completed.is_some())
            }
            Step::Register { user, organization } => {
                let practice = self.kind(organization) == OrganizationKind::TinPractice;
                if !practice || self.memberships[user][organization].is_some() {
                    return Ok(false);
                }
                self.memberships[user][organization] = Some(MembershipRecord {
                    status: MembershipStatus::VerificationPending,
                    held: ACCOUNT_USER,
                    verified: false,
                    was_active: false,
                    disabled_reason: None,
                });
                coverage.registered += 1;
                Ok(true)
            }
            Step::RunInactivityJob { organization, inactive_users } => {
                Ok(self.run_inactivity_job(organization, inactive_users, coverage))
            }
            Step::SetGroupMedicaidIds { organization, active } => {
                self.organizations[organization].facts.active_group_medicaid_ids = active;
                Ok(true)
            }
            Step::SetLock { user, reason } => {
                self.locks[user] = reason;
                Ok(true)
            }
        }
    }

    fn act(&mut self, request: &ActionRequest, coverage: &mut Coverage) -> Result<bool, String> {
        let ActionRequest { organization, target, action, .. } = *request;
        let Some(membership) = self.memberships[target][organization] else { return Ok(false) };
        let actor = self.actor(request.actor);
        let member = Member {
            id: membership_id(target, organization),
            user: user_id(target),
            status: membership.status,
            lock: self.locks[target],
            verified: membership.verified,
            was_active: membership.was_active,
            disabled_reason: membership.disabled_reason,
            rights: rights(membership.held),
        };
        let update = Update {
            roles: request.roles.map(|held| roles_of(held).collect()),
            permissions: request.permissions.map(|held| permissions_of(held).collect()),
            comment: request.comment.then(|| Comment::parse("Left the practice", 200).unwrap()),
        };
        let details = &self.organizations[organization];
        let circumstances = member::Circumstances {
            actor: &actor,
            organization: &details.facts,
            policy: details.plan.members,
            offered: &details.plan.permissions,
            administrators: self.managing_members(&self.memberships, organization),
        };
        let refusals = member::examine(action, &circumstances, &member, &update);
        let expected = self.expected_action_refusals(request, membership);
        if !same_entries(&refusals, &expected) {
            return Err(format!("action refused with {refusals:?} instead of {expected:?}"));
        }
        for refusal in &refusals {
            coverage.action_refusals[*refusal as usize] += 1;
        }
        let change = match member::decide(action, &circumstances, member, update) {
            Ok(change) => change,
            Err(listed) => {
                ensure(!refusals.is_empty() && listed == refusals, "the decision lists other refusals")?;
                return Ok(false);
            }
        };
        ensure(refusals.is_empty(), "the action was accepted despite a refusal")?;
        let admits = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
        let after = MembershipRecord {
            status: change.status(),
            held: mask(change.rights()),
            verified: change.verified(),
            was_active: membership.was_active || change.status() == MembershipStatus::Active,
            disabled_reason: change.disabled_reason(),
        };
        ensure(Ok(after.status) == self.status_after(request, membership), "the new status is wrong")?;
        ensure(
            after.held == request.held_after(membership.held),
            "the new rights differ from the requested rights",
        )?;
        ensure(
            after.verified == (membership.verified || admits),
            "a member was verified without being admitted, or admitted without being verified",
        )?;
        let disabled = after.status == MembershipStatus::Disabled;
        ensure(
            after.disabled_reason.is_some() == disabled,
            "a disabled member has no reason, or another member has one",
        )?;
        let still_disabled = membership.disabled_reason.is_some() && disabled;
        let unchanged = after.disabled_reason == membership.disabled_reason;
        ensure(!still_disabled || unchanged, "an update of a disabled member changed the reason")?;
        self.memberships[target][organization] = Some(after);
        coverage.actions[action as usize] += 1;
        Ok(true)
    }

    fn invite(&mut self, invitation: Invitation, coverage: &mut Coverage) -> Result<bool, String> {
        if self.evaluate(&invitation, coverage)?.is_none() {
            return Ok(false);
        }
        for (earlier, pending) in self.invitations.iter().zip(&mut self.pending) {
            if (earlier.organization, earlier.invitee, earlier.role)
                == (invitation.organization, invitation.invitee, invitation.role)
            {
                *pending = false;
            }
        }
        self.invitations.push(invitation);
        self.pending.push(true);
        coverage.invited += 1;
        Ok(true)
    }

    fn accept(&mut self, number: usize, coverage: &mut Coverage) -> Result<bool, String> {
        let invitation = self.invitations[number];
        let Invitation { inviter, organization, invitee, .. } = invitation;
        let Some(acceptance) = self.evaluate(&invitation, coverage)? else {
            let lost_authority = self.authority(&self.memberships, inviter, organization) == 0;
            coverage.inviter_lost_authority += u64::from(lost_authority);
            return Ok(false);
        };
        let before = self.memberships[invitee][organization];
        let initial_status = match self.kind(organization) {
            OrganizationKind::TinPractice => MembershipStatus::Unverified,
            _ => MembershipStatus::Active,
        };
        let current = before.filter(|membership| membership.status != MembershipStatus::Revoked);
        let expected = match current {
            Some(membership) if membership.status == MembershipStatus::Active => {
                (MembershipStatus::Active, membership.held | invitation.offered_rights())
            }
            Some(membership) => (initial_status, membership.held | invitation.offered_rights()),
            None => (initial_status, invitation.offered_rights()),
        };
        let (status, held) = (acceptance.status(), mask(acceptance.rights()));
        ensure(
            (status, held) == expected,
            "R-001, A-38: the acceptance did not add exactly the offered rights",
        )?;
        let expected_id = before.map(|_membership| membership_id(invitee, organization));
        ensure(acceptance.membership() == expected_id, "the acceptance changes another membership")?;
        let was_active = before.is_some_and(|membership| membership.was_active);
        self.memberships[invitee][organization] = Some(MembershipRecord {
            status,
            held,
            verified: true,
            was_active: was_active || status == MembershipStatus::Active,
            disabled_reason: None,
        });
        self.pending[number] = false;
        coverage.accepted += 1;
        coverage.new_managers += u64::from(invitation.role == Role::CaAdminManager);
        Ok(true)
    }

    /// Checks an invitation against the rules, both when it is created and when it is accepted.
    fn evaluate(
        &self,
        invitation: &Invitation,
        coverage: &mut Coverage,
    ) -> Result<Option<Acceptance>, String> {
        let Invitation { inviter, organization, invitee, .. } = *invitation;
        let actor = self.actor(inviter);
        let details = &self.organizations[organization];
        let known = self.memberships[invitee][organization].map(|membership| KnownMember {
            id: membership_id(invitee, organization),
            user: user_id(invitee),
            status: membership.status,
            rights: rights(membership.held),
        });
        let offer =
            Offer { role: invitation.role, permissions: permissions_of(invitation.permissions).collect() };
        let circumstances = invitation::Circumstances {
            inviter: &actor,
            organization: &details.facts,
            offered: &details.plan.permissions,
            active_credentialing_agents: self.agents(&self.memberships, organization),
        };
        let refusals = invitation::examine(&circumstances, &offer, known.as_ref(), Some(user_id(invitee)));
        let mut expected = self.expected_invitation_refusals(invitation);
        if refusals.contains(&InvitationRefusal::RoleNotOffered) {
            // A role that the organization does not offer is not also reported as beyond authority.
            expected.retain(|refusal| *refusal != InvitationRefusal::BeyondAuthority);
        }
        if !same_entries(&refusals, &expected) {
            return Err(format!("invitation refused with {refusals:?} instead of {expected:?}"));
        }
        for refusal in &refusals {
            coverage.invitation_refusals[*refusal as usize] += 1;
        }
        match invitation::accept(&circumstances, &offer, known.as_ref(), Some(user_id(invitee))) {
            Err(listed) => {
                ensure(!refusals.is_empty() && listed == refusals, "the decision lists other refusals")?;
                Ok(None)
            }
            Ok(acceptance) => {
                ensure(refusals.is_empty(), "the invitation was accepted despite a refusal")?;
                Ok(Some(acceptance))
            }
        }
    }

    /// Disables active members only, and only if the plan requires it (domain rule R-178).
    fn run_inactivity_job(
        &mut self,
        organization: usize,
        inactive_users: usize,
        coverage: &mut Coverage,
    ) -> bool {
        if self.organizations[organization].plan.members.disable_after_days.is_none() {
            return false;
        }
        let before = self.managing_members(&self.memberships, organization);
        for (user, user_memberships) in self.memberships.iter_mut().enumerate() {
            if let Some(membership) = &mut user_memberships[organization]
                && membership.status == MembershipStatus::Active
                && inactive_users & (1 << user) != 0
            {
                membership.status = MembershipStatus::Disabled;
                membership.disabled_reason = Some(DisabledReason::Inactivity);
                coverage.disabled_by_job += 1;
            }
        }
        coverage.practices_without_manager +=
            u64::from(before > 0 && self.managing_members(&self.memberships, organization) == 0);
        true
    }
}

/// Whether two lists without duplicates have the same entries.
fn same_entries<T: PartialEq>(left: &[T], right: &[T]) -> bool {
    left.len() == right.len() && left.iter().all(|entry| right.contains(entry))
}
