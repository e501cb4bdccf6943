//! Credentialing applications: types, statuses, and the facts that rules about them need.

use crate::id::{ApplicationId, MembershipId};
use crate::{Instant, vocabulary};

vocabulary! {
    /// What an application asks for (domain rule R-063: all eight are subject to automatic withdrawal, and all eight
    /// may be reassigned). `application` and `new_enrollment` are accepted for `enrollment`, `reappointment` for `reapplication`.
    pub enum ApplicationType {
        /// A new enrollment.
        #[serde(alias = "application", alias = "new_enrollment")]
        Enrollment = "enrollment",
        /// A change to an enrolled provider's data.
        Maintenance = "maintenance",
        /// The five-yearly re-proof of a provider's data.
        Revalidation = "revalidation",
        /// A new application after an earlier one ended.
        #[serde(alias = "reappointment")]
        Reapplication = "reapplication",
        /// Bringing an inactive Medicaid ID back.
        Reinstatement = "reinstatement",
        /// A change of ownership.
        ChangeOfOwnership = "change_of_ownership",
        /// Ending participation.
        VoluntaryTermination = "voluntary_termination",
        /// A temporary substitute.
        LocumTenens = "locum_tenens",
    }
}

vocabulary! {
    /// Where an application stands (domain section 4.1).
    pub enum ApplicationStatus {
        /// Being prepared.
        InProgress = "in_progress",
        /// Filed, waiting for review.
        Submitted = "submitted",
        /// Sent back for correction (RTP).
        ReturnedToProvider = "returned_to_provider",
        /// Under review by the Department for Medicaid Services.
        DmsReviewInProgress = "dms_review_in_progress",
        /// Approved; final.
        Approved = "approved",
        /// Denied; final.
        Denied = "denied",
        /// Withdrawn by its initiator or for inactivity; final.
        Withdrawn = "withdrawn",
    }
}

impl ApplicationStatus {
    /// The four statuses in which an application may move to another agent (domain rule R-020).
    pub const REASSIGNABLE: [Self; 4] =
        [Self::InProgress, Self::Submitted, Self::ReturnedToProvider, Self::DmsReviewInProgress];

    /// Whether the application may move to another agent (domain rule R-020).
    #[must_use]
    pub fn is_reassignable(self) -> bool {
        Self::REASSIGNABLE.contains(&self)
    }

    /// Whether inactivity withdraws the application (domain rules ).
    #[must_use]
    pub const fn is_auto_withdrawable(self) -> bool {
        matches!(self, Self::InProgress | Self::ReturnedToProvider)
    }
}

vocabulary! {
    /// What happened to an application.
    pub enum HistoryAction {
        /// It was started.
        Started = "started",
        /// It moved to another agent.
        Reassigned = "reassigned",
        /// A reassignment was reverted and it moved back.
        ReassignmentReverted = "reassignment_reverted",
    }
}

/// The facts about one application that the work-assignment rules need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkItem {
    /// Its id.
    pub id: ApplicationId,
    /// Its application number, such as `APP0543`; a leading zero matters.
    pub number: String,
    /// The provider it is for, as displayed.
    pub provider_name: String,
    /// What it asks for.
    pub application_type: ApplicationType,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// The agent who works on it.
    pub assigned_to: MembershipId,
    /// The last change by a person; reading, notices and (by default) reassignment are none (domain rule R-064).
    pub last_activity_at: Instant,
    /// Counts every change of the row.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_020_exactly_the_four_open_statuses_may_move() {
        let movable: Vec<_> = ApplicationStatus::ALL
            .iter()
            .filter(|status| status.is_reassignable())
            .map(|s| s.as_str())
            .collect();
        assert_eq!(movable, ["in_progress", "submitted", "returned_to_provider", "dms_review_in_progress"]);
    }

    #[test]
    fn r_060_r_061_only_two_statuses_are_withdrawn_for_inactivity() {
        let withdrawable: Vec<_> =
            ApplicationStatus::ALL.iter().filter(|s| s.is_auto_withdrawable()).map(|s| s.as_str()).collect();
        assert_eq!(withdrawable, ["in_progress", "returned_to_provider"]);
    }
}
