//! Middleware around every handler: panics, deadline, HEAD, `Accept`, and security headers.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, ResponseError};
use futures_util::FutureExt;

use crate::http::problem::{Code, Problem};
use crate::http::reply::WithoutBody;

/// The deadline of every request except the upload of a document.
pub const DEADLINE: Duration = Duration::from_secs(10);
/// The deadline of the upload of a document: 10 MiB at 1.4 Mbit/s.
pub const UPLOAD_DEADLINE: Duration = Duration::from_secs(60);

/// The path under which HTML and scripts are served.
const SWAGGER_UI: &str = "/swagger-ui/";
const APPLICATIONS: &str = "/api/v1/applications/";
const CALENDARS: &str = "/api/v1/calendars/";

fn deadline(method: &Method, path: &str) -> Duration {
    let brings_document =
        method == Method::POST && path.starts_with(APPLICATIONS) && path.ends_with("/documents");
    if brings_document { UPLOAD_DEADLINE } else { DEADLINE }
}

/// Whether the path names the content of a document, or a calendar. Each has one representation,
/// which is sent whatever `Accept` says. Refusals are problem documents there, too.
fn asks_for_a_file(path: &str) -> bool {
    path.starts_with(CALENDARS) || (path.starts_with(APPLICATIONS) && path.ends_with("/content"))
}

/// Turns a panic or a missed deadline into a problem document. The router has consumed the request
/// by then, so the problem is returned as an error. Outer layers do not add their headers to
/// errors.
pub async fn contain(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let deadline = deadline(request.method(), request.path());
    let work = AssertUnwindSafe(next.call(request)).catch_unwind();
    match tokio::time::timeout(deadline, work).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_panic)) => {
            tracing::error!("a handler panicked");
            Err(Problem::new(Code::internal_error, "the request could not be carried out").into())
        }
        Err(_elapsed) => {
            let text = "the request took too long; it may or may not have taken effect";
            Err(Problem::new(Code::overloaded, text).into())
        }
    }
}

/// The maximum size of a request's line and headers.
const MAX_HEAD: usize = 16 * 1024;

/// Refuses requests with a larger head. The server itself closes connections at 128 KiB.
pub async fn limit_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Each header has a colon, a space, and a line end.
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let head = request.uri().to_string().len() + headers.sum::<usize>();
    if head > MAX_HEAD {
        let problem = Problem::new(Code::headers_too_large, "the request line and headers exceed 16 KiB");
        return Ok(request.into_response(problem.error_response()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Routes HEAD as GET. The server omits the body by itself.
pub async fn head_as_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(WithoutBody);
    }
    next.call(request).await
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let mut accepts = headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok()).peekable();
    if accepts.peek().is_none() {
        return true;
    }
    accepts.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let refused = parts.any(|parameter| {
            parameter.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q == 0.0))
        });
        let json = ["*/*", "application/*", "application/json", crate::http::problem::MEDIA_TYPE];
        !refused && (media.is_empty() || json.contains(&media.as_str()))
    })
}

/// Responds with 406 if the client does not accept JSON, except for HTML pages and files.
pub async fn negotiate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let for_people = request.path().starts_with(SWAGGER_UI)
        || request.path().starts_with("/links/")
        || request.path() == "/";
    if !for_people && !asks_for_a_file(request.path()) && !accepts_json(request.headers()) {
        let problem = Problem::new(Code::not_acceptable, "this endpoint returns application/json only");
        return Ok(request.into_response(problem.error_response()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Sets the security headers. The default is `no-store`, because caches must never store personal
/// data.
pub async fn harden(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let swagger_ui = request.path().starts_with(SWAGGER_UI);
    let mut response = next.call(request).await?;
    let policy = if swagger_ui {
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::CONTENT_SECURITY_POLICY, policy);
    default(header::X_FRAME_OPTIONS, "DENY");
    default(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if !swagger_ui {
        default(header::CACHE_CONTROL, "no-store");
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(value));
        accepts_json(&headers)
    }

    #[test]
    fn json_is_acceptable_unless_the_accept_header_excludes_it() {
        assert!(accepts_json(&HeaderMap::new()));
        for value in
            ["*/*", "text/html, application/*;q=0.8", "application/json", "application/problem+json", ""]
        {
            assert!(accepting(value), "{value}");
        }
        for value in ["text/html", "application/xml", "application/json;q=0"] {
            assert!(!accepting(value), "{value}");
        }
    }

    #[test]
    fn only_document_uploads_have_the_longer_deadline() {
        let documents = "/api/v1/applications/app_01h455vb4pex5vsknk084sn02q/documents";
        assert_eq!(deadline(&Method::POST, documents), UPLOAD_DEADLINE);
        assert_eq!(deadline(&Method::GET, documents), DEADLINE);
        for path in
            ["/api/v1/applications", "/api/v1/organizations/x/documents", "/api/v1/applications/x/submit"]
        {
            assert_eq!(deadline(&Method::POST, path), DEADLINE, "{path}");
        }
    }

    #[test]
    fn only_files_are_served_whatever_the_accept_header_says() {
        assert!(asks_for_a_file("/api/v1/calendars/ppc_x"));
        assert!(asks_for_a_file("/api/v1/applications/app_x/documents/doc_x/content"));
        for path in [
            "/api/v1/applications/app_x/documents",
            "/api/v1/organizations/org_x/calendar-feeds",
            "/problems",
        ] {
            assert!(!asks_for_a_file(path), "{path}");
        }
    }
}
