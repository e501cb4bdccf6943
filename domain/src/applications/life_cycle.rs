//! The life cycle of an application and who may change its status (domain section 4.1; rules R-060,
//!
//!
//! [`Transition::from`] is the complete state machine. [`judge`] returns every reason why a user
//! may not take an action; the write path and `actions[]` in responses use it.

use chrono::Duration;

use crate::applications::application::WithdrawalKind;
use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::visibility::ApplicationOwnership;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::identity::user::PlatformRole;
use crate::organizations::actor::Actor;
use crate::organizations::membership::Role;
use crate::{Instant, vocabulary};

/// A transition from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// The agent submits it, for the first time or again.
    Submit,
    /// The department takes it into review.
    StartReview,
    /// The department returns it for correction.
    Return,
    /// The department approves it.
    Approve,
    /// The department denies it.
    Deny,
    /// Its initiator withdraws it, or its assigned agent if the plan allows that.
    Withdraw,
    /// It is withdrawn for inactivity.
    WithdrawAutomatically,
    /// An operator restores it to its status before the automatic withdrawal.
    Restore(ApplicationStatus),
}

/// The status does not allow a transition, or a change within the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTransition {
    /// The current status.
    pub from: ApplicationStatus,
    /// The requested status; `None` for a change that keeps the status.
    pub to: Option<ApplicationStatus>,
    /// The possible next statuses.
    pub allowed: Vec<ApplicationStatus>,
}

impl Transition {
    /// The status after the transition.
    #[must_use]
    pub const fn to(self) -> ApplicationStatus {
        match self {
            Self::Submit => ApplicationStatus::Submitted,
            Self::StartReview => ApplicationStatus::DmsReviewInProgress,
            Self::Return => ApplicationStatus::ReturnedToProvider,
            Self::Approve => ApplicationStatus::Approved,
            Self::Deny => ApplicationStatus::Denied,
            Self::Withdraw | Self::WithdrawAutomatically => ApplicationStatus::Withdrawn,
            Self::Restore(before) => before,
        }
    }

    /// The status after the transition, if `from` allows it.
    pub fn from(self, from: ApplicationStatus) -> Result<ApplicationStatus, InvalidTransition> {
        use ApplicationStatus::{DmsReviewInProgress, InProgress, ReturnedToProvider, Submitted, Withdrawn};
        let allowed = match self {
            Self::Submit | Self::WithdrawAutomatically => matches!(from, InProgress | ReturnedToProvider),
            Self::StartReview => from == Submitted,
            Self::Return => matches!(from, Submitted | DmsReviewInProgress),
            Self::Approve | Self::Deny => from == DmsReviewInProgress,
            Self::Withdraw => from == ReturnedToProvider,
            Self::Restore(before) => from == Withdrawn && before.is_auto_withdrawable(),
        };
        if allowed {
            Ok(self.to())
        } else {
            Err(InvalidTransition { from, to: Some(self.to()), allowed: next_statuses(from) })
        }
    }
}

/// The possible next statuses, through users or inactivity; empty for a final status.
///
/// The restoration of a withdrawn application by an operator is not included.
#[must_use]
pub fn next_statuses(from: ApplicationStatus) -> Vec<ApplicationStatus> {
    match from {
        ApplicationStatus::InProgress | ApplicationStatus::ReturnedToProvider => {
            vec![ApplicationStatus::Submitted, ApplicationStatus::Withdrawn]
        }
        ApplicationStatus::Submitted => {
            vec![ApplicationStatus::ReturnedToProvider, ApplicationStatus::DmsReviewInProgress]
        }
        ApplicationStatus::DmsReviewInProgress => {
            vec![
                ApplicationStatus::ReturnedToProvider,
                ApplicationStatus::Approved,
                ApplicationStatus::Denied,
            ]
        }
        ApplicationStatus::Approved | ApplicationStatus::Denied | ApplicationStatus::Withdrawn => vec![],
    }
}

/// Whether an open revalidation of the same Medicaid ID prevents submission.
///
/// This applies to a revalidation in any open status and however early (domain rule R-073;
/// ambiguity A-18).
#[must_use]
pub const fn waits_for_revalidation(application_type: ApplicationType, status: ApplicationStatus) -> bool {
    matches!(application_type, ApplicationType::Maintenance) && status.is_editable()
}

vocabulary! {
    /// An action on an application.
    pub enum ApplicationAction {
        /// Save its screens.
        Save = "save",
        /// Add a document.
        AddDocument = "add_document",
        /// Remove a document.
        RemoveDocument = "remove_document",
        /// Submit it.
        Submit = "submit",
        /// Withdraw it.
        Withdraw = "withdraw",
        /// Take it into review.
        StartReview = "start_review",
        /// Return it for correction.
        Return = "return",
        /// Approve it.
        Approve = "approve",
        /// Deny it.
        Deny = "deny",
        /// Restore it after an automatic withdrawal.
        Restore = "restore",
    }
}

