//! The sandbox: signing in as a persona with one call, and the data of the source documents.

use portal_tests::contract::{document, operation_of};
use portal_tests::explorer::{organization, persona};

use portal_tests::{Client, TestApp};
use serde_json::{Value, json};

pub(super) const APPLICATIONS: &str = "/api/v1/applications";

/// Days from the start of the tests to the dates in the OpenAPI examples.
const UNTIL_THE_EXAMPLES_HOLD: i64 = 300;

pub(super) fn agent(client: &Client, organization: &str, name: &str) -> String {
    let agents = client.all(&format!("/api/v1/organizations/{organization}/credentialing-agents"));
    agents.iter().find(|agent| agent["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
}

pub(super) fn work(client: &Client, organization: &str, agent: &str) -> Vec<Value> {
    client.all(&format!("/api/v1/organizations/{organization}/work-assignments?agent_id={agent}"))
}

/// The documented example of a request body.
fn example(method: &str, path: &str) -> Value {
    let operation = &operation_of(method, path).unwrap().operation;
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    document()["components"]["schemas"][name]["example"].clone()
}

pub(super) fn id(application: &Value) -> &str {
    application["id"].as_str().unwrap()
}

#[test]
fn the_examples_of_the_document_create_an_application() {
    let app = TestApp::start_sandbox();
    let (marcus, grace) = (persona(&app, "credentialing-agent"), persona(&app, "dms-reviewer"));
    let days = json!({"days": UNTIL_THE_EXAMPLES_HOLD});
    let _ = app.anonymous().post("/api/v1/sandbox/clock/advance", &days).expect(200);
    let mut beginning = example("POST", APPLICATIONS);
    beginning["organization_id"] = json!(organization(&marcus));
    let started = marcus.post(APPLICATIONS, &beginning).expect(201).json();
    let path = format!("{APPLICATIONS}/{}", id(&started));
    let screens = example("PATCH", &path);
    let saved = marcus.call("PATCH", &path).header("if-match", "*").json(&screens).send().expect(200).json();
    assert_eq!(saved["screens"]["1.1"]["tax_id_masked"], "***-**-1234");
    let submitted = marcus.post_empty(&format!("{path}/submit")).expect(200).json();
    assert_eq!(submitted["application_status"], "submitted");
    let _ = grace.post_empty(&format!("{path}/start-review")).expect(200);
    let approved = grace.post_empty(&format!("{path}/approve")).expect(200).json();
    assert!(approved["medicaid_id"].as_str().unwrap().starts_with("71"), "issued here");
}

#[test]
fn f_12_f_14_the_examples_for_support_use_providers_of_the_sandbox() {
    let app = TestApp::start_sandbox();
    let sam = persona(&app, "support");
    let path = "/api/v1/caller-verifications";
    let verified = sam.post(path, &example("POST", path)).expect(200).json();
    assert_eq!(verified["verified"], true);
    let path = "/api/v1/taxonomy-requirements";
    let operation = &operation_of("GET", path).unwrap().operation;
    let npi = operation["parameters"][0]["example"].as_str().unwrap();
    let answer = sam.get(&format!("{path}?npi={npi}")).expect(200).json();
    assert_eq!(
        answer,
        json!({"required": true, "loop": "2000A", "segment": "PRV", "medicaid_id_count": 2, "provider_type_count": 2})
    );
}

#[test]
fn x_03_x_06_x_07_the_four_applications_are_exactly_as_printed() {
    let app = TestApp::start_sandbox();
    let manager = persona(&app, "ca-admin-manager");
    let org = organization(&manager);
    let rows = work(&manager, &org, &agent(&manager, &org, "Marcus Webb"));
    let printed: Vec<_> = rows
        .iter()
        .map(|row| {
            let text = |member: &str| row[member].as_str().unwrap().to_owned();
            let provider_type = format!(
                "{} - {}",
                row["provider_type"]["code"].as_str().unwrap(),
                row["provider_type"]["label"].as_str().unwrap()
            );
            [
                text("application_type"),
                text("application_number"),
                text("medicaid_id"),
                text("provider_name"),
                provider_type,
                text("npi"),
                text("date_of_initiation"),
                text("application_status"),
            ]
            .join("|")
        })
        .collect();
    assert_eq!(
        printed,
        [
            "enrollment|APP5678|2222222|Doe, Jane|78 - Advanced Practice Registered Nurse (APRN)|147852360|2023-06-15|dms_review_in_progress",
            "enrollment|APP1234|1111111|Doe, John|64 - Physician individual|1234567890|2023-07-01|in_progress",
            "enrollment|APP9876|3333333|Smith, John|64 - Physician individual|369852147|2023-07-15|submitted",
            "enrollment|APP0543|4444444|Smith, Jane|78 - Advanced Practice Registered Nurse (APRN)|258963147|2023-08-02|in_progress",
        ]
    );
    assert!(rows.iter().all(|row| row["npi_valid"] == false), "stored and marked as invalid");
}

#[test]
fn every_listed_persona_can_sign_in() {
    let app = TestApp::start_sandbox();
    for person in
        app.anonymous().get("/api/v1/sandbox/personas").expect(200).json()["items"].as_array().unwrap()
    {
        let me = persona(&app, person["name"].as_str().unwrap()).get("/api/v1/me").expect(200).json();
        assert_eq!(me["email"], person["email"]);
        let form = [
            ("grant_type", "password"),
            ("username", person["email"].as_str().unwrap()),
            ("password", portal_api::sandbox::PASSWORD),
        ];
        let _ = app.anonymous().post_form("/api/v1/oauth/token", &form).expect(200);
    }
    let _ = app.anonymous().post_empty("/api/v1/sandbox/personas/nobody/token").problem(404, "not_found");
}

#[test]
fn advancing_the_clock_affects_applications_but_not_sessions() {
    let app = TestApp::start_sandbox();
    let manager = persona(&app, "ca-admin-manager");
    let org = organization(&manager);
    let marcus = agent(&manager, &org, "Marcus Webb");
    let days = |number: &str| {
        work(&manager, &org, &marcus).into_iter().find(|row| row["application_number"] == number).unwrap()["days_until_withdrawal"].as_i64()
    };
    assert_eq!(days("APP0543"), Some(89));
    let advanced =
        app.anonymous().post("/api/v1/sandbox/clock/advance", &json!({"days": 30})).expect(200).json();
    assert_eq!(advanced["now"], "2026-03-03T17:00:00Z");
    assert_eq!(days("APP0543"), Some(59));
    for wrong in [json!({"days": 0}), json!({"days": 3651}), json!({"days": "1"}), json!({})] {
        let _ =
            app.anonymous().post("/api/v1/sandbox/clock/advance", &wrong).problem(422, "validation_failed");
    }
}

#[test]
fn a_reset_restores_the_initial_data() {
    let app = TestApp::start_sandbox();
    let manager = persona(&app, "ca-admin-manager");
    let org = organization(&manager);
    let (marcus, priya) = (agent(&manager, &org, "Marcus Webb"), agent(&manager, &org, "Priya Nair"));
    let row = work(&manager, &org, &marcus).remove(0);
    let body = json!({"from_agent_id": marcus, "to_agent_id": priya, "items": [{"id": row["id"], "version": row["version"]}]});
    let _ = manager.post(&format!("/api/v1/organizations/{org}/reassignments"), &body).expect(201);
    let _ = app.anonymous().post("/api/v1/sandbox/clock/advance", &json!({"days": 1})).expect(200);
    let _ = app.anonymous().post_empty("/api/v1/sandbox/reset").expect(204);
    let _ = manager.get("/api/v1/me").problem(401, "unauthenticated");
    let manager = persona(&app, "ca-admin-manager");
    let org = organization(&manager);
    assert_eq!(work(&manager, &org, &agent(&manager, &org, "Marcus Webb")).len(), 4);
    assert_eq!(app.now().to_rfc3339(), "2026-02-01T17:00:00+00:00");
}

#[test]
fn seeding_a_seeded_sandbox_changes_nothing() {
    let app = TestApp::start_sandbox();
    let before = app.fingerprint();
    portal_api::sandbox::fill(&app.portal, false).unwrap();
    assert_eq!(app.fingerprint(), before);
}
