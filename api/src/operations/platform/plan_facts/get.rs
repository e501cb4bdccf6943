//! GET /plans/{plan_code}

use actix_web::{get, web};
use portal_domain::ground::plan_code::PlanCode;

use super::view::PlanView;
use crate::http::auth::caller::public;
use crate::http::openapi::{AnyProblems, NotFoundProblems};
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::portal::services::Services;

/// Get a plan
///
/// Returns the plan's entry in the list of plans. Needs no session.
#[utoipa::path(
    tag = "support",
    params(("plan_code" = String, Path, description = "The plan's code.", example = "ky")),
    responses((status = 200, body = PlanView, description = "The plan."), AnyProblems, NotFoundProblems),
    security(()),
)]
#[get("/plans/{plan_code}")]
pub async fn get_plan(services: web::Data<Services>, plan_code: web::Path<String>) -> Answered {
    let plan = PlanCode::parse(&plan_code).and_then(|code| services.plans.get(code));
    public(&PlanView::of(plan.ok_or_else(Problem::not_found)?))
}
