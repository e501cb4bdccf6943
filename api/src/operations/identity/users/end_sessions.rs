//! POST /users/{user_id}/end-sessions

use actix_web::{post, web};
use portal_domain::identity::user_administration::UserChange;

use super::change::change_user;
use super::request::{ChangeUserRequest, UserPath};
use super::view::UserView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageUsers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::reply::Answered;

/// End a user's sessions
///
/// For operators. The next request with any of their tokens is refused. The password stays valid.
#[utoipa::path(
    tag = "users",
    params(UserPath, IdempotencyHeader),
    request_body = ChangeUserRequest,
    responses(
        (status = 200, body = UserView, description = "The user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/users/{user_id}/end-sessions")]
pub async fn end_user_sessions(
    caller: May<ManageUsers>,
    path: web::Path<UserPath>,
    body: Json<ChangeUserRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| change_user(tx, call, path.user_id, &UserChange::EndSessions, &body.reason))
        .await
}
