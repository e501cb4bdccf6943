//! GET /plans

use actix_web::{get, web};
use portal_domain::ground::plan_code::PlanCode;

use super::view::{PlanList, PlanView};
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;
use crate::portal::state::Portal;

/// List the plans
///
/// What each plan tells about itself: where its users get help, how long links work, when resting applications are withdrawn,
/// what members may be permitted; of applications what a screen must know before: types, screens, documents, provider types,
/// dates, licenses. No session is needed.
#[utoipa::path(
    tag = "support",
    operation_id = "listPlans",
    responses((status = 200, body = PlanList, description = "The plans."), AnyProblems),
    security(()),
)]
#[get("/plans")]
pub async fn list_plans(portal: web::Data<Portal>) -> Answered {
    let plans = PlanCode::ALL.iter().filter_map(|code| portal.plans.get(*code));
    public(&PlanList { items: plans.map(PlanView::of).collect() })
}
