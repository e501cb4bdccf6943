//! Second factors (domain rule R-111, decision D-12): their kinds, which of them are valid, and
//! recovery codes.

use chrono::Datelike;
use chrono_tz::America::New_York;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::ground::id::{MfaMethodId, UserId};
use crate::ground::mail::{MailContent, OutgoingMail};
use crate::{Instant, vocabulary};

vocabulary! {
    /// A kind of second factor. Both are authenticator apps that show a new six-digit code every 30
    /// seconds.
    pub enum MfaMethodKind {
        /// OKTA Verify, the recommended app.
        OktaVerify = "okta_verify",
        /// Symantec VIP.
        SymantecVip = "symantec_vip",
    }
}

impl MfaMethodKind {
    /// Whether this kind is recommended (domain rule R-111).
    #[must_use]
    pub const fn recommended(self) -> bool {
        matches!(self, Self::OktaVerify)
    }

    /// The product name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OktaVerify => "OKTA Verify",
            Self::SymantecVip => "Symantec VIP",
        }
    }
}

/// Whether a factor registered at that instant is valid. Factors registered before October 1, 2022,
/// by the date in New York, are not (domain rule R-111).
#[must_use]
pub fn is_valid(registered_at: Instant) -> bool {
    let local = registered_at.with_timezone(&New_York);
    (local.year(), local.month()) >= (2022, 10)
}

/// The number of recovery codes generated at a time.
pub const RECOVERY_CODES: usize = 10;

/// Random bytes of a recovery code. With 80 bits, even a fast hash cannot be reversed.
pub const RECOVERY_CODE_BYTES: usize = 10;

/// Crockford base 32: it has no letter that could be mistaken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const RECOVERY_CODE_LEN: usize = 16;

const GROUP_LEN: usize = 4;

/// Formats random bytes as a recovery code, such as `7H2K-0Q9V-M4TX-RC6E`.
#[must_use]
pub fn recovery_code(random: [u8; RECOVERY_CODE_BYTES]) -> String {
    let value = random.iter().fold(0u128, |value, byte| (value << 8) | u128::from(*byte));
    let mut code = String::with_capacity(RECOVERY_CODE_LEN + RECOVERY_CODE_LEN / GROUP_LEN);
    for place in 0..RECOVERY_CODE_LEN {
        if place > 0 && place.is_multiple_of(GROUP_LEN) {
            code.push('-');
        }
        let digit = ((value >> (5 * (RECOVERY_CODE_LEN - 1 - place))) & 31) as usize;
        code.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'0')));
    }
    code
}

/// The canonical form under which a recovery code is stored. Letter case, dashes and spaces are
/// ignored, and letters that look like digits are read as digits. Returns `None` for malformed
/// input.
#[must_use]
pub fn recovery_code_key(typed: &str) -> Option<String> {
    let mut key = String::with_capacity(RECOVERY_CODE_LEN);
    for letter in typed.chars().filter(|letter| !matches!(letter, '-' | ' ')) {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if !letter.is_ascii() || !ALPHABET.iter().any(|known| char::from(*known) == letter) {
            return None;
        }
        key.push(letter);
    }
    (key.len() == RECOVERY_CODE_LEN).then_some(key)
}

/// A user added a second factor, which counts once it is confirmed.
#[must_use]
pub fn method_added(method: MfaMethodId, kind: MfaMethodKind) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::MfaMethodAdded, method);
    Effects::recorded_as(event.with("kind", Detail::text(kind)))
}

/// A confirmed second factor, for the email to its user.
#[derive(Clone)]
pub struct Registered<'a> {
    /// The second factor.
    pub method: MfaMethodId,
    /// The kind.
    pub kind: MfaMethodKind,
    /// The user's name, "First Last".
    pub name: &'a str,
    /// The user's email address; `None` if the one on file is not valid.
    pub recipient: Option<EmailAddress>,
    /// The one-time token of the link that removes the factor.
    pub token: String,
    /// When the link expires.
    pub expires_at: Instant,
}

/// A user confirmed a second factor; it counts from now on. The user gets an email with a link that
/// removes it, in case somebody else registered it.
#[must_use]
pub fn method_confirmed(registered: Registered<'_>) -> Effects {
    let Registered { method, kind, name, recipient, token, expires_at } = registered;
    let event = AuditEvent::bare(None, AuditAction::MfaMethodConfirmed, method);
    let mail = recipient.map(|recipient| OutgoingMail {
        key: format!("factor_registered|{method}"),
        recipient,
        organization: None,
        content: MailContent::FactorRegistered {
            name: name.to_owned(),
            label: kind.label().to_owned(),
            token,
            expires_at,
        },
    });
    Effects::recorded_as(event.with("kind", Detail::text(kind))).mailing(mail)
}

/// A user removed one of their second factors, and is notified if it counted.
#[must_use]
pub fn method_removed(method: MfaMethodId, kind: MfaMethodKind, notice: Option<OutgoingMail>) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::MfaMethodRemoved, method);
    Effects::recorded_as(event.with("kind", Detail::text(kind))).mailing(notice)
}

/// Second factors of a user were removed with the link of the email about one of them, or all of them
/// for a user who lost them. The user is notified.
#[must_use]
pub fn methods_removed(user: UserId, methods: &[MfaMethodId], notice: Option<OutgoingMail>) -> Effects {
    let methods = methods.iter().map(ToString::to_string).collect();
    let event = AuditEvent::bare(None, AuditAction::MfaMethodRemoved, user);
    Effects::recorded_as(event.with("methods", Detail::List(methods))).mailing(notice)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn r_111_an_mfa_registration_is_valid_from_october_1_2022_in_new_york() {
        assert!(is_valid(at("2022-10-01T04:00:00Z")), "midnight in New York, daylight saving time");
        assert!(!is_valid(at("2022-10-01T03:59:59.999999Z")));
        assert!(!is_valid(at("2022-10-01T03:59:00Z")), "23:59 on September 30 in New York");
        assert!(!is_valid(at("2021-12-31T12:00:00Z")));
        assert!(is_valid(at("2023-01-01T12:00:00Z")));
    }

    #[test]
    fn r_111_f_13_only_okta_verify_is_recommended() {
        let recommended: Vec<_> = MfaMethodKind::ALL.iter().filter(|kind| kind.recommended()).collect();
        assert_eq!(recommended, [&MfaMethodKind::OktaVerify]);
    }

    #[test]
    fn a_recovery_code_has_four_groups_and_is_accepted_in_any_spelling() {
        let code = recovery_code([0, 68, 50, 20, 199, 66, 84, 182, 53, 207]);
        assert_eq!(code, "0123-4567-89AB-CDEF");
        assert_eq!(recovery_code_key(&code).unwrap(), "0123456789ABCDEF");
        assert_eq!(recovery_code_key("oi23 4567 89ab cdef").unwrap(), "0123456789ABCDEF");
        for text in
            ["", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEF0", "0123-4567-89AB-CDEU", "0123-4567-89AB-CDEé"]
        {
            assert_eq!(recovery_code_key(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn different_bytes_yield_different_codes(a: [u8; RECOVERY_CODE_BYTES], b: [u8; RECOVERY_CODE_BYTES]) {
            let key = |random| recovery_code_key(&recovery_code(random)).unwrap();
            prop_assert_eq!(a == b, key(a) == key(b));
        }
    }
}
