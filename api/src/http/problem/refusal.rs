//! A refusal or failure that is sent to the client as a problem document (RFC 9457).

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use portal_persistence::StoreError;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::code::Code;
use super::document::FieldError;
use crate::http::request_id;

/// The base path of a problem's `type`, which resolves on this server.
pub const TYPE_BASE: &str = "/problems/";

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal or failure that is sent to the client as a problem document (RFC 9457).
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    status: u16,
    detail: String,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, String)>,
    request_id: String,
    /// A storage error after which the write loop may retry; never sent to the client.
    retryable: Option<std::sync::Arc<StoreError>>,
}

impl Problem {
    /// A problem with this code. `detail` describes this occurrence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let mut problem = Self {
            code,
            status: code.status(),
            detail: detail.into(),
            members: Map::new(),
            headers: vec![],
            request_id: crate::portal::request_id::current(),
            retryable: None,
        };
        if matches!(code, Code::overloaded | Code::unavailable | Code::idempotency_in_flight) {
            problem = problem.retry_after(1);
        }
        if code == Code::unauthenticated {
            problem = problem.header(header::WWW_AUTHENTICATE, "Bearer realm=\"provider-portal\"");
        }
        problem
    }

    /// The resource does not exist or the caller cannot see it. The response is the same for both.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::not_found, "the resource does not exist or you cannot see it")
    }

    /// A `validation_failed` problem with all violations.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.len() {
            1 => "1 value is wrong".to_owned(),
            n => format!("{n} values are wrong"),
        };
        Self::new(Code::validation_failed, detail).errors(errors)
    }

    /// Adds the violations found.
    #[must_use]
    pub fn errors(self, errors: Vec<FieldError>) -> Self {
        self.member("errors", errors)
    }

    /// Replaces the detail of this occurrence.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Adds a typed member.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.members.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds `Retry-After`, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, seconds.to_string())
    }

    /// Adds the storage error that caused the problem, after which the write loop may retry.
    #[must_use]
    pub(super) fn because_of(self, error: StoreError) -> Self {
        Self { retryable: Some(std::sync::Arc::new(error)), ..self }
    }

    /// Changes the status to 409, for codes that have 403 in the table. Granting a role is refused
    /// as a conflict if using the role would be forbidden for the same reason (domain 5.12).
    #[must_use]
    pub const fn as_conflict(mut self) -> Self {
        self.status = 409;
        self
    }

    /// Whether the request was refused, as opposed to a failure of the server (5xx).
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        self.status < 500
    }

    /// The code and a sentence for people, taken from the first violation if there is one. For
    /// lists in which each entry has its own result.
    #[must_use]
    pub fn in_short(&self) -> (String, String) {
        let violation = self.members.get("errors").and_then(|errors| errors.get(0));
        let text = |name: &str| violation.and_then(|violation| violation.get(name)).and_then(Value::as_str);
        match text("code").zip(text("message")) {
            Some((code, message)) => (code.to_owned(), message.to_owned()),
            None => (self.code.as_str().to_owned(), self.code.title().to_owned()),
        }
    }

    /// The code of the problem.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut document = json!({
            "type": format!("{TYPE_BASE}{}", self.code.as_str()),
            "title": self.code.title(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code.as_str(),
            "request_id": self.request_id,
        });
        if let Value::Object(members) = &mut document {
            members.extend(self.members.clone());
        }
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        response.insert_header((request_id::HEADER, self.request_id.as_str()));
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.as_str()));
        }
        response.body(document.to_string())
    }
}

impl portal_persistence::AsStoreError for Problem {
    fn as_store_error(&self) -> Option<&StoreError> {
        self.retryable.as_deref()
    }
}
