//! What the text fields of every request accept (domain rule R-214).
//!
//! The fields come from the OpenAPI document. Each has a class, and a field without one fails the
//! test. The snapshot lists what each field accepts.

use std::collections::BTreeMap;
use std::fmt::Write;

use portal_tests::client::encoded;
use portal_tests::fixture::{Fixture, Relation};
use portal_tests::operation::{Body, Operation};
use portal_tests::operations::OPERATIONS;
use portal_tests::text_fields::{Part, TextField, text_fields};
use portal_tests::{Answer, TestApp, on_both_engines};
use serde_json::{Value, json};

use super::text_samples::{SAMPLES, Sample};

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// The name of a person.
    PersonName,
    /// The name of a business.
    BusinessName,
    /// Another single line.
    Line,
    /// A text with line breaks.
    Passage,
    /// An email address.
    Email,
    /// A Provider ID, which has letters, digits, and hyphens.
    ProviderId,
    /// Not a text that a person wrote, for this reason. It is not checked.
    OptOut(&'static str),
}

const SECRET: &str = "a secret, which is compared and never stored as sent";
const LOOKED_UP: &str = "looked up in a list, and never stored as sent";
const IDENTIFIER: &str = "an identifier of digits";
const TAX_ID: &str = "the place for tax IDs, which are stored encrypted";

/// The class of a field, by its name and, where names are ambiguous, by its operation.
fn class(field: &TextField) -> Option<Class> {
    Some(match (field.name(), field.path.as_str()) {
        ("first_name" | "last_name", _) => Class::PersonName,
        ("business_name" | "group_name" | "organization_name", _) => Class::BusinessName,
        ("name", "/api/v1/caller-verifications") => Class::BusinessName,
        ("name" | "line1" | "line2" | "city" | "license_number" | "file_name", _) => Class::Line,
        ("comment" | "reason" | "message", _) => Class::Passage,
        ("email", "/api/v1/organizations/{organization_id}/members") => Class::Line,
        ("email", _) => Class::Email,
        ("tax_id" | "tin", _) => Class::OptOut(TAX_ID),
        (
            "password" | "current_password" | "new_password" | "token" | "device_token" | "mfa_token" | "otp"
            | "recovery_code" | "refresh_token" | "username",
            _,
        ) => Class::OptOut(SECRET),
        ("value", "/api/v1/me/step-up") => Class::OptOut(SECRET),
        ("provider_type" | "board" | "agreement_version", _) => Class::OptOut(LOOKED_UP),
        ("medicaid_id", "/api/v1/applications") => Class::OptOut(LOOKED_UP),
        ("medicaid_id" | "group_medicaid_id" | "npi", _) => Class::OptOut(IDENTIFIER),
        ("provider_id", _) => Class::ProviderId,
        ("zip", _) => Class::OptOut("a ZIP code, which has up to nine digits"),
        ("cursor", _) => Class::OptOut("made by the portal"),
        _ => return None,
    })
}

impl Class {
    /// Whether a field of this class accepts the sample.
    fn accepts(self, sample: &Sample) -> bool {
        match self {
            Self::PersonName => false,
            Self::BusinessName | Self::Line | Self::Passage => !sample.is_for_every_text,
            Self::Email | Self::ProviderId => sample.name == "nine digits",
            Self::OptOut(_) => true,
        }
    }
}

/// The value to send: the sample itself, or an address with it.
fn value_of(class: Class, sample: &Sample) -> String {
    match class {
        Class::Email => format!("{}@example.org", sample.text),
        _ => sample.text.to_owned(),
    }
}

on_both_engines!(r_214_the_text_fields_of_every_operation_accept_what_their_class_accepts);
fn r_214_the_text_fields_of_every_operation_accept_what_their_class_accepts(app: &TestApp) {
    let mut lines = BTreeMap::new();
    for field in text_fields() {
        let allowed: Vec<_> = SAMPLES.iter().filter(|sample| field.allows(sample.text)).collect();
        if allowed.is_empty() {
            continue;
        }
        let described = field.described();
        let class = class(&field).unwrap_or_else(|| panic!("{described} has no class"));
        let text = match class {
            Class::OptOut(reason) => {
                let names: Vec<_> = allowed.iter().map(|sample| sample.name).collect();
                format!("not checked: {reason}; its schema allows {}", names.join(", "))
            }
            class => format!("{class:?}, accepts {}", accepted(app, &field, class, &allowed)),
        };
        lines.insert(described, text);
    }
    let mut text = String::new();
    for (field, line) in lines {
        let _ = writeln!(text, "{field}\n    {line}");
    }
    insta::assert_snapshot!("text_fields", text);
}

