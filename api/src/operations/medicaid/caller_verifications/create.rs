//! POST /caller-verifications

use actix_web::post;
use chrono::{DateTime, Duration, Utc};
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::CallerVerificationId;
use portal_domain::medicaid::caller_verification;
use portal_domain::medicaid::caller_verification::{CallerVerificationPolicy, matches};
use portal_domain::organizations::policy::Refusal;
use portal_persistence::medicaid::caller_verifications::NewCallerVerification;
use serde::Serialize;
use utoipa::ToSchema;

use super::request::CallerVerificationRequest;
use crate::http::auth::caller::May;
use crate::http::auth::permission::VerifyCallers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};

/// Whether a caller stated the right facts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "cvr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "verified": true,
    "verified_at": "2026-02-01T12:00:00Z"
}))]
pub struct CallerVerificationView {
    /// The ID of the verification in the audit trail.
    pub id: CallerVerificationId,
    /// Whether all four facts match one record. The response does not reveal which fact is wrong.
    pub verified: bool,
    /// When the facts were compared.
    pub verified_at: DateTime<Utc>,
}

/// Verify a caller
///
/// For the support center of the plan, on every call. Medicaid ID, name of the organization or provider, NPI,
/// and tax ID must match one provider on file. If any fact is wrong or not on file, the response is
/// `verified: false`. The facts are not stored.
///
/// A user gets 429 `too_many_attempts` after five failed attempts on one Medicaid ID within 15
/// minutes.
#[utoipa::path(
    tag = "support",
    params(IdempotencyHeader),
    request_body = CallerVerificationRequest,
    responses(
        (status = 200, body = CallerVerificationView, description = "The facts were compared."),
        AnyProblems, SignedInProblems, RightProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/caller-verifications")]
pub async fn create_caller_verification(
    caller: May<VerifyCallers>,
    body: Json<CallerVerificationRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let missing = || Problem::invalid(vec![FieldError::at("/plan", "required", "is required")]);
            let code = body.plan.ok_or_else(missing)?;
            if !call.plans_served().contains(code) {
                return Err(Refusal::RoleRequired.into());
            }
            let policy = call.credentialing(code)?;
            let stated = body.facts(policy, local_date(call.now, call.plan(code)?.time_zone))?;
            let (staff, limits) = (call.actor.user, policy.caller_verification);
            let subject = tx.caller_verifications().subject(staff, &stated.medicaid_id)?;
            let window = Duration::minutes(i64::from(limits.window_minutes));
            if !tx.sign_in_attempts().hit_window(&subject, i64::from(limits.failures), window)? {
                tracing::warn!(user = %staff, "a caller's facts were not compared: too many failed attempts");
                return Err(too_many_attempts(limits));
            }
            let found = tx.caller_verifications().facts_on_file(code, &stated.medicaid_id)?;
            let verified = found.as_ref().is_some_and(|(_, on_file)| matches(&stated, on_file));
            if verified {
                tx.caller_verifications().take_back(&subject)?;
            }
            let medicaid_id = found.map(|(id, _)| id);
            let new = NewCallerVerification { id: tx.new_id(), staff, medicaid_id, verified };
            tx.caller_verifications().insert(&new)?;
            let done = tx.commit_effects(
                &caller_verification::compared(new.id, medicaid_id, verified),
                &call.author(),
            )?;
            Ok(done.with(Reply::ok(&CallerVerificationView { id: new.id, verified, verified_at: call.now })?))
        })
        .await
}

/// Too many failed attempts. This one was neither counted nor compared.
fn too_many_attempts(limits: CallerVerificationPolicy) -> Problem {
    let detail = format!(
        "at most {} wrong tries at one Medicaid ID in {} minutes",
        limits.failures, limits.window_minutes
    );
    Problem::new(Code::too_many_attempts, detail).retry_after(u64::from(limits.window_minutes) * 60)
}
