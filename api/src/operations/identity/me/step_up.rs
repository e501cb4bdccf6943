//! POST /me/step-up

use std::net::IpAddr;

use actix_web::post;
use chrono::{DateTime, Utc};
use portal_domain::ground::id::UserId;
use portal_domain::ground::mail::SecurityMatter;
use portal_domain::identity::attempts::Counted;
use portal_domain::identity::step_up::{STEP_UP, StepUpMethod, accepted, stepped_up};
use portal_persistence::identity::mfa::Method;
use portal_persistence::identity::sign_in_attempts::{current_password_subject, otp_subject};
use portal_persistence::{Done, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use crate::http::auth::call::Call;
use crate::http::auth::caller::{May, Transactions};
use crate::http::auth::permission::RegisterFactor;
use crate::http::auth::second_factor::{accept_otp, accept_recovery_code};
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, ConflictProblems, RightProblems, SignedInProblems};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::portal::security_notice::{self, Recipient, Stopped};

/// The proof of your identity.
// No `Debug`, to keep it out of logs.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"method": "password", "value": "explore-the-portal"}))]
pub struct StepUpRequest {
    /// What you send: `otp` or `recovery_code` if you have a second factor that counts, else
    /// `password`.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub method: Option<StepUpMethod>,
    /// The password, the six-digit code from your app, or the recovery code.
    #[serde(default)]
    #[validate(
        required(code = "required", message = "is required"),
        length(min = 1, max = 1024, code = "length", message = "must be 1 to 1024 characters")
    )]
    #[schema(required, format = Password, min_length = 1, max_length = 1024)]
    pub value: Option<String>,
}

/// A proof that was accepted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"method": "password", "valid_until": "2026-02-01T12:05:00Z"}))]
pub struct StepUpView {
    /// What you sent.
    pub method: StepUpMethod,
    /// Until when this session may make changes that return 403 `step_up_required` without it.
    pub valid_until: DateTime<Utc>,
}

