//! Renders mails with the layouts in `templates/mail/`, as text and as HTML.
//!
//! Names and messages are user input. Control characters are replaced, names become single lines,
//! and the HTML layout escapes them (domain rules ).

use askama::Template;
use lettre::Address;
use portal_domain::Instant;
use portal_domain::ground::id::MailId;
use portal_domain::ground::mail::MailContent;
use portal_domain::ground::plan_code::PlanCode;
use portal_persistence::platform::outbox::ClaimedMail;

use super::block::{Block, MailBody};
use super::body::Context;
use crate::portal::plans::Plans;

/// The maximum length of a subject, in characters.
const SUBJECT_MAX: usize = 150;

/// An email that is ready to be sent.
// No `Debug`: tokens must not reach a log.
#[derive(Clone)]
pub struct RenderedMail {
    /// The id.
    pub id: MailId,
    /// The recipient's address.
    pub to: String,
    /// The subject, on one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The Message-ID with angle brackets; the same at every attempt (decision D-13).
    pub message_id: String,
    /// The link that carries a one-time token, if there is one.
    pub link: Option<String>,
    /// When the email was posted; used as its Date.
    pub posted_at: Instant,
}

#[derive(Template)]
#[template(path = "mail/layout.txt")]
struct Text<'m> {
    title: &'m str,
    blocks: &'m [Block],
    portal_url: &'m str,
}

#[derive(Template)]
#[template(path = "mail/layout.html")]
struct Html<'m> {
    title: &'m str,
    blocks: &'m [Block],
    portal_url: &'m str,
}

/// The plan of an email, if its content names one.
const fn plan_of(content: &MailContent) -> Option<PlanCode> {
    match content {
        MailContent::CaAdminManagerInvitation(invitation) | MailContent::Invitation(invitation) => {
            Some(invitation.plan)
        }
        MailContent::NewRegistration { plan, .. }
        | MailContent::Registration { plan, .. }
        | MailContent::AssociationWaiting { plan, .. }
        | MailContent::AssociationConfirmed { plan, .. }
        | MailContent::AssociationRejected { plan, .. } => Some(*plan),
        _ => None,
    }
}

/// Renders an email. `base` is the base URL of links, without a trailing slash. The domain of
/// `sender` is part of the Message-ID.
pub fn render(
    mail: &ClaimedMail,
    content: &MailContent,
    plans: &Plans,
    base: &str,
    sender: &Address,
) -> askama::Result<RenderedMail> {
    let plan = plan_of(content).and_then(|code| plans.get(code));
    let body = MailBody::of(content, &Context { base, plan });
    let title: String = body.title.chars().take(SUBJECT_MAX).collect();
    let (title, blocks, portal_url) = (title.as_str(), body.blocks.as_slice(), &*format!("{base}/"));
    let text = Text { title, blocks, portal_url }.render()?;
    let html = Html { title, blocks, portal_url }.render()?;
    Ok(RenderedMail {
        id: mail.id,
        to: mail.recipient.clone(),
        // Mail clients would decode text that looks like an encoded word (RFC 2047).
        subject: title.replace("=?", "= ?"),
        text: format!("{text}\n"),
        html: format!("{html}\n"),
        message_id: format!("<{}@{}>", mail.id, sender.domain()),
        link: body.link().map(str::to_owned),
        posted_at: mail.created_at,
    })
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
