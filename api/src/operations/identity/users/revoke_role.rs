//! POST /users/{user_id}/revoke-role

use actix_web::{post, web};
use portal_domain::identity::user_administration::UserChange;

use super::change::change_user;
use super::request::{PlatformRoleRequest, UserPath};
use super::view::UserView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageUsers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::reply::Answered;

/// Revoke a platform role
///
/// For operators. The user loses its rights with the next request. The last operator keeps the role.
/// A role for all plans cannot be revoked for one of them: revoke it, then grant it for the others.
#[utoipa::path(
    tag = "users",
    params(UserPath, IdempotencyHeader),
    request_body = PlatformRoleRequest,
    responses(
        (status = 200, body = UserView, description = "The user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/users/{user_id}/revoke-role")]
pub async fn revoke_platform_role(
    caller: May<ManageUsers>,
    path: web::Path<UserPath>,
    body: Json<PlatformRoleRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            change_user(tx, call, path.user_id, &UserChange::RevokeRole(body.held()), &body.reason)
        })
        .await
}
