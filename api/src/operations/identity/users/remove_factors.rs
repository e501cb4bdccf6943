//! POST /users/{user_id}/remove-factors

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

/// Remove a user's second factors
///
/// For operators. For a user who lost them. Recovery codes stop working, too, and the sessions end.
/// The user is notified by email and registers a new factor at the next sign-in that requires one.
///
/// Requires a sign-in or `POST /me/step-up` within the last five minutes; otherwise: 403
/// `step_up_required`.
#[utoipa::path(
    tag = "users",
    params(UserPath, IdempotencyHeader),
    request_body = ChangeUserRequest,
    responses(
        (status = 200, body = UserView, description = "The user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/users/{user_id}/remove-factors")]
pub async fn remove_user_factors(
    caller: May<ManageUsers>,
    path: web::Path<UserPath>,
    body: Json<ChangeUserRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| change_user(tx, call, path.user_id, &UserChange::RemoveFactors, &body.reason))
        .await
}
