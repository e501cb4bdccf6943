//! Credentialing applications: withdrawal kinds, history, and the facts that the work-assignment
//! rules need.

use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::id::{ApplicationId, MembershipId};
use crate::{Instant, vocabulary};

vocabulary! {
    /// The kind of a withdrawal.
    pub enum WithdrawalKind {
        /// Automatic, because of inactivity (domain rule R-060).
        Automatic = "automatic",
        /// By the user who started the application (domain rule R-065).
        Manual = "manual",
    }
}

vocabulary! {
    /// An event in an application's history.
    pub enum HistoryAction {
        /// It was imported.
        Imported = "imported",
        /// Some of its screens were saved.
        Saved = "saved",
        /// A document was added.
        DocumentAdded = "document_added",
        /// A document was removed.
        DocumentRemoved = "document_removed",
        /// It was submitted.
        Submitted = "submitted",
        /// It was submitted again after a return.
        Resubmitted = "resubmitted",
        /// The department took it into review.
        ReviewStarted = "review_started",
        /// The department returned it for correction.
        Returned = "returned",
        /// The department approved it.
        Approved = "approved",
        /// The department denied it.
        Denied = "denied",
        /// A user withdrew it.
        Withdrawn = "withdrawn",
        /// It was withdrawn for inactivity.
        WithdrawnAutomatically = "withdrawn_automatically",
        /// An operator restored it after an automatic withdrawal.
        Restored = "restored",
        /// It was started.
        Started = "started",
        /// It was reassigned to another agent.
        Reassigned = "reassigned",
        /// Its reassignment was reverted.
        ReassignmentReverted = "reassignment_reverted",
    }
}

impl HistoryAction {
    /// Whether the action counts as work on an application in the portal. Imports do not correct
    /// applications that were worked on.
    #[must_use]
    pub const fn counts_as_work(self) -> bool {
        match self {
            Self::Imported | Self::Started | Self::Reassigned | Self::ReassignmentReverted => false,
            Self::Saved
            | Self::DocumentAdded
            | Self::DocumentRemoved
            | Self::Submitted
            | Self::Resubmitted
            | Self::ReviewStarted
            | Self::Returned
            | Self::Approved
            | Self::Denied
            | Self::Withdrawn
            | Self::WithdrawnAutomatically
            | Self::Restored => true,
        }
    }
}

/// The facts about one application that the work-assignment rules need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkItem {
    /// Its id.
    pub id: ApplicationId,
    /// The application number, such as `APP0543`. Leading zeros are significant.
    pub number: String,
    /// The provider it is for, as displayed.
    pub provider_name: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// The status.
    pub status: ApplicationStatus,
    /// The assigned agent.
    pub assigned_to: MembershipId,
    /// The last change by a person. Reading, notices, and (by default) reassignments do not count
    /// (domain rule R-064).
    pub last_activity_at: Instant,
    /// Incremented on every change of the row.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starting_importing_and_reassigning_do_not_count_as_work() {
        let no_work: Vec<_> =
            HistoryAction::ALL.iter().copied().filter(|action| !action.counts_as_work()).collect();
        let expected = [
            HistoryAction::Imported,
            HistoryAction::Started,
            HistoryAction::Reassigned,
            HistoryAction::ReassignmentReverted,
        ];
        assert_eq!(no_work, expected);
    }
}
