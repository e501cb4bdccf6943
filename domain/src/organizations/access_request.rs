//! Requests for access to a provider account that already has an administrator (domain rule R-136).

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::{AccessRequestId, SelfServiceRequestId, UserId};
use crate::ground::mail::{MailContent, OutgoingMail};
use crate::organizations::addressee::Addressee;
use crate::organizations::organization::OrganizationFacts;
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

/// A user who requests access, as the mail to the administrators describes them.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'a> {
    /// The name.
    pub name: &'a str,
    /// The email address.
    pub email: &'a str,
    /// The message to the administrators.
    pub message: Option<&'a str>,
}

/// A request reached the administrators of the account, who are notified by email (N-06). `asked` is
/// the request as it was received, before it was known whether the account exists.
#[must_use]
pub fn received(
    account: &OrganizationFacts,
    request: AccessRequestId,
    asked: SelfServiceRequestId,
    requester: Requester<'_>,
    administrators: &[Addressee],
) -> Effects {
    let mail = |administrator: &Addressee| OutgoingMail {
        key: format!("access_request:{asked}:{}", administrator.user),
        recipient: administrator.email.clone(),
        organization: Some(account.id),
        content: MailContent::AccessRequest {
            organization: account.name.clone(),
            requester: requester.name.to_owned(),
            requester_email: requester.email.to_owned(),
            message: requester.message.map(str::to_owned),
        },
    };
    let event = AuditEvent::bare(account.id, AuditAction::AccessRequestReceived, request);
    Effects::recorded_as(event).mailing(administrators.iter().map(mail))
}
