//! POST /users/{user_id}/unlock

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

/// Unlock a login
///
/// For operators. After a lock by an operator, the old password does not work, because others may know it. The user
/// is notified by email and sets a new one through a password reset.
#[utoipa::path(
    tag = "users",
    params(UserPath, IdempotencyHeader),
    request_body = ChangeUserRequest,
    responses(
        (status = 200, body = UserView, description = "The unlocked user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/users/{user_id}/unlock")]
pub async fn unlock_user(
    caller: May<ManageUsers>,
    path: web::Path<UserPath>,
    body: Json<ChangeUserRequest>,
) -> Answered {
    let Json(body) = body;
    caller.write(move |tx, call| change_user(tx, call, path.user_id, &UserChange::Unlock, &body.reason)).await
}
