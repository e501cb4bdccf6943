//! Members as their managers see them: available actions and their results (domain sections 4.2,
//! 5.9, 5.10).

use std::collections::BTreeSet;

use crate::ground::disabled_reason::DisabledReason;
use crate::ground::id::{MembershipId, UserId};
use crate::identity::user::{LockReason, PlatformRole};
use crate::organizations::actor::Actor;
use crate::organizations::comment::Comment;
use crate::organizations::delegation::{self, Rights, may_confer};
use crate::organizations::member_words::{MemberAction, MemberRefusal, MemberStatus};
use crate::organizations::membership::{MembershipStatus, Permission, PermissionEntry, Role, offers};
use crate::organizations::organization::{OrganizationFacts, OrganizationKind};

/// The facts about a member that the rules need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The membership.
    pub id: MembershipId,
    /// The person.
    pub user: UserId,
    /// The status of the membership.
    pub status: MembershipStatus,
    /// Why the login is locked, if it is.
    pub lock: Option<LockReason>,
    /// Whether an account manager or the plan has verified the person in this organization.
    /// Independent of the `unverified` status.
    pub verified: bool,
    /// Whether the membership has ever been active.
    pub was_active: bool,
    /// Why it is disabled, if it is.
    pub disabled_reason: Option<DisabledReason>,
    /// The roles and permissions held.
    pub rights: Rights,
}

impl Member {
    /// Whether the person has used the portal for this organization and is not revoked.
    ///
    /// Only then may its managers act on the person's sessions and account data. A user who was
    /// merely registered under a tax ID, perhaps by another person, is out of their reach.
    #[must_use]
    pub const fn used_the_portal(&self) -> bool {
        match self.status {
            MembershipStatus::Active => true,
            MembershipStatus::Unverified | MembershipStatus::Disabled => self.was_active,
            MembershipStatus::Invited | MembershipStatus::VerificationPending | MembershipStatus::Revoked => {
                false
            }
        }
    }

    /// The displayed status (domain section 4.2).
    ///
    /// A lock is shown only for active or unverified memberships; every other status takes
    /// precedence.
    #[must_use]
    pub const fn shown_status(&self) -> MemberStatus {
        match (self.status, self.lock.is_some()) {
            (MembershipStatus::Revoked, _) => MemberStatus::Revoked,
            (MembershipStatus::Disabled, _) => MemberStatus::Disabled,
            (MembershipStatus::VerificationPending, _) => MemberStatus::VerificationPending,
            (MembershipStatus::Invited, _) => MemberStatus::Invited,
            (MembershipStatus::Unverified | MembershipStatus::Active, true) => MemberStatus::Locked,
            (MembershipStatus::Unverified, false) => MemberStatus::Unverified,
            (MembershipStatus::Active, false) => MemberStatus::Active,
        }
    }
}

/// The context of a decision about a member.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The user who acts.
    pub actor: &'a Actor,
    /// The organization.
    pub organization: &'a OrganizationFacts,
    /// Its plan's policy for members.
    pub policy: MemberPolicy,
    /// The permissions that its plan offers.
    pub offered: &'a [PermissionEntry],
    /// The number of active members who manage others: administrators or, in a practice, account
    /// managers.
    pub administrators: i64,
}

/// The values to set together with an action. Absent values stay unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// The complete new set of roles.
    pub roles: Option<BTreeSet<Role>>,
    /// The complete new set of permissions.
    pub permissions: Option<BTreeSet<Permission>>,
    /// The comment on the change.
    pub comment: Option<Comment>,
}

/// A decided change; only [`decide`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberChange {
    member: Member,
    action: MemberAction,
    status: MembershipStatus,
    verified: bool,
    disabled_reason: Option<DisabledReason>,
    rights: Rights,
    comment: Option<Comment>,
}

impl MemberChange {
    /// The member before the change.
    #[must_use]
    pub const fn before(&self) -> &Member {
        &self.member
    }

    /// The action taken.
    #[must_use]
    pub const fn action(&self) -> MemberAction {
        self.action
    }

    /// The new status of the membership.
    #[must_use]
    pub const fn status(&self) -> MembershipStatus {
        self.status
    }

    /// Whether the person is verified after the change.
    #[must_use]
    pub const fn verified(&self) -> bool {
        self.verified
    }

    /// Why the membership is disabled after the change, if it is.
    #[must_use]
    pub const fn disabled_reason(&self) -> Option<DisabledReason> {
        self.disabled_reason
    }

    /// The new rights.
    #[must_use]
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The comment on the change.
    #[must_use]
    pub const fn comment(&self) -> Option<&Comment> {
        self.comment.as_ref()
    }

