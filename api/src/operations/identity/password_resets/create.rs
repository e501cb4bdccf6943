//! POST /password-resets

use actix_web::{HttpRequest, post, web};
use portal_domain::identity::self_service::SelfServiceRequest;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::extract::Json;
use crate::http::limits::client_address;
use crate::http::openapi::{AnyProblems, BodyProblems};
use crate::http::reply::Answered;
use crate::operations::ground::person::email_address;
use crate::operations::identity::self_service::{ReceivedView, receive};
use crate::portal::state::Portal;

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
    operation_id = "createPasswordReset",
    request_body = PasswordResetRequest,
    responses(
        (status = 202, body = ReceivedView, description = "The request was received; its outcome is not revealed."),
        AnyProblems, BodyProblems,
    ),
    security(()),
)]
#[post("/password-resets")]
pub async fn create_password_reset(
    request: HttpRequest,
    portal: web::Data<Portal>,
    body: Json<PasswordResetRequest>,
) -> Answered {
    let Json(body) = body;
    portal.limits.check_self_service(client_address(&request, &portal.settings))?;
    let request = SelfServiceRequest::PasswordReset { email: body.email.trim().to_owned() };
    receive(portal, request).await
}