/// The samples that a field accepts. Fails if they are not those of its class.
fn accepted(app: &TestApp, field: &TextField, class: Class, samples: &[&Sample]) -> String {
    let operation = OPERATIONS
        .iter()
        .find(|operation| operation.method == field.method && operation.documented() == field.path)
        .unwrap();
    let mut accepted = Vec::new();
    let mut fixture = None;
    for sample in samples {
        let (_app, fixture_) = fixture.get_or_insert_with(|| Fixture::of(app.engine, operation.by));
        let answer = send(fixture_, operation, field, &value_of(class, sample));
        let refused = refusal_at(&answer, field);
        let named = format!("{} with {}: {}", field.described(), sample.name, answer.text());
        assert_eq!(refused.is_none(), class.accepts(sample), "{named}");
        match refused {
            Some(code) if class == Class::ProviderId => assert_eq!(code, "format", "{named}"),
            Some(code) => assert_eq!(code, sample.code_for(class == Class::Email), "{named}"),
            None => {
                let is_valid = answer.status < 300 || answer.json()["code"] != "validation_failed";
                assert!(is_valid && answer.status != 429, "{named}");
                accepted.push(sample.name);
            }
        }
        if answer.status < 300 {
            fixture = None;
        }
    }
    if accepted.is_empty() { "none".into() } else { accepted.join(", ") }
}

/// The code of the refusal of this field.
fn refusal_at(answer: &Answer, field: &TextField) -> Option<String> {
    if answer.status < 400 {
        return None;
    }
    let problem = answer.json();
    let pointer = field.pointer.replace("/-/", "/0/");
    let at = |error: &&Value| {
        let place = if field.part == Part::Query { "parameter" } else { "pointer" };
        error[place] == pointer.as_str()
    };
    let mut errors = problem["errors"].as_array().into_iter().flatten();
    errors.find(at).map(|error| error["code"].as_str().unwrap().to_owned())
}

/// Sends a valid request in which the field has this value.
fn send(fixture: &Fixture, operation: &Operation, field: &TextField, value: &str) -> Answer {
    let targets = fixture.targets(Relation::Own);
    let mut path = targets.fill(&format!("{}{}", operation.path, operation.query));
    if field.part == Part::Query {
        let query = format!("{}={}", field.pointer, encoded(value));
        let given = path.split_once('?').map(|(_, given)| given.to_owned()).unwrap_or_default();
        let others = given.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with(field.name()));
        let query = others.map(str::to_owned).chain([query]).collect::<Vec<_>>().join("&");
        path = format!("{}?{query}", path.split('?').next().unwrap());
    }
    // A maintenance is about an individual; a business has its own application.
    if field.pointer.ends_with("1.1/business_name") {
        let started = json!({
            "organization_id": &targets["organization_id"], "application_type": "enrollment",
            "category": "entity", "provider_type": "01", "business_name": "Lakeside Hospital",
        });
        let started = fixture.client.post("/api/v1/applications", &started).expect(201);
        path = started.header("location").unwrap().to_owned();
    }
    let mut call = fixture.client.call(operation.method, &path);
    for (name, value) in operation.headers {
        call = call.header(name, value);
    }
    match operation.body {
        Body::Json(body) => {
            let mut body = suited(body(targets), field);
            set(&mut body, &field.pointer, value);
            call.json(&body).send()
        }
        Body::File(media_type, content) => {
            call.header("content-type", media_type).body(content.to_vec()).send()
        }
        Body::Form(_) | Body::None => call.send(),
    }
}

/// The body with what the field requires beside it.
fn suited(mut body: Value, field: &TextField) -> Value {
    let members = body.as_object_mut().unwrap();
    match (field.name(), field.path.as_str()) {
        ("group_name", _) => {
            members.retain(|name, _| !["first_name", "last_name"].contains(&name.as_str()));
            members.insert("provider_type".into(), json!("group"));
        }
        ("business_name", "/api/v1/applications") => {
            members.retain(|name, _| !["first_name", "last_name"].contains(&name.as_str()));
            members.insert("category".into(), json!("entity"));
            members.insert("provider_type".into(), json!("01"));
        }
        ("first_name", "/api/v1/organizations/{organization_id}/invitations") => {
            members.insert("last_name".into(), json!("New"));
        }
        ("last_name", "/api/v1/organizations/{organization_id}/invitations") => {
            members.insert("first_name".into(), json!("Nora"));
        }
        ("line1" | "line2" | "city", _) => {
            let address =
                json!({"line1": "1 Shore Road", "city": "Frankfort", "state": "KY", "zip": "40601"});
            return json!({"screens": {"1.1": {"primary_physical_address": address}}});
        }
        ("license_number", _) => {
            let license = json!({
                "license_type": "state_license", "issue_state": "KY", "license_number": "1",
                "effective_date": "2025-03-01", "expiration_date": "2035-02-28", "primary": true,
            });
            return json!({"screens": {"2.2": {"licenses": [license]}}});
        }
        (_, "/api/v1/applications/{application_id}") if field.method == "PATCH" => {
            return json!({"screens": {}});
        }
        _ => {}
    }
    body
}

/// Sets the value at a pointer. Objects on the way are created.
fn set(body: &mut Value, pointer: &str, value: &str) {
    let mut place = body;
    for name in pointer.split('/').skip(1) {
        place = if name == "-" { &mut place[0] } else { &mut place[name] };
    }
    *place = json!(value);
}
