//! Path parameters. A segment that is not an id of the right kind is refused with 400.

use actix_web::error::PathError;
use actix_web::web;

use crate::http::problem::{Code, Problem};

/// Makes `web::Path` fail with a problem document.
#[must_use]
pub fn path_config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|error, _request| {
        let detail = match &error {
            PathError::Deserialize(inner) => inner.to_string(),
            other => other.to_string(),
        };
        Problem::new(Code::malformed_id, detail).into()
    })
}
