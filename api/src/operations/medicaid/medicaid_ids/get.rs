//! GET /organizations/{organization_id}/medicaid-ids/{medicaid_id}

use actix_web::{get, web};
use chrono::NaiveDate;
use portal_domain::applications::screen::MAX_ITEMS;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::{
    AgentAccessStanding, MedicaidIdTie, may_list_past_due, sees_every_medicaid_id, sight_of_medicaid_ids,
};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};
use portal_domain::medicaid::revalidation::days_until_due;
use portal_domain::organizations::policy::Refusal;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::Tx;
use portal_persistence::medicaid::medicaid_ids::{ListedLink, MedicaidIdRecord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewMedicaidIds;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::operations::medicaid::practice::{LicenseBody, NpiView, TaxonomyView};

/// The path of a Medicaid ID in an organization.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganizationMedicaidIdPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The record ID of the Medicaid ID; not the number.
    pub medicaid_id: MedicaidIdId,
}

/// What is on file about a Medicaid ID.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 3,
    "medicaid_id": "1111111",
    "name": "Doe, John",
    "category": "individual",
    "provider_type": "64",
    "status": "active",
    "tax_id_masked": "***-**-1234",
    "effective_date": "1999-10-04",
    "revalidation_due_on": "2026-12-31",
    "days_until_due": 39,
    "npis": [{"npi": "1234567893", "primary": true}],
    "taxonomies": [{"code": "207Q00000X", "npi": "1234567893", "primary": true}],
    "licenses": [{
        "license_type": "state_license",
        "issue_state": "KY",
        "license_number": "12345",
        "effective_date": "2025-06-01",
        "expiration_date": "2029-02-28",
        "primary": true
    }],
    "links": [{"medicaid_id": "7100000001", "name": "Bluegrass Family Health Group", "effective_date": "2020-01-01"}],
    "more_links": false,
    "agent_access_state": "granted",
    "own": false
}))]
pub struct MedicaidIdDetailsView {
    /// The record ID.
    pub id: MedicaidIdId,
    /// The version; incremented on every change of the record.
    pub version: i64,
    /// The Medicaid ID number; leading zeros are significant.
    pub medicaid_id: String,
    /// The provider's name: "Last, First" or a business name.
    pub name: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The code of the provider type.
    pub provider_type: String,
    /// The stored status. It may be active although the end date has passed.
    pub status: MedicaidIdStatus,
    /// The Social Security number or tax ID, masked except for the last four digits; absent if none
    /// is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id_masked: Option<String>,
    /// The first day on which it is in effect; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// The last day on which it is in effect; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
    /// When the next revalidation is due; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revalidation_due_on: Option<NaiveDate>,
    /// Calendar days until the due date, negative once it has passed; absent if it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_due: Option<i64>,
    /// The email address; absent if none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The telephone number; absent if none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// The primary practice address; absent if none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_physical_address: Option<PostalAddress>,
    /// The NPIs, the primary one first.
    pub npis: Vec<NpiView>,
    /// The taxonomy codes.
    pub taxonomies: Vec<TaxonomyView>,
    /// The licenses.
    pub licenses: Vec<LicenseBody>,
    /// The links that have not ended, by number, at most 100: of a group to individuals, and of an
    /// individual to groups. Of an individual that another organization owns, only links to the
    /// organization's groups.
    pub links: Vec<MedicaidIdLinkView>,
    /// Whether there are further links.
    pub more_links: bool,
    /// Whether the organization's agents have access to it.
    pub agent_access_state: AgentAccessStanding,
    /// Whether it is the organization's own, so that its agents need no access.
    pub own: bool,
}

/// A link between an individual and a group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MedicaidIdLinkView {
    /// The number of the Medicaid ID at the other end.
    pub medicaid_id: String,
    /// The name at the other end.
    pub name: String,
    /// The first day.
    pub effective_date: NaiveDate,
    /// The last day; absent if it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
}

impl From<ListedLink> for MedicaidIdLinkView {
    fn from(link: ListedLink) -> Self {
        Self {
            medicaid_id: link.medicaid_id,
            name: link.name,
            effective_date: link.effective_date,
            end_date: link.end_date,
        }
    }
}

/// Get a Medicaid ID of an organization
///
/// Returns what is on file about the provider. Social Security numbers and tax IDs show only the
/// last four digits. You can see the same Medicaid IDs as in the organization's list.
#[utoipa::path(
    tag = "medicaid ids",
    params(OrganizationMedicaidIdPath, PurposeHeader, ConditionalHeader),
    responses(
        (status = 200, body = MedicaidIdDetailsView, description = "The Medicaid ID.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems,
    ),
)]
#[get("/organizations/{organization_id}/medicaid-ids/{medicaid_id}")]
pub async fn get_medicaid_id(
    caller: May<ViewMedicaidIds>,
    path: web::Path<OrganizationMedicaidIdPath>,
) -> Answered {
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            // The callers who may list past-due Medicaid IDs may see the others, too.
            if !may_list_past_due(&call.actor, organization.id, organization.plan) {
                return Err(Refusal::RoleRequired.into());
            }
            call.credentialing(organization.plan)?;
            let today = local_date(call.now, call.plan(organization.plan)?.time_zone);
            let record = tx.medicaid_ids().find(path.medicaid_id)?.ok_or_else(Problem::not_found)?;
            let tie = tx.medicaid_ids().tie(organization.id, record.id, today)?;
            if !sight_of_medicaid_ids(&call.actor, organization.id, organization.plan).covers(&tie) {
                return Err(Problem::not_found());
            }
            let all_groups = tie.is_own || sees_every_medicaid_id(&call.actor, organization.plan);
            call.looks_at([Looked::at(ReadAction::MedicaidIdViewed, record.id, Some(organization.id))])?;
            let groups_of = (!all_groups).then_some(organization.id);
            let view = view(tx, record, &tie, groups_of, today)?;
            Reply::resource(&view, view.version)
        })
        .await
}

fn view(
    tx: &mut Tx<'_>,
    record: MedicaidIdRecord,
    tie: &MedicaidIdTie,
    groups_of: Option<OrganizationId>,
    today: NaiveDate,
) -> Result<MedicaidIdDetailsView, Problem> {
    let end = (record.category, record.id);
    let limit = i64::try_from(MAX_ITEMS).unwrap_or(i64::MAX).saturating_add(1);
    let mut links = tx.medicaid_ids().links_not_ended(end, groups_of, today, limit)?;
    let more_links = links.len() > MAX_ITEMS;
    links.truncate(MAX_ITEMS);
    let npis = tx.medicaid_ids().npis(record.id, record.npi.as_deref())?;
    Ok(MedicaidIdDetailsView {
        id: record.id,
        version: record.version,
        medicaid_id: record.medicaid_id,
        name: record.name,
        category: record.category,
        provider_type: record.provider_type,
        status: record.status,
        tax_id_masked: record.ssn_masked.or(record.fein_masked),
        effective_date: record.effective_date,
        end_date: record.end_date,
        revalidation_due_on: record.revalidation_due_on,
        days_until_due: record.revalidation_due_on.map(|due| days_until_due(due, today)),
        email: record.email,
        telephone: record.telephone,
        primary_physical_address: record.primary_physical_address,
        npis: npis.into_iter().map(Into::into).collect(),
        taxonomies: record.taxonomies.into_iter().map(Into::into).collect(),
        licenses: record.licenses.into_iter().map(Into::into).collect(),
        links: links.into_iter().map(Into::into).collect(),
        more_links,
        agent_access_state: tie.access.into(),
        own: tie.is_own,
    })
}
