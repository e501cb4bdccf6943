//! How an application moves from status to status, and who may move it (domain section 4.1; rules ).
//!
//! [`Transition::from`] is the whole state machine; [`judge`] tells every reason why a person may not do something to an
//! application now, for the write path and for `actions[]` in answers.

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

/// What moves an application from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// It is filed, for the first time or again.
    Submit,
    /// The department takes it into review.
    StartReview,
    /// The department returns it for correction.
    Return,
    /// The department approves it.
    Approve,
    /// The department denies it.
    Deny,
    /// Its initiator withdraws it.
    Withdraw,
    /// It is withdrawn for inactivity.
    WithdrawAutomatically,
    /// An operator takes an automatic withdrawal back, to the status before it.
    Restore(ApplicationStatus),
}

/// A status does not allow a transition, or a change that leaves the status as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTransition {
    /// The present status.
    pub from: ApplicationStatus,
    /// The status it was to have; none where it was to keep its own.
    pub to: Option<ApplicationStatus>,
    /// The statuses it can have next.
    pub allowed: Vec<ApplicationStatus>,
}

impl Transition {
    /// The status it leads to.
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

    /// The status after it, if the present one allows it.
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

/// The statuses that persons and the passing of time can bring about next; none for a final one.
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

/// Whether an application that stands there cannot be filed while a revalidation of the same Medicaid ID is open, in whatever
/// status and however early (domain rule R-073; ambiguity A-18).
#[must_use]
pub const fn waits_for_revalidation(application_type: ApplicationType, status: ApplicationStatus) -> bool {
    matches!(application_type, ApplicationType::Maintenance) && status.is_editable()
}

vocabulary! {
    /// What a person can do to an application.
    pub enum ApplicationAction {
        /// Save its screens.
        Save = "save",
        /// Add a document.
        AddDocument = "add_document",
        /// Remove a document.
        RemoveDocument = "remove_document",
        /// File it.
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
        /// Take an automatic withdrawal back.
        Restore = "restore",
    }
}

vocabulary! {
    /// Why a person may not do something to an application.
    pub enum ActionRefusal {
        /// They lack the role for it.
        RoleRequired = "role_required",
        /// It is assigned to another agent.
        NotAssigned = "not_assigned",
        /// Somebody else started it (domain rule R-065).
        NotInitiator = "not_initiator",
        /// The organization's agents have no access to the Medicaid ID (domain rule R-046).
        AccessNotGranted = "access_not_granted",
        /// Its status does not allow it.
        InvalidTransition = "invalid_transition",
        /// It was not withdrawn for inactivity, so there is nothing to take back.
        NotWithdrawnAutomatically = "not_withdrawn_automatically",
        /// The withdrawal was too long ago.
        RestorationExpired = "restoration_expired",
    }
}

/// What a status has against an action, if anything. Whether an automatic withdrawal can be taken back is not a matter of the
/// status alone: [`judge`] tells.
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

/// Every reason why `actor` may not do `action` to the application now; empty when they may.
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
            refuse(!actor.is_any(&[PlatformRole::DmsReviewer]), ActionRefusal::RoleRequired);
            refuse(refused_by_status, ActionRefusal::InvalidTransition);
        }
        ApplicationAction::Restore => {
            refuse(!actor.is_any(&[PlatformRole::Operator]), ActionRefusal::RoleRequired);
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

/// Until when an automatic withdrawal may be taken back, exclusive (decision D-17).
#[must_use]
pub fn restorable_until(withdrawn_at: Instant, policy: &CredentialingPolicy) -> Instant {
    withdrawn_at + Duration::days(i64::from(policy.restorable_days))
}

#[cfg(test)]
#[path = "life_cycle_tests.rs"]
mod tests;
