//! POST /users/{user_id}/grant-role

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

/// Grant a platform role
///
/// For operators. The user has its rights from the next request on. A role for several plans is
/// granted for each of them. A role for all plans replaces those for single plans.
///
/// Requires a sign-in or `POST /me/step-up` within the last five minutes; otherwise: 403
/// `step_up_required`.
#[utoipa::path(
    tag = "users",
    params(UserPath, IdempotencyHeader),
    request_body = PlatformRoleRequest,
    responses(
        (status = 200, body = UserView, description = "The user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/users/{user_id}/grant-role")]
pub async fn grant_platform_role(
    caller: May<ManageUsers>,
    path: web::Path<UserPath>,
    body: Json<PlatformRoleRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            change_user(tx, call, path.user_id, &UserChange::GrantRole(body.held()), &body.reason)
        })
        .await
}