    /// Whether the inactivity count restarts (domain rule R-178).
    #[must_use]
    pub const fn is_enabled_anew(&self) -> bool {
        matches!(self.action, MemberAction::VerifyAccount | MemberAction::EnableUser)
    }

    /// Whether the change grants a top right, so that the caller must have proven their identity shortly
    /// before (decision D-09).
    #[must_use]
    pub fn needs_step_up(&self, kind: OrganizationKind) -> bool {
        self.rights.gain_top_right(&self.member.rights, kind)
    }

    /// Whether the change makes the member an administrator, which the other administrators are
    /// notified of.
    #[must_use]
    pub fn makes_administrator(&self, kind: OrganizationKind) -> bool {
        self.rights.administer(kind) && !self.member.rights.administer(kind)
    }
}

const fn is_switched_on(status: MembershipStatus) -> bool {
    matches!(status, MembershipStatus::Active | MembershipStatus::Unverified)
}

/// The status after the action, or why the current status does not allow it.
fn transition(
    action: MemberAction,
    circumstances: &Circumstances<'_>,
    member: &Member,
) -> Result<MembershipStatus, MemberRefusal> {
    use MembershipStatus::{Active, Disabled, Invited, Revoked, Unverified, VerificationPending};
    let locked = member.lock.is_some();
    let policy = circumstances.policy;
    match (action, member.status) {
        (MemberAction::VerifyAccount | MemberAction::EnableUser, VerificationPending) => Ok(Unverified),
        (MemberAction::EnableUser, Disabled)
            if member.was_active && !policy.reenable_requires_registration =>
        {
            Ok(Active)
        }
        (MemberAction::EnableUser, Disabled) => Ok(Unverified),
        (MemberAction::EnableUser, status) if is_switched_on(status) && locked => {
            Err(MemberRefusal::UsePasswordReset)
        }
        (MemberAction::DisableUser, VerificationPending | Unverified | Active) => Ok(Disabled),
        (MemberAction::RevokeUser, VerificationPending | Unverified | Active | Disabled) => Ok(Revoked),
        (MemberAction::MakeAdmin, status) if is_switched_on(status) => Ok(status),
        (MemberAction::UpdatePermissions, status) if status != Revoked => Ok(status),
        (MemberAction::SendRegistrationEmail, Unverified) if locked => Err(MemberRefusal::UsePasswordReset),
        (MemberAction::SendRegistrationEmail, Unverified) => Ok(Unverified),
        (MemberAction::SendPasswordResetEmail, Active) => Ok(Active),
        (MemberAction::SendPasswordResetEmail, Unverified) if locked => Ok(Unverified),
        (MemberAction::SendPasswordResetEmail, Unverified | VerificationPending | Invited) => {
            Err(MemberRefusal::RegistrationIncomplete)
        }
        (MemberAction::SendPasswordResetEmail, Disabled) => Err(MemberRefusal::UserDisabled),
        (MemberAction::EndSessions, status) if member.used_the_portal() => Ok(status),
        _ => Err(MemberRefusal::InvalidTransition),
    }
}

/// Whether organizations of that kind have the action.
///
/// Practices do not have Revoke User and Make Admin (ambiguity A-29).
#[must_use]
pub const fn is_offered(action: MemberAction, kind: OrganizationKind) -> bool {
    match action {
        MemberAction::RevokeUser | MemberAction::MakeAdmin => !matches!(kind, OrganizationKind::TinPractice),
        _ => true,
    }
}

fn rights_after(action: MemberAction, member: &Member, update: &Update) -> Rights {
    let mut rights = member.rights.clone();
    if let Some(roles) = &update.roles {
        rights.roles.clone_from(roles);
    }
    if let Some(permissions) = &update.permissions {
        rights.permissions.clone_from(permissions);
    }
    if action == MemberAction::MakeAdmin {
        rights.roles.insert(Role::OrganizationAdministrator);
    }
    rights
}

