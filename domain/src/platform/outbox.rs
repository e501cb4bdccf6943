//! Emails that could not be delivered.

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{MailId, OrganizationId};
use crate::ground::mail::MailTemplate;

/// An operator queued an email again. `last_error` is the delivery error, without an address.
#[must_use]
pub fn retried(
    mail: MailId,
    organization: Option<OrganizationId>,
    template: MailTemplate,
    last_error: &str,
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::MailRetried, mail)
        .with("template", Detail::text(template))
        .with("last_error", Detail::text(last_error));
    Effects::recorded_as(event)
}
