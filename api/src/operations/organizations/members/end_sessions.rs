//! DELETE /organizations/{organization_id}/members/{member_id}/sessions

use actix_web::{delete, web};
use portal_domain::organizations::member_words::MemberAction;

use super::change::{Precondition, change_member};
use super::request::{MemberPath, Wanted};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// End a member's sessions
///
/// Requires `manage_members`. Signs the user out on all devices immediately, in all organizations.
/// The user is notified by email and can sign in again.
#[utoipa::path(
    tag = "members",
    params(MemberPath),
    responses(
        (status = 204, description = "The sessions were ended."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems,
    ),
)]
#[delete("/organizations/{organization_id}/members/{member_id}/sessions")]
pub async fn end_member_sessions(caller: May<ManageMembers>, path: web::Path<MemberPath>) -> Answered {
    caller
        .write(move |tx, call| {
            let (action, wanted) = (MemberAction::EndSessions, Wanted::default());
            let (_, done) = change_member(tx, call, *path, action, &wanted, Precondition::None)?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
