//! GET /organizations/{organization_id}/medicaid-ids

use actix_web::{get, web};
use chrono::NaiveDate;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::MedicaidIdId;
use portal_domain::medicaid::agent_access::{
    AgentAccessStanding, MedicaidIdSight, may_list_past_due, sight_of_medicaid_ids,
};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::medicaid::revalidation::days_until_due;
use portal_domain::organizations::policy::Refusal;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::medicaid::medicaid_ids::MedicaidIdInScope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewMedicaidIds;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::page::{PageRequest, list_view};
use crate::http::reply::Answered;

/// The query of the Medicaid ID list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MedicaidIdQuery {
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

/// A Medicaid ID of an organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "medicaid_id": "1111111",
    "name": "Doe, John",
    "category": "individual",
    "provider_type": "64",
    "status": "active",
    "revalidation_due_on": "2026-12-31",
    "days_until_due": 39,
    "agent_access_state": "granted",
    "own": false
}))]
pub struct MedicaidIdView {
    /// The record ID, for `GET /medicaid-ids/{medicaid_id}/revalidation`.
    pub id: MedicaidIdId,
    /// The Medicaid ID number; leading zeros are significant.
    pub medicaid_id: String,
    /// The provider's name: "Last, First" or a business name.
    pub name: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The code of the provider type.
    pub provider_type: String,
    /// The stored status.
    pub status: MedicaidIdStatus,
    /// When the next revalidation is due; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revalidation_due_on: Option<NaiveDate>,
    /// Calendar days until the due date, negative once it has passed; absent if it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_due: Option<i64>,
    /// Whether the organization's agents have access to it.
    pub agent_access_state: AgentAccessStanding,
    /// Whether it is the organization's own, so that its agents need no access.
    pub own: bool,
}

list_view! {
    /// Medicaid IDs of an organization, by number.
    MedicaidIdList of MedicaidIdView
}

impl MedicaidIdView {
    fn of(found: MedicaidIdInScope, today: NaiveDate) -> Self {
        Self {
            id: found.id,
            medicaid_id: found.medicaid_id,
            name: found.name,
            category: found.category,
            provider_type: found.provider_type,
            status: found.status,
            revalidation_due_on: found.revalidation_due_on,
            days_until_due: found.revalidation_due_on.map(|due| days_until_due(due, today)),
            agent_access_state: found.access.into(),
            own: found.is_own,
        }
    }
}

/// List an organization's Medicaid IDs
///
/// The organization's own and those linked to its groups, by number. CA Admin Managers,
/// administrators, and users with a platform role for the plan see all. Credentialing agents see
/// those that they may work on: the organization's own, and those that its agents have access to.
#[utoipa::path(
    tag = "medicaid ids",
    params(OrganizationPath, MedicaidIdQuery, PurposeHeader),
    responses(
        (status = 200, body = MedicaidIdList, description = "The Medicaid IDs.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems, ConflictProblems,
    ),
)]
#[get("/organizations/{organization_id}/medicaid-ids")]
pub async fn list_medicaid_ids(
    caller: May<ViewMedicaidIds>,
    path: web::Path<OrganizationPath>,
    query: Query<MedicaidIdQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            // The callers who may list past-due Medicaid IDs may list the others, too.
            if !may_list_past_due(&call.actor, organization.id, organization.plan) {
                return Err(Refusal::RoleRequired.into());
            }
            call.credentialing(organization.plan)?;
            let today = local_date(call.now, call.plan(organization.plan)?.time_zone);
            let sight = sight_of_medicaid_ids(&call.actor, organization.id, organization.plan);
            let only_with_access = sight != MedicaidIdSight::Everything;
            let binding = format!("medicaid ids {} {only_with_access}", organization.id);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<String>()?;
            let found = tx.medicaid_ids().list_in_scope(
                organization.id,
                only_with_access,
                today,
                after,
                page.limit(),
            )?;
            let next_cursor = page.next(&found, |one| one.medicaid_id.clone());
            let looked = |id| Looked::at(ReadAction::MedicaidIdListed, id, Some(organization.id));
            call.looks_at(found.items.iter().map(|one| looked(one.id)))?;
            let items = found.items.into_iter().map(|one| MedicaidIdView::of(one, today)).collect();
            call.list(&MedicaidIdList { items, next_cursor })
        })
        .await
}
