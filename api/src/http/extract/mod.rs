//! Extractors that parse and validate requests. Each fails with a problem document that names the
//! values it could not accept.

mod content;
mod json;
mod path;
mod query;
pub mod values;

pub use content::Content;
pub use json::{BULK_LIMIT, BodyDigest, Json, given, given_set, objects, read};
pub use path::path_config;
pub use query::Query;

use serde_path_to_error::{Path, Segment};
use validator::{ValidationErrors, ValidationErrorsKind};

use crate::http::problem::FieldError;

/// Converts a path to a JSON Pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escaped(key)),
            Segment::Enum { variant } => format!("/{}", escaped(variant)),
            Segment::Unknown => String::new(),
        })
        .collect()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The name between the first two backquotes of a serde message.
fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// The violation code of a value that serde refused.
fn word_for(message: &str) -> &'static str {
    if message.starts_with("missing field") {
        "required"
    } else if message.starts_with("unknown variant") {
        "unknown_value"
    } else if message.contains("belongs here, not one that starts with") {
        "wrong_id_kind"
    } else {
        "format"
    }
}

/// The violations that `validator` found, sorted by pointer.
fn violations(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut violations = Vec::new();
    collect(errors, "", &mut violations);
    violations.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    violations
}

fn collect(errors: &ValidationErrors, at: &str, violations: &mut Vec<FieldError>) {
    for (field, kind) in errors.errors() {
        let at = format!("{at}/{}", escaped(field));
        match kind {
            ValidationErrorsKind::Field(found) => violations.extend(found.iter().map(|error| {
                let message = error.message.as_deref().unwrap_or("is wrong");
                FieldError::at(at.clone(), &error.code, message)
            })),
            ValidationErrorsKind::Struct(nested) => collect(nested, &at, violations),
            ValidationErrorsKind::List(nested) => {
                nested
                    .iter()
                    .for_each(|(index, errors)| collect(errors, &format!("{at}/{index}"), violations));
            }
        }
    }
}
