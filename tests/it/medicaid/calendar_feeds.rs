//! Calendar feeds of due dates with secret URLs: their content, who can create them, and
//! revocation.

use std::collections::BTreeMap;

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;

use portal_domain::medicaid::calendar_feed::MAX_FEEDS;
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_domain::organizations::membership::MembershipStatus;
use portal_tests::given::{Given, Organization};
use portal_tests::medicaid_ids::day;
use portal_tests::{Answer, Client, Engine, TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

type Event = BTreeMap<String, String>;

/// Creates a calendar feed.
fn create(client: &Client, org: &Organization<'_>, name: &str) -> Value {
    client.post(&org.path("/calendar-feeds"), &json!({"name": name})).expect(201).json()
}

/// The path of a calendar's URL. Its base is the public URL, where no test server listens.
fn feed_path(feed: &Value) -> String {
    let url = feed["url"].as_str().unwrap();
    let (base, token) = url.split_once("/api/v1/calendars/").unwrap();
    assert!(base.starts_with("http") && token.starts_with("ppc_") && token.len() == 4 + 43, "{url}");
    format!("/api/v1/calendars/{token}")
}

/// Parses the events of a calendar, and checks the line format of RFC 5545.
fn events(answer: &Answer) -> Vec<Event> {
    let text = answer.text();
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let unfolded = text.replace("\r\n ", "");
    let mut lines = unfolded.split_terminator("\r\n");
    assert_eq!((lines.next(), lines.next()), (Some("BEGIN:VCALENDAR"), Some("VERSION:2.0")));
    let mut found = Vec::new();
    let mut event: Option<Event> = None;
    for line in lines {
        if line == "BEGIN:VEVENT" {
            event = Some(Event::new());
        } else if line == "END:VEVENT" {
            found.extend(event.take());
        } else if let Some(event) = &mut event {
            let (name, value) = line.split_once(':').unwrap();
            assert!(event.insert(name.into(), value.into()).is_none(), "{name} twice");
        }
    }
    for event in &found {
        let has = |name: &str| event.contains_key(name);
        assert!(has("UID") && has("DTSTAMP") && has("DTSTART;VALUE=DATE") && has("SUMMARY"), "{event:?}");
    }
    found
}

/// The day and summary of each event.
fn days(answer: &Answer) -> Vec<(String, String)> {
    let in_short = |event: &Event| (event["DTSTART;VALUE=DATE"].clone(), event["SUMMARY"].clone());
    events(answer).iter().map(in_short).collect()
}

fn last_four(number: &str) -> &str {
    &number[number.len() - 4..]
}

on_both_engines!(r_060_r_070_a_calendar_shows_withdrawals_and_due_dates);
fn r_060_r_070_a_calendar_shows_withdrawals_and_due_dates(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let marcus = org.agent("Marcus Webb");
    let given = |number: &str, status, inactive_days| Given {
        application_type: ApplicationType::Maintenance,
        number: number.into(),
        status,
        inactive_days,
        warned_days_ago: (inactive_days > 60).then(|| inactive_days - 60),
        ..Given::default()
    };
    let _ = org.application(&marcus, given("APP7001", ApplicationStatus::InProgress, 45));
    let _ = org.application(&marcus, given("APP7002", ApplicationStatus::ReturnedToProvider, 119));
    for (number, status) in [
        ("APP7003", ApplicationStatus::Submitted),
        ("APP7004", ApplicationStatus::DmsReviewInProgress),
        ("APP7005", ApplicationStatus::Approved),
        ("APP7006", ApplicationStatus::Withdrawn),
    ] {
        let _ = org.application(&marcus, given(number, status, 45));
    }
    let linked = org.linked_medicaid_id();
    app.set_revalidation_due(linked.id, "2027-03-01");
    app.set_revalidation_due(org.group_record(), "2026-05-15");
    let lakeside = app.provider_group("Lakeside");
    let _ = lakeside
        .application(&lakeside.agent("Sam Outsider"), given("APP7007", ApplicationStatus::InProgress, 45));
    app.set_revalidation_due(lakeside.linked_medicaid_id().id, "2026-06-01");
    app.set_revalidation_due(lakeside.group_record(), "2026-06-02");

    let calendar =
        app.anonymous().get(&feed_path(&create(&manager, &org, "Due dates; of Bluegrass"))).expect(200);

    let revalidation =
        |number: &str| format!("Revalidation of the Medicaid ID …{} is due", last_four(number));
    let expected = [
        ("20260202", "APP7002 (Maintenance) is withdrawn automatically".to_owned()),
        ("20260417", "APP7001 (Maintenance) is withdrawn automatically".to_owned()),
        ("20260515", revalidation(&org.group_medicaid_id)),
        ("20270301", revalidation(&linked.number)),
    ];
    assert_eq!(days(&calendar), expected.map(|(on, summary)| (on.to_owned(), summary)));
    assert_eq!(calendar.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(calendar.header("cache-control"), Some("private, no-cache"));
    assert_eq!(calendar.header("x-content-type-options"), Some("nosniff"));
    let text = calendar.text();
    assert!(text.contains("\r\nX-WR-CALNAME:Due dates\\; of Bluegrass\r\n"), "{text}");
    assert!(text.contains("\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n"), "{text}");
    let events = events(&calendar);
    assert!(events.iter().all(|event| event["DTSTAMP"] == "20260201T170000Z"));
}

on_both_engines!(a_calendar_contains_no_names_or_numbers_of_providers);
fn a_calendar_contains_no_names_or_numbers_of_providers(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let _ = org.application(&org.agent("Marcus Webb"), Given::default());
    let linked = org.linked_medicaid_id();
    app.set_revalidation_due(linked.id, "2027-03-01");
    app.set_revalidation_due(org.group_record(), "2026-05-15");
    let record = app.read(|tx| tx.medicaid_ids().find(linked.id)).unwrap();

    let text = app
        .anonymous()
        .get(&feed_path(&create(&manager, &org, "Due dates")))
        .expect(200)
        .text()
        .replace("\r\n ", "");

    let secret = [
        "Doe",
        "1234567893",
        "Marcus",
        "Bluegrass",
        record.name.as_str(),
        linked.number.as_str(),
        org.group_medicaid_id.as_str(),
    ];
    for secret in secret.into_iter().chain(record.npi.as_deref()).chain(record.ssn_masked.as_deref()) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

on_both_engines!(r_064_only_activity_changes_the_calendar_and_it_moves_the_event);
fn r_064_only_activity_changes_the_calendar_and_it_moves_the_event(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let item = org.application(&org.agent("Marcus Webb"), Given { inactive_days: 45, ..Given::default() });
    let path = feed_path(&create(&manager, &org, "Due dates"));
    let client = app.anonymous();
    let first = client.get(&path).expect(200);
    let etag = first.header("etag").unwrap().to_owned();
    assert!(etag.starts_with("W/\"c-"), "{etag}");
    let again = |etag: &str| client.call("GET", &path).header("if-none-match", etag).send();

    app.advance(Duration::days(3));
    assert!(again(&etag).expect(304).body.is_empty());
    let later = client.get(&path).expect(200);
    assert_eq!((days(&later), later.header("etag")), (days(&first), first.header("etag")));
    assert_eq!(events(&later)[0]["DTSTAMP"], "20260204T170000Z");
    let head = client.call("HEAD", &path).send().expect(200);
    assert_eq!((head.body.len(), head.header("etag")), (0, first.header("etag")));

    app.set_application_status(item.id, ApplicationStatus::InProgress);
    let moved = again(&etag).expect(200);
    assert_eq!(days(&moved)[0].0, "20260604");
    assert_eq!(events(&moved)[0]["UID"], events(&first)[0]["UID"], "the same event on another day");
}

on_both_engines!(r_041_a_medicaid_id_is_in_the_calendar_while_it_is_active_and_linked);
fn r_041_a_medicaid_id_is_in_the_calendar_while_it_is_active_and_linked(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let linked = org.linked_medicaid_id();
    app.set_revalidation_due(linked.id, "2027-03-01");
    let path = feed_path(&create(&manager, &org, "Due dates"));
    let client = app.anonymous();
    let shown = || days(&client.get(&path).expect(200)).len();
    assert_eq!(shown(), 1);
    app.set_medicaid_id_status(&linked.number, MedicaidIdStatus::Terminated);
    assert_eq!(shown(), 0);
    app.set_medicaid_id_status(&linked.number, MedicaidIdStatus::Active);
    let group = org.group_record();
    let on = day("2026-02-02");
    assert!(app.write(|tx| tx.medicaid_ids().end_link(linked.id, group, on, on)));
    app.advance(Duration::days(1));
    assert_eq!(shown(), 1, "the last day of the link");
    app.advance(Duration::days(1));
    assert_eq!(shown(), 0);
}

on_both_engines!(a_revoked_url_gets_the_response_of_a_nonexistent_one);
fn a_revoked_url_gets_the_response_of_a_nonexistent_one(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (kept, revoked) = (create(&manager, &org, "Telephone"), create(&manager, &org, "Desk"));
    let path = org.path(&format!("/calendar-feeds/{}", revoked["id"].as_str().unwrap()));
    let before = app.fingerprint();
    let _ = manager.call("DELETE", &path).send().problem(428, "precondition_required");
    let stale = manager.call("DELETE", &path).header("if-match", "\"v2-000000000000\"").send();
    let _ = stale.problem(412, "precondition_failed");
    assert!(app.fingerprint() == before, "nothing changed");

    let _ = manager.call("DELETE", &path).header("if-match", "*").send().expect(204);

    let client = app.anonymous();
    let unknown = client.get("/api/v1/calendars/ppc_nobody-knows-this-one").problem(404, "not_found");
    let gone = client.get(&feed_path(&revoked)).problem(404, "not_found");
    assert_eq!(gone["detail"], unknown["detail"]);
    let with_etag = client.call("GET", &feed_path(&revoked)).header("if-none-match", "*").send();
    let _ = with_etag.problem(404, "not_found");
    let _ = client.get(&feed_path(&kept)).expect(200);
    let _ = manager.call("DELETE", &path).header("if-match", "*").send().problem(404, "not_found");
    let listed = manager.all(&org.path("/calendar-feeds"));
    assert_eq!((listed.len(), &listed[0]["name"]), (1, &json!("Telephone")));
}

on_both_engines!(t_20_the_url_is_shown_once_and_never_stored);
fn t_20_the_url_is_shown_once_and_never_stored(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let person = org.manager("Debi Henderson");
    let manager = person.client();
    let answer = manager.post(&org.path("/calendar-feeds"), &json!({"name": " Telephone "})).expect(201);
    let feed = answer.json();
    let token = feed_path(&feed).replace("/api/v1/calendars/", "");
    assert_eq!(
        (&feed["name"], &feed["version"], &feed["created_at"]),
        (&json!("Telephone"), &json!(1), &json!("2026-02-01T17:00:00Z"))
    );
    assert_eq!(feed["created_by"], json!({"id": person.user.to_string(), "name": "Debi Henderson"}));
    let location = org.path(&format!("/calendar-feeds/{}", feed["id"].as_str().unwrap()));
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert!(answer.header("etag").unwrap().starts_with("\"v1-"));

    let mut listed = feed.clone();
    listed.as_object_mut().unwrap().remove("url");
    assert_eq!(manager.all(&org.path("/calendar-feeds")), [listed]);
    let trail = org.administrator("Katherine Tully").client().all(&org.path("/audit-events"));
    assert_eq!(
        (trail.len(), &trail[0]["action"], &trail[0]["object"]),
        (1, &json!("calendar_feed.created"), &feed["id"])
    );
    assert!(!Value::from(trail).to_string().contains(&token));
    // On PostgreSQL, the fingerprint contains only hashes of the rows.
    assert!(app.engine != Engine::Sqlite || !app.fingerprint().contains(&token));

    let keyed = || {
        let call = manager.call("POST", &org.path("/calendar-feeds")).header("idempotency-key", "one");
        call.json(&json!({"name": "Desk"})).send().expect(201).json()
    };
    assert_ne!(keyed()["url"], keyed()["url"], "no response with a secret is stored");
}

on_both_engines!(r_001_managers_manage_calendars_and_administrators_can_revoke_them);
fn r_001_managers_manage_calendars_and_administrators_can_revoke_them(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let feed = create(&manager, &org, "Telephone");
    let own = format!("/calendar-feeds/{}", feed["id"].as_str().unwrap());
    let lakeside = app.provider_group("Lakeside");
    let outsider = lakeside.manager("Sam Outsider").client();
    let callers = [
        (org.agent("Marcus Webb").client(), 403, "role_required"),
        (outsider.clone(), 404, "not_found"),
        (app.anonymous(), 401, "unauthenticated"),
    ];
    let before = app.fingerprint();
    for (client, status, code) in callers {
        for answer in [
            client.get(&org.path("/calendar-feeds")),
            client.post(&org.path("/calendar-feeds"), &json!({"name": "Mine"})),
            client.call("DELETE", &org.path(&own)).header("if-match", "*").send(),
        ] {
            let _ = answer.problem(status, code);
        }
    }
    let foreign = outsider.call("DELETE", &lakeside.path(&own)).header("if-match", "*").send();
    let _ = foreign.problem(404, "not_found");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = app.anonymous().get(&feed_path(&feed)).expect(200);

    // Without an own group Medicaid ID, the manager role is suspended. The feed must still be
    // revocable.
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Terminated);
    let _ = manager
        .call("DELETE", &org.path(&own))
        .header("if-match", "*")
        .send()
        .problem(403, "organization_not_eligible");
    let katherine = org.administrator("Katherine Tully").client();
    let _ = katherine.call("DELETE", &org.path(&own)).header("if-match", "*").send().expect(204);
    let _ = app.anonymous().get(&feed_path(&feed)).problem(404, "not_found");
}

on_both_engines!(r_001_a_calendar_works_only_while_its_creator_may_manage_calendars);
fn r_001_a_calendar_works_only_while_its_creator_may_manage_calendars(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let path = feed_path(&create(&manager.client(), &org, "Office"));
    let read = || app.anonymous().get(&path);
    let _ = read().expect(200);
    for status in [MembershipStatus::Disabled, MembershipStatus::Revoked] {
        app.set_membership_status(manager.membership, status);
        let _ = read().problem(404, "not_found");
    }
    app.set_membership_status(manager.membership, MembershipStatus::Active);
    let _ = read().expect(200);
    app.write(|tx| tx.users().set_disabled(manager.user, true));
    let _ = read().problem(404, "not_found");
    app.write(|tx| tx.users().set_disabled(manager.user, false));
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Terminated);
    let _ = read().problem(404, "not_found");
}

on_both_engines!(a_name_has_one_to_a_hundred_characters);
fn a_name_has_one_to_a_hundred_characters(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let before = app.fingerprint();
    for (name, code) in [
        ("", "blank"),
        (" \u{a0}", "blank"),
        ("é".repeat(101).as_str(), "too_long"),
        ("a\r\nATTACH:https://example.org", "format"),
        ("of 123-45-6789", "looks_like_ssn"),
    ] {
        let refused = manager
            .post(&org.path("/calendar-feeds"), &json!({"name": name}))
            .problem(422, "validation_failed");
        let violation = &refused["errors"][0];
        assert_eq!((&violation["pointer"], &violation["code"]), (&json!("/name"), &json!(code)), "{name:?}");
    }
    let _ = manager
        .post(&org.path("/calendar-feeds"), &json!({"name": "a", "url": "x"}))
        .problem(400, "unknown_field");
    assert!(app.fingerprint() == before, "nothing changed");
    for name in ["é".repeat(100), "老".repeat(100), "a,b;c\\d:\"e\"".into()] {
        let calendar = app.anonymous().get(&feed_path(&create(&manager, &org, &name))).expect(200);
        assert!(events(&calendar).is_empty());
        let unfolded = calendar.text().replace("\r\n ", "");
        let escaped = name.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
        assert!(unfolded.contains(&format!("\r\nNAME:{escaped}\r\n")), "{unfolded}");
    }
}

on_both_engines!(an_organization_has_at_most_ten_calendars);
fn an_organization_has_at_most_ten_calendars(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let client = manager.client();
    let first = create(&client, &org, "Calendar 1");
    let lakeside = app.provider_group("Lakeside");
    let _ = create(&lakeside.manager("Sam Outsider").client(), &lakeside, "Not counted here");
    for n in 2..=MAX_FEEDS {
        let _ = create(&client, &org, &format!("Calendar {n}"));
    }
    let before = app.fingerprint();
    let refused = client
        .post(&org.path("/calendar-feeds"), &json!({"name": "Calendar 11"}))
        .problem(422, "validation_failed");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!(""), &json!("too_many_items"))
    );
    assert!(app.fingerprint() == before, "nothing changed");
    assert_eq!(client.all(&org.path("/calendar-feeds?limit=3")).len(), 10);
    let path = org.path(&format!("/calendar-feeds/{}", first["id"].as_str().unwrap()));
    let _ = client.call("DELETE", &path).header("if-match", "*").send().expect(204);
    let _ = create(&client, &org, "Calendar 11");
}

on_both_engines!(of_sixteen_concurrent_requests_ten_create_a_calendar);
fn of_sixteen_concurrent_requests_ten_create_a_calendar(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let clients = manager.clients(16);
    clients.iter().for_each(|client| drop(client.get("/api/v1/me").expect(200)));
    let path = &org.path("/calendar-feeds");
    let answers =
        at_once(clients.into_iter().map(|client| move || client.post(path, &json!({"name": "Telephone"}))));
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 10);
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 6);
    assert_eq!(app.read(|tx| tx.calendar_feeds().count(org.id)), 10);
}
