//! The bearer token of a request (RFC 6750).

use actix_web::http::header::{self, HeaderMap};
use portal_domain::Instant;

use crate::http::problem::{Code, Problem};
use crate::portal::tokens::{Claims, Tokens};

/// Returns the claims of the bearer token: `None` without an `Authorization` header, an error if
/// the token is not valid.
#[must_use]
pub fn claims_of(tokens: &Tokens, headers: &HeaderMap, now: Instant) -> Option<Result<Claims, Problem>> {
    let value = headers.get(header::AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let claims = token.and_then(|token| tokens.verify(token, now));
    Some(claims.ok_or_else(|| Problem::new(Code::unauthenticated, "the access token is not valid")))
}
