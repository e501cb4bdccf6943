//! GET /reports/past-due-revalidations

use portal_domain::platform::read_event::ReadAction;
use std::collections::BTreeMap;

use actix_web::get;
use chrono::NaiveDate;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::{MedicaidIdSight, may_list_past_due, sight_of_medicaid_ids};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::medicaid::revalidation::days_until_due;
use portal_domain::organizations::policy::Refusal;
use portal_persistence::medicaid::medicaid_ids::PastDueMedicaidId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewMedicaidIds;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::{PageRequest, list_view};
use crate::http::reply::Answered;

/// The query of the report.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PastDueQuery {
    /// The organization.
    pub organization_id: OrganizationId,
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

/// A Medicaid ID with a past-due revalidation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "medicaid_id": "2222222",
    "name": "Doe, Jane",
    "provider_type": "78",
    "category": "individual",
    "status": "active",
    "due_date": "2026-10-13",
    "days_past_due": 40,
    "open_application_number": "APP0007"
}))]
pub struct PastDueRevalidationView {
    /// The record ID of the Medicaid ID.
    pub id: MedicaidIdId,
    /// The Medicaid ID number; leading zeros are significant.
    pub medicaid_id: String,
    /// The provider's name: "Last, First" or a business name.
    pub name: String,
    /// The code of the provider type.
    pub provider_type: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The stored status.
    pub status: MedicaidIdStatus,
    /// The due date.
    pub due_date: NaiveDate,
    /// Calendar days since the due date.
    pub days_past_due: i64,
    /// The number of the open revalidation; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_application_number: Option<String>,
}

list_view! {
    /// Medicaid IDs with a past-due revalidation, longest past due first.
    PastDueRevalidationList of PastDueRevalidationView
}

impl PastDueRevalidationView {
    fn of(found: PastDueMedicaidId, open: &BTreeMap<String, String>, today: NaiveDate) -> Self {
        Self {
            id: found.id,
            open_application_number: open.get(&found.medicaid_id).cloned(),
            medicaid_id: found.medicaid_id,
            name: found.name,
            provider_type: found.provider_type,
            category: found.category,
            status: found.status,
            due_date: found.due_on,
            days_past_due: -days_until_due(found.due_on, today),
        }
    }
}

/// List Medicaid IDs with a past-due revalidation
///
/// The organization's own and those linked to its groups with a due date before today, longest past
/// due first. Terminated Medicaid IDs are omitted; inactive ones are not. Credentialing agents see
/// the organization's own and those that its agents have access to.
#[utoipa::path(
    tag = "medicaid ids",
    params(PastDueQuery, PurposeHeader),
    responses(
        (status = 200, body = PastDueRevalidationList, description = "The past-due Medicaid IDs.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems, ConflictProblems,
    ),
)]
#[get("/reports/past-due-revalidations")]
pub async fn list_past_due_revalidations(
    caller: May<ViewMedicaidIds>,
    query: Query<PastDueQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, query.organization_id)?.facts;
            if !may_list_past_due(&call.actor, organization.id, organization.plan) {
                return Err(Refusal::RoleRequired.into());
            }
            call.credentialing(organization.plan)?;
            let today = local_date(call.now, call.plan(organization.plan)?.time_zone);
            let sight = sight_of_medicaid_ids(&call.actor, organization.id, organization.plan);
            let only_with_access = sight != MedicaidIdSight::Everything;
            let binding = format!("past due {} {only_with_access}", organization.id);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(NaiveDate, MedicaidIdId)>()?;
            let found = tx.medicaid_ids().list_past_due(
                organization.id,
                only_with_access,
                today,
                after,
                page.limit(),
            )?;
            let next_cursor = page.next(&found, |one| (one.due_on, one.id));
            let looked = |id| Looked::at(ReadAction::MedicaidIdListed, id, Some(organization.id));
            call.looks_at(found.items.iter().map(|one| looked(one.id)))?;
            let numbers: Vec<&str> = found.items.iter().map(|one| one.medicaid_id.as_str()).collect();
            let open = tx.medicaid_ids().open_revalidations(&numbers)?;
            let open = open.into_iter().map(|open| (open.medicaid_id, open.application_number));
            let open: BTreeMap<String, String> = open.collect();
            let view = |one| PastDueRevalidationView::of(one, &open, today);
            let items = found.items.into_iter().map(view).collect();
            call.list(&PastDueRevalidationList { items, next_cursor })
        })
        .await
}
