//! GET /plan/registrations

use actix_web::get;
use chrono::{DateTime, Utc};
use portal_domain::Instant;
use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::actor::OrganizationReader;
use portal_domain::platform::read_event::ReadAction;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::auth::caller::May;
use crate::http::auth::permission::VerifyRegistrations;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, RightProblems, SignedInProblems, ValueProblems};
use crate::http::page::{PageRequest, list_view};
use crate::http::problem::Problem;
use crate::http::reply::Answered;

/// A registration awaiting verification.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_name": "Practice under tax id **-***4321",
    "plan": "ahw",
    "tax_id_masked": "**-***4321",
    "name": "Jeremy Huang",
    "email": "jeremy.huang@riverbend.example",
    "telephone": "1231231234",
    "registered_at": "2026-02-01T12:00:00Z"
}))]
pub struct PlanRegistrationView {
    /// The ID of the membership, which identifies the registration in requests.
    pub id: MembershipId,
    /// The practice.
    pub organization_id: OrganizationId,
    /// The practice's name.
    pub organization_name: String,
    /// The plan.
    pub plan: PlanCode,
    /// The practice's tax ID, masked except for the last four digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id_masked: Option<String>,
    /// The registrant's name.
    pub name: String,
    /// The registrant's email address.
    pub email: String,
    /// The registrant's telephone, ten digits; absent if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// When the user registered.
    pub registered_at: DateTime<Utc>,
}

list_view! {
    /// Registrations awaiting verification, oldest first.
    PlanRegistrationList of PlanRegistrationView
}

/// The query of the registration list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlanRegistrationQuery {
    /// `true` for practices without an active account manager only, where only plan staff can
    /// verify; `false` for the others only.
    #[serde(default)]
    pub without_manager: Option<bool>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// List registrations awaiting verification
///
/// For plan staff. The registrations of the practices of your plans, oldest first.
#[utoipa::path(
    tag = "plan staff",
    params(PlanRegistrationQuery, PurposeHeader),
    responses(
        (status = 200, body = PlanRegistrationList, description = "The registrations.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, ValueProblems,
    ),
)]
#[get("/plan/registrations")]
pub async fn list_plan_registrations(
    caller: May<VerifyRegistrations>,
    query: Query<PlanRegistrationQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let binding = format!("plan registrations {:?}", query.without_manager);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(Instant, MembershipId)>()?;
            let found = tx.members().list_pending(
                &call.plans_served(),
                query.without_manager,
                after,
                page.limit(),
            )?;
            let next_cursor = page.next(&found, |(_, entry)| (entry.created_at, entry.member.id));
            call.looks_at(found.items.iter().map(|(organization, entry)| {
                let looked = Looked::at(ReadAction::RegistrationListed, entry.member.id, Some(*organization));
                looked.of(entry.member.user)
            }))?;
            let ids: Vec<_> = found.items.iter().map(|(organization, _)| *organization).collect();
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX - 1);
            let organizations = match ids.is_empty() {
                true => vec![],
                false => tx.organizations().list(&OrganizationReader::of(ids), None, count)?.items,
            };
            let view =
                |(id, entry): (OrganizationId, portal_persistence::organizations::members::MemberEntry)| {
                    let organization = organizations.iter().find(|organization| organization.facts.id == id);
                    let organization = organization.ok_or_else(Problem::not_found)?;
                    Ok(PlanRegistrationView {
                        id: entry.member.id,
                        organization_id: id,
                        organization_name: organization.facts.name.clone(),
                        plan: organization.facts.plan,
                        tax_id_masked: organization.tax_id_masked.clone(),
                        name: entry.name(),
                        email: entry.email,
                        telephone: entry.telephone,
                        registered_at: entry.created_at,
                    })
                };
            let items = found.items.into_iter().map(view).collect::<Result<_, Problem>>()?;
            call.list(&PlanRegistrationList { items, next_cursor })
        })
        .await
}
