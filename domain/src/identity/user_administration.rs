//! What operators may do to users: contain a login that was hijacked or whose owner left, and give
//! it back (domain rule R-209).

use std::collections::BTreeSet;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::ground::id::{MfaMethodId, UserId};
use crate::ground::mail::{OutgoingMail, SecurityMatter};
use crate::identity::security_notice::security_notice;
use crate::identity::user::{HeldRole, LockReason, PlatformRole};
use crate::{Instant, vocabulary};

vocabulary! {
    /// Whether a user can sign in.
    pub enum UserState {
        /// The user can sign in.
        Active = "active",
        /// The login is locked.
        Locked = "locked",
        /// The user is disabled in every organization and on the platform.
        Disabled = "disabled",
    }
}

vocabulary! {
    /// An action on a user.
    pub enum UserAction {
        /// Lock the login.
        Lock = "lock",
        /// Unlock the login.
        Unlock = "unlock",
        /// Disable the user everywhere.
        Disable = "disable",
        /// Enable the user again.
        Enable = "enable",
        /// Grant a platform role.
        GrantRole = "grant_role",
        /// Revoke a platform role.
        RevokeRole = "revoke_role",
        /// End all sessions.
        EndSessions = "end_sessions",
        /// Change the email address.
        SetEmail = "set_email",
        /// Remove all second factors.
        RemoveFactors = "remove_factors",
    }
}

vocabulary! {
    /// Why an action on a user is refused.
    pub enum UserRefusal {
        /// Operators do not act on their own login this way.
        OwnUser = "own_user",
        /// No other operator could sign in afterward.
        LastOperator = "last_operator",
        /// The user's state does not allow it.
        InvalidTransition = "invalid_transition",
        /// The user already has the role.
        AlreadyHasRole = "already_has_role",
        /// The user does not have the role.
        RoleNotHeld = "role_not_held",
        /// Operators act for all plans, not for one.
        RoleForAllPlans = "role_for_all_plans",
        /// The user already has this address.
        SameEmail = "same_email",
        /// The user has no second factor.
        NoFactor = "no_factor",
    }
}

/// An action on a user, with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// Lock the login.
    Lock,
    /// Unlock the login.
    Unlock,
    /// Disable the user everywhere.
    Disable,
    /// Enable the user again.
    Enable,
    /// Grant a platform role, for one plan or for all plans.
    GrantRole(HeldRole),
    /// Revoke a platform role: for one plan, or wherever the user holds it.
    RevokeRole(HeldRole),
    /// End all sessions.
    EndSessions,
    /// Change the email address.
    SetEmail(EmailAddress),
    /// Remove all second factors.
    RemoveFactors,
}

impl UserChange {
    /// Whether the change grants top rights or removes protection of a login, so that the operator
    /// must have proven their identity shortly before (decision D-09).
    #[must_use]
    pub const fn needs_step_up(&self) -> bool {
        match self {
            Self::GrantRole(_) | Self::SetEmail(_) | Self::RemoveFactors => true,
            Self::Lock
            | Self::Unlock
            | Self::Disable
            | Self::Enable
            | Self::RevokeRole(_)
            | Self::EndSessions => false,
        }
    }
}

/// A user, as operators see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedUser {
    /// The user.
    pub id: UserId,
    /// The name, "First Last".
    pub name: String,
    /// The email address.
    pub email: EmailAddress,
    /// The reason the login is locked; `None` if it is not.
    pub lock: Option<LockReason>,
    /// Whether the user is disabled everywhere.
    pub disabled: bool,
    /// The platform roles, each for one plan or for all plans.
    pub roles: BTreeSet<HeldRole>,
    /// The second factors, including those not yet confirmed.
    pub factors: Vec<MfaMethodId>,
    /// Whether a password was ever set. Without one, the user cannot sign in.
    pub has_password: bool,
}

impl ManagedUser {
    /// Whether the user can sign in. `Disabled` takes precedence over `Locked`.
    #[must_use]
    pub const fn state(&self) -> UserState {
        match (self.disabled, self.lock) {
            (true, _) => UserState::Disabled,
            (false, Some(_)) => UserState::Locked,
            (false, None) => UserState::Active,
        }
    }

    /// Whether the user is an operator who can sign in.
    #[must_use]
    pub fn is_acting_operator(&self) -> bool {
        self.state() == UserState::Active && self.has_password && self.holds(PlatformRole::Operator)
    }

