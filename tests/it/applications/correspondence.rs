//! Correspondence between providers and the department (flow F-28).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::identity::user::PlatformRole;
use portal_tests::given::Given;
use portal_tests::submission::{submitted_enrollment, try_to_submit};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const CORRESPONDENCE: &str = "/api/v1/correspondence";

fn decide(client: &Client, id: &str, how: &str) {
    let path = format!("/api/v1/applications/{id}/{how}");
    let answer = match how {
        "return" | "deny" => client.post(&path, &json!({"reason": "The license has expired."})),
        _ => client.post_empty(&path),
    };
    let _ = answer.expect(200);
}

fn subjects(messages: &[Value]) -> Vec<String> {
    let what =
        |message: &Value| message["subject"].as_str().unwrap().split(" was ").nth(1).unwrap().to_owned();
    messages.iter().map(what).collect()
}

on_both_engines!(f_28_n_04_n_05_every_submission_and_every_decision_creates_correspondence);
fn f_28_n_04_n_05_every_submission_and_every_decision_creates_correspondence(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let client = marcus.client();
    let department = app.reviewer();
    let id = submitted_enrollment(&marcus, &org).id.to_string();
    // Correspondence of the same instant has a random order, so advance the clock in between.
    let later = || app.advance(chrono::Duration::seconds(1));
    later();
    decide(&department, &id, "return");
    later();
    let _ = try_to_submit(&client, &id).expect(200);
    later();
    decide(&department, &id, "start-review");
    decide(&department, &id, "approve");

    let messages = client.all(CORRESPONDENCE);

    assert_eq!(subjects(&messages), ["approved", "submitted again", "returned for correction", "submitted"]);
    let directions: Vec<_> = messages.iter().map(|message| message["direction"].as_str().unwrap()).collect();
    assert_eq!(directions, ["to_provider", "to_department", "to_provider", "to_department"]);
    assert!(messages.iter().all(|message| message["application_id"] == json!(id)
        && message["organization_id"] == json!(org.id.to_string())));
    let number = client.get(&format!("/api/v1/applications/{id}")).expect(200).json()["medicaid_id"].clone();
    assert!(
        messages[0]["body"]
            .as_str()
            .unwrap()
            .ends_with(&format!("Medicaid ID {} was issued.", number.as_str().unwrap()))
    );
    assert!(messages[2]["body"].as_str().unwrap().ends_with("Reason: The license has expired."));
    assert!(messages[3]["body"].as_str().unwrap().ends_with("Submitted by Marcus Webb."));
    assert_eq!(messages[3]["sent_at"], "2026-02-01T17:00:00Z");
    let record = messages[0]["medicaid_id_record"].as_str().unwrap();
    assert_eq!(messages[1]["medicaid_id_record"], Value::Null, "there was no Medicaid ID yet");
    assert_eq!(client.all(&format!("{CORRESPONDENCE}?medicaid_id={record}")), messages[..1]);
}

on_both_engines!(f_28_readers_of_an_application_can_read_its_correspondence);
fn f_28_readers_of_an_application_can_read_its_correspondence(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| org.agent(name));
    let sam = lakeside.agent("Sam Outsider");
    let department = app.reviewer();
    let without_access = org.linked_medicaid_id();
    let items = [
        org.application(&marcus, Given { status: ApplicationStatus::Submitted, ..Given::default() }),
        org.application(&priya, Given { status: ApplicationStatus::Submitted, ..Given::default() }),
        org.application_about(
            &marcus,
            &without_access,
            ApplicationType::Maintenance,
            ApplicationStatus::Submitted,
        ),
        lakeside.application(&sam, Given { status: ApplicationStatus::Submitted, ..Given::default() }),
    ];
    items.iter().for_each(|item| decide(&department, &item.id.to_string(), "return"));
    let operator = app.staff("Olu Ade", PlatformRole::Operator);
    let support = app.staff("Sue Port", PlatformRole::Support);
    let [manager, administrator] =
        [org.manager("Debi Henderson"), org.administrator("Katherine Tully")].map(|person| person.client());
    for (client, wanted) in [
        (&marcus.client(), 1),
        (&priya.client(), 1),
        (&sam.client(), 1),
        (&manager, 3),
        (&administrator, 3),
        (&department, 4),
        (&operator, 4),
        (&support, 0),
    ] {
        assert_eq!(client.all(&format!("{CORRESPONDENCE}?limit=1")).len(), wanted);
    }
    let of_lakeside = format!("{CORRESPONDENCE}?organization_id={}", lakeside.id);
    assert!(manager.all(&of_lakeside).is_empty(), "a foreign organization filters out everything");
    assert_eq!(operator.all(&of_lakeside).len(), 1);
    assert!(
        marcus.client().all(&format!("{CORRESPONDENCE}?application_id={}", items[2].id)).is_empty(),
        "without access"
    );
}

on_both_engines!(correspondence_has_documented_filters_only_and_a_cursor_belongs_to_them);
fn correspondence_has_documented_filters_only_and_a_cursor_belongs_to_them(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let department = app.reviewer();
    for _ in 0..2 {
        let item =
            org.application(&marcus, Given { status: ApplicationStatus::Submitted, ..Given::default() });
        decide(&department, &item.id.to_string(), "return");
    }
    let client = marcus.client();
    let _ = client.get(&format!("{CORRESPONDENCE}?medicaid_id=7100000001")).problem(422, "validation_failed");
    let _ = client.get(&format!("{CORRESPONDENCE}?medicaid_id={}", org.id)).problem(400, "malformed_id");
    let _ = client.get(&format!("{CORRESPONDENCE}?number=7100000001")).problem(400, "unknown_parameter");
    let page = client.get(&format!("{CORRESPONDENCE}?limit=1")).expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let _ = client
        .get(&format!("{CORRESPONDENCE}?organization_id={}&cursor={cursor}", org.id))
        .problem(400, "invalid_cursor");
    let _ = app.anonymous().get(CORRESPONDENCE).problem(401, "unauthenticated");
}
