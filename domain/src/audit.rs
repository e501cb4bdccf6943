//! The closed vocabulary of what can be recorded in the audit trail (domain rule R-203).

use crate::id::OrganizationId;
use crate::vocabulary;

vocabulary! {
    /// What was done.
    pub enum AuditAction {
        /// Applications moved from one agent to another.
        ReassignmentCreated = "reassignment.created",
        /// A reassignment was reverted.
        ReassignmentReverted = "reassignment.reverted",
        /// A notice was marked as read.
        NotificationRead = "notification.read",
        /// Somebody signed in.
        SessionStarted = "session.started",
        /// A session was ended.
        SessionEnded = "session.ended",
        /// All sessions of a person were ended.
        SessionsEnded = "sessions.ended",
        /// A session's tokens were renewed.
        SessionRefreshed = "session.refreshed",
        /// A refresh token was used a second time; its session was ended.
        RefreshTokenReused = "refresh_token.reused",
        /// A user was created from the command line.
        UserCreated = "user.created",
        /// Providers were imported from the NPI registry.
        ProvidersImported = "providers.imported",
        /// The sandbox was filled with its demonstration data.
        SandboxFilled = "sandbox.filled",
    }
}

/// A value in an event's details. Never a Social Security or tax number, never a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// One text.
    Text(String),
    /// One number.
    Number(i64),
    /// Several texts.
    List(Vec<String>),
}

/// What is to be recorded, without who and when: those come from the transaction that records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// The organization it concerns; none for events of the platform.
    pub organization: Option<OrganizationId>,
    /// What was done.
    pub action: AuditAction,
    /// To what: a typed id on the wire, or a name.
    pub object: String,
    /// Before, after, and whatever explains it.
    pub details: Vec<(&'static str, Detail)>,
}
