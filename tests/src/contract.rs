//! The OpenAPI document, which every response in a test is checked against.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::Validator;
use portal_api::http::actions::{self, Offer};
use portal_api::server::serve;
use serde_json::{Value, json};

/// A documented operation.
#[derive(Clone, Debug)]
pub struct Documented {
    /// The method in uppercase.
    pub method: String,
    /// The path, with parameters in braces.
    pub path: String,
    /// The Operation Object.
    pub operation: Value,
}

/// The document with the sandbox operations, which includes the production document.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::to_value(serve::document(true)).unwrap())
}

/// All operations of a document.
#[must_use]
pub fn operations(document: &Value) -> Vec<Documented> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                found.push(Documented {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    operation: operation.clone(),
                });
            }
        }
    }
    found
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    let alike =
        |(wanted, found): (&&str, &&str)| wanted == found || (wanted.starts_with('{') && !found.is_empty());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(alike)
}

/// The documented operation that a request calls. A fixed path takes precedence over one with
/// parameters.
#[must_use]
pub fn operation_of(method: &str, path: &str) -> Option<&'static Documented> {
    // Cached, because every response is checked and copying all operations is expensive.
    static OPERATIONS: OnceLock<Vec<Documented>> = OnceLock::new();
    let operations = OPERATIONS.get_or_init(|| {
        let mut operations = operations(document());
        operations.sort_by_key(|operation| operation.path.matches('{').count());
        operations
    });
    let path = path.split('?').next().unwrap();
    operations.iter().find(|operation| operation.method == method && matches(&operation.path, path))
}

/// Panics unless the document allows the response to this request.
pub fn check(method: &str, path: &str, status: u16, content_type: Option<&str>, body: &[u8]) {
    let method = if method == "HEAD" { "GET" } else { method };
    let Some(documented) = operation_of(method, path) else { return };
    let named = format!("{} {} -> {status}", documented.method, documented.path);
    let response = &documented.operation["responses"][status.to_string()];
    assert!(response.is_object(), "{named} is not documented; body: {}", String::from_utf8_lossy(body));
    if body.is_empty() {
        return;
    }
    let media = content_type.unwrap_or_default().split(';').next().unwrap().trim();
    let content = &response["content"][media];
    assert!(content.is_object(), "{named}: {media} is not documented");
    let value: Value = match media {
        "application/json" | "application/problem+json" => {
            serde_json::from_slice(body).unwrap_or_else(|_| panic!("{named}: not JSON"))
        }
        text if text.starts_with("text/") => {
            std::str::from_utf8(body).unwrap_or_else(|_| panic!("{named}: not UTF-8")).into()
        }
        // Only the media type of a file is documented.
        _ => return,
    };
    let violations = violations(&content["schema"], &value);
    assert!(violations.is_empty(), "{named}: {violations:?}\n{value:#}");
    check_actions(&named, &value);
}

/// Panics unless every action of a body is listed for a kind of resource, with its reasons.
fn check_actions(named: &str, value: &Value) {
    static OFFERS: OnceLock<[Offer; 10]> = OnceLock::new();
    let has = |words: &[&str], word: &Value| word.as_str().is_some_and(|word| words.contains(&word));
    match value {
        Value::Array(items) => items.iter().for_each(|item| check_actions(named, item)),
        Value::Object(members) => {
            if let (Some(action), Some(Value::Array(reasons)), true) =
                (members.get("action"), members.get("reasons"), members.contains_key("allowed"))
            {
                let mut offers = OFFERS.get_or_init(actions::offers).iter();
                let listed = offers.any(|offer| {
                    has(&offer.actions, action) && reasons.iter().all(|reason| has(&offer.reasons, reason))
                });
                assert!(listed, "{named}: {value} is not listed");
            }
            members.values().for_each(|member| check_actions(named, member));
        }
        _ => {}
    }
}

fn violations(schema: &Value, value: &Value) -> Vec<String> {
    // The key is the schema, usually just a reference.
    static VALIDATORS: Mutex<BTreeMap<String, Arc<OnceLock<Validator>>>> = Mutex::new(BTreeMap::new());
    let validator = Arc::clone(VALIDATORS.lock().unwrap().entry(schema.to_string()).or_default());
    let validator = validator.get_or_init(|| {
        let mut whole = schema.clone();
        whole["components"] = document()["components"].clone();
        let options = jsonschema::options().should_validate_formats(true);
        options.build(&whole).expect("a valid schema")
    });
    validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

/// The committed document.
#[must_use]
pub fn committed() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    std::fs::read_to_string(path).unwrap_or_else(|_| json!(null).to_string())
}
