//! Violations on the screens, as members of a problem.

use portal_domain::applications::screen::Violation;

use crate::http::problem::FieldError;
/// A screen violation as a field error. `prefix` points at the object with the screens; it is empty
/// if the body has no such object.
pub(crate) fn field_error(violation: &Violation, prefix: &str) -> FieldError {
    let pointer = format!("{prefix}/{}{}", violation.screen, violation.pointer);
    FieldError::at(pointer, violation.code, violation.message.clone())
        .on_screen(violation.screen.as_str())
        .between(violation.earliest, violation.latest)
}
