//! Text in requests, by its kind (domain rule R-214), for `#[validate(custom)]`.

use portal_domain::ground::text::{EXPLANATION_MAX, NAME_MAX, TextKind, examine};
use validator::ValidationError;

/// A violation with a code and a message.
pub(crate) fn refused(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError { message: Some(message.into()), ..ValidationError::new(code) }
}

/// Validates the name of a person: 1 to 100 characters after trimming.
pub(crate) fn person_name(text: &str) -> Result<(), ValidationError> {
    name(TextKind::PersonName, text)
}

/// Validates the name of a business: 1 to 100 characters after trimming.
pub(crate) fn business_name(text: &str) -> Result<(), ValidationError> {
    name(TextKind::BusinessName, text)
}

/// Validates a line other than a name. The caller checks its length.
pub(crate) fn line(text: &str) -> Result<(), ValidationError> {
    of_kind(TextKind::Line, text)
}

/// Validates a text with line breaks. The caller checks its length.
pub(crate) fn passage(text: &str) -> Result<(), ValidationError> {
    of_kind(TextKind::Passage, text)
}

/// Validates the content of a text of this kind.
pub(crate) fn of_kind(kind: TextKind, text: &str) -> Result<(), ValidationError> {
    examine(kind, text).map_err(|refusal| refused(refusal.as_str(), refusal.message()))
}

fn name(kind: TextKind, text: &str) -> Result<(), ValidationError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(refused("required", "must not be empty"));
    }
    if trimmed.chars().count() > NAME_MAX {
        return Err(refused("too_long", "must have at most 100 characters"));
    }
    of_kind(kind, trimmed)
}

/// Validates an explanation: 1 to 2,000 characters and not blank.
pub(crate) fn explanation(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(refused("blank", "must not be blank"));
    }
    if text.chars().count() > EXPLANATION_MAX {
        return Err(refused("too_long", "must have at most 2000 characters"));
    }
    passage(text)
}
