//! In-app notices: who hears about which event, as data (domain section 7).

use crate::id::{ApplicationId, OrganizationId, ReassignmentId, UserId};
use crate::vocabulary;

vocabulary! {
    /// What a notice is about.
    pub enum NotificationKind {
        /// An application is now assigned to the reader (N-05).
        ApplicationReassignedToYou = "application_reassigned_to_you",
    }
}

/// A notice to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who gets it.
    pub recipient: UserId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application it is about.
    pub application: ApplicationId,
    /// The reassignment that caused it.
    pub reassignment: ReassignmentId,
    /// What it is about.
    pub kind: NotificationKind,
    /// The sentence to show.
    pub text: String,
}
