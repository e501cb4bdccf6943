//! JSON bodies.

use std::collections::BTreeSet;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use validator::Validate;

use super::{escaped, pointer, quoted, violations, word_for};
use crate::http::problem::{Code, FieldError, Problem};

/// The maximum size of an ordinary body, in bytes.
pub const LIMIT: usize = 64 * 1024;
/// The maximum size of a body that lists many items, in bytes.
pub const BULK_LIMIT: usize = 256 * 1024;

/// The SHA-256 of the body as received, for `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct BodyDigest(pub Vec<u8>);

/// A JSON body of at most `MAX` bytes, parsed and validated. Fields that `T` does not know are
/// refused.
#[derive(Debug)]
pub struct Json<T, const MAX: usize = LIMIT>(pub T);

impl<T: DeserializeOwned + Validate + 'static, const MAX: usize> FromRequest for Json<T, MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            require_json(&request)?;
            let bytes = read(&request, payload, MAX).await?;
            request.extensions_mut().insert(BodyDigest(Sha256::digest(&bytes).to_vec()));
            parse(&bytes).map(Self)
        })
    }
}

fn require_json(request: &HttpRequest) -> Result<(), Problem> {
    if essence(request)?.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Problem::new(Code::unsupported_media_type, "the body must be application/json"))
    }
}

/// Returns the media type of the body without its parameters; empty if none is stated. Fails if the
/// body has a `Content-Encoding`.
pub(super) fn essence(request: &HttpRequest) -> Result<&str, Problem> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(Code::unsupported_media_type, "Content-Encoding is not supported"));
    }
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Ok(media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim())
}

/// The length of the body in bytes, if the request declares it.
pub(super) fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

pub(super) fn too_large(max: usize) -> Problem {
    Problem::new(Code::payload_too_large, format!("at most {max} bytes are accepted")).member("limit", max)
}

pub(super) fn unreadable(error: impl std::fmt::Display) -> Problem {
    Problem::new(Code::unreadable_body, error.to_string())
}

/// Reads a body of at most `max` bytes. A larger declared length is refused before reading.
pub async fn read(
    request: &HttpRequest,
    payload: actix_web::dev::Payload,
    max: usize,
) -> Result<web::BytesMut, Problem> {
    if declared_length(request).is_some_and(|length| length > max) {
        return Err(too_large(max));
    }
    let mut payload = web::Payload::from_request(request, &mut { payload }).await.map_err(unreadable)?;
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(unreadable)?;
        if bytes.len() + chunk.len() > max {
            return Err(too_large(max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Problem> {
    let malformed = |detail: String| Problem::new(Code::malformed_json, detail);
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(error.to_string()))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let Object(body): Object<T> = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| refusal(&pointer(error.path()), error.inner()))?;
    deserializer.end().map_err(|error| malformed(error.to_string()))?;
    // Only the parser knows which escapes stand for NUL, so check afterwards.
    if text.contains('\0') || (text.contains("\\u0000") && holds_nul(text)) {
        return Err(Problem::new(Code::nul_byte, "a string contains U+0000"));
    }
    body.validate().map_err(|errors| Problem::invalid(violations(&errors)))?;
    Ok(body)
}

/// A `T` that is an object. Derived parsers of structs also accept an array of field values, which
/// the OpenAPI document does not allow.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// Parses a list whose items must be objects; for `#[serde(deserialize_with)]`.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let items = Option::<Vec<Object<T>>>::deserialize(deserializer)?;
    Ok(items.map(|items| items.into_iter().map(|Object(item)| item).collect()))
}

/// Parses an optional member. It may be absent, but must not be `null`. For
/// `#[serde(default, deserialize_with)]`.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Parses an optional set. Duplicate items are refused. For `#[serde(default, deserialize_with)]`.
pub fn given_set<'de, D: Deserializer<'de>, T: Deserialize<'de> + Ord>(
    deserializer: D,
) -> Result<Option<BTreeSet<T>>, D::Error> {
    let items = Vec::<T>::deserialize(deserializer)?;
    let count = items.len();
    let set: BTreeSet<T> = items.into_iter().collect();
    match set.len() == count {
        true => Ok(Some(set)),
        false => Err(serde::de::Error::custom("must not contain duplicates")),
    }
}

