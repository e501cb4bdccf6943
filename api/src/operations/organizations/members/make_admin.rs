//! POST /organizations/{organization_id}/members/{member_id}/make-admin

use actix_web::{post, web};
use portal_domain::organizations::member_words::MemberAction;

use super::change::{Precondition, change_member};
use super::replay::may_be_replayed;
use super::request::{CommentRequest, MemberPath};
use super::view::MemberView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::reply::Answered;

/// Make a user an administrator
///
/// Requires `manage_members`, and a sign-in or `POST /me/step-up` within the last five minutes;
/// otherwise: 403 `step_up_required`. The other administrators are notified by email. An organization
/// can have several administrators.
#[utoipa::path(
    tag = "members",
    params(MemberPath, IdempotencyHeader),
    request_body = CommentRequest,
    responses(
        (status = 200, body = MemberView, description = "The member.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/members/{member_id}/make-admin")]
pub async fn make_member_admin(
    caller: May<ManageMembers>,
    path: web::Path<MemberPath>,
    body: Json<CommentRequest>,
) -> Answered {
    let wanted = body.0.into();
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            change_member(tx, call, *path, MemberAction::MakeAdmin, &wanted, Precondition::None)
        })
        .await
}
