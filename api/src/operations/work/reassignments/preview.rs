//! POST /organizations/{organization_id}/reassignments/preview

use actix_web::{post, web};
use portal_domain::ground::id::ApplicationId;
use portal_domain::work::reassignment::{self, ItemRefusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusal;
use super::request::ReassignRequest;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::extract::{BULK_LIMIT, Json};
use crate::http::openapi::{
    AnyProblems, BodyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// What would happen to each chosen application.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "items": [
        {"id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd", "verdict": "move", "reasons": []},
        {"id": "app_01k2zqj5t8e4vbx9m3c7w6r1he", "verdict": "refuse", "reasons": ["item_changed"]}
    ],
    "movable": 1,
    "refused": 1
}))]
pub struct PreviewView {
    /// The applications in the order of the request, without duplicates.
    pub items: Vec<PreviewItemView>,
    /// The number of applications that would move.
    pub movable: i64,
    /// The number of applications that cannot move. If there is one, none moves.
    pub refused: i64,
}

/// What would happen to one application.
#[derive(Serialize, ToSchema)]
pub struct PreviewItemView {
    /// The application.
    pub id: ApplicationId,
    /// Whether it would move.
    pub verdict: Verdict,
    /// Why not; empty if it would.
    pub reasons: Vec<ItemRefusal>,
}

/// Whether an application would move.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It would move.
    Move,
    /// It would not move.
    Refuse,
}

/// Preview a reassignment
///
/// For CA Admin Managers. Returns whether each chosen application would move, and every reason why
/// not. Changes nothing. Send the same body to create the reassignment.
#[utoipa::path(
    tag = "work assignments",
    params(OrganizationPath),
    request_body = ReassignRequest,
    responses(
        (status = 200, body = PreviewView, description = "What would happen to each application."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems,
    ),
)]
#[post("/organizations/{organization_id}/reassignments/preview")]
pub async fn preview_reassignment(
    caller: May<ManageWorkAssignments>,
    path: web::Path<OrganizationPath>,
    body: Json<ReassignRequest, BULK_LIMIT>,
) -> Answered {
    let Json(body) = body;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let found = tx.memberships().agents_by_id(organization.id, &body.agent_ids())?;
            let (from, to) = body.agents(&found)?;
            let found = tx.applications().batch(organization.id, &body.application_ids())?;
            let target = reassignment::examine_target(&from, &to);
            if !target.is_empty() {
                return Err(refusal::target(&target));
            }
            let verdicts = reassignment::examine(from.id, &body.chosen(), &found);
            let items: Vec<_> = verdicts
                .into_iter()
                .map(|found| PreviewItemView {
                    id: found.id,
                    verdict: if found.reasons.is_empty() { Verdict::Move } else { Verdict::Refuse },
                    reasons: found.reasons,
                })
                .collect();
            let count = |wanted| items.iter().filter(|item| item.verdict == wanted).count();
            let (movable, refused) = (count(Verdict::Move), count(Verdict::Refuse));
            Reply::ok(&PreviewView {
                movable: i64::try_from(movable).unwrap_or(i64::MAX),
                refused: i64::try_from(refused).unwrap_or(i64::MAX),
                items,
            })
        })
        .await
}
