//! Renders emails from the templates in `templates/mail/`, as text and as HTML.
//!
//! Names and messages are user input. Control characters are replaced, names become single lines,
//! and the HTML templates escape everything (domain rules ).

use askama::Template;
use lettre::Address;
use portal_domain::Instant;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::MailId;
use portal_domain::ground::mail::{InvitationMail, MailContent, SecurityMatter};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::platform::outbox::ClaimedMail;

use crate::portal::plans::Plans;

/// The name of the portal in emails without a plan.
const PORTAL: &str = "Provider Portal";
/// The maximum length of a name or the like, in characters.
const LINE_MAX: usize = 200;
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

/// What all emails have in common.
struct Frame {
    title: String,
    portal: String,
    portal_url: String,
    help: String,
}

trait Letter {
    /// Renders the text and the HTML.
    fn parts(&self, frame: &Frame) -> askama::Result<(String, String)>;
}

macro_rules! letters {
    ($($name:ident $text:tt $html:tt { $($field:ident: $type:ty),+ $(,)? })+) => {
        $(
            struct $name { $($field: $type),+ }

            impl Letter for $name {
                fn parts(&self, frame: &Frame) -> askama::Result<(String, String)> {
                    #[derive(Template)]
                    #[template(path = $text)]
                    struct Text<'a> {
                        letter: &'a $name,
                        frame: &'a Frame,
                    }

                    #[derive(Template)]
                    #[template(path = $html)]
                    struct Html<'a> {
                        letter: &'a $name,
                        frame: &'a Frame,
                    }

                    Ok((Text { letter: self, frame }.render()?, Html { letter: self, frame }.render()?))
                }
            }
        )+
    };
}

letters! {
    CaAdminManagerInvitationLetter "mail/ca_admin_manager_invitation.txt" "mail/ca_admin_manager_invitation.html" {
        inviter: String, organization: String, role_name: String, link: String,
    }
    InvitationLetter "mail/invitation.txt" "mail/invitation.html" {
        inviter: String, organization: String, role_name: String, link: String, expires_at: String,
    }
    AccessRequestLetter "mail/access_request.txt" "mail/access_request.html" {
        organization: String, requester: String, requester_email: String, message: String,
    }
    NewRegistrationLetter "mail/new_registration.txt" "mail/new_registration.html" {
        organization: String, tax_id_masked: String, name: String, email: String, link: String, member: String,
    }
    RegistrationLetter "mail/registration.txt" "mail/registration.html" {
        name: String, organization: String, link: String, expires_at: String,
    }
    PasswordResetLetter "mail/password_reset.txt" "mail/password_reset.html" {
        name: String, link: String, expires_at: String,
    }
    MemberEnabledLetter "mail/member_enabled.txt" "mail/member_enabled.html" {
        name: String, organization: String, must_register: bool,
    }
    MemberDisabledLetter "mail/member_disabled.txt" "mail/member_disabled.html" {
        name: String, organization: String, reason: &'static str,
    }
    MemberRevokedLetter "mail/member_revoked.txt" "mail/member_revoked.html" {
        name: String, organization: String,
    }
    AdministratorAddedLetter "mail/administrator_added.txt" "mail/administrator_added.html" {
        organization: String, name: String, by: String,
    }
    SecurityNoticeLetter "mail/security_notice.txt" "mail/security_notice.html" {
        name: String, matter: &'static str,
    }
}

/// Whether a character is invisible, and breaks lines or changes the direction of what follows.
const fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

fn plain(c: char) -> char {
    if c.is_control() || misleads(c) { ' ' } else { c }
}

/// User input as one line.
fn line(text: &str) -> String {
    let plain: String = text.chars().map(plain).collect();
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(LINE_MAX).collect()
}

/// User input with its line breaks.
fn passage(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .map(|c| if c == '\n' { c } else { plain(c) })
        .collect()
}

