//! POST /organizations/{organization_id}/medicaid-ids/search

use actix_web::{post, web};
use portal_domain::medicaid::medicaid_id::MedicaidIdFormat;
use portal_domain::platform::read_event::ReadAction;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::Found;
use super::view::IndividualMedicaidIdView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageAgentAccess;
use crate::http::auth::reads::Looked;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, NotFoundProblems, OrganizationPath, RightProblems,
    SignedInProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};

/// The Medicaid ID to search for. It is in the body because bodies are not logged.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"medicaid_id": "1111111"}))]
pub struct MedicaidIdSearchRequest {
    /// An individual Medicaid ID; surrounding whitespace is ignored.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, pattern = "^[0-9]{7,10}$")]
    pub medicaid_id: Option<String>,
}

impl MedicaidIdSearchRequest {
    /// The number, if its format is valid.
    fn number(&self, format: &MedicaidIdFormat) -> Result<&str, Problem> {
        let number = self.medicaid_id.as_deref().unwrap_or_default().trim();
        if format.accepts(number) {
            return Ok(number);
        }
        let message = format!("must be {} to {} digits", format.min_digits, format.max_digits);
        Err(Problem::invalid(vec![FieldError::at("/medicaid_id", "format", message)]))
    }
}

/// Search for an individual Medicaid ID
///
/// For CA Admin Managers. Returns the row of the grid, and whether the organization's agents have
/// access, since when, and by whom. Also returns the consequences of granting or removing it. The
/// search itself changes nothing.
///
/// It finds Medicaid IDs linked to one of the organization's groups, and formerly linked ones while
/// access is granted. Others return the same 404 as an unknown number.
#[utoipa::path(
    tag = "medicaid ids",
    params(OrganizationPath),
    request_body = MedicaidIdSearchRequest,
    responses(
        (status = 200, body = IndividualMedicaidIdView, description = "The Medicaid ID.", headers(("ETag" = String, description = "Send it as `If-Match` to change the access."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/medicaid-ids/search")]
pub async fn search_medicaid_id(
    caller: May<ManageAgentAccess>,
    path: web::Path<OrganizationPath>,
    body: Json<MedicaidIdSearchRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let number = body.number(&call.credentialing(organization.plan)?.medicaid_id)?;
            let found = Found::by_number(tx, call, &organization, number)?;
            call.looks_at([Looked::at(
                ReadAction::MedicaidIdSearched,
                found.record.id,
                Some(organization.id),
            )])?;
            Reply::resource(&IndividualMedicaidIdView::of(&found), found.version())
        })
        .await
}
