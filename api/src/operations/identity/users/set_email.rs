//! POST /users/{user_id}/set-email

use actix_web::{post, web};
use portal_domain::identity::user_administration::UserChange;

use super::change::change_user;
use super::request::{SetEmailRequest, UserPath};
use super::view::UserView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageUsers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::ground::person::parsed_email;

/// Change a user's email address
///
/// For operators. The user then signs in with the new address. The sessions end, and links that were
/// sent to the old address stop working. Both addresses get an email about the change.
///
/// Requires a sign-in or `POST /me/step-up` within the last five minutes; otherwise: 403
/// `step_up_required`.
#[utoipa::path(
    tag = "users",
    params(UserPath, IdempotencyHeader),
    request_body = SetEmailRequest,
    responses(
        (status = 200, body = UserView, description = "The user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/users/{user_id}/set-email")]
pub async fn set_user_email(
    caller: May<ManageUsers>,
    path: web::Path<UserPath>,
    body: Json<SetEmailRequest>,
) -> Answered {
    let Json(body) = body;
    let change = UserChange::SetEmail(parsed_email(&body.email)?);
    caller.write(move |tx, call| change_user(tx, call, path.user_id, &change, &body.reason)).await
}
