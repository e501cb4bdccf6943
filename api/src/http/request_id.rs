//! Request ids: taken from `X-Request-Id` if it is 1 to 64 letters, digits, `-`, `_`, `.`, or `:`;
//! generated otherwise. Every response and log line of a request has the id.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing::Instrument;

use crate::portal::entropy;

/// The header that carries the id in requests and responses.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The user who made the request, for the log line.
#[derive(Clone, Copy, Debug)]
pub struct LoggedUser(pub portal_domain::ground::id::UserId);

fn given(request: &ServiceRequest) -> Option<String> {
    let text = request.headers().get(HEADER)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    ((1..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}

fn made_up() -> String {
    entropy::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Assigns the request id and writes the request's log line. The line never contains a query, a
/// body, or a header other than the request id and `traceparent`.
pub async fn identify(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = given(&request).unwrap_or_else(made_up);
    let started = std::time::Instant::now();
    let method = request.method().clone();
    // `traceparent` is logged so that operators can correlate these logs with the caller's.
    let trace = request
        .headers()
        .get("traceparent")
        .and_then(|value| value.to_str().ok())
        .filter(|text| text.len() == 55 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'))
        .unwrap_or_default()
        .to_owned();
    let span = tracing::info_span!("request", request_id = %id, traceparent = %trace);
    let answered =
        crate::portal::request_id::scope(id.clone(), next.call(request).instrument(span.clone())).await;
    let mut response = match answered {
        Ok(response) => response,
        Err(error) => {
            let status = error.as_response_error().status_code().as_u16();
            span.in_scope(
                || tracing::error!(%method, status, "the request ended without a response from a handler"),
            );
            return Err(error);
        }
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    let quiet = matches!(response.request().path(), "/livez" | "/readyz");
    if !quiet {
        let route = response.request().match_pattern().unwrap_or_else(|| "(none)".into());
        let user = response.request().extensions().get::<LoggedUser>().map(|user| user.0.to_string());
        span.in_scope(|| {
            tracing::info!(
                %method,
                %route,
                user = user.unwrap_or_default(),
                status = response.status().as_u16(),
                milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
                "request completed"
            );
        });
    }
    Ok(response)
}
