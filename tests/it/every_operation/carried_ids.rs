//! The permission grid of identifiers in queries and bodies: each as every kind of caller, with an
//! own, a foreign, and a nonexistent value.
//!
//! The expected statuses are a committed snapshot. The test also proves that a foreign value gets the
//! same response as a nonexistent one, and that a refusal changes nothing.

use std::collections::BTreeSet;
use std::fmt::Write;

use portal_api::server::serve;
use portal_tests::carried_ids::{CARRIED, CarriedId};
use portal_tests::contract::operations;
use portal_tests::fixture::{Fixture, Relation};
use portal_tests::principals::{PRINCIPALS, STAFF};
use portal_tests::{Answer, Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

use super::permissions::columns;

/// Identifiers that are numbers or codes of the plan, not IDs of the portal.
const NUMBERS: [&str; 3] = ["medicaid_id", "group_medicaid_id", "provider_id"];

on_both_engines!(a_foreign_identifier_in_a_query_or_body_is_answered_like_a_nonexistent_one);
fn a_foreign_identifier_in_a_query_or_body_is_answered_like_a_nonexistent_one(app: &TestApp) {
    let columns = columns(|principal| column(app.engine, principal));
    let mut text = String::from("Status as own/foreign/nonexistent.\n");
    for (index, carried) in CARRIED.iter().enumerate() {
        let operation = &carried.operation;
        let _ = writeln!(text, "\n{} {} {}", operation.method, operation.path, carried.place);
        for (principal, column) in PRINCIPALS.iter().zip(&columns) {
            let _ = writeln!(text, "    {principal:<18} {}", column[index]);
        }
    }
    insta::assert_snapshot!("carried_id_grid", text);
}

/// The results of one caller for every identifier.
fn column(engine: Engine, principal: &'static str) -> Vec<String> {
    let mut current = None;
    let cell = |carried: &CarriedId| {
        let named = format!(
            "{} {} {} as {principal}",
            carried.operation.method, carried.operation.path, carried.place
        );
        let mut called = |relation| {
            // Every call that changed something is followed by a fresh fixture, so that all three
            // values meet the same data.
            let (app, fixture, before) = current.get_or_insert_with(|| {
                let (app, fixture) = Fixture::of(engine, principal);
                let before = app.fingerprint();
                (app, fixture, before)
            });
            let others = fixture.targets(relation);
            let answer = carried.call(&fixture.client, fixture.targets(Relation::Own), others);
            let comparable = comparable(&answer, &others[carried.placeholder]);
            if answer.status >= 400 || !carried.operation.changes {
                assert_eq!(app.fingerprint(), *before, "{named}, {relation:?}");
            } else {
                current = None;
            }
            (answer.status, comparable)
        };
        let [foreign, nonexistent, own] =
            [Relation::Foreign, Relation::Nonexistent, Relation::Own].map(&mut called);
        // Staff see every organization.
        if !STAFF.contains(&principal) {
            assert_eq!(foreign, nonexistent, "{named}");
        }
        format!("{}/{}/{}", own.0, foreign.0, nonexistent.0)
    };
    CARRIED.iter().map(cell).collect()
}

/// The response without the value that was sent and, for a new resource, without its ID.
fn comparable(answer: &Answer, sent: &str) -> String {
    let text = answer.text().replace(sent, "the value sent");
    let Ok(Value::Object(mut body)) = serde_json::from_str(&text) else { return text };
    if answer.status == 201 {
        for new in ["id", "association_id", "application_number"] {
            if body.contains_key(new) {
                body.insert(new.into(), json!("new"));
            }
        }
    }
    Value::Object(body).to_string()
}

/// Every identifier in a query or body, according to the document: the method, the path, and the
/// place.
fn documented() -> BTreeSet<(String, String, String)> {
    let document = serde_json::to_value(serve::document(false)).unwrap();
    let mut found = BTreeSet::new();
    for operation in operations(&document) {
        let mut places = Vec::new();
        for parameter in operation.operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolved(&document, parameter).1;
            if parameter["in"] == "query" {
                let mut within = Vec::new();
                walk(
                    &document,
                    &parameter["schema"],
                    format!("?{}", parameter["name"].as_str().unwrap()),
                    &mut within,
                );
                places.extend(within);
            }
        }
        let contents = operation.operation["requestBody"]["content"].as_object();
        for content in contents.into_iter().flat_map(|contents| contents.values()) {
            walk(&document, &content["schema"], String::new(), &mut places);
        }
        found.extend(
            places.into_iter().map(|place| (operation.method.clone(), operation.path.clone(), place)),
        );
    }
    found
}

/// The name of a schema, if it has one, and its content.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> (&'d str, &'d Value) {
    match schema["$ref"].as_str() {
        Some(reference) => {
            (reference.rsplit('/').next().unwrap(), document.pointer(&reference[1..]).unwrap())
        }
        None => ("", schema),
    }
}

/// Collects the places of identifiers in values of this schema.
fn walk(document: &Value, schema: &Value, place: String, found: &mut Vec<String>) {
    let (name, schema) = resolved(document, schema);
    let last = place.rsplit(['/', '?']).next().unwrap_or_default();
    if name.ends_with("Id") || NUMBERS.contains(&last) {
        return found.push(place);
    }
    for word in ["allOf", "oneOf", "anyOf"] {
        for part in schema[word].as_array().into_iter().flatten() {
            walk(document, part, place.clone(), found);
        }
    }
    if schema.get("items").is_some() {
        walk(document, &schema["items"], format!("{place}/*"), found);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        walk(document, property, format!("{place}/{name}"), found);
    }
}

#[test]
fn every_identifier_that_the_document_has_in_a_query_or_body_is_in_the_grid() {
    let listed: BTreeSet<_> = CARRIED
        .iter()
        .map(|carried| {
            (carried.operation.method.to_owned(), carried.operation.documented(), carried.documented_place())
        })
        .collect();
    let documented = documented();
    assert!(documented.len() > 20, "{documented:?}");
    assert_eq!(documented, listed);
}

#[test]
fn each_listed_operation_sends_its_identifier() {
    let (_app, fixture) = Fixture::of(Engine::Sqlite, "ca admin manager");
    for relation in [Relation::Own, Relation::Foreign, Relation::Nonexistent] {
        let targets = fixture.targets(relation);
        for carried in CARRIED {
            let sent = carried.carried(targets);
            assert_eq!(sent.as_deref(), Some(&targets[carried.placeholder]), "{}", carried.place);
        }
    }
}
