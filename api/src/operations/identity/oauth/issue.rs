//! POST /oauth/token

use actix_web::{HttpRequest, HttpResponse, post, web};

use super::form::{Form, refusal};
use super::password_grant::{Device, PasswordProof};
use super::view::{TokenRequest, TokenView};
use super::{mfa_grant, password_grant, refresh_grant};
use crate::http::openapi::{AnyProblems, ConflictProblems, RightProblems};
use crate::http::problem::Code;
use crate::http::reply::{Answered, Reply};
use crate::portal::state::Portal;

/// Sign in or refresh
///
/// With `grant_type=password`: signs in and starts a session. The answer to a wrong password and to an unknown address is
/// the same, and so is the one to further tries for some seconds after a wrong one; keep the `device_token` of the answer and
/// send it along, and wrong guesses of others do not count against you. Whoever has a second factor gets 403 `mfa_required`
/// with an `mfa_token` first. With `grant_type=mfa_otp`: takes that token and the code of the second factor, or a recovery
/// code, and starts the session. With `grant_type=refresh_token`: trades the refresh token for the next pair. A refresh token
/// works once; using an old one again ends the session, because somebody else may hold it. Refusals also carry the members
/// `error` and `error_description` of RFC 6749. An `Idempotency-Key` is not honoured here: tokens are never stored in clear.
#[utoipa::path(
    tag = "tokens",
    operation_id = "issueToken",
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
pub async fn issue_token(request: HttpRequest, portal: web::Data<Portal>, form: Form) -> Answered {
    let tokens = match form.required("grant_type")? {
        "password" => {
            let proof = PasswordProof {
                username: form.required("username")?,
                password: form.required("password")?,
                device_token: form.optional("device_token"),
            };
            password_grant::sign_in(&portal, &proof, Device::of(&request, &portal)).await?
        }
        "mfa_otp" => {
            let proof = mfa_grant::Proof::of(&form)?;
            mfa_grant::sign_in(&portal, proof, Device::of(&request, &portal)).await?
        }
        "refresh_token" => refresh_grant::refresh(&portal, form.required("refresh_token")?).await?,
        _ => {
            let text = "use password, mfa_otp or refresh_token";
            return Err(refusal(Code::unsupported_grant_type, "unsupported_grant_type", text));
        }
    };
    answer(&tokens)
}

/// Tokens are never to be stored by caches (RFC 6749 section 5.1).
pub(crate) fn answer(tokens: &TokenView) -> Result<HttpResponse, crate::http::problem::Problem> {
    let reply = Reply::ok(tokens)?.with("cache-control", "no-store".into()).with("pragma", "no-cache".into());
    Ok(reply.into_response(None))
}
