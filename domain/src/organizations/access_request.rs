//! Requests for access to a provider account that already has an administrator (domain rule R-136).

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::{AccessRequestId, OrganizationId, UserId};
use crate::ground::mail::OutgoingMail;
use crate::vocabulary;

vocabulary! {
    /// The status of an access request.
    pub enum AccessRequestStatus {
        /// No administrator has answered it.
        Open = "open",
        /// An administrator invited the person.
        Answered = "answered",
    }
}

/// A user requested access to a provider account. It is recorded whatever comes of it.
#[must_use]
pub fn requested(user: UserId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(None, AuditAction::AccessRequested, user))
}

/// A request reached the administrators of the account, who are notified by email (N-06).
#[must_use]
pub fn received(organization: OrganizationId, request: AccessRequestId, mails: Vec<OutgoingMail>) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::AccessRequestReceived, request);
    Effects::recorded_as(event).mailing(mails)
}
