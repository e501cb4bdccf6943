//! Recorded reads of personal data: who looked, when, from where, and why.

use std::sync::Arc;

use chrono::Duration;
use portal_api::background::housekeeping;
use portal_api::cli::read_report;
use portal_api::portal::keys::Keys;
use portal_api::portal::state::Portal;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::ApplicationId;
use portal_domain::organizations::membership::Role;
use portal_domain::platform::read_event::Purpose;
use portal_persistence::Engine;
use portal_persistence::platform::read_events::ReadEventFilter;
use portal_tests::documents;
use portal_tests::given::{Given, Organization};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

fn path_of(application: ApplicationId) -> String {
    format!("/api/v1/applications/{application}")
}

/// A client of the organization's administrator.
fn administrator(org: &Organization<'_>) -> Client {
    org.member("Katherine Tully", &[Role::OrganizationAdministrator]).client()
}

/// Who looked at the object, oldest first: name, action, and purpose.
fn who_looked(reader: &Client, org: &Organization<'_>, object: impl ToString) -> Vec<Value> {
    let path = org.path(&format!("/read-events?object={}", object.to_string()));
    let mut events = reader.all(&path);
    events.reverse();
    events.iter().map(|event| json!([event["user_name"], event["action"], event["purpose"]])).collect()
}

on_both_engines!(reviewers_state_a_purpose_once_an_application_is_decided);
fn reviewers_state_a_purpose_once_an_application_is_decided(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given { status: ApplicationStatus::Submitted, ..Given::default() });
    let administrator = administrator(&org);
    let grace = app.reviewer().with_purpose(None);

    let _ = grace.get(&path_of(item.id)).expect(200);
    app.set_application_status(item.id, ApplicationStatus::Approved);
    let refused = grace.get(&path_of(item.id)).problem(403, "purpose_required");
    let purposes: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.as_str()).collect();
    assert_eq!(refused["purposes"], json!(purposes));
    app.advance(Duration::minutes(1));
    let _ = grace.with_purpose(Some("legal")).get(&path_of(item.id)).expect(200);

    assert_eq!(
        who_looked(&administrator, &org, item.id),
        [
            json!(["Grace Oyelaran", "application.viewed", "review"]),
            json!(["Grace Oyelaran", "application.viewed", "legal"]),
        ]
    );
}

on_both_engines!(a_recorded_read_says_who_when_from_where_in_which_request_and_session);
fn a_recorded_read_says_who_when_from_where_in_which_request_and_session(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let item = org.application(&org.agent("Marcus Webb"), Given::default());
    let ruth = app.platform_user("Ruth Delgado", &[portal_domain::identity::user::PlatformRole::Operator]);
    let (session, token) = app.session_of(ruth);
    let operator = app.with_token(&token).with_purpose(Some("support"));
    let _ = operator.call("GET", &path_of(item.id)).header("x-request-id", "look-1").send().expect(200);

    let found = administrator(&org).all(&org.path("/read-events"));
    assert_eq!(found.len(), 1);
    let mut event = found[0].clone();
    let id = event.as_object_mut().unwrap().remove("id").unwrap();
    assert!(id.as_str().unwrap().starts_with("red_"), "{id}");
    assert_eq!(
        event,
        json!({
            "action": "application.viewed",
            "object": item.id.to_string(),
            "subject": item.id.to_string(),
            "organization_id": org.id.to_string(),
            "occurred_at": "2026-02-01T17:00:00Z",
            "user_id": ruth.to_string(),
            "user_name": "Ruth Delgado",
            "session_id": session.to_string(),
            "client_address": "127.0.0.1",
            "request_id": "look-1",
            "purpose": "support",
        })
    );
}

on_both_engines!(staff_without_a_purpose_or_with_an_unknown_one_are_shown_nothing);
fn staff_without_a_purpose_or_with_an_unknown_one_are_shown_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let item = org.application(&org.agent("Marcus Webb"), Given::default());
    let operator = app.operator().with_purpose(None);
    let before = app.fingerprint();
    for path in [path_of(item.id), "/api/v1/applications".into(), org.path("/medicaid-ids")] {
        let _ = operator.get(&path).problem(403, "purpose_required");
        let unknown = operator.unchecked().with_purpose(Some("curiosity"));
        let refused = unknown.get(&path).problem(400, "malformed_header");
        assert_eq!(refused["errors"][0]["parameter"], "Purpose");
    }
    assert_eq!(app.count("read_events"), 0);
    assert_eq!(app.fingerprint(), before);
    let unknown = path_of(app.write(|tx| Ok(tx.new_id())));
    let _ = operator.get(&unknown).problem(404, "not_found");
}

