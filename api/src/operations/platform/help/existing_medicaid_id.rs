//! GET /help/existing-medicaid-id

use actix_web::{get, web};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::platform::plan::PlanProfile;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::auth::caller::public;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, NotFoundProblems, ValueProblems};
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::portal::services::Services;

/// The query for help with a forgotten Medicaid ID.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExistingMedicaidIdQuery {
    /// The plan; by default the one that issues Medicaid IDs.
    #[serde(default)]
    pub plan: Option<PlanCode>,
}

/// How to get a forgotten Medicaid ID.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "plan": "ky",
    "method": "letter",
    "addressee": "Department for Medicaid Services, Division of Program Integrity",
    "text": "If you do not know your existing KY Medicaid ID number, send a letter to the Department for Medicaid Services, Division of Program Integrity, to request it. Medicaid IDs are not looked up by name, NPI or tax id."
}))]
pub struct ExistingMedicaidIdHelpView {
    /// The plan.
    pub plan: PlanCode,
    /// The method; always `letter`.
    pub method: &'static str,
    /// The addressee of the letter.
    pub addressee: String,
    /// The instructions.
    pub text: String,
}

/// Get help with a forgotten Medicaid ID
///
/// A Medicaid ID can only be requested by letter. It cannot be looked up by name, NPI, or tax ID.
/// Needs no session. A plan that issues no Medicaid IDs returns 404.
#[utoipa::path(
    tag = "support",
    params(ExistingMedicaidIdQuery),
    responses(
        (status = 200, body = ExistingMedicaidIdHelpView, description = "The instructions."),
        AnyProblems, NotFoundProblems, ValueProblems,
    ),
    security(()),
)]
#[get("/help/existing-medicaid-id")]
pub async fn get_existing_medicaid_id_help(
    services: web::Data<Services>,
    query: Query<ExistingMedicaidIdQuery>,
) -> Answered {
    let Query(query) = query;
    let plans = PlanCode::ALL.iter().filter_map(|code| services.plans.get(*code));
    let view = plans
        .filter(|plan| query.plan.is_none_or(|wanted| wanted == plan.code))
        .find_map(ExistingMedicaidIdHelpView::of);
    public(&view.ok_or_else(Problem::not_found)?)
}

impl ExistingMedicaidIdHelpView {
    fn of(plan: &PlanProfile) -> Option<Self> {
        let help = &plan.credentialing.as_ref()?.existing_medicaid_id;
        Some(Self {
            plan: plan.code,
            method: "letter",
            addressee: help.addressee.clone(),
            text: help.text.clone(),
        })
    }
}
