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

/// Whether a text is an e-mail address; for `#[validate(custom)]`.
pub(crate) fn email_address(text: &str) -> Result<(), ValidationError> {
    EmailAddress::parse(text).map(drop).map_err(|_error| refused("format", "is not an e-mail address"))
}

/// Whether a text is a name: 1 to 100 characters besides white space, none of them a control character; for
/// `#[validate(custom)]`.
pub(crate) fn person_name(text: &str) -> Result<(), ValidationError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(refused("required", "must not be empty"));
    }
    if trimmed.chars().count() > 100 {
        return Err(refused("too_long", "must have at most 100 characters"));
    }
    if trimmed.chars().any(char::is_control) {
        return Err(refused("format", "must not have control characters"));
    }
    Ok(())
}

/// The address of a body that was validated.
pub(crate) fn parsed_email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|_error| {
        Problem::invalid(vec![FieldError::at("/email", "format", "is not an e-mail address")])
    })
}

/// A person in a few words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonBrief {
    /// The person.
    pub id: UserId,
    /// The person's name.
    pub name: String,
}
