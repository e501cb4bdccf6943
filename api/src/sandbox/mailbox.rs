//! GET /sandbox/mailbox

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::MailId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::SandboxPortal;
use crate::background::mail::{KeptMail, Mailbox, Mailer, deliver_due};
use crate::http::auth::caller::public;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, ValueProblems};
use crate::http::reply::Answered;

/// An email that was delivered in the sandbox.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mai_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "to": "pat.reyes@bluegrass.example",
    "subject": "Invitation to Organization User",
    "sent_at": "2026-02-01T12:00:00Z",
    "text": "Invitation to Organization User\n\nKatherine Tully has granted you access to roles for the organization Bluegrass Family Health Group.\n",
    "html": "<!DOCTYPE html>\n<html lang=\"en\">…</html>\n",
    "link": "http://127.0.0.1:8080/links/invitation#token=ppi_0a1b2c3d4e5f"
}))]
pub struct MailboxItem {
    /// The id of the email.
    pub id: MailId,
    /// The recipient's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// When the email was delivered.
    pub sent_at: DateTime<Utc>,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The link that carries a one-time token after `#token=`. Absent if the email has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// The emails that were delivered in the sandbox.
#[derive(Serialize, ToSchema)]
pub struct MailboxList {
    /// The latest 500 emails, newest first.
    pub items: Vec<MailboxItem>,
}

/// The query parameters of the mailbox.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MailboxQuery {
    /// Return only emails to this address, in any letter case.
    #[serde(default)]
    #[validate(length(min = 1, max = 254, code = "length", message = "must be 1 to 254 characters"))]
    #[param(min_length = 1, max_length = 254)]
    pub recipient: Option<String>,
}

fn item(KeptMail { mail, sent_at }: KeptMail) -> MailboxItem {
    MailboxItem {
        id: mail.id,
        to: mail.to,
        subject: mail.subject,
        sent_at,
        text: mail.text,
        html: mail.html,
        link: mail.link,
    }
}

/// Read the mailbox
///
/// Returns the emails of all users, with the tokens of their links. The sandbox sends no email
/// anywhere else. Due emails are delivered first, so you need not wait. A reset empties the
/// mailbox.
#[utoipa::path(
    tag = "sandbox",
    params(MailboxQuery),
    responses((status = 200, body = MailboxList, description = "The mails."), AnyProblems, ValueProblems),
    security(()),
)]
#[get("/sandbox/mailbox")]
pub async fn read_mailbox(
    sandbox: web::Data<SandboxPortal>,
    mailer: web::Data<Mailer>,
    query: Query<MailboxQuery>,
) -> Answered {
    while deliver_due(&sandbox.portal, &mailer).await? > 0 {}
    let recipient = query.0.recipient.as_deref().map(EmailAddress::key_of);
    let mails = mailer.transport().mailbox().map(Mailbox::mails).unwrap_or_default();
    let wanted =
        |kept: &KeptMail| recipient.as_ref().is_none_or(|key| EmailAddress::key_of(&kept.mail.to) == *key);
    public(&MailboxList { items: mails.into_iter().rev().filter(wanted).map(item).collect() })
}
