//! POST /organizations/{organization_id}/reassignments

use actix_web::{post, web};
use portal_domain::work::reassignment;

use super::request::ReassignRequest;
use super::store::{circumstances, store};
use super::view::ReassignmentView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::extract::{BULK_LIMIT, Json};
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, OrganizationPath,
    RightProblems, SignedInProblems,
};
use crate::http::reply::Answered;

/// Reassign applications to another credentialing agent
///
/// For CA Admin Managers. Moves all chosen applications or none. If some cannot move, the error
/// lists each of them with every reason. The new agent is notified of each application. From then
/// on, this agent receives its notifications, and gets it back if it is returned. Status and
/// initiator do not change. You can revert the reassignment until `revertible_until`.
#[utoipa::path(
    tag = "work assignments",
    params(OrganizationPath, IdempotencyHeader),
    request_body = ReassignRequest,
    responses(
        (status = 201, body = ReassignmentView, description = "The applications were reassigned.", headers(
            ("Location" = String, description = "The reassignment."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/reassignments")]
pub async fn create_reassignment(
    caller: May<ManageWorkAssignments>,
    path: web::Path<OrganizationPath>,
    body: Json<ReassignRequest, BULK_LIMIT>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let found = tx.memberships().agents_by_id_held(organization.id, &body.agent_ids())?;
            let (from, to) = body.agents(&found)?;
            let found = tx.applications().batch_locked(organization.id, &body.application_ids())?;
            let circumstances = circumstances(tx, call, &organization)?;
            let decision = reassignment::propose(circumstances, &from, &to, &body.chosen(), found)?;
            store(tx, call, &decision)
        })
        .await
}
