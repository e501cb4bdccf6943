//! Addresses of people in requests, and users in responses.

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::UserId;
use portal_domain::ground::text::{TextRefusal, looks_like_ssn};
use portal_domain::organizations::provider_record::Zip;
use serde::Serialize;
use utoipa::ToSchema;
use validator::ValidationError;

use super::text::refused;
use crate::http::problem::{FieldError, Problem};

/// Validates an email address, for `#[validate(custom)]`. It must not look like a Social Security
/// number either.
pub(crate) fn email_address(text: &str) -> Result<(), ValidationError> {
    if EmailAddress::parse(text).is_err() {
        return Err(refused("format", "is not an email address"));
    }
    match looks_like_ssn(text) {
        true => Err(refused(TextRefusal::LooksLikeSsn.as_str(), TextRefusal::LooksLikeSsn.message())),
        false => Ok(()),
    }
}

/// Validates a ZIP code, for `#[validate(custom)]`.
pub(crate) fn zip_code(text: &str) -> Result<(), ValidationError> {
    let message = "must be a ZIP code: 5 digits, or 5 and 4";
    Zip::parse(text).map(drop).map_err(|_error| refused("format", message))
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
