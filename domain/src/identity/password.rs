//! Password rules (NIST SP 800-63B-4): a length, no composition rules, and no commonly used or
//! expected passwords.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::ground::id::{MailId, UserId};
use crate::ground::mail::{MailContent, OutgoingMail, SecurityMatter};
use crate::{Instant, vocabulary};

/// The minimum number of code points of a password that is the only factor.
pub const MIN_CODE_POINTS: usize = 15;
/// The maximum number of code points.
pub const MAX_CODE_POINTS: usize = 256;

vocabulary! {
    /// The reason a password is not accepted.
    pub enum PasswordRefusal {
        /// Fewer than 15 code points.
        TooShort = "password_too_short",
        /// More than 256 code points.
        TooLong = "password_too_long",
        /// A commonly used password.
        TooCommon = "password_too_common",
        /// On a list of common or published passwords.
        Listed = "password_listed",
        /// Derived from the user's or the organization's name, the email address, or the plan.
        ContainsContext = "password_contains_context",
    }
}

impl PasswordRefusal {
    /// The error message for people, to follow the name of the field.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::TooShort => "must have at least 15 characters",
            Self::TooLong => "must have at most 256 characters",
            Self::TooCommon => "is too easy to guess; use several unrelated words",
            Self::Listed => "is on a list of common or published passwords; use several unrelated words",
            Self::ContainsContext => "must not be based on your name, email address, organization, or plan",
        }
    }
}

/// The form of a password that is checked, hashed and compared: Unicode NFC. A password matches
/// whether the keyboard composes accented letters or not.
#[must_use]
pub fn normalized(password: &str) -> Zeroizing<String> {
    // Reserves the full capacity at once: a string that reallocates leaves copies behind that are
    // never wiped.
    let mut text = Zeroizing::new(String::with_capacity(password.len().saturating_mul(3)));
    text.extend(password.nfc());
    text
}

/// Accepts or rejects a new password by its length.
pub fn acceptable(password: &str) -> Result<(), PasswordRefusal> {
    match password.nfc().count() {
        ..MIN_CODE_POINTS => Err(PasswordRefusal::TooShort),
        MIN_CODE_POINTS..=MAX_CODE_POINTS => Ok(()),
        _ => Err(PasswordRefusal::TooLong),
    }
}

/// A user changed their password, and is notified of it.
#[must_use]
pub fn changed(user: UserId, notice: Option<OutgoingMail>) -> Effects {
    Effects::recorded_as(AuditEvent::bare(None, AuditAction::PasswordChanged, user)).mailing(notice)
}

/// A link to set a new password, for the address on file.
// No `Debug`: the token must not reach a log.
pub struct ResetLink {
    /// The ID of the mail.
    pub mail: MailId,
    /// The name of the user.
    pub name: String,
    /// The address on file.
    pub recipient: EmailAddress,
    /// The one-time token of the link.
    pub token: String,
    /// When the link expires.
    pub expires_at: Instant,
}

/// A link to set a new password was issued; it goes to the address on file (N-09).
#[must_use]
pub fn reset_issued(user: UserId, link: ResetLink) -> Effects {
    let ResetLink { mail, name, recipient, token, expires_at } = link;
    let mail = OutgoingMail {
        key: format!("password_reset:{user}:{mail}"),
        recipient,
        organization: None,
        content: MailContent::PasswordReset { name, token, expires_at },
    };
    Effects::recorded_as(AuditEvent::bare(None, AuditAction::PasswordResetIssued, user)).mailing([mail])
}

/// A user set a new password with a link, and is notified of it. `version` is that of the user
/// afterwards.
#[must_use]
pub fn reset_completed(user: UserId, name: String, recipient: EmailAddress, version: i64) -> Effects {
    let notice = OutgoingMail {
        key: format!("password_changed:{user}:{version}"),
        recipient,
        organization: None,
        content: MailContent::SecurityNotice { name, matter: SecurityMatter::PasswordChanged },
    };
    Effects::recorded_as(AuditEvent::bare(None, AuditAction::PasswordResetCompleted, user)).mailing([notice])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_code_points() {
        assert_eq!(acceptable(&"é".repeat(14)), Err(PasswordRefusal::TooShort));
        assert_eq!(acceptable(&"é".repeat(15)), Ok(()));
        assert_eq!(acceptable(&"😀".repeat(256)), Ok(()));
        assert_eq!(acceptable(&"a".repeat(257)), Err(PasswordRefusal::TooLong));
    }

    #[test]
    fn composed_and_decomposed_characters_form_the_same_password() {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
        assert_eq!(normalized(composed), normalized(decomposed));
        assert_eq!(acceptable(&"e\u{301}".repeat(14)), Err(PasswordRefusal::TooShort));
        assert_eq!(acceptable(&"e\u{301}".repeat(15)), Ok(()));
    }
}
