//! Saving screens, and invalid or missing values on them (flow F-05; domain rule R-101).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_tests::given::{Given, Item, reassignment};
use portal_tests::json::violations_of;
use portal_tests::submission::{
    enrollment, enrollment_screens, physicians_license, save, start, try_to_save, try_to_submit,
};
use portal_tests::{Client, Engine, TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(f_05_screens_are_saved_shown_and_recorded_in_the_history);
fn f_05_screens_are_saved_shown_and_recorded_in_the_history(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let client = marcus.client();
    let started = start(&client, &org, enrollment());
    let id = started["id"].as_str().unwrap();

    let saved = save(&client, id, enrollment_screens());

    assert_eq!(saved["version"], 2);
    assert_eq!(saved["provider_name"], "O'Brien, Siobhán");
    assert_eq!((&saved["npi"], &saved["npi_valid"]), (&json!("1993999998"), &json!(true)));
    assert_eq!(saved["requested_effective_date"], "2026-02-01");
    assert_eq!(saved["screens"]["1.1"]["tax_id_masked"], "***-**-0142");
    assert_eq!(saved["screens"]["1.1"]["primary_physical_address"]["zip"], "40621");
    let screens = enrollment_screens();
    for number in ["1.3", "1.4", "2.2"] {
        assert_eq!(saved["screens"][number], screens[number], "{number}");
    }
    assert_eq!(saved["required_documents"], json!([]));
    let path = format!("/api/v1/applications/{id}");
    assert_eq!(client.get(&path).expect(200).json(), saved);
    let history = client.all(&format!("{path}/history"));
    assert_eq!(
        (&history[0]["action"], &history[0]["detail"]),
        (&json!("saved"), &json!("1.1, 1.3, 1.4, 2.2"))
    );
    assert_eq!(history[0]["actor_name"], "Marcus Webb");
    let administrator = org.administrator("Katherine Tully").client();
    let events = administrator.all(&org.path("/audit-events"));
    let recorded: Vec<_> = events.iter().filter(|event| event["action"] == "application.saved").collect();
    assert_eq!(
        (recorded.len(), &recorded[0]["details"]["screens"]),
        (1, &json!(["1.1", "1.3", "1.4", "2.2"]))
    );
    let submitted = try_to_submit(&client, id).expect(200).json();
    assert_eq!(submitted["application_status"], "submitted");
}

on_both_engines!(a_saved_screen_replaces_the_previous_one_and_keeps_the_others);
fn a_saved_screen_replaces_the_previous_one_and_keeps_the_others(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let started = start(&client, &org, enrollment());
    let id = started["id"].as_str().unwrap();
    let _ = save(&client, id, enrollment_screens());
    let changed = save(
        &client,
        id,
        json!({
            "1.1": {"first_name": " Mary\u{a0} Ann ", "last_name": "李", "primary_physical_address": {"line1": "1 Main", "city": "Paris", "state": "ky", "zip": "40361-1234"}},
        }),
    );
    assert_eq!(
        changed["screens"]["1.1"],
        json!({
            "first_name": "Mary Ann", "last_name": "李", "tax_id_masked": "***-**-0142",
            "primary_physical_address": {"line1": "1 Main", "city": "Paris", "state": "KY", "zip": "40361-1234"},
        })
    );
    assert_eq!(changed["provider_name"], "李, Mary Ann");
    assert_eq!(changed["screens"]["2.2"], enrollment_screens()["2.2"]);
    let refused = try_to_submit(&client, id).problem(422, "validation_failed");
    let missing = [("/screens/1.1/email", "required"), ("/screens/1.1/requested_effective_date", "required")];
    assert_eq!(violations_of(&refused), missing, "the screen was replaced, not amended");
}

on_both_engines!(f_05_all_violations_are_reported_together_and_nothing_is_saved);
fn f_05_all_violations_are_reported_together_and_nothing_is_saved(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let started = start(&client, &org, enrollment());
    let id = started["id"].as_str().unwrap();
    let before = app.fingerprint();
    let refused = try_to_save(&client, id, &json!({
        "1.1": {"business_name": "Bluegrass", "tax_id": "900-12-3456", "email": "nobody", "requested_effective_date": "2026-05-03"},
        "1.3": {"npis": [{"npi": "1234567890", "primary": true}, {"npi": "1993999998", "primary": true}]},
        "1.4": {"taxonomies": [{"code": "207q00000x", "npi": "1245319599"}]},
        "2.2": {"licenses": [{"license_type": "exempt_from_licensure", "effective_date": "2026-02-01"}]},
    })).problem(422, "validation_failed");
    assert_eq!(
        violations_of(&refused),
        [
            ("/screens/1.1/business_name", "not_applicable"),
            ("/screens/1.1/email", "format"),
            ("/screens/1.1/requested_effective_date", "effective_date_too_late"),
            ("/screens/1.1/tax_id", "ssn_impossible"),
            ("/screens/1.3/npis/0/npi", "npi_check_digit"),
            ("/screens/1.3/npis", "one_primary"),
            ("/screens/1.4/taxonomies/0/npi", "npi_not_listed"),
            ("/screens/2.2/licenses/0/license_type", "license_type_not_allowed_for_provider_type"),
        ]
    );
    let screens: Vec<_> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["screen"].as_str().unwrap()).collect();
    assert_eq!(screens, ["1.1", "1.1", "1.1", "1.1", "1.3", "1.3", "1.4", "2.2"]);
    let date = &refused["errors"][2];
    assert_eq!((&date["earliest"], &date["latest"]), (&json!("2025-02-01"), &json!("2026-05-02")));
    assert!(!refused.to_string().contains("12-3456"), "the response repeats no number");
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(d_18_a_social_security_number_is_stored_encrypted_and_never_shown);
fn d_18_a_social_security_number_is_stored_encrypted_and_never_shown(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let started = start(&client, &org, enrollment());
    let id = started["id"].as_str().unwrap();
    let answer = try_to_save(&client, id, &enrollment_screens()).expect(200).text();
    let shown = client.get(&format!("/api/v1/applications/{id}")).expect(200).text();
    let mut inspector = app.inspector();
    let stored = inspector.texts("SELECT CAST(data AS TEXT) AS value FROM application_screens");
    let audited = inspector.texts("SELECT CAST(details AS TEXT) AS value FROM audit_events");
    for text in [answer, shown].into_iter().chain(stored).chain(audited) {
        assert!(!text.contains("401550142") && !text.contains("401-55-0142"), "{text}");
    }
    let digits = app.read(|tx| tx.applications().tax_id_digits(id.parse().unwrap()));
    assert_eq!(digits.as_deref().map(String::as_str), Some("401550142"));
    let before = app.fingerprint();
    for (screen, field, value) in [
        ("1.1", "last_name", json!("Doe 401-55-0142")),
        ("1.1", "first_name", json!("401550142")),
        (
            "1.1",
            "primary_physical_address",
            json!({"line1": "401-55-0142", "city": "Paris", "state": "KY", "zip": "40361"}),
        ),
    ] {
        let refused =
            try_to_save(&client, id, &json!({screen: {field: value}})).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["code"], "looks_like_ssn");
        assert!(!refused.to_string().contains("55-0142") && !refused.to_string().contains("401550142"));
    }
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(r_064_saving_is_activity);
fn r_064_saving_is_activity(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given { inactive_days: 45, ..Given::default() });
    let client = marcus.client();
    let path = format!("/api/v1/applications/{}", item.id);
    assert_eq!(client.get(&path).expect(200).json()["days_inactive"], 45);
    let saved = save(&client, item.id, physicians_license());
    assert_eq!((&saved["days_inactive"], &saved["application_status"]), (&json!(0), &json!("in_progress")));
}

