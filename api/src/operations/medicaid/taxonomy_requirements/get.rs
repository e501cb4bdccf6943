//! GET /taxonomy-requirements

use actix_web::get;
use portal_domain::ground::npi::Npi;
use portal_domain::medicaid::taxonomy::{CLAIM_LOOP, CLAIM_SEGMENT};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewMedicaidIds;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, NotFoundProblems, SignedInProblems, ValueProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// The query of a taxonomy requirement.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaxonomyRequirementQuery {
    /// The billing provider's NPI.
    #[validate(custom(function = is_an_npi))]
    #[param(min_length = 10, max_length = 10, pattern = "^[12][0-9]{9}$", example = "1245319599")]
    pub npi: String,
}

fn is_an_npi(text: &str) -> Result<(), ValidationError> {
    Npi::parse(text).map(drop).map_err(|error| ValidationError {
        message: Some(error.message().into()),
        ..ValidationError::new(error.as_str())
    })
}

/// Whether claims of a billing provider need a taxonomy code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "required": true, "loop": "2000A", "segment": "PRV", "medicaid_id_count": 2, "provider_type_count": 2
}))]
pub struct TaxonomyRequirementView {
    /// Whether they need it: if the NPI is linked to several Medicaid IDs and several provider
    /// types.
    pub required: bool,
    /// The loop of the claim that has the code.
    pub r#loop: &'static str,
    /// The segment of that loop.
    pub segment: &'static str,
    /// The number of Medicaid IDs linked to the NPI.
    pub medicaid_id_count: i64,
    /// The number of different provider types among them.
    pub provider_type_count: i64,
}

/// Check whether claims need a taxonomy code
///
/// Claims need one if the billing provider's NPI is linked to several Medicaid IDs and several
/// provider types. The response contains only counts, so it does not reveal which Medicaid IDs
/// belong to an NPI.
/// An NPI without Medicaid IDs returns 404.
#[utoipa::path(
    tag = "support",
    params(TaxonomyRequirementQuery),
    responses(
        (status = 200, body = TaxonomyRequirementView, description = "The requirement."),
        AnyProblems, SignedInProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/taxonomy-requirements")]
pub async fn get_taxonomy_requirement(
    caller: May<ViewMedicaidIds>,
    query: Query<TaxonomyRequirementQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, _call| {
            let links = tx.medicaid_ids().linked_to_npi(&query.npi)?;
            if links.medicaid_ids == 0 {
                return Err(Problem::not_found());
            }
            Reply::ok(&TaxonomyRequirementView {
                required: links.need_taxonomy_code(),
                r#loop: CLAIM_LOOP,
                segment: CLAIM_SEGMENT,
                medicaid_id_count: links.medicaid_ids,
                provider_type_count: links.provider_types,
            })
        })
        .await
}
