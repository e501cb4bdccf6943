//! Query strings.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use validator::Validate;

use super::{quoted, violations, word_for};
use crate::http::problem::{Code, FieldError, Problem};

/// A query string, parsed and validated. Parameters that `T` does not know are refused; repeated
/// parameters form a list.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned + Validate>(text: &str) -> Result<T, Problem> {
    let malformed = |detail: &str| Problem::new(Code::malformed_parameter, detail);
    if text.to_ascii_lowercase().contains("%00") || text.contains('\0') {
        return Err(malformed("the query contains U+0000"));
    }
    let decoded: Vec<u8> = percent_decoded(text);
    if std::str::from_utf8(&decoded).is_err() {
        return Err(malformed("the query is not UTF-8"));
    }
    let pairs = url::form_urlencoded::parse(text.as_bytes());
    // The form library treats an empty optional value as absent. Refuse it instead of guessing.
    if let Some((name, _)) = pairs.clone().find(|(_, value)| value.is_empty()) {
        return Err(Problem::invalid(vec![FieldError::of(name, "format", "must not be empty")]));
    }
    let deserializer = serde_html_form::Deserializer::new(pairs);
    let query: T = serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().iter().next().map(ToString::to_string).unwrap_or_default();
        let times = url::form_urlencoded::parse(text.as_bytes()).filter(|(known, _)| *known == name).count();
        let message = error.into_inner().to_string();
        // This is how the library reports a repeated parameter that accepts a single value.
        if times > 1 && message == "unsupported value" {
            refusal(&name, &format!("duplicate field `{name}`"))
        } else {
            refusal(&name, &message)
        }
    })?;
    query.validate().map_err(|errors| {
        let violations = violations(&errors).into_iter().map(|violation| FieldError {
            parameter: violation.pointer.as_deref().map(|at| at.trim_start_matches('/').to_owned()),
            pointer: None,
            ..violation
        });
        Problem::invalid(violations.collect())
    })?;
    Ok(query)
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, escape.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                decoded.push(*first);
                rest = tail;
            }
        }
    }
    decoded
}

fn refusal(name: &str, message: &str) -> Problem {
    let named = quoted(message).unwrap_or(name);
    if message.starts_with("unknown field") {
        let violation = FieldError::of(named, "unknown_parameter", "does not belong here");
        return Problem::new(
            Code::unknown_parameter,
            format!("{named} is not a parameter of this operation"),
        )
        .errors(vec![violation]);
    }
    if message.starts_with("duplicate field") {
        let violation = FieldError::of(named, "duplicate_parameter", "appears twice");
        return Problem::new(Code::malformed_parameter, message.to_owned()).errors(vec![violation]);
    }
    let word = word_for(message);
    let name = if word == "required" { named } else { name };
    if word == "wrong_id_kind" {
        return Problem::new(Code::malformed_id, message).errors(vec![FieldError::of(name, word, message)]);
    }
    Problem::invalid(vec![FieldError::of(name, word, message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        agent: String,
        #[serde(default)]
        kind: Option<Vec<String>>,
        #[serde(default)]
        #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
        limit: Option<i64>,
    }

    #[test]
    fn repeated_parameters_form_a_list() {
        let filter: Filter = parse("agent=a&kind=x&kind=y&limit=7").unwrap();
        assert_eq!((filter.agent.as_str(), filter.limit), ("a", Some(7)));
        assert_eq!(filter.kind, Some(vec!["x".into(), "y".into()]));
        assert_eq!(parse::<Filter>("agent=a").unwrap().kind, None);
    }

    #[test]
    fn each_violation_has_its_code() {
        for (text, code) in [
            ("", Code::validation_failed),
            ("agent=a&limit=0", Code::validation_failed),
            ("agent=a&limit=many", Code::validation_failed),
            ("agent=a&color=blue", Code::unknown_parameter),
            ("agent=a&agent=b", Code::malformed_parameter),
            ("agent=%00", Code::malformed_parameter),
            ("agent=%ff", Code::malformed_parameter),
        ] {
            assert_eq!(parse::<Filter>(text).unwrap_err().code(), code, "{text}");
        }
    }
}
