//! Bodies about problem codes.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::{Code, TYPE_BASE};

/// What a problem code means.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "items_not_reassignable",
    "type": "/problems/items_not_reassignable",
    "status": 409,
    "title": "Some applications cannot move, so none did",
    "remedy": "Take the applications in `items` out of the selection, or search again."
}))]
pub struct ProblemKindView {
    /// The code.
    pub code: Code,
    /// The `type` of problem documents with this code: the path of this resource.
    pub r#type: String,
    /// The HTTP status.
    pub status: i32,
    /// The title.
    pub title: &'static str,
    /// How to resolve the problem.
    pub remedy: &'static str,
}

/// Every problem code.
#[derive(Serialize, ToSchema)]
pub struct ProblemKindList {
    /// The codes, by status.
    pub items: Vec<ProblemKindView>,
}

impl From<Code> for ProblemKindView {
    fn from(code: Code) -> Self {
        Self {
            code,
            r#type: format!("{TYPE_BASE}{}", code.as_str()),
            status: i32::from(code.status()),
            title: code.title(),
            remedy: code.remedy(),
        }
    }
}
