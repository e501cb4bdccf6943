//! POST /users/{user_id}/disable

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

/// Disable a user everywhere
///
/// For operators. For a user who left. The user loses access to every organization and platform role until you
/// enable the user again. If an organization then has no administrator, `sole_administrator_of` says
/// so, and you can appoint one.
#[utoipa::path(
    tag = "users",
    params(UserPath, IdempotencyHeader),
    request_body = ChangeUserRequest,
    responses(
        (status = 200, body = UserView, description = "The disabled user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/users/{user_id}/disable")]
pub async fn disable_user(
    caller: May<ManageUsers>,
    path: web::Path<UserPath>,
    body: Json<ChangeUserRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| change_user(tx, call, path.user_id, &UserChange::Disable, &body.reason))
        .await
}