/// A link with its token in the fragment, which no server, proxy, or log sees (decision D-07).
fn link(base: &str, purpose: TokenPurpose, token: &str) -> String {
    format!("{base}/links/{}#token={token}", purpose.as_str().replace('_', "-"))
}

/// An expiry time for people: in the plan's time zone, or in UTC without a plan.
fn until(instant: Instant, plan: Option<&PlanProfile>) -> String {
    const PATTERN: &str = "%B %-d, %Y, %-I:%M %p %Z";
    match plan {
        Some(plan) => instant.with_timezone(&plan.time_zone).format(PATTERN).to_string(),
        None => instant.format(PATTERN).to_string(),
    }
}

const fn reason_sentence(reason: DisabledReason) -> &'static str {
    match reason {
        DisabledReason::ByAccountManager => "An account manager or administrator disabled it.",
        DisabledReason::Inactivity => "It was not used for too long.",
        DisabledReason::Rejected => "The registration was not accepted.",
        DisabledReason::Staff => "The plan's staff disabled it.",
    }
}

const fn matter_sentence(matter: SecurityMatter) -> &'static str {
    match matter {
        SecurityMatter::PasswordChanged => "the password of your login was changed.",
        SecurityMatter::MfaMethodAdded => "a second factor was added to your login.",
        SecurityMatter::MfaMethodRemoved => "a second factor was removed from your login.",
        SecurityMatter::RecoveryCodeUsed => "a recovery code was used to sign in to your login.",
        SecurityMatter::RefreshTokenReused => {
            "one of your sessions was ended because its tokens were used a second time. Someone else may have them."
        }
        SecurityMatter::SessionsEndedByManager => {
            "your sessions were ended by a person who manages your account."
        }
        SecurityMatter::SignInBlocked => {
            "there were 100 wrong passwords or codes in a row for your login. The client that sent them is blocked. \
             If you cannot sign in, reset your password, or use a recovery code instead of the code of your app."
        }
        SecurityMatter::WrongCodes => {
            "someone entered your correct password and then ten wrong codes of the second factor."
        }
    }
}

const fn matter_title(matter: SecurityMatter) -> &'static str {
    match matter {
        SecurityMatter::SignInBlocked | SecurityMatter::WrongCodes => "Someone failed to sign in as you",
        _ => "Something about your login changed",
    }
}

/// The plan of an email, if its content names one.
const fn plan_of(content: &MailContent) -> Option<PlanCode> {
    match content {
        MailContent::CaAdminManagerInvitation(invitation) | MailContent::Invitation(invitation) => {
            Some(invitation.plan)
        }
        MailContent::NewRegistration { plan, .. } | MailContent::Registration { plan, .. } => Some(*plan),
        _ => None,
    }
}

/// The link with a one-time token, in emails that have one.
fn link_of(content: &MailContent, base: &str) -> Option<String> {
    match content {
        MailContent::CaAdminManagerInvitation(invitation) | MailContent::Invitation(invitation) => {
            Some(link(base, TokenPurpose::Invitation, &invitation.token))
        }
        MailContent::NewRegistration { enable_token: Some(token), .. } => {
            Some(link(base, TokenPurpose::EnableUser, token))
        }
        MailContent::Registration { token, .. } => Some(link(base, TokenPurpose::Registration, token)),
        MailContent::PasswordReset { token, .. } => Some(link(base, TokenPurpose::PasswordReset, token)),
        _ => None,
    }
}