fn holds_nul(text: &str) -> bool {
    fn within(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.contains('\0'),
            serde_json::Value::Array(items) => items.iter().any(within),
            serde_json::Value::Object(members) => {
                members.iter().any(|(name, member)| name.contains('\0') || within(member))
            }
            _ => false,
        }
    }
    serde_json::from_str(text).is_ok_and(|value| within(&value))
}

/// Removes the value from a parser's message. It may be a Social Security number, and problem
/// documents can end up in logs.
fn without_the_value(message: &str) -> String {
    let names_it =
        ["invalid type", "invalid value", "invalid length"].iter().any(|word| message.starts_with(word));
    match message.rsplit_once(", expected ") {
        Some((before, expected)) if names_it => {
            let kind = before.split(['`', '"']).next().unwrap_or_default().trim_end();
            format!("{kind}, expected {expected}")
        }
        _ => message.to_owned(),
    }
}

fn refusal(at: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let message = message.rsplit_once(" at line").map_or(message.as_str(), |(message, _)| message);
    let message = without_the_value(message);
    if !error.is_data() {
        return Problem::new(Code::malformed_json, error.to_string());
    }
    let member = quoted(&message).unwrap_or_default();
    let inside = |name: &str| {
        let name = escaped(name);
        if at.ends_with(&format!("/{name}")) { at.to_owned() } else { format!("{at}/{name}") }
    };
    if message.starts_with("unknown field") {
        let violation = FieldError::at(inside(member), "unknown_field", "does not belong here");
        return Problem::new(Code::unknown_field, message.clone()).errors(vec![violation]);
    }
    if message.starts_with("duplicate field") {
        return Problem::new(Code::malformed_json, message.clone()).errors(vec![FieldError::at(
            inside(member),
            "duplicate_field",
            "appears twice",
        )]);
    }
    let word = word_for(&message);
    let at = if word == "required" { inside(member) } else { at.to_owned() };
    if word == "wrong_id_kind" {
        return Problem::new(Code::malformed_id, message.clone())
            .errors(vec![FieldError::at(at, word, message)]);
    }
    Problem::invalid(vec![FieldError::at(at, word, message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[validate(nested)]
        inner: Vec<Inner>,
        #[serde(default)]
        #[validate(length(max = 5, code = "too_long", message = "is too long"))]
        text: String,
    }

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[validate(range(min = 1, code = "minimum", message = "must be at least 1"))]
        version: i64,
    }

    fn refused(text: &str) -> (Code, Option<String>) {
        let problem = parse::<Outer>(text.as_bytes()).unwrap_err();
        let body = actix_web::ResponseError::error_response(&problem).into_body();
        let bytes = actix_web::body::MessageBody::try_into_bytes(body).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        (problem.code(), document["errors"][0]["pointer"].as_str().map(str::to_owned))
    }

    #[test]
    fn each_violation_has_its_code_and_pointer() {
        for (text, code, pointer) in [
            ("{", Code::malformed_json, None),
            ("{} {}", Code::validation_failed, Some("/inner")),
            (r#"{"inner":[]} x"#, Code::malformed_json, None),
            (r#"{"inner":[],"inner":[]}"#, Code::malformed_json, Some("/inner")),
            (r#"{"inner":[{"version":1,"role":"x"}]}"#, Code::unknown_field, Some("/inner/0/role")),
            (r#"{"inner":[{"version":1},{}]}"#, Code::validation_failed, Some("/inner/1/version")),
            (r#"{"inner":[{"version":"1"}]}"#, Code::validation_failed, Some("/inner/0/version")),
            (r#"{"inner":[{"version":0}]}"#, Code::validation_failed, Some("/inner/0/version")),
            (r#"{"inner":[],"text":"123456"}"#, Code::validation_failed, Some("/text")),
            (r#"{"inner":[],"text":"a\u0000"}"#, Code::nul_byte, None),
            ("[]", Code::validation_failed, Some("")),
        ] {
            let (found_code, found_pointer) = refused(text);
            assert_eq!(found_code, code, "{text}");
            assert_eq!(found_pointer.as_deref(), pointer, "{text}");
        }
    }

    #[test]
    fn an_escaped_backslash_before_u0000_is_not_a_nul_byte() {
        assert!(parse::<Outer>(br#"{"inner":[],"text":"\\u0"}"#).is_ok());
    }
}
