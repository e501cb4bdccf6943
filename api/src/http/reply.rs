//! Responses of handlers. They are built inside the transaction, so that the response stored for a
//! retry is the one that was sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, ResponseError};
use portal_persistence::platform::idempotency::KeptAnswer;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::http::problem::{Code, MEDIA_TYPE, Problem};
use crate::http::request_id;

/// The result of a handler.
pub type Answered = Result<HttpResponse, Problem>;

/// Marks a HEAD request, which is routed as GET.
#[derive(Clone, Copy, Debug)]
pub struct WithoutBody;

/// A response whose transaction is committed.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Sent instead of the body, and not stored for retries.
    file: Option<FileBody>,
}

/// Bytes of a file passed to the connection at a time. The connection copies what it has not sent
/// yet.
const SLICE: usize = 64 * 1024;

/// A file that is sent in slices.
#[derive(Clone)]
struct FileBody {
    size: u64,
    /// The bytes not sent yet; empty if only the headers are sent.
    left: Bytes,
}

impl std::fmt::Debug for FileBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a file of {} bytes", self.size)
    }
}

impl MessageBody for FileBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let left = &mut self.get_mut().left;
        let slice = left.split_to(left.len().min(SLICE));
        Poll::Ready((!slice.is_empty()).then_some(Ok(slice)))
    }
}

impl Reply {
    fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(body).map_err(|error| {
            tracing::error!(%error, "a response could not be serialized");
            Problem::new(Code::internal_error, "the request could not be carried out")
        })?;
        let headers = vec![("content-type".into(), "application/json".into())];
        Ok(Self { status, headers, body, file: None })
    }

    /// 200 with a body that is not a single resource, such as a list.
    pub fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, body)
    }

    /// 200 with a resource and its ETag.
    pub fn resource(body: &impl Serialize, version: i64) -> Result<Self, Problem> {
        Ok(Self::json(StatusCode::OK, body)?.tagged(version))
    }

    /// 201 with the new resource, its `Location`, and its ETag.
    pub fn created(body: &impl Serialize, version: i64, location: String) -> Result<Self, Problem> {
        Ok(Self::json(StatusCode::CREATED, body)?.tagged(version).with("location", location))
    }

    /// 200 with content that is not JSON. Only for reads: responses stored for retries should be
    /// small.
    #[must_use]
    pub fn bytes(media_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type".into(), media_type.into())];
        Self { status: StatusCode::OK, headers, body, file: None }
    }

    /// 200 with a file of `size` bytes. Its ETag is made of the version and the SHA-256 of the
    /// content, so [`Self::is_known`] works before the file is loaded. Only for reads: the file is
    /// not stored for retries.
    #[must_use]
    pub fn file(media_type: &str, size: u64, version: i64, sha256: &[u8]) -> Self {
        let file = Some(FileBody { size, left: Bytes::new() });
        Self { file, ..Self::bytes(media_type, vec![]) }.with("etag", tag(version, sha256))
    }

    /// Adds the content of the file.
    #[must_use]
    pub fn carrying(self, content: Bytes) -> Self {
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Self { file: Some(FileBody { size, left: content }), ..self }
    }

    /// Adds the ETag of this version and body.
    #[must_use]
    pub fn tagged(self, version: i64) -> Self {
        let etag = etag(version, &self.body);
        self.with("etag", etag)
    }

    /// 202 for a request that is processed later. The response does not depend on the result.
    pub fn accepted(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::ACCEPTED, body)
    }

    /// A refusal whose effects are committed, such as a count of attempts. Every other refusal is
    /// an `Err`, which rolls the transaction back.
    #[must_use]
    pub fn refused(problem: &Problem) -> Self {
        let response = problem.error_response();
        let status = response.status();
        let headers = response
            .headers()
            .iter()
            .filter(|(name, _)| **name != request_id::HEADER)
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let body = response.into_body().try_into_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default();
        Self { status, headers, body, file: None }
    }

    /// 200 without a body.
    #[must_use]
    pub const fn empty() -> Self {
        Self { status: StatusCode::OK, headers: vec![], body: vec![], file: None }
    }

    /// 204.
    #[must_use]
    pub const fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: vec![], body: vec![], file: None }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.into(), value));
        self
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the client already has this representation, according to its `If-None-Match`.
    #[must_use]
    pub fn is_known(&self, if_none_match: Option<&str>) -> bool {
        let tags = self.header("etag").zip(if_none_match);
        self.status == StatusCode::OK && tags.is_some_and(|(etag, known)| none_match_hits(known, etag))
    }

    /// Builds the HTTP response: 304 if the client already has this representation.
    #[must_use]
    pub fn into_response(self, if_none_match: Option<&str>) -> HttpResponse {
        let unchanged = self.is_known(if_none_match);
        let status = if unchanged { StatusCode::NOT_MODIFIED } else { self.status };
        let mut response = HttpResponse::build(status);
        for (name, value) in &self.headers {
            if !(unchanged && name == "content-type") {
                response.insert_header((name.as_str(), value.as_str()));
            }
        }
        match self.file {
            _ if unchanged => response.finish(),
            Some(file) => response.body(file),
            None if self.body.is_empty() => response.finish(),
            None => response.body(self.body),
        }
    }

    /// The form in which the response is stored for a retry.
    #[must_use]
    pub fn kept(&self) -> KeptAnswer {
        let headers: Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        KeptAnswer {
            status: i64::from(self.status.as_u16()),
            headers: Value::Object(headers),
            body: self.body.clone(),
        }
    }

    /// Restores a stored response for a retry.
    pub fn replayed(kept: KeptAnswer) -> Result<Self, Problem> {
        let status = u16::try_from(kept.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
        let status =
            status.ok_or_else(|| Problem::new(Code::internal_error, "the stored response cannot be read"))?;
        let headers = kept.headers.as_object().into_iter().flatten();
        let headers = headers
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .chain([("idempotency-replayed".to_owned(), "true".to_owned())])
            .collect();
        let reply = Self { status, headers, body: kept.body, file: None };
        Ok(if reply.header("content-type") == Some(MEDIA_TYPE) { reply.in_this_request() } else { reply })
    }

    /// Replaces the request id, because a problem document names the request that it answers.
    fn in_this_request(mut self) -> Self {
        if let Ok(Value::Object(mut document)) = serde_json::from_slice(&self.body) {
            document.insert("request_id".into(), crate::portal::request_id::current().into());
            self.body = Value::Object(document).to_string().into_bytes();
        }
        self
    }
}

