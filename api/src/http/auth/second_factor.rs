//! Second factors (domain rule R-111, decision D-12): recovery codes, and time-based codes (RFC
//! 6238). The codes have six digits, SHA-1, and 30-second steps, which authenticator apps support.

use portal_domain::Instant;
use portal_domain::ground::id::UserId;
use portal_domain::identity::mfa::{RECOVERY_CODE_BYTES, RECOVERY_CODES, recovery_code, recovery_code_key};
use portal_persistence::identity::mfa::Method;
use portal_persistence::{StoreError, Tx};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::http::problem::{Code, Problem};
use crate::portal::entropy;

/// The issuer that authenticator apps display.
const ISSUER: &str = "provider-portal";

/// The length of a time step, in seconds.
const STEP_SECONDS: u64 = 30;

fn totp(secret: &str, account: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    // The library splits account names at colons and cannot escape them.
    let account = account.replace(':', ".");
    // No skew: the library's tolerance would also accept the next step. `matched_step` checks the
    // previous one.
    let builder = Builder::new().with_secret(secret).with_skew(0).with_step_duration(STEP_SECONDS);
    builder.with_account_name(account).with_issuer(Some(ISSUER)).build().ok()
}

/// Generates a secret of 160 bits, in Base32.
#[must_use]
pub fn new_secret() -> Zeroizing<String> {
    Zeroizing::new(Secret::from(entropy::bytes::<20>()).to_base32())
}

/// The `otpauth://` URL that authenticator apps read from a QR code.
pub fn otpauth_url(secret: &str, account: &str) -> Result<Zeroizing<String>, Problem> {
    let url = totp(secret, account).and_then(|totp| totp.to_url().ok());
    url.map(Zeroizing::new)
        .ok_or_else(|| Problem::new(Code::internal_error, "the request could not be carried out"))
}

/// The code that an authenticator app with this secret shows at `now`.
#[must_use]
pub fn code_at(secret: &str, now: Instant) -> Option<String> {
    let seconds = u64::try_from(now.timestamp()).ok()?;
    Some(totp(secret, "")?.generate(seconds).to_string())
}

/// Returns the time step of the code: the current step, or the previous one for users who type
/// slowly. `None` if the code matches neither.
#[must_use]
pub fn matched_step(secret: &str, otp: &str, now: Instant) -> Option<i64> {
    let totp = totp(secret, "")?;
    let seconds = u64::try_from(now.timestamp()).ok()?;
    let step = totp.check(otp, seconds).or_else(|| totp.check(otp, seconds.saturating_sub(STEP_SECONDS)))?;
    i64::try_from(step).ok()
}

/// Accepts a code of one of these factors, and marks its time step as used. The factor then accepts
/// no code of the same or an earlier step.
pub fn accept_otp(tx: &mut Tx<'_>, methods: &[Method], otp: &str, now: Instant) -> Result<bool, StoreError> {
    for method in methods.iter().filter(|method| method.counts()) {
        let secret = tx.mfa().secret(method)?;
        if let Some(step) = matched_step(&secret, otp, now)
            && tx.mfa().accept_step(method.id, step)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Generates ten recovery codes, and the hashes to store.
#[must_use]
pub fn new_recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    let codes: Vec<String> =
        (0..RECOVERY_CODES).map(|_| recovery_code(entropy::bytes::<RECOVERY_CODE_BYTES>())).collect();
    let hashes = codes.iter().map(|code| recovery_code_hash(code)).collect();
    (codes, hashes)
}

/// Accepts a recovery code, which works once.
pub fn accept_recovery_code(tx: &mut Tx<'_>, user: UserId, typed: &str) -> Result<bool, StoreError> {
    tx.mfa().use_recovery_code(user, &recovery_code_hash(typed))
}

/// The hash of a recovery code, however it was typed. Malformed input matches no stored hash.
fn recovery_code_hash(typed: &str) -> Vec<u8> {
    let key = Zeroizing::new(recovery_code_key(typed).unwrap_or_else(|| typed.to_owned()));
    Sha256::digest(key.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn codes_match_the_test_vectors_of_rfc_6238() {
        // Appendix B, SHA-1, the last six digits; the secret is "12345678901234567890".
        let secret = Secret::from(*b"12345678901234567890").to_base32();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(code_at(&secret, at(seconds)).as_deref(), Some(code));
            assert_eq!(matched_step(&secret, code, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn d_12_only_the_current_and_the_previous_code_are_accepted() {
        let secret = new_secret();
        let code = code_at(&secret, at(900)).unwrap();
        for (seconds, step) in
            [(899, None), (900, Some(30)), (929, Some(30)), (930, Some(30)), (959, Some(30)), (960, None)]
        {
            assert_eq!(matched_step(&secret, &code, at(seconds)), step, "{seconds}");
        }
        for wrong in ["", "12345", "1234567", "abcdef", "+12345", "１２３４５６"] {
            assert_eq!(matched_step(&secret, wrong, at(900)), None, "{wrong}");
        }
    }

    #[test]
    fn the_otpauth_url_contains_the_issuer_the_account_and_the_secret() {
        let secret = new_secret();
        let url = otpauth_url(&secret, "odd:address@example.org").unwrap();
        assert!(url.starts_with("otpauth://totp/provider-portal:odd.address%40example.org?"), "{}", *url);
        assert!(url.contains(&format!("secret={}", *secret)), "{}", *url);
        assert_eq!(secret.len(), 32, "160 bits");
    }

    #[test]
    fn the_ten_recovery_codes_are_distinct() {
        let (codes, hashes) = new_recovery_codes();
        let distinct: std::collections::BTreeSet<_> = hashes.iter().collect();
        assert_eq!((codes.len(), distinct.len()), (10, 10));
        assert_eq!(recovery_code_hash(&codes[0].to_lowercase().replace('-', " ")), hashes[0]);
    }
}
