//! POST /organizations/{organization_id}/members/{member_id}/enable

use actix_web::{post, web};
use portal_domain::organizations::member_words::MemberAction;

use super::change::{Precondition, change_member};
use super::replay::may_be_replayed;
use super::request::{AdmitRequest, MemberPath};
use super::view::MemberView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::reply::Answered;

/// Enable a user
///
/// Requires `manage_members`. Enables a newly registered or disabled member (*Enable User*). The
/// status becomes `unverified` if the plan requires registering again, otherwise `active`. A member
/// who was never active always becomes `unverified`. The count of days without a sign-in starts
/// again.
#[utoipa::path(
    tag = "members",
    params(MemberPath, IdempotencyHeader),
    request_body = AdmitRequest,
    responses(
        (status = 200, body = MemberView, description = "The member.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/members/{member_id}/enable")]
pub async fn enable_member(
    caller: May<ManageMembers>,
    path: web::Path<MemberPath>,
    body: Json<AdmitRequest>,
) -> Answered {
    let wanted = body.0.into();
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            change_member(tx, call, *path, MemberAction::EnableUser, &wanted, Precondition::None)
        })
        .await
}