/// A strong ETag of the row's version and a digest of the representation. `If-Match` compares the
/// version only. The digest also covers what depends on the day and on the caller.
fn etag(version: i64, body: &[u8]) -> String {
    tag(version, Sha256::digest(body).as_slice())
}

/// Like [`etag`], for a representation whose SHA-256 is known.
fn tag(version: i64, sha256: &[u8]) -> String {
    let digest: String = sha256.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("\"v{version}-{digest}\"")
}

fn tags(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// Compares weakly, as RFC 9110 requires for `If-None-Match`.
fn none_match_hits(list: &str, etag: &str) -> bool {
    fn opaque(tag: &str) -> &str {
        tag.strip_prefix("W/").unwrap_or(tag)
    }
    tags(list).any(|tag| tag == "*" || opaque(tag) == opaque(etag))
}

/// Whether an `If-Match` list names this version.
#[must_use]
pub fn if_match_hits(list: &str, version: i64) -> bool {
    let prefix = format!("\"v{version}-");
    tags(list).any(|tag| tag == "*" || (tag.starts_with(&prefix) && tag.ends_with('"')))
}

/// Returns the required `If-Match`. Check it first: without it, the resource need not be loaded.
pub fn require_stated(if_match: Option<&str>) -> Result<&str, Problem> {
    if_match.ok_or_else(|| Problem::new(Code::precondition_required, "If-Match is missing"))
}

/// Checks the `If-Match` of a request that changes a resource (RFC 9110, RFC 6585). `current` is
/// the resource as the client would read it now; a 412 carries its ETag.
pub fn require_match(if_match: Option<&str>, version: i64, current: &impl Serialize) -> Result<(), Problem> {
    let list = require_stated(if_match)?;
    if if_match_hits(list, version) {
        return Ok(());
    }
    let current = Reply::resource(current, version)?;
    let current_etag = current.header("etag").unwrap_or_default().to_owned();
    Err(Problem::new(Code::precondition_failed, "the version you read is no longer the current one")
        .header(header::ETAG, current_etag.clone())
        .member("current_etag", current_etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_compares_the_version_and_if_none_match_the_whole_etag() {
        let tag = etag(3, b"body");
        assert!(
            if_match_hits(&tag, 3) && if_match_hits("*", 3) && if_match_hits(&format!("\"x\", {tag}"), 3)
        );
        assert!(!if_match_hits(&tag, 4) && !if_match_hits("\"v3", 3) && !if_match_hits("", 3));
        assert!(none_match_hits(&tag, &tag) && none_match_hits(&format!("W/{tag}"), &tag));
        assert!(!none_match_hits(&etag(3, b"other body"), &tag));
        assert!(none_match_hits("W/\"x\"", "W/\"x\"") && none_match_hits("\"x\"", "W/\"x\""));
    }

    #[test]
    fn non_json_content_is_sent_unchanged_and_not_sent_again_for_a_known_etag() {
        let reply = || Reply::bytes("application/pdf", b"%PDF-\xff\x00".to_vec()).tagged(1);
        let tag = etag(1, b"%PDF-\xff\x00");
        let response = reply().into_response(None);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/pdf");
        assert_eq!(response.headers().get("etag").unwrap().to_str().unwrap(), tag);
        assert_eq!(response.into_body().try_into_bytes().unwrap().to_vec(), b"%PDF-\xff\x00".to_vec());
        let response = reply().into_response(Some(&tag));
        assert_eq!(
            (response.status(), response.headers().get("content-type")),
            (StatusCode::NOT_MODIFIED, None)
        );
        assert!(response.into_body().try_into_bytes().unwrap().is_empty());
    }

    #[test]
    fn a_file_is_sent_in_slices_and_its_etag_is_known_without_the_content() {
        let content: Vec<u8> = (0..=u8::MAX).cycle().take(2 * SLICE + 1).collect();
        let reply = || Reply::file("image/png", 131_073, 1, Sha256::digest(&content).as_slice());
        let etag = etag(1, &content);
        assert_eq!(reply().header("etag"), Some(etag.as_str()));
        assert!(reply().is_known(Some(&etag)));
        assert!(!reply().is_known(Some("\"v1-0\"")) && !reply().is_known(None));
        assert_eq!(reply().into_response(Some(&etag)).status(), StatusCode::NOT_MODIFIED);

        let slices_of = |reply: Reply| {
            let mut body = reply.into_response(None).into_body();
            assert_eq!(body.size(), BodySize::Sized(131_073));
            let mut context = Context::from_waker(std::task::Waker::noop());
            let mut slices = vec![];
            while let Poll::Ready(Some(slice)) = Pin::new(&mut body).poll_next(&mut context) {
                slices.push(slice.unwrap());
            }
            slices
        };
        let slices = slices_of(reply().carrying(Bytes::from(content.clone())));
        assert_eq!(slices.iter().map(Bytes::len).collect::<Vec<_>>(), [SLICE, SLICE, 1]);
        assert!(slices.iter().flat_map(|slice| slice.to_vec()).collect::<Vec<_>>() == content);
        assert!(slices_of(reply()).is_empty(), "headers only");
    }

    #[test]
    fn a_refusal_with_effects_is_sent_as_a_problem_and_replayed_with_the_new_request_id() {
        let problem = Problem::new(Code::eligibility_not_matched, "nothing matches").member("reasons", ["x"]);
        let reply = crate::portal::request_id::within("first".into(), || Reply::refused(&problem));
        let kept = reply.kept();
        let response = reply.into_response(None);
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers().get("content-type").unwrap(), MEDIA_TYPE);
        let again = crate::portal::request_id::within("second".into(), || Reply::replayed(kept).unwrap());
        let document: Value = serde_json::from_slice(&again.body).unwrap();
        assert_eq!(
            (&document["code"], &document["request_id"]),
            (&"eligibility_not_matched".into(), &"second".into())
        );
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
    }
}
