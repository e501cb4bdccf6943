//! The OpenAPI document: the committed file equals the served document, the routes, and the list of
//! operations.

use std::collections::BTreeSet;

use portal_api::server::serve;
use portal_tests::contract::{committed, operations};
use portal_tests::operations::OPERATIONS;
use portal_tests::{Engine, TestApp};
use serde_json::Value;

fn production() -> Value {
    serde_json::to_value(serve::document(false)).unwrap()
}

#[test]
fn the_committed_document_is_the_generated_one() {
    let generated = portal_api::cli::openapi_text(false).unwrap();
    assert!(
        committed().trim_end() == generated.trim_end(),
        "openapi.json is stale: cargo run -p portal-api -- openapi > openapi.json"
    );
}

#[test]
fn the_served_document_is_the_committed_one() {
    let app = TestApp::start(Engine::Sqlite);
    let served = app.anonymous().unchecked().get("/api-docs/openapi.json").expect(200).json();
    assert_eq!(served, serde_json::from_str::<Value>(&committed()).unwrap());
}

#[test]
fn the_document_has_exactly_the_listed_operations() {
    let documented: BTreeSet<_> =
        operations(&production()).into_iter().map(|operation| (operation.method, operation.path)).collect();
    let listed: BTreeSet<_> =
        OPERATIONS.iter().map(|operation| (operation.method.to_owned(), operation.documented())).collect();
    assert_eq!(documented, listed);
}

#[test]
fn sandbox_operations_are_only_in_the_sandbox_document() {
    assert!(!production().to_string().contains("/sandbox/"));
    assert!(serde_json::to_value(serve::document(true)).unwrap().to_string().contains("/sandbox/personas"));
}

#[test]
fn every_operation_has_a_description_errors_and_examples() {
    let document = production();
    let schemas = &document["components"]["schemas"];
    let mut names = BTreeSet::new();
    for operation in operations(&document) {
        let named = format!("{} {}", operation.method, operation.path);
        let operation = operation.operation;
        assert!(
            names.insert(operation["operationId"].as_str().unwrap().to_owned()),
            "{named}: operationId twice"
        );
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{named}: summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{named}: one tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{named}: success");
        for status in ["400", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{named}: {status}");
        }
        let bodies = responses.values().chain([&operation["requestBody"]]);
        for body in bodies.filter_map(|part| part["content"].as_object()).flat_map(|content| content.values())
        {
            let schema =
                body["schema"]["$ref"].as_str().unwrap_or_else(|| panic!("{named}: an anonymous schema"));
            let schema = &schemas[schema.rsplit('/').next().unwrap()];
            let list = schema["properties"].get("items").is_some();
            let examples = ["example", "examples"].iter().any(|word| schema.get(word).is_some());
            assert!(examples || list, "{named}: no example of {schema}");
        }
    }
}

#[test]
fn no_schema_of_the_document_allows_null() {
    let text = production().to_string();
    assert!(!text.contains("\"null\""), "optional values are absent, never null");
}
