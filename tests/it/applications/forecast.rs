//! The daily forecast of automatic actions on an organization's applications.

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_tests::application_inactivity::JOB;
use portal_tests::given::{Given, Organization, Person};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

fn forecast_path(org: &Organization<'_>, query: &str) -> String {
    org.path(&format!("/lifecycle-forecast{query}"))
}

fn forecast(manager: &Person<'_>, org: &Organization<'_>, query: &str) -> Value {
    manager.client().get(&forecast_path(org, query)).expect(200).json()
}

/// Formats each item as one line.
fn lines(forecast: &Value) -> Vec<String> {
    let items = forecast["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let word = |name: &str| item[name].as_str().unwrap();
            let agent = item["agent"]["name"].as_str().unwrap();
            let (on, action, application_type) = (word("on"), word("action"), word("application_type"));
            format!("{on} {agent} {application_type} {action} {} x{}", item["threshold_days"], item["count"])
        })
        .collect()
}

on_both_engines!(r_060_r_062_the_forecast_shows_warnings_and_withdrawals);
fn r_060_r_062_the_forecast_shows_warnings_and_withdrawals(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    for (agent, application_type, inactive_days) in [
        (&marcus, ApplicationType::Enrollment, 10),
        (&marcus, ApplicationType::Enrollment, 10),
        (&marcus, ApplicationType::Maintenance, 70),
        (&priya, ApplicationType::Enrollment, 110),
    ] {
        let warned_days_ago = (inactive_days > 60).then(|| inactive_days - 60);
        let given = Given { application_type, inactive_days, warned_days_ago, ..Given::default() };
        let _ = org.application(agent, given);
    }
    let submitted = Given { status: ApplicationStatus::Submitted, inactive_days: 10, ..Given::default() };
    let _ = org.application(&marcus, submitted);
    let elsewhere = app.provider_group("Lakeside");
    let _ = elsewhere.application(&elsewhere.agent("Sam Outsider"), Given::default());

    let usual = forecast(&manager, &org, "");
    assert_eq!(
        (&usual["from"], &usual["to"], &usual["truncated"]),
        (&json!("2026-02-01"), &json!("2026-06-01"), &json!(false))
    );
    assert_eq!(
        lines(&usual),
        [
            "2026-02-11 Priya Nair enrollment withdraw null x1",
            "2026-02-21 Marcus Webb enrollment warn 30 x2",
            "2026-03-23 Marcus Webb enrollment warn 60 x2",
            "2026-03-23 Marcus Webb maintenance withdraw null x1",
            "2026-05-22 Marcus Webb enrollment withdraw null x2",
        ]
    );
    assert_eq!(usual["items"][0]["agent"]["id"], priya.membership.to_string());
    let february = forecast(&manager, &org, "?from=2026-02-11&to=2026-02-21");
    assert_eq!(lines(&february).len(), 2, "both ends are included");
    assert!(lines(&forecast(&manager, &org, "?from=2026-02-12&to=2026-02-20")).is_empty());
    assert!(lines(&forecast(&manager, &org, "?to=2026-02-01")).is_empty(), "today alone");
}

on_both_engines!(a_forecast_action_happens_on_its_day);
fn a_forecast_action_happens_on_its_day(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let given = Given { inactive_days: 100, warned_days_ago: Some(40), ..Given::default() };
    let _ = org.application(&marcus, given);
    assert_eq!(lines(&forecast(&manager, &org, "")), ["2026-02-21 Marcus Webb enrollment withdraw null x1"]);
    app.advance(Duration::days(19));
    assert_eq!(app.run_job(JOB).outcome["withdrawn"], 0);
    app.advance(Duration::days(1));
    assert_eq!(lines(&forecast(&manager, &org, "?to=2026-02-21")).len(), 1, "today");
    assert_eq!(app.run_job(JOB).outcome["withdrawn"], 1);
    assert!(lines(&forecast(&manager, &org, "")).is_empty());
}

on_both_engines!(r_205_a_late_warning_delays_the_forecast_withdrawal_and_both_happen_on_their_days);
fn r_205_a_late_warning_delays_the_forecast_withdrawal_and_both_happen_on_their_days(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let _ = org.application(&marcus, Given { inactive_days: 152, ..Given::default() });
    let forecast = || lines(&forecast(&manager, &org, ""));
    let withdrawal = "2026-02-15 Marcus Webb enrollment withdraw null x1";
    assert_eq!(forecast(), ["2026-02-01 Marcus Webb enrollment warn 60 x1", withdrawal]);
    assert_eq!(app.run_job(JOB).outcome["second_warnings"], 1);
    assert_eq!(forecast(), [withdrawal]);
    app.advance(Duration::days(13));
    assert_eq!((app.run_job(JOB).outcome["withdrawn"], forecast().len()), (0, 1));
    app.advance(Duration::days(1));
    assert_eq!((app.run_job(JOB).outcome["withdrawn"], forecast().len()), (1, 0));
}

on_both_engines!(the_number_of_forecast_days_is_limited);
fn the_number_of_forecast_days_is_limited(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    for query in [
        "?from=2026-01-01&to=2027-01-03",
        "?from=2026-02-02&to=2026-02-01",
        "?to=2026-01-31",
        "?from=9999-12-01",
    ] {
        let refused = manager.get(&forecast_path(&org, query)).problem(422, "validation_failed");
        let violation = (&refused["errors"][0]["parameter"], &refused["errors"][0]["code"]);
        assert_eq!(violation, (&json!("to"), &json!("range")), "{query}");
    }
    let _ = manager.get(&forecast_path(&org, "?from=2025-01-01&to=2026-01-02")).expect(200);
    let _ = manager.get(&forecast_path(&org, "?from=yesterday")).problem(422, "validation_failed");
    let _ = manager.get(&forecast_path(&org, "?agent_id=x")).problem(400, "unknown_parameter");
}

on_both_engines!(r_001_only_the_organizations_ca_admin_managers_read_the_forecast);
fn r_001_only_the_organizations_ca_admin_managers_read_the_forecast(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let outsider = app.provider_group("Lakeside").manager("Sam Outsider").client();
    let _ = org.agent("Marcus Webb").client().get(&forecast_path(&org, "")).problem(403, "role_required");
    let _ = app.operator().get(&forecast_path(&org, "")).problem(403, "role_required");
    let foreign = outsider.get(&forecast_path(&org, "")).problem(404, "not_found");
    let unknown = outsider
        .get("/api/v1/organizations/org_01h455vb4pex5vsknk084sn02q/lifecycle-forecast")
        .problem(404, "not_found");
    assert_eq!(foreign["detail"], unknown["detail"]);
    let _ = app.anonymous().get(&forecast_path(&org, "")).problem(401, "unauthenticated");
}
