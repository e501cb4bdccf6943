//! GET /plans

use actix_web::{get, web};
use portal_domain::ground::plan_code::PlanCode;

use super::view::{PlanList, PlanView};
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;
use crate::portal::services::Services;

/// List plans
///
/// For each plan: support contacts, lifetimes of links, inactivity limits, and permissions. Plans
/// with applications also have types, screens, documents, provider types, dates, and license rules.
/// Needs no session.
#[utoipa::path(
    tag = "support",
    responses((status = 200, body = PlanList, description = "The plans."), AnyProblems),
    security(()),
)]
#[get("/plans")]
pub async fn list_plans(services: web::Data<Services>) -> Answered {
    let plans = PlanCode::ALL.iter().filter_map(|code| services.plans.get(*code));
    public(&PlanList { items: plans.map(PlanView::of).collect() })
}
