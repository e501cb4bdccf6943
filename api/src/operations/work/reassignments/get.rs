//! GET /organizations/{organization_id}/reassignments/{reassignment_id}

use actix_web::{get, web};
use portal_domain::ground::id::{OrganizationId, ReassignmentId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::ReassignmentView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// The path of a reassignment.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ReassignmentPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The reassignment.
    pub reassignment_id: ReassignmentId,
}

/// Get a reassignment
///
/// For CA Admin Managers.
#[utoipa::path(
    tag = "work assignments",
    params(ReassignmentPath, ConditionalHeader),
    responses(
        (status = 200, body = ReassignmentView, description = "The reassignment.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems,
    ),
)]
#[get("/organizations/{organization_id}/reassignments/{reassignment_id}")]
pub async fn get_reassignment(
    caller: May<ManageWorkAssignments>,
    path: web::Path<ReassignmentPath>,
) -> Answered {
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let (view, version) = ReassignmentView::load(tx, organization.id, path.reassignment_id)?;
            Reply::resource(&view, version)
        })
        .await
}
