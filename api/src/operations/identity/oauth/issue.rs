//! POST /oauth/token

use actix_web::{HttpResponse, post};

use super::form::{Form, refusal};
use super::password_grant::PasswordProof;
use super::view::{TokenRequest, TokenView};
use super::{mfa_grant, password_grant, refresh_grant};
use crate::http::auth::anonymous::Anonymous;
use crate::http::openapi::{AnyProblems, ConflictProblems, RightProblems};
use crate::http::problem::Code;
use crate::http::reply::{Answered, Reply};

/// Sign in or refresh tokens
///
/// - `grant_type=password` signs in and starts a session. Users with a second factor first get 403
///   `mfa_required` with an `mfa_token`.
/// - `grant_type=mfa_otp` takes that token with a code of the second factor or a recovery code, and
///   starts a session.
/// - `grant_type=refresh_token` exchanges the refresh token for the next pair of tokens. It works
///   once. A second use can end the session, because another party may have the token.
///
/// A wrong password and an unknown address return the same error. After a wrong password, every
/// attempt is refused for some seconds. Send the `device_token` of an earlier response: wrong
/// attempts by others then do not block you.
///
/// Errors also have `error` and `error_description` (RFC 6749). `Idempotency-Key` is not supported,
/// because tokens are never stored in plain text.
#[utoipa::path(
    tag = "tokens",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = TokenView, description = "The tokens of the session."),
        (status = 413, body = crate::http::problem::ProblemDocument, content_type = "application/problem+json", description = "The body is too large."),
        (status = 415, body = crate::http::problem::ProblemDocument, content_type = "application/problem+json", description = "The body has the wrong media type."),
        AnyProblems, RightProblems, ConflictProblems,
    ),
    security(()),
)]
#[post("/oauth/token")]
pub async fn issue_token(caller: Anonymous, form: Form) -> Answered {
    let tokens = match form.required("grant_type")? {
        "password" => {
            let proof = PasswordProof {
                username: form.required("username")?,
                password: form.required("password")?,
                device_token: form.optional("device_token"),
            };
            password_grant::sign_in(&caller, &proof).await?
        }
        "mfa_otp" => {
            let proof = mfa_grant::Proof::of(&form)?;
            mfa_grant::sign_in(&caller, proof).await?
        }
        "refresh_token" => refresh_grant::refresh(&caller, form.required("refresh_token")?).await?,
        _ => {
            let text = "use password, mfa_otp or refresh_token";
            return Err(refusal(Code::unsupported_grant_type, "unsupported_grant_type", text));
        }
    };
    answer(&tokens)
}

/// Caches must not store tokens (RFC 6749, section 5.1).
pub(crate) fn answer(tokens: &TokenView) -> Result<HttpResponse, crate::http::problem::Problem> {
    let reply = Reply::ok(tokens)?.with("cache-control", "no-store".into()).with("pragma", "no-cache".into());
    Ok(reply.into_response(None))
}
