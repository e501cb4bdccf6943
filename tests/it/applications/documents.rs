//! Documents of applications: adding, listing, removing, and the maximum number (flow F-05).

use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::document::MAX_DOCUMENTS;
use portal_tests::documents::{LICENSE, add, documents, path_of, remove, request, send, stored};
use portal_tests::given::Given;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

/// The output of `sha256sum` for the small license.
const LICENSE_SHA256: &str = "742f6f023762cfb58a9920e0990012afbbca0341064c9c25fa9feb55da1d4b4f";

on_both_engines!(f_05_r_100_an_agent_adds_a_document_that_every_reader_of_the_application_can_read);
fn f_05_r_100_an_agent_adds_a_document_that_every_reader_of_the_application_can_read(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given { inactive_days: 45, ..Given::default() });

    let answer = send(&client, item.id, " Lizenz Müller.pdf ", "application/pdf", LICENSE).expect(201);

    let document = answer.json();
    assert_eq!(document["document_type"], "license_copy");
    assert_eq!(document["file_name"], "Lizenz Müller.pdf");
    assert_eq!(document["media_type"], "application/pdf");
    assert_eq!((&document["size"], &document["sha256"]), (&json!(23), &json!(LICENSE_SHA256)));
    assert_eq!(document["uploaded_by"], json!({"id": agent.user.to_string(), "name": "Marcus Webb"}));
    assert_eq!(document["uploaded_at"], "2026-02-01T17:00:00Z");
    assert_eq!(document["actions"], json!([{"action": "remove_document", "allowed": true, "reasons": []}]));
    let path = path_of(item.id, &document);
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert_eq!(client.all(&documents(item.id)), std::slice::from_ref(&document));

    for reader in [&client, &manager] {
        let content = reader.get(&format!("{path}/content")).expect(200);
        assert_eq!(content.body, LICENSE);
    }
    let listed = manager.all(&documents(item.id));
    assert_eq!(
        listed[0]["actions"],
        json!([{"action": "remove_document", "allowed": false, "reasons": ["role_required"]}])
    );

    let events: Vec<_> = org.administrator("Katherine Tully").client().all(&org.path("/audit-events"));
    assert_eq!(
        (events.len(), &events[0]["action"], &events[0]["object"]),
        (1, &json!("document.added"), &document["id"])
    );
    assert_eq!(events[0]["details"]["sha256"], LICENSE_SHA256);
    assert!(
        !events[0].to_string().contains("Müller"),
        "the audit trail is permanent, and file names can contain personal data"
    );
}

on_both_engines!(r_064_adding_and_removing_a_document_is_activity);
fn r_064_adding_and_removing_a_document_is_activity(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given { inactive_days: 119, ..Given::default() });
    let path = format!("/api/v1/applications/{}", item.id);
    let days_inactive = || client.get(&path).expect(200).json()["days_inactive"].clone();
    assert_eq!(days_inactive(), 119);

    let document = add(&client, item.id, "license.pdf");
    assert_eq!(days_inactive(), 0);
    let _ = remove(&client, &path_of(item.id, &document)).expect(204);

    let application = client.get(&path).expect(200).json();
    assert_eq!(
        (&application["version"], &application["application_status"]),
        (&json!(3), &json!("in_progress"))
    );
    let history = app.read(|tx| tx.applications().history(item.id, None, 10)).items;
    let recorded: Vec<_> = history.iter().map(|entry| (entry.action, entry.detail.as_deref())).collect();
    let detail = Some("license_copy: license.pdf");
    assert_eq!(
        recorded[..2],
        [(HistoryAction::DocumentRemoved, detail), (HistoryAction::DocumentAdded, detail)]
    );
}

on_both_engines!(f_05_a_removed_document_loses_its_content_and_keeps_its_record);
fn f_05_a_removed_document_loses_its_content_and_keeps_its_record(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let answer = send(&client, item.id, "license.pdf", "application/pdf", LICENSE).expect(201);
    let path = path_of(item.id, &answer.json());
    let before = app.fingerprint();
    let _ = client.call("DELETE", &path).send().problem(428, "precondition_required");
    let stale = client.call("DELETE", &path).header("if-match", "\"v2-000000000000\"").send();
    let _ = stale.problem(412, "precondition_failed");
    assert!(app.fingerprint() == before, "nothing changed");

    let etag = answer.header("etag").unwrap();
    let _ = client.call("DELETE", &path).header("if-match", etag).send().expect(204);

    assert!(client.all(&documents(item.id)).is_empty());
    let _ = client.get(&format!("{path}/content")).problem(404, "not_found");
    let _ = remove(&client, &path).problem(404, "not_found");
    assert!(app.read(|tx| tx.documents().types_of(item.id)).is_empty());
    let mut inspector = app.inspector();
    assert_eq!(inspector.texts("SELECT removed_by_name AS value FROM documents"), ["Marcus Webb"]);
    assert_eq!(inspector.texts("SELECT CAST(count(*) AS text) AS value FROM document_contents"), ["0"]);
}

on_both_engines!(documents_are_listed_in_pages);
fn documents_are_listed_in_pages(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    stored(app, &agent, item, 5);
    let page = client.get(&format!("{}?limit=2", documents(item.id))).expect(200);
    assert_eq!(page.json()["items"].as_array().unwrap().len(), 2);
    assert!(page.header("link").is_some());
    let mut all: Vec<_> = client.all(&format!("{}?limit=2", documents(item.id)));
    all.dedup();
    assert_eq!(all.len(), 5);
    let other = org.application(&agent, Given::default());
    let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
    let _ = client.get(&format!("{}?cursor={cursor}", documents(other.id))).problem(400, "invalid_cursor");
}

on_both_engines!(an_application_has_at_most_fifty_documents);
fn an_application_has_at_most_fifty_documents(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    stored(app, &agent, item, MAX_DOCUMENTS - 1);
    let fiftieth = add(&client, item.id, "license.pdf");
    let before = app.fingerprint();
    let refused =
        send(&client, item.id, "license.pdf", "application/pdf", LICENSE).problem(422, "validation_failed");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!(""), &json!("too_many_items"))
    );
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = remove(&client, &path_of(item.id, &fiftieth)).expect(204);
    let _ = add(&client, item.id, "license.pdf");
}

on_both_engines!(a_retry_gets_the_same_document_and_not_a_second_one);
fn a_retry_gets_the_same_document_and_not_a_second_one(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let send = |file_name: &str, body: &[u8]| {
        request(&client, item.id, file_name, "application/pdf", body)
            .header("idempotency-key", "scan-1")
            .send()
    };
    let first = send("license.pdf", LICENSE).expect(201);
    let before = app.fingerprint();
    let again = send("license.pdf", LICENSE).expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")));
    let _ = send("license.pdf", b"%PDF-another").problem(422, "idempotency_key_reused");
    let _ = send("another.pdf", LICENSE).problem(422, "idempotency_key_reused");
    assert!(app.fingerprint() == before, "nothing happened twice");
    assert_eq!(client.all(&documents(item.id)).len(), 1);
}
