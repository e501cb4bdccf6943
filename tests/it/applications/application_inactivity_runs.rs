//! Runs of the job for inactive applications: as a dry run, stopped by the safety threshold, and
//! concurrent with a user's change (decision D-17).

use std::sync::Arc;

use chrono::Duration;
use portal_api::background::jobs;
use portal_api::portal::clock::Clock;

use portal_domain::applications::inactivity_conditions::DueForWithdrawal;
use portal_domain::ground::plan_code::PlanCode;
use portal_persistence::Engine;
use portal_tests::application_inactivity::{JOB, outcome_counts, record_activity, warned_days};
use portal_tests::database::is_tested;
use portal_tests::given::Given;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

use super::application_inactivity::status;

const RUN: &str = "/api/v1/system/jobs/application_inactivity/run";

on_both_engines!(an_application_changed_during_the_run_is_not_withdrawn);
fn an_application_changed_during_the_run_is_not_withdrawn(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given = Given { inactive_days: 130, warned_days_ago: Some(70), ..Given::default() };
    let items = [(); 2].map(|()| org.application(&marcus, given.clone()));
    let before = app.now() - Duration::days(100);
    let due = DueForWithdrawal { active_before: before, warned_of_days: 60, warned_before: app.now() };
    let found = app.read(|tx| tx.applications().overdue(PlanCode::Ky, due, None, 10));
    assert_eq!(found.len(), 2);
    record_activity(app, items[0], &marcus);
    let left = app.write(|tx| tx.applications().still_idle(&found, before));
    assert_eq!(left.iter().map(|application| application.id).collect::<Vec<_>>(), [items[1].id]);
    assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 0, 1]);
    assert_eq!(items.map(|item| status(app, item.id)), ["in_progress", "withdrawn"]);
}

on_both_engines!(d_17_withdrawals_above_the_safety_threshold_wait_for_an_operator_and_warnings_do_not);
fn d_17_withdrawals_above_the_safety_threshold_wait_for_an_operator_and_warnings_do_not(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    for _ in 0..51 {
        let given = Given { inactive_days: 120, warned_days_ago: Some(60), ..Given::default() };
        let _ = org.application(&marcus, given);
    }
    let _ = org.application(&marcus, Given { inactive_days: 30, ..Given::default() });
    let report = app.run_if_due(JOB).unwrap();
    assert_eq!((outcome_counts(&report), report.outcome["held_back"]), ([1, 0, 0], 51));
    assert_eq!(warned_days(&marcus), [30], "applications that wait for the operator get no warning");
    assert!(app.run_if_due(JOB).is_none(), "not every minute");
    let confirmed = app.operator().post(RUN, &json!({"dry_run": false})).expect(200).json();
    assert_eq!(
        confirmed["outcome"],
        json!({"first_warnings": 0, "second_warnings": 0, "withdrawn": 51, "held_back": 0})
    );
    assert_eq!(app.count("applications WHERE status = 'withdrawn'"), 51);
}

on_both_engines!(r_205_d_17_only_applications_that_were_warned_of_count_for_the_safety_threshold);
fn r_205_d_17_only_applications_that_were_warned_of_count_for_the_safety_threshold(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    for _ in 0..51 {
        let _ = org.application(&marcus, Given { inactive_days: 152, ..Given::default() });
    }
    let report = app.run_if_due(JOB).unwrap();
    assert_eq!((outcome_counts(&report), report.outcome["held_back"]), ([0, 51, 0], 0));
    app.advance(Duration::days(14));
    let report = app.run_if_due(JOB).unwrap();
    assert_eq!((outcome_counts(&report), report.outcome["held_back"]), ([0, 0, 0], 51));
}

on_both_engines!(d_17_fifty_withdrawals_do_not_wait);
fn d_17_fifty_withdrawals_do_not_wait(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    for _ in 0..50 {
        let given = Given { inactive_days: 120, warned_days_ago: Some(60), ..Given::default() };
        let _ = org.application(&marcus, given);
    }
    let report = app.run_if_due(JOB).unwrap();
    assert_eq!((outcome_counts(&report), report.outcome["held_back"]), ([0, 0, 50], 0));
}

on_both_engines!(f_07_r_205_a_dry_run_lists_what_would_be_done_and_changes_nothing);
fn f_07_r_205_a_dry_run_lists_what_would_be_done_and_changes_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    for (inactive_days, warned_days_ago, number) in [
        (29, None, "APP8029"),
        (31, None, "APP8031"),
        (60, None, "APP8060"),
        (125, Some(65), "APP8125"),
        (152, None, "APP8152"),
        (152, Some(13), "APP8153"),
    ] {
        let number = number.into();
        let given = Given { inactive_days, warned_days_ago, number, ..Given::default() };
        let _ = org.application(&marcus, given);
    }
    let client = app.operator();
    let before = app.fingerprint();
    let report = client.post(RUN, &json!({"dry_run": true})).expect(200).json();
    assert!(app.fingerprint() == before, "nothing changed");
    assert_eq!(report["outcome"], json!({"would_warn": 3, "would_withdraw": 1}));
    assert_eq!((&report["items"], &report["truncated"]), (&json!([]), &json!(false)));
    let listed: Vec<_> = report["applications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            json!([
                found["application_number"],
                found["action"],
                found["threshold_days"],
                found["days_inactive"],
                found["withdraws_on"]
            ])
        })
        .collect();
    assert_eq!(
        listed,
        [
            json!(["APP8125", "withdraw", null, 125, "2026-01-27"]),
            json!(["APP8152", "warn", 60, 152, "2026-02-15"]),
            json!(["APP8060", "warn", 60, 60, "2026-04-02"]),
            json!(["APP8031", "warn", 30, 31, "2026-05-01"]),
        ]
    );
    assert_eq!(outcome_counts(&app.run_job(JOB)), [1, 2, 1], "the run does what the dry run listed");
}

#[test]
fn d_17_the_schedule_withdraws_nothing_while_the_clock_of_the_database_is_wrong() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let app = TestApp::start(Engine::Postgres);
    let org = app.provider_group("Bluegrass");
    let given = Given { inactive_days: 130, warned_days_ago: Some(70), ..Given::default() };
    let item = org.application(&org.agent("Marcus Webb"), given);
    app.inspector().run(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
         AS $f$ SELECT pg_catalog.clock_timestamp() - interval '2 minutes' $f$; \
         DO $d$ BEGIN \
         EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); \
         END $d$",
    );
    let portal = app.another_instance(Arc::new(Clock::system()));
    assert!(jobs::run_if_due(&portal, JOB).unwrap().is_none());
    assert_eq!((app.count("job_runs"), status(&app, item.id)), (0, "in_progress"));
}
