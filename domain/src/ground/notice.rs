//! In-app notices: one message to one user, usually about an application.

use crate::ground::id::ApplicationId;
use crate::ground::id::OrganizationId;
use crate::ground::id::ReassignmentId;
use crate::ground::id::UserId;
use crate::vocabulary;
vocabulary! {
    /// The event that a notice reports.
    pub enum NotificationKind {
        /// An application is now assigned to the recipient (N-05).
        ApplicationReassignedToYou = "application_reassigned_to_you",
        /// An application is inactive and will be withdrawn unless someone works on it (N-02).
        AutoWithdrawalWarning = "auto_withdrawal_warning",
        /// An application was withdrawn for inactivity (N-03).
        ApplicationWithdrawn = "application_withdrawn",
        /// An automatically withdrawn application was restored.
        ApplicationRestored = "application_restored",
        /// The department returned an application for correction (N-04).
        ApplicationReturned = "application_returned",
        /// The department approved an application (N-05).
        ApplicationApproved = "application_approved",
        /// The department denied an application (N-05).
        ApplicationDenied = "application_denied",
        /// The virus scanner found a virus in a document of an application.
        DocumentInfected = "document_infected",
        /// Another organization consented to a link with the recipient's group (domain rule R-202).
        LinkConsentGiven = "link_consent_given",
        /// A consent of the recipient's organization was used (domain rule R-202).
        LinkConsentUsed = "link_consent_used",
    }
}

/// A recipient of notices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    /// The user.
    pub user: UserId,
    /// Their name, "First Last".
    pub name: String,
}

/// A notice to post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The recipient.
    pub recipient: UserId,
    /// The recipient's name when the notice is posted.
    pub recipient_name: String,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application it is about; `None` if it is about none that the recipient can see.
    pub application: Option<ApplicationId>,
    /// The reassignment that caused the notice, or that made this user the recipient instead of the
    /// previous agent (domain rule R-027).
    pub reassignment: Option<ReassignmentId>,
    /// The event.
    pub kind: NotificationKind,
    /// For a warning, its threshold in days of inactivity.
    pub threshold_days: Option<u32>,
    /// The displayed text.
    pub text: String,
    /// Identifies an event that can happen only once. A second notice with the same key is not
    /// posted.
    pub dedupe_key: Option<String>,
}