on_both_engines!(members_read_their_own_organization_without_a_record_except_for_downloads_and_searches);
fn members_read_their_own_organization_without_a_record_except_for_downloads_and_searches(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given::default());
    let document = documents::add(&marcus.client(), item.id, "license.pdf");
    let _ = marcus.client().get(&path_of(item.id)).expect(200);
    let _ = marcus.client().get(&documents::documents(item.id)).expect(200);
    assert_eq!(app.count("read_events"), 0);

    let content = format!("{}/content", documents::path_of(item.id, &document));
    let _ = marcus.client().get(&content).expect(200);
    let administrator = administrator(&org);
    let downloaded = [json!(["Marcus Webb", "document.downloaded", null])];
    assert_eq!(who_looked(&administrator, &org, document["id"].as_str().unwrap()), downloaded);
    assert_eq!(who_looked(&administrator, &org, item.id), downloaded, "the document is the application's");

    let other = app.provider_group("Lakeside");
    let lakeside = self::administrator(&other);
    assert!(lakeside.all(&other.path("/read-events")).is_empty());
    let _ = lakeside.get(&org.path("/read-events")).problem(404, "not_found");
    let manager = org.manager("Debi Henderson").client();
    let _ = manager.get(&org.path("/read-events")).problem(403, "role_required");
}

on_both_engines!(every_item_of_a_list_is_recorded_in_one_statement);
fn every_item_of_a_list_is_recorded_in_one_statement(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let items = org.applications(&org.agent("Marcus Webb"), 30);
    let operator = app.operator();
    let _ = operator.get("/api/v1/applications?limit=1").expect(200);
    app.forget_statements();
    let _ = operator.get("/api/v1/applications?limit=1").expect(200);
    let one = app.statements().len();
    app.forget_statements();
    let _ = operator.get("/api/v1/applications?limit=30").expect(200);
    assert_eq!(app.statements().len(), one);
    let administrator = administrator(&org);
    assert!(items.iter().all(|item| !who_looked(&administrator, &org, item.id).is_empty()));
    assert_eq!(app.count("read_events"), 32);
}

on_both_engines!(operators_find_who_looked_at_a_user);
fn operators_find_who_looked_at_a_user(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let operator = app.operator().with_purpose(None);
    let _ = operator.post("/api/v1/user-search", &json!({"email": marcus.email})).expect(200);
    app.advance(Duration::minutes(1));
    let _ = operator.get(&format!("/api/v1/users/{}", marcus.user)).expect(200);
    let found = operator.all(&format!("/api/v1/read-events?object={}", marcus.user));
    let actions: Vec<_> = found.iter().map(|event| (&event["action"], &event["purpose"])).collect();
    let administration = json!("administration");
    assert_eq!(
        actions,
        [(&json!("user.viewed"), &administration), (&json!("user.searched"), &administration)]
    );
    let viewed = operator.all("/api/v1/read-events?action=user.viewed");
    assert_eq!(viewed.len(), 1);
    let _ = operator.get("/api/v1/read-events?object=nobody").problem(422, "validation_failed");
    let _ = administrator(&org).get("/api/v1/read-events").problem(403, "role_required");
}

on_both_engines!(the_command_line_reports_who_looked);
fn the_command_line_reports_who_looked(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let item = org.application(&org.agent("Marcus Webb"), Given::default());
    let _ = app.operator().get(&path_of(item.id)).expect(200);
    let filter = ReadEventFilter { subject: Some(item.id.to_string()), ..ReadEventFilter::default() };
    let line =
        format!("2026-02-01T17:00:00Z  Ruth Delgado  application.viewed  {}  audit  127.0.0.1", item.id);
    assert_eq!(read_report(&app.portal, &filter, 100).unwrap(), [line]);
}

/// The portal with the rights of the tables' owner.
fn as_owner(app: &TestApp) -> Portal {
    let mut settings = app.portal.settings.clone();
    settings.database_url = app.database().url.clone();
    let keys = Keys::parse(settings.keys.as_deref().unwrap()).unwrap();
    Portal::new(settings, keys, Arc::clone(&app.clock), None).unwrap()
}

on_both_engines!(reads_are_deleted_after_six_years_by_a_role_that_may);
fn reads_are_deleted_after_six_years_by_a_role_that_may(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let item = org.application(&org.agent("Marcus Webb"), Given::default());
    let _ = app.operator().get(&path_of(item.id)).expect(200);
    let owner = as_owner(app);

    app.advance(Duration::days(2192));
    assert_eq!(housekeeping::purge_reads(&owner).unwrap(), 0, "kept for 2192 days");
    app.advance(Duration::microseconds(1));
    if app.engine == Engine::Postgres {
        assert_eq!(housekeeping::purge_reads(&app.portal).unwrap(), 0, "the role that serves may not");
        assert_eq!(app.count("read_events"), 1);
    }
    assert_eq!(housekeeping::purge_reads(&owner).unwrap(), 1);
    assert_eq!(app.count("read_events"), 0);
}
