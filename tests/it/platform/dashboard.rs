//! The dashboard of an agent: work, notices, and revalidations (flow F-28; domain rules R-028,
//!

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::notice::{Notice, NotificationKind};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_persistence::medicaid::medicaid_ids::NewMedicaidId;
use portal_tests::given::{Given, Item, Person, reassignment};
use portal_tests::medicaid_ids::day;
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

fn read_dashboard(client: &Client) -> Value {
    client.get("/api/v1/dashboard").expect(200).json()
}

fn dashboard(person: &Person<'_>) -> Value {
    read_dashboard(&person.client())
}

/// The ids in one list of the dashboard.
fn ids(dashboard: &Value, list: &str) -> Vec<String> {
    let items = dashboard[list].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn notice(person: &Person<'_>, organization: OrganizationId, item: Item, kind: NotificationKind) -> Notice {
    Notice {
        recipient: person.user,
        recipient_name: person.name.clone(),
        organization,
        application: item.id,
        reassignment: None,
        kind,
        threshold_days: (kind == NotificationKind::AutoWithdrawalWarning).then_some(30),
        text: format!("Something about {}.", item.id),
        dedupe_key: None,
    }
}

on_both_engines!(f_28_r_028_reassigned_work_including_returned_items_appears_on_the_new_agents_dashboard);
fn f_28_r_028_reassigned_work_including_returned_items_appears_on_the_new_agents_dashboard(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus, priya) =
        (org.manager("Debi Henderson"), org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let returned = org.application(
        &marcus,
        Given { status: ApplicationStatus::ReturnedToProvider, inactive_days: 45, ..Given::default() },
    );
    assert_eq!(ids(&dashboard(&marcus), "items"), [returned.id.to_string()]);
    let moved =
        manager.client().post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[returned]));
    let _ = moved.expect(201);
    assert!(ids(&dashboard(&marcus), "items").is_empty(), "the old agent no longer sees it");
    let hers = dashboard(&priya);
    let item = &hers["items"][0];
    assert_eq!((&item["id"], &item["version"]), (&json!(returned.id.to_string()), &json!(2)));
    assert_eq!((&item["days_inactive"], &item["days_until_withdrawal"]), (&json!(45), &json!(75)));
    let next = item["lifecycle"]["next"].as_array().unwrap().iter();
    let next: Vec<_> = next.map(|event| (&event["action"], &event["threshold_days"])).collect();
    let (warn, withdraw) = (json!("warn"), json!("withdraw"));
    assert_eq!(next, [(&warn, &json!(30)), (&warn, &json!(60)), (&withdraw, &json!(null))]);
    assert_eq!(hers["counts"], json!([{"application_status": "returned_to_provider", "count": 1}]));
    assert_eq!(
        (&hers["more"], &hers["stranded"], &hers["stranded_count"]),
        (&json!(false), &json!([]), &json!(0))
    );
    assert_eq!(hers["notices"][0]["kind"], "application_reassigned_to_you");
    assert_eq!(
        hers["notices"][0]["first_seen_at"], "2026-02-01T17:00:00Z",
        "listing a notice marks it as seen"
    );
    assert_eq!(hers["unread_notices"], 1);
}