impl ApplicationAction {
    /// The actions on an application itself, in the order of its life cycle. A document is removed
    /// by an action on the document.
    pub const ON_APPLICATION: [Self; 9] = [
        Self::Save,
        Self::AddDocument,
        Self::Submit,
        Self::Withdraw,
        Self::StartReview,
        Self::Return,
        Self::Approve,
        Self::Deny,
        Self::Restore,
    ];
}

vocabulary! {
    /// Why an action on an application is refused.
    pub enum ActionRefusal {
        /// The user lacks the role for the action.
        RoleRequired = "role_required",
        /// It is assigned to another agent.
        NotAssigned = "not_assigned",
        /// Another user started it, and the plan does not let this user withdraw it (domain rule
        ///
        NotInitiator = "not_initiator",
        /// The organization's agents have no access to the Medicaid ID (domain rule R-046).
        AccessNotGranted = "access_not_granted",
        /// Its status does not allow it.
        InvalidTransition = "invalid_transition",
        /// It was not withdrawn for inactivity, so it cannot be restored.
        NotWithdrawnAutomatically = "not_withdrawn_automatically",
        /// The time for restoring it has expired.
        RestorationExpired = "restoration_expired",
    }
}

/// Why a status does not allow an action, if it does not.
///
/// Always `None` for a restoration, which depends on more than the status; see [`judge`].
#[must_use]
pub fn status_refusal(action: ApplicationAction, from: ApplicationStatus) -> Option<InvalidTransition> {
    match action {
        ApplicationAction::Save | ApplicationAction::AddDocument | ApplicationAction::RemoveDocument => {
            let refused = InvalidTransition { from, to: None, allowed: next_statuses(from) };
            (!from.is_editable()).then_some(refused)
        }
        ApplicationAction::Submit => Transition::Submit.from(from).err(),
        ApplicationAction::Withdraw => Transition::Withdraw.from(from).err(),
        ApplicationAction::StartReview => Transition::StartReview.from(from).err(),
        ApplicationAction::Return => Transition::Return.from(from).err(),
        ApplicationAction::Approve => Transition::Approve.from(from).err(),
        ApplicationAction::Deny => Transition::Deny.from(from).err(),
        ApplicationAction::Restore => None,
    }
}

/// Every reason why `actor` may not do `action` now; empty if it is allowed.
#[must_use]
pub fn judge(
    actor: &Actor,
    application: &ApplicationOwnership,
    action: ApplicationAction,
    policy: &CredentialingPolicy,
    now: Instant,
) -> Vec<ActionRefusal> {
    let mut refusals = Vec::new();
    let mut refuse = |refused: bool, refusal| {
        if refused {
            refusals.push(refusal);
        }
    };
    let membership = actor.membership_in(application.organization);
    let is_assignee = membership.is_some_and(|membership| membership.id == application.assigned_to);
    let refused_by_status = status_refusal(action, application.status).is_some();
    match action {
        ApplicationAction::Save
        | ApplicationAction::AddDocument
        | ApplicationAction::RemoveDocument
        | ApplicationAction::Submit => {
            let is_agent = membership.is_some_and(|membership| membership.has_role(Role::CredentialingAgent));
            refuse(!is_agent, ActionRefusal::RoleRequired);
            refuse(is_agent && !is_assignee, ActionRefusal::NotAssigned);
            refuse(!application.agents_have_access, ActionRefusal::AccessNotGranted);
            refuse(refused_by_status, ActionRefusal::InvalidTransition);
        }
        ApplicationAction::Withdraw => {
            let may = actor.user == application.initiated_by || (policy.assignee_may_withdraw && is_assignee);
            refuse(membership.is_none(), ActionRefusal::RoleRequired);
            refuse(membership.is_some() && !may, ActionRefusal::NotInitiator);
            refuse(refused_by_status, ActionRefusal::InvalidTransition);
        }
        ApplicationAction::StartReview
        | ApplicationAction::Return
        | ApplicationAction::Approve
        | ApplicationAction::Deny => {
            refuse(
                !actor.serves(&[PlatformRole::DmsReviewer], application.plan),
                ActionRefusal::RoleRequired,
            );
            refuse(refused_by_status, ActionRefusal::InvalidTransition);
        }
        ApplicationAction::Restore => {
            refuse(!actor.is_operator(), ActionRefusal::RoleRequired);
            match application.withdrawal {
                Some((WithdrawalKind::Automatic, at)) => {
                    refuse(now >= restorable_until(at, policy), ActionRefusal::RestorationExpired);
                }
                _ => refuse(true, ActionRefusal::NotWithdrawnAutomatically),
            }
        }
    }
    refusals
}

/// When the time for restoring an automatically withdrawn application ends, exclusive (decision
/// D-17).
#[must_use]
pub fn restorable_until(withdrawn_at: Instant, policy: &CredentialingPolicy) -> Instant {
    withdrawn_at + Duration::days(i64::from(policy.restorable_days))
}

#[cfg(test)]
#[path = "life_cycle_tests.rs"]
mod tests;
