//! POST /me/mfa-methods

use actix_web::post;
use portal_domain::ground::id::MfaMethodId;
use portal_domain::identity::mfa;
use portal_domain::identity::mfa::MfaMethodKind;
use portal_persistence::identity::mfa::NewMethod;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::mfa_view::own_methods;
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::auth::second_factor::{new_secret, otpauth_url};
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, RightProblems, SignedInProblems};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};

/// The second factor to register.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "okta_verify"}))]
pub struct AddMfaMethodRequest {
    /// The kind.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub kind: Option<MfaMethodKind>,
}

/// A new second factor with its secret, which is shown only once.
// No `Debug`, to keep the secret out of logs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mfa_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "kind": "okta_verify",
    "label": "OKTA Verify",
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "otpauth_url": "otpauth://totp/provider-portal:debi.henderson%40bluegrass.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=provider-portal"
}))]
pub struct NewMfaMethodView {
    /// The ID.
    pub id: MfaMethodId,
    /// The kind.
    pub kind: MfaMethodKind,
    /// The display name of the kind.
    pub label: &'static str,
    /// The secret in base 32, for users who type it into their app.
    pub secret: String,
    /// The secret as a URL, for a QR code.
    pub otpauth_url: String,
}

/// Start registering a second factor
///
/// Enter the secret in your app, then confirm with a code from the app. Until then, the factor does
/// not count. Confirming replaces a factor of the same kind.
///
/// You must have signed in or used `POST /me/step-up` within the last five minutes, with your second
/// factor if you have one. Otherwise: 403 `step_up_required`.
///
/// The secret is shown only once, so `Idempotency-Key` is not supported. If the response is lost,
/// start again.
#[utoipa::path(
    tag = "me",
    request_body = AddMfaMethodRequest,
    responses(
        (status = 201, body = NewMfaMethodView, description = "The second factor; confirm it with its first code.", headers(
            ("Location" = String, description = "The second factor."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, RightProblems, BodyProblems,
    ),
)]
#[post("/me/mfa-methods")]
pub async fn add_my_mfa_method(caller: May<RegisterFactor>, body: Json<AddMfaMethodRequest>) -> Answered {
    let Json(body) = body;
    caller
        .write_unkept(move |tx, call| {
            let kind = body
                .kind
                .ok_or_else(|| Problem::invalid(vec![FieldError::at("/kind", "required", "is required")]))?;
            // Serialize all changes of the user's second factors.
            let person = tx.users().lock(call.actor.user)?.ok_or_else(Problem::not_found)?;
            own_methods(tx, call)?;
            let id: MfaMethodId = tx.new_id();
            let secret = new_secret();
            tx.mfa().begin(&NewMethod { id, user: person.id, kind, secret: &secret })?;
            let view = NewMfaMethodView {
                id,
                kind,
                label: kind.label(),
                otpauth_url: otpauth_url(&secret, &person.email)?.to_string(),
                secret: secret.to_string(),
            };
            let done = tx.commit_effects(&mfa::method_added(id, kind), &call.author())?;
            Ok(done.with(Reply::created(&view, 1, format!("{}/{id}", call.path()))?))
        })
        .await
}
