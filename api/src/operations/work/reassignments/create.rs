//! POST /organizations/{organization_id}/reassignments

use actix_web::{post, web};
use portal_domain::work::reassignment;

use super::request::ReassignRequest;
use super::settle::{circumstances, settle};
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
/// Moves all of the chosen applications, or none: one that cannot move refuses the whole, and the answer lists every such
/// application with every reason. From then on notices and returned items go to the new agent, who also gets a notice for
/// each application. Status, initiator and the count of days without activity stay as they are. May be reverted for 24 hours.
#[utoipa::path(
    tag = "work assignments",
    operation_id = "createReassignment",
    params(OrganizationPath, IdempotencyHeader),
    request_body = ReassignRequest,
    responses(
        (status = 201, body = ReassignmentView, description = "The applications have moved.", headers(
            ("Location" = String, description = "The reassignment."),
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
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
            settle(tx, call, &decision)
        })
        .await
}