    /// Whether the user holds the role for any plan.
    #[must_use]
    pub fn holds(&self, role: PlatformRole) -> bool {
        self.roles.iter().any(|held| held.role == role)
    }
}

/// The facts of a decision.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The operator; `None` on the command line.
    pub actor: Option<UserId>,
    /// The user.
    pub user: &'a ManagedUser,
    /// The number of other operators who can sign in.
    pub other_operators: usize,
}

/// Every reason against the change; empty if it is allowed.
#[must_use]
pub fn examine(circumstances: &Circumstances<'_>, change: &UserChange) -> Vec<UserRefusal> {
    let user = circumstances.user;
    let takes_operator_away = match change {
        UserChange::Lock
        | UserChange::Disable
        | UserChange::RevokeRole(HeldRole { role: PlatformRole::Operator, .. }) => user.is_acting_operator(),
        _ => false,
    };
    let state = match change {
        UserChange::Lock => (user.lock == Some(LockReason::Staff)).then_some(UserRefusal::InvalidTransition),
        UserChange::Unlock => user.lock.is_none().then_some(UserRefusal::InvalidTransition),
        UserChange::Disable => user.disabled.then_some(UserRefusal::InvalidTransition),
        UserChange::Enable => (!user.disabled).then_some(UserRefusal::InvalidTransition),
        UserChange::GrantRole(HeldRole { role: PlatformRole::Operator, plan: Some(_) })
        | UserChange::RevokeRole(HeldRole { role: PlatformRole::Operator, plan: Some(_) }) => {
            Some(UserRefusal::RoleForAllPlans)
        }
        UserChange::GrantRole(new) => {
            user.roles.iter().any(|held| held.covers(*new)).then_some(UserRefusal::AlreadyHasRole)
        }
        UserChange::RevokeRole(revoked) => {
            (!user.roles.iter().any(|held| revoked.covers(*held))).then_some(UserRefusal::RoleNotHeld)
        }
        UserChange::SetEmail(email) => (email.key() == user.email.key()).then_some(UserRefusal::SameEmail),
        UserChange::RemoveFactors => user.factors.is_empty().then_some(UserRefusal::NoFactor),
        UserChange::EndSessions => None,
    };
    let own = (circumstances.actor == Some(user.id)).then_some(UserRefusal::OwnUser);
    let last =
        (takes_operator_away && circumstances.other_operators == 0).then_some(UserRefusal::LastOperator);
    [own, last, state].into_iter().flatten().collect()
}

/// Every action with the reasons against it. Values that the request gives are not examined.
#[must_use]
pub fn obstacles(circumstances: &Circumstances<'_>) -> Vec<(UserAction, Vec<UserRefusal>)> {
    let own = circumstances.actor == Some(circumstances.user.id);
    let of = |action: &UserAction| {
        let refusals = match action {
            UserAction::Lock => examine(circumstances, &UserChange::Lock),
            UserAction::Unlock => examine(circumstances, &UserChange::Unlock),
            UserAction::Disable => examine(circumstances, &UserChange::Disable),
            UserAction::Enable => examine(circumstances, &UserChange::Enable),
            UserAction::EndSessions => examine(circumstances, &UserChange::EndSessions),
            UserAction::RemoveFactors => examine(circumstances, &UserChange::RemoveFactors),
            UserAction::RevokeRole if circumstances.user.roles.is_empty() => {
                own.then_some(UserRefusal::OwnUser).into_iter().chain([UserRefusal::RoleNotHeld]).collect()
            }
            UserAction::GrantRole | UserAction::RevokeRole | UserAction::SetEmail => {
                own.then_some(UserRefusal::OwnUser).into_iter().collect()
            }
        };
        (*action, refusals)
    };
    UserAction::ALL.iter().map(of).collect()
}

/// The actions that are allowed now.
#[must_use]
pub fn allowed(circumstances: &Circumstances<'_>) -> Vec<UserAction> {
    obstacles(circumstances)
        .into_iter()
        .filter(|(_, refusals)| refusals.is_empty())
        .map(|(action, _)| action)
        .collect()
}

/// An allowed change. Only [`decide`] creates one.
#[derive(Clone)]
pub struct UserDecision {
    user: UserId,
    change: UserChange,
    needs_new_password: bool,
    effects: Effects,
}

impl UserDecision {
    /// The user.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The change.
    #[must_use]
    pub const fn change(&self) -> &UserChange {
        &self.change
    }

