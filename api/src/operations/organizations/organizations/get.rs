//! GET /organizations/{organization_id}

use actix_web::{get, web};

use super::view::OrganizationView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewOrganizations;
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, NotFoundProblems, OrganizationPath, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// Get an organization
///
/// `actions` says what you can do in it, and if not, why, such as `no_group_medicaid_id`.
#[utoipa::path(
    tag = "organizations",
    params(OrganizationPath, ConditionalHeader),
    responses(
        (status = 200, body = OrganizationView, description = "The organization.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, NotFoundProblems,
    ),
)]
#[get("/organizations/{organization_id}")]
pub async fn get_organization(caller: May<ViewOrganizations>, path: web::Path<OrganizationPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?;
            let version = organization.version;
            Reply::resource(&OrganizationView::of(organization, &call.actor), version)
        })
        .await
}
