//! Credentialing applications: types, statuses, and the facts that rules about them need.

use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::id::{ApplicationId, MembershipId};
use crate::{Instant, vocabulary};

vocabulary! {
    /// How an application was withdrawn.
    pub enum WithdrawalKind {
        /// For inactivity (domain rule R-060).
        Automatic = "automatic",
        /// By the person who started it (domain rule R-065).
        Manual = "manual",
    }
}

vocabulary! {
    /// What happened to an application.
    pub enum HistoryAction {
        /// It was taken over from elsewhere.
        Imported = "imported",
        /// Some of its screens were saved.
        Saved = "saved",
        /// A document was added.
        DocumentAdded = "document_added",
        /// A document was removed.
        DocumentRemoved = "document_removed",
        /// It was filed.
        Submitted = "submitted",
        /// It was filed again after it had been returned.
        Resubmitted = "resubmitted",
        /// The department took it into review.
        ReviewStarted = "review_started",
        /// The department returned it for correction.
        Returned = "returned",
        /// The department approved it.
        Approved = "approved",
        /// The department denied it.
        Denied = "denied",
        /// Its initiator withdrew it.
        Withdrawn = "withdrawn",
        /// It was withdrawn for inactivity.
        WithdrawnAutomatically = "withdrawn_automatically",
        /// An operator took its automatic withdrawal back.
        Restored = "restored",
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
