//! The `Idempotency-Key` header.

use actix_web::HttpRequest;

use crate::http::problem::{Code, FieldError, Problem};
/// Parses the `Idempotency-Key` of a request: a structured-field string, or the same without
/// quotation marks.
pub(crate) fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let bare = value.to_str().ok().map(|text| {
        let text = text.trim();
        text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
    });
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    match bare {
        Some(key) if (1..=255).contains(&key.len()) && key.bytes().all(plain) => Ok(Some(key.to_owned())),
        _ => {
            let text = "must be 1 to 255 letters, digits, or any of _ . : -";
            Err(Problem::new(Code::malformed_header, format!("Idempotency-Key {text}"))
                .errors(vec![FieldError::of("Idempotency-Key", "format", text)]))
        }
    }
}
