//! The notification history: who was notified of what, when they first saw it, and why they were
//! the recipient.

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_persistence::applications::notifications::{Only, Reader};
use portal_tests::application_inactivity::{JOB, application_about, reassign, record_activity};
use portal_tests::given::{Given, Item, Organization, Person};
use portal_tests::life_cycle::path;
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

/// The notification history of an application, oldest first.
fn notification_history(reader: &Person<'_>, item: Item) -> Vec<Value> {
    let mut entries = reader.client().all(&path(item.id, "/notices?limit=1"));
    entries.reverse();
    entries
}

/// The recipient, kind, and threshold of each entry.
fn summary(entries: &[Value]) -> Vec<(String, String, Option<i64>)> {
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let short = |entry: &Value| {
        (word(entry, "recipient_name"), word(entry, "kind"), entry["threshold_days"].as_i64())
    };
    entries.iter().map(short).collect()
}

fn entry(name: &str, kind: &str, threshold_days: Option<i64>) -> (String, String, Option<i64>) {
    (name.into(), kind.into(), threshold_days)
}

/// An application with a warning to Marcus on day 30, a warning to Priya on day 60, and withdrawal
/// on day 120.
fn withdrawn<'a>(app: &'a TestApp, org: &Organization<'a>) -> (Person<'a>, Person<'a>, Person<'a>, Item) {
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given { number: "APP0543".into(), ..Given::default() });
    app.advance(Duration::days(30));
    let _ = app.run_job(JOB);
    app.advance(Duration::days(15));
    let _ = marcus.client().all("/api/v1/notifications");
    reassign(org, &manager, item, &marcus, &priya);
    app.advance(Duration::days(15));
    let _ = app.run_job(JOB);
    app.advance(Duration::days(60));
    let _ = app.run_job(JOB);
    (manager, marcus, priya, item)
}

on_both_engines!(r_027_r_062_the_notification_history_proves_who_was_warned_when_and_why);
fn r_027_r_062_the_notification_history_proves_who_was_warned_when_and_why(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, _marcus, priya, item) = withdrawn(app, &org);
    let entries = notification_history(&manager, item);
    let mut by_day = summary(&entries);
    // The last two were posted at the same time, in no particular order.
    by_day[3..].sort();
    assert_eq!(
        by_day,
        [
            entry("Marcus Webb", "auto_withdrawal_warning", Some(30)),
            entry("Priya Nair", "application_reassigned_to_you", None),
            entry("Priya Nair", "auto_withdrawal_warning", Some(60)),
            entry("Marcus Webb", "application_withdrawn", None),
            entry("Priya Nair", "application_withdrawn", None),
        ]
    );
    let reassignment = manager.client().all(&org.path("/reassignments")).remove(0)["id"].clone();
    let forwarded: Vec<_> =
        entries[..3].iter().map(|entry| entry["forwarded"]["reassignment_id"].clone()).collect();
    assert_eq!(
        forwarded,
        [Value::Null, Value::Null, reassignment.clone()],
        "the notice of the reassignment is not a forwarded one"
    );
    for entry in &entries[3..] {
        let expected =
            if entry["recipient_name"] == "Priya Nair" { reassignment.clone() } else { Value::Null };
        assert_eq!(
            entry["forwarded"]["reassignment_id"], expected,
            "the initiator is notified for that reason"
        );
    }
    assert!(entries.iter().all(|entry| entry["channel"] == "dashboard" && entry["read_at"].is_null()));
    let times = |name: &str| entries.iter().map(|entry| entry[name].clone()).collect::<Vec<_>>();
    assert_eq!(
        times("created_at")[..3],
        [json!("2026-03-03T17:00:00Z"), json!("2026-03-18T17:00:00Z"), json!("2026-04-02T17:00:00Z")]
    );
    assert_eq!(
        times("first_seen_at"),
        [json!("2026-03-18T17:00:00Z"), Value::Null, Value::Null, Value::Null, Value::Null]
    );
    assert_eq!(
        times("resolved_at"),
        [json!("2026-06-01T17:00:00Z"), Value::Null, json!("2026-06-01T17:00:00Z"), Value::Null, Value::Null]
    );

    app.advance(Duration::hours(1));
    let _ = priya.client().all("/api/v1/notifications");
    app.advance(Duration::hours(1));
    let _ = priya.client().all("/api/v1/notifications");
    let seen: Vec<_> = notification_history(&manager, item)
        .iter()
        .filter(|entry| entry["recipient_name"] == "Priya Nair")
        .map(|entry| entry["first_seen_at"].clone())
        .collect();
    assert_eq!(seen, vec![json!("2026-06-01T18:00:00Z"); 3], "the first view counts");
}

on_both_engines!(the_notification_history_is_as_visible_as_the_application);
fn the_notification_history_is_as_visible_as_the_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus, priya, item) = withdrawn(app, &org);
    let outsider = app.provider_group("Lakeside").manager("Sam Outsider");
    let support = app.staff("Sue Support", PlatformRole::Support);
    let of = path(item.id, "/notices");
    for reader in [&manager, &marcus, &priya] {
        assert_eq!(reader.client().all(&of).len(), 5, "{}", reader.name);
    }
    assert_eq!(app.operator().all(&of).len(), 5);
    let hidden = outsider.client().get(&of).problem(404, "not_found");
    let unknown = Item { id: "app_01h455vb4pex5vsknk084sn02q".parse().unwrap(), version: 1 };
    let missing = outsider.client().get(&path(unknown.id, "/notices")).problem(404, "not_found");
    assert_eq!(hidden["detail"], missing["detail"]);
    let _ = support.get(&of).problem(404, "not_found");
    let _ = app.anonymous().get(&of).problem(401, "unauthenticated");
    let foreign =
        application_about(app, &org, &marcus, ApplicationType::Maintenance, ("APP9001", "7100099001"));
    let _ = marcus.client().get(&path(foreign.id, "/notices")).problem(403, "access_not_granted");
    let _ = marcus.client().get(&format!("{of}?cursor=nonsense")).problem(400, "invalid_cursor");
}