on_both_engines!(the_longest_inactive_applications_come_first_and_at_most_fifty_are_listed);
fn the_longest_inactive_applications_come_first_and_at_most_fifty_are_listed(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    for inactive_days in 0..50 {
        let _ = org.application(&agent, Given { inactive_days, ..Given::default() });
    }
    let seen = dashboard(&agent);
    assert_eq!((ids(&seen, "items").len(), &seen["more"]), (50, &json!(false)));
    let _ = org.application(
        &agent,
        Given { inactive_days: 60, status: ApplicationStatus::Submitted, ..Given::default() },
    );
    for status in [ApplicationStatus::Approved, ApplicationStatus::Denied, ApplicationStatus::Withdrawn] {
        let _ = org.application(&agent, Given { inactive_days: 90, status, ..Given::default() });
    }
    let seen = dashboard(&agent);
    assert_eq!((ids(&seen, "items").len(), &seen["more"]), (50, &json!(true)));
    let days: Vec<_> = seen["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["days_inactive"].as_i64().unwrap())
        .collect();
    assert_eq!(days[..3], [60, 49, 48]);
    assert!(days.is_sorted_by(|earlier, later| earlier >= later));
    assert_eq!(
        seen["counts"],
        json!([
            {"application_status": "in_progress", "count": 50},
            {"application_status": "submitted", "count": 1},
        ]),
        "all except the closed ones"
    );
}

on_both_engines!(r_046_a_15_applications_without_access_are_listed_separately_without_their_provider);
fn r_046_a_15_applications_without_access_are_listed_separately_without_their_provider(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let provider = org.granted_medicaid_id();
    let item =
        org.application_about(&agent, &provider, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    assert_eq!(ids(&dashboard(&agent), "items"), [item.id.to_string()]);
    org.set_access(&provider, AgentAccessState::Removed);
    let seen = dashboard(&agent);
    assert!(ids(&seen, "items").is_empty() && seen["counts"] == json!([]));
    assert_eq!(seen["stranded_count"], 1);
    let stranded = seen["stranded"][0].as_object().unwrap();
    let mut members: Vec<_> = stranded.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        ["application_number", "application_status", "application_type", "id", "organization_id", "reason"],
        "neither the provider nor the Medicaid ID"
    );
    assert_eq!(
        (&stranded["id"], &stranded["reason"]),
        (&json!(item.id.to_string()), &json!("access_not_granted"))
    );
    org.set_access(&provider, AgentAccessState::Granted);
    assert_eq!(ids(&dashboard(&agent), "items"), [item.id.to_string()]);
}

on_both_engines!(r_045_r_046_the_dashboard_shows_exactly_what_the_agent_can_read);
fn r_045_r_046_the_dashboard_shows_exactly_what_the_agent_can_read(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let mut items = vec![org.application(&agent, Given::default())];
    for application_type in ApplicationType::ALL.iter().copied() {
        for access in [None, Some(AgentAccessState::Granted), Some(AgentAccessState::Removed)] {
            let provider = org.linked_medicaid_id();
            if let Some(access) = access {
                org.set_access(&provider, access);
            }
            items.push(org.application_about(
                &agent,
                &provider,
                application_type,
                ApplicationStatus::InProgress,
            ));
        }
    }
    let seen = read_dashboard(&client);
    let (mine, stranded) = (ids(&seen, "items"), ids(&seen, "stranded"));
    assert_eq!(
        (mine.len(), stranded.len()),
        (10, 15),
        "no Medicaid ID, 8 granted, an enrollment that was never granted"
    );
    for item in items {
        let id = item.id.to_string();
        let status = client.get(&format!("/api/v1/applications/{id}")).status;
        assert_eq!(
            (mine.contains(&id), stranded.contains(&id)),
            (status == 200, status == 403),
            "{id}: {status}"
        );
    }
}

on_both_engines!(r_062_a_read_warning_stays_until_it_is_resolved_and_other_read_notices_disappear);
fn r_062_a_read_warning_stays_until_it_is_resolved_and_other_read_notices_disappear(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    app.write(|tx| {
        tx.notifications().post(&[
            notice(&agent, org.id, item, NotificationKind::AutoWithdrawalWarning),
            notice(&agent, org.id, item, NotificationKind::ApplicationReturned),
        ])
    });
    let seen = read_dashboard(&client);
    assert_eq!((ids(&seen, "notices").len(), &seen["unread_notices"]), (2, &json!(2)));
    for id in ids(&seen, "notices") {
        let _ = client.post_empty(&format!("/api/v1/notifications/{id}/read")).expect(200);
    }
    let seen = read_dashboard(&client);
    assert_eq!((ids(&seen, "notices").len(), &seen["unread_notices"]), (1, &json!(0)));
    assert_eq!(seen["notices"][0]["kind"], "auto_withdrawal_warning");
    app.write(|tx| tx.notifications().resolve_warnings(&[item.id]));
    assert!(ids(&read_dashboard(&client), "notices").is_empty());
}

on_both_engines!(twenty_notices_are_shown_and_all_are_counted);
fn twenty_notices_are_shown_and_all_are_counted(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let item = org.application(&agent, Given::default());
    let notices: Vec<_> =
        (0..25).map(|_| notice(&agent, org.id, item, NotificationKind::ApplicationReturned)).collect();
    app.write(|tx| tx.notifications().post(&notices));
    let seen = dashboard(&agent);
    assert_eq!((ids(&seen, "notices").len(), &seen["unread_notices"]), (20, &json!(25)));
}

on_both_engines!(r_076_the_count_of_past_due_revalidations_matches_the_report);
fn r_076_the_count_of_past_due_revalidations_matches_the_report(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, agent) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let due =
        |date: &'static str| move |new: &mut NewMedicaidId| new.details.revalidation_due_on = Some(day(date));
    let _ = org.granted_medicaid_id_with(due("2026-01-31"));
    let _ = org.granted_medicaid_id_with(due("2026-02-01"));
    let _ = org.linked_medicaid_id_with(due("2020-02-29"));
    let _ = app.medicaid_id(due("2020-02-29"));
    for (person, count) in [(&agent, 1), (&manager, 2)] {
        let client = person.client();
        let report =
            client.all(&format!("/api/v1/reports/past-due-revalidations?organization_id={}", org.id));
        assert_eq!(
            (&read_dashboard(&client)["past_due_revalidations"], report.len()),
            (&json!(count), count),
            "{}",
            person.name
        );
    }
}

on_both_engines!(users_without_work_see_empty_lists);
fn users_without_work_see_empty_lists(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let _ = org.application(&agent, Given::default());
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let empty = json!({
        "items": [], "more": false, "counts": [], "stranded": [], "stranded_count": 0,
        "notices": [], "unread_notices": 0, "past_due_revalidations": 0,
    });
    for client in [
        app.operator(),
        app.staff("Dana Reviewer", PlatformRole::DmsReviewer),
        org.manager("Debi Henderson").client(),
        practice.account_manager("Lena Ortiz").client(),
    ] {
        assert_eq!(read_dashboard(&client), empty);
    }
    let _ = app.anonymous().get("/api/v1/dashboard").problem(401, "unauthenticated");
}
