//! Helpers that read and change JSON documents.

use serde_json::Value;

use crate::client::Answer;

/// The text of a member.
#[must_use]
#[track_caller]
pub fn text(document: &Value, member: &str) -> String {
    document[member].as_str().unwrap().to_owned()
}

/// The document with one member changed, or removed if the value is `null`.
#[must_use]
pub fn with_member(mut document: Value, member: &str, value: Value) -> Value {
    match value {
        Value::Null => drop(document.as_object_mut().unwrap().remove(member)),
        value => document[member] = value,
    }
    document
}

/// The pointer and code of every violation in a problem.
#[must_use]
pub fn violations_of(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}

/// Checks that validation failed; returns the pointer and code of every violation.
#[must_use]
#[track_caller]
pub fn violations(answer: Answer) -> Vec<(String, String)> {
    pairs(&violations_of(&answer.problem(422, "validation_failed")))
}

/// Pointers and codes, owned for comparison with [`violations`].
#[must_use]
pub fn pairs(borrowed: &[(&str, &str)]) -> Vec<(String, String)> {
    borrowed.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}
