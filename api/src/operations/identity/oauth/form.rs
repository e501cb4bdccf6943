//! Form bodies of the token endpoint.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use zeroize::Zeroizing;

use crate::http::problem::{Code, Problem};

const LIMIT: usize = 16 * 1024;
/// The known parameters; others are ignored, as RFC 6749 requires.
const KNOWN: [&str; 9] = [
    "grant_type",
    "username",
    "password",
    "device_token",
    "mfa_token",
    "otp",
    "recovery_code",
    "refresh_token",
    "token",
];

/// A form. Each parameter occurs at most once; empty ones count as absent.
pub struct Form(BTreeMap<String, Zeroizing<String>>);

/// A refusal with the members of RFC 6749.
pub fn refusal(code: Code, error: &str, description: &str) -> Problem {
    Problem::new(code, description).member("error", error).member("error_description", description)
}

impl Form {
    /// A required parameter.
    pub fn required(&self, name: &str) -> Result<&str, Problem> {
        self.optional(name).ok_or_else(|| {
            refusal(Code::invalid_request, "invalid_request", &format!("the parameter {name} is missing"))
        })
    }

    /// A required token with the characters of tokens only (RFC 6750, section 2.1).
    pub fn token(&self, name: &str) -> Result<&str, Problem> {
        let token = self.required(name)?;
        if token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)) {
            return Ok(token);
        }
        Err(refusal(
            Code::invalid_request,
            "invalid_request",
            &format!("{name} has characters that no token has"),
        ))
    }

    /// An optional parameter.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.as_str()).filter(|value| !value.is_empty())
    }
}

impl FromRequest for Form {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let media_type =
                request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let essence = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
            if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
                || request.headers().contains_key(header::CONTENT_ENCODING)
            {
                return Err(Problem::new(
                    Code::unsupported_media_type,
                    "the body must be application/x-www-form-urlencoded",
                ));
            }
            let bytes = crate::http::extract::read(&request, payload, LIMIT).await?;
            let invalid = |text: &str| refusal(Code::invalid_request, "invalid_request", text);
            let mut form = BTreeMap::new();
            for (name, value) in url::form_urlencoded::parse(&bytes) {
                if !KNOWN.contains(&name.as_ref()) {
                    continue;
                }
                if value.contains('\0') {
                    return Err(invalid("a parameter contains U+0000"));
                }
                if form.insert(name.into_owned(), Zeroizing::new(value.into_owned())).is_some() {
                    return Err(invalid("a parameter is repeated"));
                }
            }
            Ok(Self(form))
        })
    }
}