on_both_engines!(only_the_assigned_agent_can_save_and_only_in_editable_statuses);
fn only_the_assigned_agent_can_save_and_only_in_editable_statuses(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let manager = org.manager("Debi Henderson");
    let open = org.application(&marcus, Given::default());
    let submitted =
        org.application(&marcus, Given { status: ApplicationStatus::Submitted, ..Given::default() });
    let returned =
        org.application(&marcus, Given { status: ApplicationStatus::ReturnedToProvider, ..Given::default() });
    let outsider = app.member_elsewhere("Sam Outsider").client();
    let [at_marcus, at_priya, at_manager] = [&marcus, &priya, &manager].map(|person| person.client());
    let before = app.fingerprint();
    let attempt = |client: &Client, item: Item| try_to_save(client, item.id, &physicians_license());
    let foreign = attempt(&outsider, open).problem(404, "not_found");
    let unknown = Item { id: "app_01h455vb4pex5vsknk084sn02q".parse().unwrap(), version: 1 };
    let nothing = attempt(&outsider, unknown).problem(404, "not_found");
    assert_eq!(foreign["detail"], nothing["detail"]);
    let _ = attempt(&at_priya, open).problem(404, "not_found");
    let refused = attempt(&at_manager, open).problem(403, "role_required");
    assert_eq!(refused["reasons"], json!(["role_required"]));
    let refused = attempt(&at_marcus, submitted).problem(409, "invalid_transition");
    assert_eq!(refused["from"], "submitted");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = attempt(&at_marcus, returned).expect(200);

    let body = reassignment(&marcus, &priya, &[open]);
    let _ = at_manager.post(&org.path("/reassignments"), &body).expect(201);
    let _ = attempt(&at_marcus, open).problem(403, "not_assigned");
    let _ = attempt(&at_priya, open).expect(200);
}

