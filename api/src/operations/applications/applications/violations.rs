//! Violations on the screens, as members of a problem.

use portal_domain::applications::screen::Violation;

use crate::http::problem::FieldError;
/// A violation of a screen as the client is told of it; `prefix` points at the object that has the screens, and is empty where
/// the body has none.
pub(crate) fn field_error(violation: &Violation, prefix: &str) -> FieldError {
    let pointer = format!("{prefix}/{}{}", violation.screen, violation.pointer);
    FieldError::at(pointer, violation.code, violation.message.clone())
        .on_screen(violation.screen.as_str())
        .between(violation.earliest, violation.latest)
}
