//! Violations on the screens, as members of a problem.

use portal_domain::applications::screen::Fault;

use crate::http::problem::FieldError;
/// A fault of a screen as the client is told of it; `prefix` points at the object that has the screens, and is empty where
/// the body has none.
pub(crate) fn field_error(fault: &Fault, prefix: &str) -> FieldError {
    let pointer = format!("{prefix}/{}{}", fault.screen, fault.pointer);
    FieldError::at(pointer, fault.code, fault.message.clone())
        .on_screen(fault.screen.as_str())
        .between(fault.earliest, fault.latest)
}
