//! POST /password-resets

use actix_web::post;
use portal_domain::identity::self_service::SelfServiceRequest;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::auth::anonymous::Anonymous;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems};
use crate::http::reply::Answered;
use crate::operations::ground::person::email_address;
use crate::operations::identity::self_service::{ReceivedView, receive};

/// The account whose password to reset.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "jeremy.huang@riverbend.example"}))]
pub struct PasswordResetRequest {
    /// The email address that you sign in with.
    #[validate(custom(function = email_address))]
    #[schema(format = Email, max_length = 254)]
    pub email: String,
}

/// Request a link to set a new password
///
/// The response is the same whether or not the account exists. If it does, an email is sent to the
/// address on file.
#[utoipa::path(
    tag = "password resets",
    request_body = PasswordResetRequest,
    responses(
        (status = 202, body = ReceivedView, description = "The request was received; its outcome is not revealed."),
        AnyProblems, BodyProblems,
    ),
    security(()),
)]
#[post("/password-resets")]
pub async fn create_password_reset(caller: Anonymous, body: Json<PasswordResetRequest>) -> Answered {
    let Json(body) = body;
    caller.services().limits.check_self_service(caller.address())?;
    let request = SelfServiceRequest::PasswordReset { email: body.email.trim().to_owned() };
    receive(caller, request).await
}