on_both_engines!(one_of_several_concurrent_saves_of_a_version_succeeds);
fn one_of_several_concurrent_saves_of_a_version_succeeds(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given::default());
    let path = format!("/api/v1/applications/{}", item.id);
    let clients: Vec<_> = (0..8).map(|_| marcus.client()).collect();
    let etags: Vec<_> = clients
        .iter()
        .map(|client| client.get(&path).expect(200).header("etag").unwrap().to_owned())
        .collect();
    let path = &path;
    let answers = at_once(clients.iter().zip(&etags).map(|(client, etag)| {
        let body = json!({"screens": physicians_license()});
        move || client.call("PATCH", path).header("if-match", etag).json(&body).send()
    }));
    let (saved, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((saved.len(), refused.len()), (1, 7));
    let current = clients[0].get(path).expect(200).header("etag").unwrap().to_owned();
    for answer in refused {
        let refused = answer.problem(412, "precondition_failed");
        assert_eq!(refused["current_etag"], json!(current));
    }
    assert_eq!(app.read(|tx| tx.applications().history(item.id, None, 10)).items.len(), 2);
}

on_both_engines!(f_05_everything_that_a_submission_lacks_is_reported_together);
fn f_05_everything_that_a_submission_lacks_is_reported_together(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given::default());
    let client = marcus.client();
    let before = app.fingerprint();
    let refused = try_to_submit(&client, item.id).problem(422, "validation_failed");
    let expected = [
        "1.1/first_name",
        "1.1/last_name",
        "1.1/tax_id",
        "1.1/email",
        "1.1/primary_physical_address",
        "1.1/requested_effective_date",
        "1.3/npis",
        "1.4/taxonomies",
        "2.2/licenses",
    ];
    let found: Vec<_> = violations_of(&refused)
        .into_iter()
        .map(|(place, code)| (place.trim_start_matches("/screens/"), code))
        .collect();
    assert_eq!(found, expected.map(|place| (place, "required")));
    assert!(app.fingerprint() == before, "nothing changed");
}

