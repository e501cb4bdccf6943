//! POST /organizations/{organization_id}/reassignments/{reassignment_id}/revert

use actix_web::{post, web};
use portal_domain::ground::id::ApplicationId;
use portal_domain::work::revert;
use portal_persistence::work::reassignments::as_choice;

use super::get::ReassignmentPath;
use super::refusal;
use super::store::{circumstances, store};
use super::view::{ReassignmentView, agent_among};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::Answered;

/// Revert a reassignment
///
/// For CA Admin Managers, before `revertible_until`. Moves every application back to the agent who
/// had it, or none if any of them changed since. Returns the new reassignment. The agent is
/// notified of each application.
#[utoipa::path(
    tag = "work assignments",
    params(ReassignmentPath, IdempotencyHeader),
    responses(
        (status = 201, body = ReassignmentView, description = "The applications were moved back.", headers(
            ("Location" = String, description = "The new reassignment."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/reassignments/{reassignment_id}/revert")]
pub async fn revert_reassignment(
    caller: May<ManageWorkAssignments>,
    path: web::Path<ReassignmentPath>,
) -> Answered {
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let found = tx.reassignments().find_locked(organization.id, path.reassignment_id)?;
            let stored = found.ok_or_else(Problem::not_found)?;
            let agents = tx.memberships().agents_by_id_held(organization.id, &[stored.from, stored.to])?;
            let (original, current) = (agent_among(&agents, stored.from)?, agent_among(&agents, stored.to)?);
            let moved = tx.reassignments().items(stored.id)?;
            let ids: Vec<ApplicationId> = moved.iter().map(|item| item.id).collect();
            let items = tx.applications().batch_locked(organization.id, &ids)?;
            let circumstances = circumstances(tx, call, &organization)?;
            let choice = as_choice(&moved);
            let decision =
                revert::propose_revert(circumstances, &stored.past(), original, current, &choice, items)
                    .map_err(|refusals| refusal::revert(refusals, stored.revertible_until))?;
            store(tx, call, &decision)
        })
        .await
}
