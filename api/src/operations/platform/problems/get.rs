//! GET /problems/{code}

use actix_web::{get, web};

use super::view::ProblemKindView;
use crate::http::auth::caller::public;
use crate::http::openapi::{AnyProblems, NotFoundProblems};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Answered;

/// Get a problem code
///
/// The `type` of a problem document is the path of this operation.
#[utoipa::path(
    tag = "problems",
    params(("code" = String, Path, description = "The code of a problem document.", example = "items_not_reassignable")),
    responses((status = 200, body = ProblemKindView, description = "The code."), AnyProblems, NotFoundProblems),
    security(()),
)]
#[get("/problems/{code}")]
pub async fn get_problem(code: web::Path<String>) -> Answered {
    let known = Code::ALL.iter().find(|known| known.as_str() == code.as_str());
    public(&ProblemKindView::from(*known.ok_or_else(Problem::not_found)?))
}