/// Every reason to refuse doing `action` to `member` with `update`; empty if it is allowed.
#[must_use]
pub fn examine(
    action: MemberAction,
    circumstances: &Circumstances<'_>,
    member: &Member,
    update: &Update,
) -> Vec<MemberRefusal> {
    let organization = circumstances.organization;
    let kind = organization.kind;
    let mut refusals = BTreeSet::new();
    if !is_offered(action, kind) {
        refusals.insert(MemberRefusal::ActionNotOffered);
    }
    let status = transition(action, circumstances, member);
    if let Err(refusal) = status {
        refusals.insert(refusal);
    }
    if action == MemberAction::MakeAdmin && member.rights.administer(kind) {
        refusals.insert(MemberRefusal::AlreadyHasRole);
    }
    let after = rights_after(action, member, update);
    let grantable = delegation::grantable(circumstances.actor, organization);
    if !may_confer(&grantable, &member.rights, &after) {
        refusals.insert(MemberRefusal::BeyondAuthority);
    }
    let own = circumstances.actor.user == member.user;
    let lets_in = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
    if own && (after != member.rights || lets_in || action == MemberAction::EndSessions) {
        refusals.insert(MemberRefusal::OwnRights);
    }
    let staff = circumstances.actor.serves(&[PlatformRole::PlanStaff], organization.plan);
    if kind == OrganizationKind::TinPractice && lets_in && circumstances.administrators == 0 && !staff {
        refusals.insert(MemberRefusal::PlanStaffRequired);
    }
    refusals.extend(violations_of_new_rights(circumstances, &member.rights, &after));
    let stays = status.is_ok_and(|status| status == MembershipStatus::Active) && after.administer(kind);
    let counts = member.status == MembershipStatus::Active && member.rights.administer(kind);
    if counts && status.is_ok() && !stays && circumstances.administrators <= 1 {
        refusals.insert(match kind {
            OrganizationKind::TinPractice => MemberRefusal::LastAccountManager,
            _ => MemberRefusal::LastAdministrator,
        });
    }
    refusals.into_iter().collect()
}

fn violations_of_new_rights(
    circumstances: &Circumstances<'_>,
    before: &Rights,
    after: &Rights,
) -> Vec<MemberRefusal> {
    let offered = delegation::roles_of(circumstances.organization.kind);
    let mut violations = Vec::new();
    for role in after.roles.difference(&before.roles) {
        if *role == Role::CaAdminManager {
            violations.push(MemberRefusal::RoleRequiresInvitation);
        } else if !offered.contains(role) {
            violations.push(MemberRefusal::RoleNotOffered);
        }
    }
    if after.permissions.difference(&before.permissions).any(|new| !offers(circumstances.offered, *new)) {
        violations.push(MemberRefusal::PermissionNotOffered);
    }
    violations
}

/// Decides to do `action` to `member`, or returns every refusal.
pub fn decide(
    action: MemberAction,
    circumstances: &Circumstances<'_>,
    member: Member,
    update: Update,
) -> Result<MemberChange, Vec<MemberRefusal>> {
    let refusals = examine(action, circumstances, &member, &update);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let status = transition(action, circumstances, &member).map_err(|refusal| vec![refusal])?;
    let disabled_reason = (status == MembershipStatus::Disabled).then(|| {
        if let (MembershipStatus::Disabled, Some(reason)) = (member.status, member.disabled_reason) {
            reason
        } else if member.status == MembershipStatus::VerificationPending {
            DisabledReason::Rejected
        } else if circumstances.actor.membership_in(circumstances.organization.id).is_some() {
            DisabledReason::ByAccountManager
        } else {
            DisabledReason::Staff
        }
    });
    let lets_in = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
    Ok(MemberChange {
        status,
        verified: member.verified || lets_in,
        disabled_reason,
        rights: rights_after(action, &member, &update),
        comment: update.comment,
        action,
        member,
    })
}

/// The actions that the current status allows, for a response that refuses another one.
#[must_use]
pub fn allowed(circumstances: &Circumstances<'_>, member: &Member) -> Vec<MemberAction> {
    let possible = |action: &&MemberAction| {
        is_offered(**action, circumstances.organization.kind)
            && transition(**action, circumstances, member).is_ok()
    };
    MemberAction::ALL.iter().filter(possible).copied().collect()
}

/// The status after the user completes registration through the link (domain rule R-177); `None` if
/// the current status does not allow it.
#[must_use]
pub const fn complete_registration(status: MembershipStatus) -> Option<MembershipStatus> {
    match status {
        MembershipStatus::Unverified => Some(MembershipStatus::Active),
        _ => None,
    }
}

/// A plan's policy for members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberPolicy {
    /// Calendar days without a sign-in after which an active member is disabled (domain rule
    /// R-178); absent for never.
    #[serde(default)]
    pub disable_after_days: Option<u32>,
    /// Calendar days without a sign-in after which a login is locked (ambiguity A-23); absent for
    /// never.
    #[serde(default)]
    pub lock_after_days: Option<u32>,
    /// Whether a member who was active before must register again after being enabled (ambiguity
    ///
    pub reenable_requires_registration: bool,
    /// The maximum length of a comment in characters (domain rule R-184).
    pub comment_max: usize,
    /// Whether members are notified by email when they are enabled, disabled, or removed (N-10).
    pub mail_on_status_change: bool,
    /// Whether the email about a new registration has a button that enables the user (domain rule
    ///
    pub enable_link_in_mail: bool,
}

#[cfg(test)]
#[path = "member_tests.rs"]
mod tests;
