//! POST /me/mfa-methods

use actix_web::post;
use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::ground::id::MfaMethodId;
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

/// Which second factor to begin.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "okta_verify"}))]
pub struct AddMfaMethodRequest {
    /// Which kind.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, nullable = false)]
    pub kind: Option<MfaMethodKind>,
}

/// A second factor that was begun, with its secret, which is shown this once.
// No `Debug`: the secret must not reach a log.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mfa_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "kind": "okta_verify",
    "label": "OKTA Verify",
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "otpauth_url": "otpauth://totp/provider-portal:debi.henderson%40bluegrass.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=provider-portal"
}))]
pub struct NewMfaMethodView {
    /// Its id.
    pub id: MfaMethodId,
    /// Which kind.
    pub kind: MfaMethodKind,
    /// What people call that kind.
    pub label: &'static str,
    /// The secret in base 32, for those who type it into their app.
    pub secret: String,
    /// The same as an address, to be shown as a QR code.
    pub otpauth_url: String,
}

/// Begin a second factor
///
/// Put the secret into your app, then confirm with the code it shows; until then the factor does not count. One of the same
/// kind that you have already stays until the new one is confirmed, and is then replaced. Whoever has one that counts must
/// have shown it in this session within the last five minutes: 403 `mfa_required`. The secret is shown this once, so
/// an `Idempotency-Key` is not honoured: no answer with a secret is kept. Begin again if this one was lost.
#[utoipa::path(
    tag = "me",
    operation_id = "addMyMfaMethod",
    request_body = AddMfaMethodRequest,
    responses(
        (status = 201, body = NewMfaMethodView, description = "The second factor waits for its first code.", headers(
            ("Location" = String, description = "The second factor."),
            ("ETag" = String, description = "Names this very representation."),
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
            // Whatever is done to a person's second factors takes turns.
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
            let event = AuditEvent {
                organization: None,
                action: AuditAction::MfaMethodAdded,
                object: id.to_string(),
                details: vec![("kind", Detail::Text(kind.to_string()))],
            };
            tx.audit().record(&event, &call.author())?;
            Reply::created(&view, 1, format!("{}/{id}", call.path()))
        })
        .await
}
