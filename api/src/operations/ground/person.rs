//! Names and addresses in requests.

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;
use validator::ValidationError;

use crate::http::problem::{FieldError, Problem};
fn refused(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError { message: Some(message.into()), ..ValidationError::new(code) }
}

/// Validates an email address, for `#[validate(custom)]`.
pub(crate) fn email_address(text: &str) -> Result<(), ValidationError> {
    EmailAddress::parse(text).map(drop).map_err(|_error| refused("format", "is not an email address"))
}

/// Validates a name, for `#[validate(custom)]`: 1 to 100 characters after trimming, without control
/// characters.
pub(crate) fn person_name(text: &str) -> Result<(), ValidationError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(refused("required", "must not be empty"));
    }
    if trimmed.chars().count() > 100 {
        return Err(refused("too_long", "must have at most 100 characters"));
    }
    if trimmed.chars().any(char::is_control) {
        return Err(refused("format", "must not contain control characters"));
    }
    Ok(())
}

/// The email address of a validated body.
pub(crate) fn parsed_email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|_error| {
        Problem::invalid(vec![FieldError::at("/email", "format", "is not an email address")])
    })
}

/// A user, in brief.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonBrief {
    /// The user.
    pub id: UserId,
    /// The user's name.
    pub name: String,
}
