//! Texts that people write, in requests.

use portal_domain::ground::text::looks_like_ssn;
use validator::ValidationError;

/// The maximum length of an explanation, in characters.
const REASON_MAX: usize = 2000;

/// Validates an explanation, for `#[validate(custom)]`: 1 to 2,000 characters and not blank. It is
/// shown in many places, so it must not contain what looks like a Social Security number.
pub(crate) fn explanation(text: &str) -> Result<(), ValidationError> {
    let refused = |code, message: String| {
        Err(ValidationError { message: Some(message.into()), ..ValidationError::new(code) })
    };
    if text.trim().is_empty() {
        return refused("blank", "must not be blank".into());
    }
    if text.chars().count() > REASON_MAX {
        return refused("too_long", format!("must have at most {REASON_MAX} characters"));
    }
    if looks_like_ssn(text) {
        return refused("looks_like_ssn", "must not contain a Social Security number".into());
    }
    Ok(())
}