/// The title of an email, which is its subject, and the content below it.
fn letter(
    content: &MailContent,
    base: &str,
    link: String,
    plan: Option<&PlanProfile>,
) -> (String, Box<dyn Letter>) {
    match content {
        MailContent::CaAdminManagerInvitation(InvitationMail {
            inviter, organization, role_name, ..
        }) => {
            let letter = CaAdminManagerInvitationLetter {
                inviter: line(inviter),
                organization: line(organization),
                role_name: line(role_name),
                link,
            };
            ("Invitation to Organization User".into(), Box::new(letter))
        }
        MailContent::Invitation(InvitationMail { inviter, organization, role_name, expires_at, .. }) => {
            let letter = InvitationLetter {
                inviter: line(inviter),
                organization: line(organization),
                role_name: line(role_name),
                link,
                expires_at: until(*expires_at, plan),
            };
            (format!("Invitation to {}", line(organization)), Box::new(letter))
        }
        MailContent::AccessRequest { organization, requester, requester_email, message } => {
            let letter = AccessRequestLetter {
                organization: line(organization),
                requester: line(requester),
                requester_email: line(requester_email),
                message: passage(message.as_deref().unwrap_or_default()),
            };
            (format!("Request for access to {}", line(organization)), Box::new(letter))
        }
        MailContent::NewRegistration {
            organization,
            organization_id,
            membership_id,
            name,
            email,
            tax_id_masked,
            ..
        } => {
            let letter = NewRegistrationLetter {
                organization: line(organization),
                tax_id_masked: line(tax_id_masked),
                name: line(name),
                email: line(email),
                link,
                member: format!("{base}/#/organizations/{organization_id}/members/{membership_id}"),
            };
            (format!("New user account for {}", line(organization)), Box::new(letter))
        }
        MailContent::Registration { organization, name, expires_at, .. } => {
            let letter = RegistrationLetter {
                name: line(name),
                organization: line(organization),
                link,
                expires_at: until(*expires_at, plan),
            };
            ("Complete your registration".into(), Box::new(letter))
        }
        MailContent::PasswordReset { name, expires_at, .. } => {
            let letter = PasswordResetLetter { name: line(name), link, expires_at: until(*expires_at, plan) };
            ("Set a new password".into(), Box::new(letter))
        }
        MailContent::MemberEnabled { organization, name, must_register } => {
            let letter = MemberEnabledLetter {
                name: line(name),
                organization: line(organization),
                must_register: *must_register,
            };
            ("Your access was enabled".into(), Box::new(letter))
        }
        MailContent::MemberDisabled { organization, name, reason } => {
            let letter = MemberDisabledLetter {
                name: line(name),
                organization: line(organization),
                reason: reason_sentence(*reason),
            };
            ("Your access was disabled".into(), Box::new(letter))
        }
        MailContent::MemberRevoked { organization, name } => {
            let letter = MemberRevokedLetter { name: line(name), organization: line(organization) };
            ("Your access was removed".into(), Box::new(letter))
        }
        MailContent::AdministratorAdded { organization, name, by } => {
            let letter =
                AdministratorAddedLetter { organization: line(organization), name: line(name), by: line(by) };
            (format!("New administrator of {}", line(organization)), Box::new(letter))
        }
        MailContent::SecurityNotice { name, matter } => {
            let letter = SecurityNoticeLetter { name: line(name), matter: matter_sentence(*matter) };
            (matter_title(*matter).into(), Box::new(letter))
        }
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
    let link = link_of(content, base);
    let (title, letter) = letter(content, base, link.clone().unwrap_or_default(), plan);
    let frame = Frame {
        title: title.chars().take(SUBJECT_MAX).collect(),
        portal: plan.map_or_else(|| PORTAL.to_owned(), |plan| plan.name.clone()),
        portal_url: format!("{base}/"),
        help: plan.map(|plan| plan.help.clone()).unwrap_or_default(),
    };
    let (text, html) = letter.parts(&frame)?;
    Ok(RenderedMail {
        id: mail.id,
        to: mail.recipient.clone(),
        // Mail clients would decode text that looks like an encoded word (RFC 2047).
        subject: frame.title.replace("=?", "= ?"),
        text: format!("{text}\n"),
        html: format!("{html}\n"),
        message_id: format!("<{}@{}>", mail.id, sender.domain()),
        link,
        posted_at: mail.created_at,
    })
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
