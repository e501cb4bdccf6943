//! POST /me/mfa-methods/{mfa_method_id}/confirm

use actix_web::{post, web};
use chrono::{DateTime, Utc};
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MfaMethodId, UserId};
use portal_domain::identity::mfa;
use portal_domain::identity::mfa::{MfaMethodKind, Registered};
use portal_domain::identity::one_time_token::{REMOVE_FACTOR, TokenPurpose};
use portal_domain::identity::session::SessionEnd;
use portal_persistence::Tx;
use portal_persistence::identity::mfa::Method;
use portal_persistence::identity::one_time_tokens::TokenSubject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::mfa_view::{MfaMethodPath, own_methods};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::auth::second_factor::{matched_step, new_recovery_codes};
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::portal::one_time_token::OneTimeToken;

/// The first code of a second factor.
// No `Debug`, to keep the code out of logs.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"otp": "492039"}))]
pub struct ConfirmMfaMethodRequest {
    /// The six-digit code from your app.
    #[serde(default)]
    #[validate(
        required(code = "required", message = "is required"),
        length(min = 6, max = 6, code = "length", message = "must be six digits")
    )]
    #[schema(required, pattern = "^[0-9]{6}$")]
    pub otp: Option<String>,
    /// Whether to replace unused recovery codes; the old ones then stop working.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(default = false)]
    pub renew_recovery_codes: Option<bool>,
}

/// A confirmed second factor with recovery codes, which are shown only once.
// No `Debug`, to keep the codes out of logs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mfa_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "kind": "okta_verify",
    "label": "OKTA Verify",
    "registered_at": "2026-02-01T12:00:00Z",
    "recovery_codes": ["7H2K-0Q9V-M4TX-RC6E", "3W8N-PD1Z-9GJ5-YB70"]
}))]
pub struct ConfirmedMfaMethodView {
    /// The ID.
    pub id: MfaMethodId,
    /// The kind.
    pub kind: MfaMethodKind,
    /// The display name of the kind.
    pub label: &'static str,
    /// When you confirmed it.
    pub registered_at: DateTime<Utc>,
    /// Ten codes to sign in without your app, each of which works once. Store them apart from the
    /// app. Absent if you have unused ones and did not renew them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_codes: Option<Vec<String>>,
}

/// Confirm a second factor
///
/// Each sign-in then requires the factor, and this session counts as having used it. It replaces
/// another factor of the same kind. All your other sessions end. You get an email with a link that
/// removes the factor, in case it was not you.
///
/// You must have signed in or used `POST /me/step-up` within the last five minutes, with your second
/// factor if you have one. Otherwise: 403 `step_up_required`.
///
/// Recovery codes are shown only once, so `Idempotency-Key` is not supported.
#[utoipa::path(
    tag = "me",
    params(MfaMethodPath),
    request_body = ConfirmMfaMethodRequest,
    responses(
        (status = 200, body = ConfirmedMfaMethodView, description = "The confirmed second factor.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/me/mfa-methods/{mfa_method_id}/confirm")]
pub async fn confirm_my_mfa_method(
    caller: May<RegisterFactor>,
    path: web::Path<MfaMethodPath>,
    body: Json<ConfirmMfaMethodRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write_unkept(move |tx, call| {
            let person = tx.users().lock(call.actor.user)?.ok_or_else(Problem::not_found)?;
            let methods = own_methods(tx, call)?;
            let found = methods.iter().find(|method| method.id == path.mfa_method_id);
            let method = found.ok_or_else(Problem::not_found)?;
            let step = examined(tx, call, method, body.otp.as_deref().unwrap_or_default())?;
            if !tx.mfa().confirm(person.id, method, step)? {
                return Err(Problem::new(Code::changed_meanwhile, "the second factor is already confirmed"));
            }
            tx.sign_in_attempts().rebind_codes(person.id)?;
            let renew = body.renew_recovery_codes.unwrap_or_default();
            let recovery_codes = recovery_codes(tx, person.id, renew)?;
            let (session, reason) = (call.actor.session, SessionEnd::CredentialsChanged);
            tx.sessions().note_second_factor(session)?;
            tx.sessions().end_all_but(person.id, Some(session), reason)?;
            let link = OneTimeToken::generate(TokenPurpose::RemoveFactor);
            let expires_at = call.now + REMOVE_FACTOR;
            // A link of an earlier factor keeps working: it removes this factor, too.
            tx.one_time_tokens().issue_beside(
                TokenPurpose::RemoveFactor,
                &link.hash(),
                TokenSubject::User(person.id),
                expires_at,
            )?;
            let view = ConfirmedMfaMethodView {
                id: method.id,
                kind: method.kind,
                label: method.kind.label(),
                registered_at: call.now,
                recovery_codes,
            };
            let effects = mfa::method_confirmed(Registered {
                method: method.id,
                kind: method.kind,
                name: &person.name(),
                recipient: EmailAddress::parse(&person.email).ok(),
                token: link.expose().to_owned(),
                expires_at,
            });
            let done = tx.commit_effects(&effects, &call.author())?;
            Ok(done.with(Reply::resource(&view, method.version + 1)?))
        })
        .await
}

/// The time step of the right code for a factor that is not confirmed yet.
fn examined(
    tx: &mut Tx<'_>,
    call: &Call<RegisterFactor>,
    method: &Method,
    otp: &str,
) -> Result<i64, Problem> {
    if method.registered_at.is_some() {
        let allowed: [&str; 0] = [];
        return Err(Problem::new(Code::invalid_transition, "the second factor is already confirmed")
            .member("from", "registered")
            .member("allowed", allowed));
    }
    let secret = tx.mfa().secret(method)?;
    matched_step(&secret, otp, call.session_now)
        .ok_or_else(|| Problem::invalid(vec![FieldError::at("/otp", "wrong_otp", "is not the current code")]))
}

/// New recovery codes if the user has none left or wants new ones.
fn recovery_codes(tx: &mut Tx<'_>, user: UserId, renew: bool) -> Result<Option<Vec<String>>, Problem> {
    if !renew && tx.mfa().unused_recovery_codes(user)? > 0 {
        return Ok(None);
    }
    let (codes, hashes) = new_recovery_codes();
    tx.mfa().replace_recovery_codes(user, &hashes)?;
    Ok(Some(codes))
}
