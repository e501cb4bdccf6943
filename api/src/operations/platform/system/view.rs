//! Bodies about emails, as operators see them: without content, and with masked recipients.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{MailId, OrganizationId};
use portal_domain::ground::mail::{MailStatus, MailTemplate};
use portal_persistence::platform::outbox::StoredMail;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;

/// An email.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mai_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "template": "ca_admin_manager_invitation",
    "recipient": "p***@bluegrass.example",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "status": "dead",
    "attempts": 8,
    "last_error": "the mail server answered 550 (5.1.1)",
    "created_at": "2026-02-01T12:00:00Z",
    "settled_at": "2026-02-02T14:03:11Z"
}))]
pub struct MailView {
    /// The ID; part of the Message-ID.
    pub id: MailId,
    /// The template.
    pub template: MailTemplate,
    /// The recipient: the first letter and the host of the address.
    pub recipient: String,
    /// The organization; absent if it concerns none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The status.
    pub status: MailStatus,
    /// The number of delivery attempts started.
    #[schema(minimum = 0)]
    pub attempts: i64,
    /// When the next attempt is due; absent unless it is queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed; absent if none failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When it was queued first.
    pub created_at: DateTime<Utc>,
    /// When it was delivered or given up; absent while it is queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<DateTime<Utc>>,
}

list_view! {
    /// Emails, newest first.
    MailList of MailView
}

/// Masks an address except for its first letter and host.
fn masked(address: &str) -> String {
    let (local, host) = address.split_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{host}")
}

impl From<StoredMail> for MailView {
    fn from(mail: StoredMail) -> Self {
        Self {
            id: mail.id,
            template: mail.template,
            recipient: masked(&mail.recipient),
            organization_id: mail.organization,
            status: mail.status,
            attempts: mail.attempts,
            next_attempt_at: (mail.status == MailStatus::Queued).then_some(mail.not_before),
            last_error: mail.last_error,
            created_at: mail.created_at,
            settled_at: mail.settled_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_is_masked_except_its_first_letter_and_host() {
        assert_eq!(masked("debi.henderson@bluegrass.example"), "d***@bluegrass.example");
        assert_eq!(masked("debi"), "d***@");
    }
}
