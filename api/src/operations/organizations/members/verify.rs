//! POST /organizations/{organization_id}/members/{member_id}/verify

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

/// Verify an account
///
/// Requires `manage_members`. Approves a newly registered user (*Verify Account*). The status is
/// `unverified` until the user completes the registration; you can now send the registration email.
/// You can set permissions at the same time. If the practice has no account manager, only plan
/// staff can do this.
#[utoipa::path(
    tag = "members",
    params(MemberPath, IdempotencyHeader),
    request_body = AdmitRequest,
    responses(
        (status = 200, body = MemberView, description = "The member.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/members/{member_id}/verify")]
pub async fn verify_member(
    caller: May<ManageMembers>,
    path: web::Path<MemberPath>,
    body: Json<AdmitRequest>,
) -> Answered {
    let wanted = body.0.into();
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            change_member(tx, call, *path, MemberAction::VerifyAccount, &wanted, Precondition::None)
        })
        .await
}
