//! GET /problems

use actix_web::get;

use super::view::ProblemKindList;
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::problem::Code;
use crate::http::reply::Answered;

/// List problem codes
///
/// Every code that a problem document can have, with its status, title, and remedy.
#[utoipa::path(
    tag = "problems",
    responses((status = 200, body = ProblemKindList, description = "The codes."), AnyProblems),
    security(()),
)]
#[get("/problems")]
pub async fn list_problems() -> Answered {
    public(&ProblemKindList { items: Code::ALL.iter().copied().map(Into::into).collect() })
}