#[test]
fn x_08_x_25_r_101_unknown_fields_and_malformed_values_are_refused() {
    let app = TestApp::start(Engine::Sqlite);
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let id = org.application(&marcus, Given::default()).id.to_string();
    let client = marcus.client();
    let _ = client.get("/api/v1/me").expect(200);
    let before = app.fingerprint();
    for (screens, pointer) in [
        (json!({"1.1": {"status": "approved"}}), "/screens/1.1/status"),
        (json!({"1.1": {"tax_id_masked": "***-**-0142"}}), "/screens/1.1/tax_id_masked"),
        (json!({"1.1": {"assigned_to": "mbr_01h455vb4pex5vsknk084sn02q"}}), "/screens/1.1/assigned_to"),
        (
            json!({"1.3": {"npis": [{"npi": "1993999998", "npi_valid": true}]}}),
            "/screens/1.3/npis/0/npi_valid",
        ),
        (json!({"8.0": {}}), "/screens/8.0"),
    ] {
        let refused = try_to_save(&client, &id, &screens).problem(400, "unknown_field");
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    let path = format!("/api/v1/applications/{id}");
    let whole = |body: Value| client.call("PATCH", &path).header("if-match", "*").json(&body).send();
    let refused = whole(json!({"screens": {"1.3": {"npis": []}}, "application_status": "approved"}));
    assert_eq!(refused.problem(400, "unknown_field")["errors"][0]["pointer"], "/application_status");
    let date = |text: &str| json!({"1.1": {"requested_effective_date": text}});
    for (screens, pointer, code) in [
        (date("7/1/2026"), "/screens/1.1/requested_effective_date", "format"),
        (date("2026-2-1"), "/screens/1.1/requested_effective_date", "format"),
        (date("2026-02-01T00:00:00Z"), "/screens/1.1/requested_effective_date", "format"),
        (date("2027-02-29"), "/screens/1.1/requested_effective_date", "format"),
        (json!({}), "/screens", "required"),
        (json!([]), "/screens", "format"),
        (json!({"1.1": []}), "/screens/1.1", "format"),
        (json!({"1.1": null}), "/screens/1.1", "format"),
        (json!({"1.3": {}}), "/screens/1.3/npis", "required"),
        (json!({"2.2": {"licenses": [{}]}}), "/screens/2.2/licenses/0/license_type", "required"),
        (
            json!({"2.2": {"licenses": [{"license_type": "paper"}]}}),
            "/screens/2.2/licenses/0/license_type",
            "unknown_value",
        ),
    ] {
        let refused = try_to_save(&client, &id, &screens).problem(422, "validation_failed");
        assert_eq!(violations_of(&refused), [(pointer, code)], "{screens}");
    }
    let body = json!({"screens": physicians_license()});
    let _ = client.call("PATCH", &path).json(&body).send().problem(428, "precondition_required");
    let stale = client.call("PATCH", &path).header("if-match", "\"v7-000000000000\"").json(&body).send();
    let _ = stale.problem(412, "precondition_failed");
    assert!(app.fingerprint() == before, "nothing changed");
}

#[test]
fn section_2_1_the_boundary_values_hold() {
    let app = TestApp::start(Engine::Sqlite);
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let id = org.application(&marcus, Given::default()).id.to_string();
    let client = marcus.client();
    for (date, status) in [("2025-01-31", 422), ("2025-02-01", 200), ("2026-05-02", 200), ("2026-05-03", 422)]
    {
        let screens = json!({"1.1": {"requested_effective_date": date}});
        let _ = try_to_save(&client, &id, &screens).expect(status);
    }
    let numbers = (1_000_000_000..).map(|number: u32| number.to_string());
    let good: Vec<_> =
        numbers.filter(|text| portal_domain::ground::npi::Npi::parse(text).is_ok()).take(31).collect();
    let npis = |count: usize| {
        let entries = good.iter().take(count).enumerate();
        json!({"1.3": {"npis": entries.map(|(index, npi)| json!({"npi": npi, "primary": index == 0})).collect::<Vec<_>>()}})
    };
    let _ = save(&client, &id, npis(30));
    let refused = try_to_save(&client, &id, &npis(31)).problem(422, "validation_failed");
    assert_eq!(violations_of(&refused), [("/screens/1.3/npis", "too_many_items")]);
}

/// The current day is that of the plan's zone: in the last minute of February 1 in Kentucky, it is
/// already February 2 in London.
#[test]
fn effective_dates_count_from_the_day_in_the_plans_time_zone() {
    let app = TestApp::start(Engine::Sqlite);
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let id = org.application(&marcus, Given::default()).id.to_string();
    // 04:59 UTC on February 2.
    app.advance(chrono::Duration::hours(11) + chrono::Duration::minutes(59));
    let latest = json!({"1.1": {"requested_effective_date": "2026-05-03"}});
    let _ = try_to_save(&marcus.client(), &id, &latest).expect(422);
    app.advance(chrono::Duration::minutes(1));
    let _ = try_to_save(&marcus.client(), &id, &latest).expect(200);
}