on_both_engines!(resolved_warnings_stay_listed_and_can_be_filtered_out);
fn resolved_warnings_stay_listed_and_can_be_filtered_out(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given::default());
    app.advance(Duration::days(30));
    let _ = app.run_job(JOB);
    let client = marcus.client();
    let unresolved = "/api/v1/notifications?unresolved=true";
    let warning = client.all(unresolved).remove(0);
    assert_eq!((&warning["threshold_days"], &warning["channel"]), (&json!(30), &json!("dashboard")));
    assert_eq!(warning["first_seen_at"], "2026-03-03T17:00:00Z");
    let read = client
        .post_empty(&format!("/api/v1/notifications/{}/read", warning["id"].as_str().unwrap()))
        .expect(200)
        .json();
    assert!(read["resolved_at"].is_null(), "reading does not resolve the warning");
    assert_eq!(client.all(unresolved).len(), 1);
    assert!(client.all("/api/v1/notifications?unresolved=true&unread=true").is_empty());
    record_activity(app, item, &marcus);
    assert!(client.all(unresolved).is_empty());
    let listed = client.all("/api/v1/notifications");
    assert_eq!((listed.len(), &listed[0]["resolved_at"]), (1, &json!("2026-03-03T17:00:00Z")));
}

on_both_engines!(a_notice_read_without_being_listed_counts_as_seen);
fn a_notice_read_without_being_listed_counts_as_seen(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let item = org.application(&marcus, Given { inactive_days: 30, ..Given::default() });
    let _ = app.run_job(JOB);
    let warning = notification_history(&manager, item).remove(0);
    assert!(warning["first_seen_at"].is_null());
    app.advance(Duration::minutes(5));
    let read = marcus
        .client()
        .post_empty(&format!("/api/v1/notifications/{}/read", warning["id"].as_str().unwrap()))
        .expect(200)
        .json();
    assert_eq!(
        (&read["first_seen_at"], &read["read_at"]),
        (&json!("2026-02-01T17:05:00Z"), &json!("2026-02-01T17:05:00Z"))
    );
    let entry = notification_history(&manager, item).remove(0);
    assert_eq!((&entry["first_seen_at"], &entry["read_at"]), (&read["first_seen_at"], &read["read_at"]));
}

on_both_engines!(r_046_notices_reveal_nothing_about_a_provider_whose_access_was_removed);
fn r_046_notices_reveal_nothing_about_a_provider_whose_access_was_removed(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let provider = org.granted_medicaid_id();
    let (maintenance, submitted) = (ApplicationType::Maintenance, ApplicationStatus::Submitted);
    let item = org.application_about(&marcus, &provider, maintenance, submitted);
    let reviewer = app.reviewer();
    let _ =
        reviewer.post(&path(item.id, "/return"), &json!({"reason": "The license has expired."})).expect(200);
    let texts = |client: Client| {
        let listed = client.get("/api/v1/notifications").expect(200).text();
        let shown = client.get("/api/v1/dashboard").expect(200).json()["notices"].to_string();
        [listed, shown]
    };
    assert!(texts(marcus.client()).iter().all(|text| text.contains("The license has expired.")));

    org.set_access(&provider, AgentAccessState::Removed);
    let _ = marcus.client().get(&path(item.id, "")).problem(403, "access_not_granted");
    for text in texts(marcus.client()) {
        assert!(!text.contains("license") && text.contains("no access to now"), "{text}");
    }
    let notice = marcus.client().get("/api/v1/notifications").expect(200).json()["items"][0]["id"].clone();
    let read =
        marcus.client().post_empty(&format!("/api/v1/notifications/{}/read", notice.as_str().unwrap()));
    assert!(!read.expect(200).text().contains("license"));
    let entry = notification_history(&manager, item).remove(0);
    assert!(
        entry["text"].as_str().unwrap().contains("The license has expired."),
        "the record of the notice stays"
    );

    org.set_access(&provider, AgentAccessState::Granted);
    let listed = marcus.client().get("/api/v1/notifications").expect(200).text();
    assert!(listed.contains("The license has expired."));
}

on_both_engines!(listing_notices_does_not_wait_for_a_writer);
fn listing_notices_does_not_wait_for_a_writer(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let _ = org.application(&marcus, Given { inactive_days: 30, ..Given::default() });
    let _ = app.run_job(JOB);
    let client = marcus.client();
    // Records the use of the session now, because it would wait for the writer as well.
    let _ = client.get("/api/v1/me").expect(200);
    let listed = app.write(|tx| {
        let reader = Reader { user: marcus.user, organizations: None };
        let notice = tx.notifications().list(&reader, Only::default(), None, 1)?.items.remove(0);
        let _ = tx.notifications().mark_read(notice.id)?;
        Ok(client.get("/api/v1/notifications").expect(200).json())
    });
    assert_eq!(listed["items"][0]["kind"], "auto_withdrawal_warning");
    assert!(listed["items"][0]["first_seen_at"].is_null(), "the view could not be recorded");
    let again = client.get("/api/v1/notifications").expect(200).json();
    assert_eq!(again["items"][0]["first_seen_at"], "2026-02-01T17:00:00Z", "the writer recorded it");
}