    /// Whether the password stops working, because others may know it. The user sets a new one
    /// through a password reset.
    #[must_use]
    pub const fn needs_new_password(&self) -> bool {
        self.needs_new_password
    }

    /// Whether all sessions and trusted devices of the user end. Requests of a locked or disabled user
    /// are refused without it, so that the sessions end only when the login is given back.
    // Ending them before would deadlock with operators who act on each other at the same time: each
    // transaction holds its own session.
    #[must_use]
    pub const fn ends_sessions(&self) -> bool {
        match self.change {
            UserChange::Unlock
            | UserChange::Enable
            | UserChange::EndSessions
            | UserChange::SetEmail(_)
            | UserChange::RemoveFactors => true,
            UserChange::Lock | UserChange::Disable | UserChange::GrantRole(_) | UserChange::RevokeRole(_) => {
                false
            }
        }
    }

    /// The effects: the audit event with the reason, and the mails to the user.
    #[must_use]
    pub const fn effects(&self) -> &Effects {
        &self.effects
    }
}

/// Decides on a change, for this reason, or returns every refusal.
///
/// A login that staff locked or disabled needs a new password afterward, because its old one may
/// have been stolen.
pub fn decide(
    circumstances: &Circumstances<'_>,
    change: UserChange,
    reason: &str,
    now: Instant,
) -> Result<UserDecision, Vec<UserRefusal>> {
    let refusals = examine(circumstances, &change);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let user = circumstances.user;
    let needs_new_password = user.has_password
        && match change {
            UserChange::Unlock => user.lock == Some(LockReason::Staff),
            UserChange::Enable => true,
            _ => false,
        };
    let event = event(user, &change).with("reason", Detail::text(reason));
    let effects = Effects::recorded_as(event).mailing(mails(user, &change, now));
    Ok(UserDecision { user: user.id, change, needs_new_password, effects })
}

fn event(user: &ManagedUser, change: &UserChange) -> AuditEvent {
    let bare = |action| AuditEvent::bare(None, action, user.id);
    match change {
        UserChange::Lock => bare(AuditAction::UserLocked),
        UserChange::Unlock => bare(AuditAction::UserUnlocked),
        UserChange::Disable => bare(AuditAction::UserDisabled),
        UserChange::Enable => bare(AuditAction::UserEnabled),
        UserChange::GrantRole(held) => of_role(bare(AuditAction::PlatformRoleGranted), *held),
        UserChange::RevokeRole(held) => of_role(bare(AuditAction::PlatformRoleRevoked), *held),
        UserChange::EndSessions => bare(AuditAction::UserSessionsEnded),
        UserChange::SetEmail(_) => bare(AuditAction::UserEmailChanged),
        UserChange::RemoveFactors => {
            let factors = user.factors.iter().map(ToString::to_string).collect();
            bare(AuditAction::MfaMethodRemoved).with("methods", Detail::List(factors))
        }
    }
}

/// The event with the role, and with its plan unless it is for all plans.
fn of_role(event: AuditEvent, held: HeldRole) -> AuditEvent {
    let event = event.with("role", Detail::text(held.role));
    match held.plan {
        None => event,
        Some(plan) => event.with("plan", Detail::text(plan)),
    }
}

fn mails(user: &ManagedUser, change: &UserChange, now: Instant) -> Vec<OutgoingMail> {
    let notice = |matter, to: &EmailAddress| {
        let epoch = format!("{}|{}", now.timestamp_micros(), to.key());
        security_notice(user.id, &user.name, to.clone(), matter, epoch)
    };
    match change {
        // A user who is both locked and disabled cannot sign in yet.
        UserChange::Unlock if user.disabled => vec![],
        UserChange::Enable if user.lock.is_some() => vec![],
        UserChange::Unlock | UserChange::Enable => vec![notice(SecurityMatter::AccessRestored, &user.email)],
        UserChange::RemoveFactors => vec![notice(SecurityMatter::MfaMethodRemoved, &user.email)],
        UserChange::SetEmail(email) => {
            [&user.email, email].map(|to| notice(SecurityMatter::EmailChanged, to)).into()
        }
        UserChange::Lock
        | UserChange::Disable
        | UserChange::EndSessions
        | UserChange::GrantRole(_)
        | UserChange::RevokeRole(_) => vec![],
    }
}

#[cfg(test)]
#[path = "user_administration_tests.rs"]
mod tests;