/// Prove your identity again
///
/// Some changes require a proof in the same session that is at most five minutes old; otherwise they
/// return 403 `step_up_required`. Signing in counts as one. Send the password, or a code if you have
/// a second factor that counts.
///
/// Wrong values are counted. After one, the server refuses every attempt for some seconds, even a
/// correct one. After a recovery code, you are notified by email.
#[utoipa::path(
    tag = "me",
    request_body = StepUpRequest,
    responses(
        (status = 200, body = StepUpView, description = "The proof was accepted."),
        AnyProblems, SignedInProblems, RightProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/me/step-up")]
pub async fn step_up_my_session(caller: May<RegisterFactor>, body: Json<StepUpRequest>) -> Answered {
    let Json(body) = body;
    let method = body
        .method
        .ok_or_else(|| Problem::invalid(vec![FieldError::at("/method", "required", "is required")]))?;
    let value = Zeroizing::new(body.value.unwrap_or_default());
    let permit = match method {
        StepUpMethod::Password => Some(caller.services().passwords.permit().await?),
        StepUpMethod::Otp | StepUpMethod::RecoveryCode => None,
    };
    let origin = caller.origin();
    caller
        .in_transactions(move |transactions| {
            let _permit = permit;
            let attempt = transactions.unrecorded(|tx, call| count(tx, call, method))?;
            if !attempt.may_be_right(transactions, &value) {
                return Err(attempt.refuse(transactions, origin));
            }
            let accepted = transactions.transaction(|tx, call| attempt.finish(tx, call, &value));
            match accepted {
                Err(problem) if problem.code() == Code::validation_failed => {
                    Err(attempt.refuse(transactions, origin))
                }
                other => other,
            }
        })
        .await
}

/// A counted attempt.
struct Attempt {
    user: UserId,
    method: StepUpMethod,
    counted: Counted,
    /// The hash of the current password, if the method is the password and the user has one.
    hash: Option<String>,
}

/// Counts the attempt before the value is checked, as in a sign-in. Codes are counted with those of
/// sign-ins from unknown devices. A recovery code has too many bits to guess.
fn count(tx: &mut Tx<'_>, call: &Call<RegisterFactor>, method: StepUpMethod) -> Result<Attempt, Problem> {
    let user = call.actor.user;
    let has_factor = tx.mfa().list(user)?.iter().any(Method::counts);
    if !accepted(has_factor).contains(&method) {
        let text = if has_factor { "must be your second factor" } else { "must be your password" };
        return Err(Problem::invalid(vec![FieldError::at("/method", "method_not_accepted", text)]));
    }
    let (counted, hash) = match method {
        StepUpMethod::Password => (
            tx.sign_in_attempts().count(&current_password_subject(user))?,
            tx.users().credentials_of(user)?.and_then(|found| found.password_hash),
        ),
        StepUpMethod::Otp => (tx.sign_in_attempts().count(&otp_subject(user))?, None),
        StepUpMethod::RecoveryCode => (Counted::Admitted, None),
    };
    Ok(Attempt { user, method, counted, hash })
}

impl Attempt {
    /// Whether the value can be right: a wrong password is known before the last transaction, which
    /// must not stay open while the password is hashed.
    fn may_be_right(&self, transactions: &Transactions<RegisterFactor>, value: &str) -> bool {
        let admitted = self.counted.admitted();
        match self.method {
            StepUpMethod::Password => {
                let hash = self.hash.as_deref().filter(|_| admitted);
                transactions.services().passwords.verify(value, hash)
            }
            StepUpMethod::Otp | StepUpMethod::RecoveryCode => admitted,
        }
    }

    /// The refusal. The last wrong value allowed is reported to the user.
    fn refuse(&self, transactions: &Transactions<RegisterFactor>, origin: IpAddr) -> Problem {
        let (code, guessed) = match self.method {
            StepUpMethod::Password => ("wrong_password", "present_password"),
            StepUpMethod::Otp => ("wrong_otp", "codes"),
            StepUpMethod::RecoveryCode => ("wrong_recovery_code", "recovery_codes"),
        };
        tracing::warn!(reason = code, user = %self.user, %origin, "a step-up was refused");
        if self.counted == Counted::Last {
            let matter = SecurityMatter::SignInBlocked;
            transactions.report(Stopped { user: self.user, matter, guessed, origin });
        }
        wrong(code)
    }

    /// Accepts the proof. A code is consumed here; a password may have changed meanwhile.
    fn finish(
        &self,
        tx: &mut Tx<'_>,
        call: &Call<RegisterFactor>,
        value: &str,
    ) -> Result<(Reply, Done), Problem> {
        let person = tx.users().lock(self.user)?.ok_or_else(Problem::not_found)?;
        let mut notice = None;
        match self.method {
            StepUpMethod::Password => {
                let current = tx.users().credentials_of(self.user)?.and_then(|found| found.password_hash);
                if current.is_none() || current != self.hash {
                    return Err(Problem::new(Code::changed_meanwhile, "your password changed"));
                }
                tx.sign_in_attempts().reset(&current_password_subject(self.user))?;
                tx.sessions().note_password(call.actor.session)?;
            }
            StepUpMethod::Otp => {
                let methods = tx.mfa().list(self.user)?;
                if !accept_otp(tx, &methods, value, call.session_now)? {
                    return Err(wrong("wrong_otp"));
                }
                tx.sign_in_attempts().reset(&otp_subject(self.user))?;
                tx.sessions().note_second_factor(call.actor.session)?;
            }
            StepUpMethod::RecoveryCode => {
                if !accept_recovery_code(tx, self.user, value)? {
                    return Err(wrong("wrong_recovery_code"));
                }
                tx.sign_in_attempts().reset(&otp_subject(self.user))?;
                tx.sessions().note_second_factor(call.actor.session)?;
                let name = person.name();
                let recipient = Recipient { user: self.user, name: &name, email: &person.email };
                let epoch = call.session_now.timestamp_micros();
                notice = security_notice::mail(recipient, SecurityMatter::RecoveryCodeUsed, epoch);
            }
        }
        let effects = stepped_up(call.actor.session, self.method, notice);
        let done = tx.commit_effects(&effects, &call.author())?;
        let view = StepUpView { method: self.method, valid_until: call.session_now + STEP_UP };
        Ok(done.with(Reply::ok(&view)?))
    }
}

/// The refusal of a wrong value. It does not reveal whether the value was checked.
fn wrong(code: &str) -> Problem {
    Problem::invalid(vec![FieldError::at("/value", code, "is not correct")])
}
