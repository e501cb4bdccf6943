//! Runs of the job for inactive members: scheduled, by operators, as a dry run, and stopped by the
//! safety threshold (decision D-17).

use std::sync::Arc;

use chrono::Duration;
use portal_api::background::jobs;
use portal_api::portal::clock::Clock;

use portal_domain::Instant;
use portal_domain::ground::id::JobRunId;
use portal_domain::identity::user::PlatformRole;
use portal_domain::platform::job::{JobTrigger, clocks_agree};
use portal_persistence::Engine;
use portal_tests::database::is_tested;
use portal_tests::member_inactivity::{JOB, practice, status, user_of};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

pub(super) const RUN: &str = "/api/v1/system/jobs/member_inactivity/run";

on_both_engines!(a_dry_run_changes_nothing_and_lists_members_and_dates);
fn a_dry_run_changes_nothing_and_lists_members_and_dates(app: &TestApp) {
    let org = practice(app, "Riverbend Pediatrics");
    let due = user_of(&org, "Jeremy Huang");
    app.advance(Duration::days(10));
    let soon = user_of(&org, "Sue Soon");
    app.advance(Duration::days(6));
    let _later = user_of(&org, "Larry Later");
    app.advance(Duration::days(75));
    let client = app.operator();
    let before = app.fingerprint();
    let report = client.post(RUN, &json!({"dry_run": true})).expect(200).json();
    assert_eq!(app.fingerprint(), before);
    assert_eq!(report["outcome"], json!({"would_disable": 1, "would_lock": 0}));
    assert_eq!(
        (&report["dry_run"], &report["truncated"], &report["job_run_id"]),
        (&json!(true), &json!(false), &Value::Null)
    );
    let items = report["items"].as_array().unwrap();
    let listed: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item["name"].as_str().unwrap(),
                item["inactive_days"].as_i64().unwrap(),
                item["disables_on"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        listed,
        [("Jeremy Huang", 91, "2026-05-02"), ("Sue Soon", 81, "2026-05-12")],
        "within 14 days"
    );
    assert_eq!(items[0]["membership_id"], due.membership.to_string());
    assert_eq!(items[0]["organization_id"], org.id.to_string());
    let instant = |text: &str| text.parse::<Instant>().unwrap();
    assert_eq!(instant(items[0]["baseline"].as_str().unwrap()), instant("2026-02-01T17:00:00Z"));
    let _ = client.post(RUN, &json!({"dry_run": false})).expect(200);
    assert_eq!((status(app, &due), status(app, &soon)), ("disabled".into(), "active".into()));
}

on_both_engines!(d_17_the_schedule_runs_each_plan_at_half_past_four_in_its_time_zone);
fn d_17_the_schedule_runs_each_plan_at_half_past_four_in_its_time_zone(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    let run = || app.run_if_due(JOB).map(|report| report.outcome["disabled"]);
    assert_eq!(run(), Some(0), "never run before");
    assert_eq!(run(), None);
    app.advance_to("2026-05-01T12:00:00Z");
    assert_eq!(run(), Some(0), "many missed runs are made up for by one");
    assert_eq!(run(), None);
    app.advance_to("2026-05-02T08:29:59Z");
    assert_eq!(run(), None);
    app.advance_to("2026-05-02T08:30:00Z");
    assert_eq!(run(), Some(0), "04:30 in New York");
    assert_eq!(status(app, &person), "active", "although it is day 90 in Louisiana, too");
    app.advance_to("2026-05-02T09:29:59Z");
    assert_eq!(run(), None);
    app.advance_to("2026-05-02T09:30:00Z");
    assert_eq!(run(), Some(1), "04:30 in Louisiana");
    assert_eq!(run(), None);
    assert_eq!(status(app, &person), "disabled");
}

on_both_engines!(d_17_a_run_above_the_safety_threshold_waits_for_an_operator);
fn d_17_a_run_above_the_safety_threshold_waits_for_an_operator(app: &TestApp) {
    let org = practice(app, "Riverbend Pediatrics");
    for n in 0..51 {
        let _ = user_of(&org, &format!("Member N{n}"));
    }
    app.advance(Duration::days(90));
    let report = app.run_if_due(JOB).unwrap();
    assert_eq!((report.outcome["disabled"], report.outcome["held_back"]), (0, 51));
    assert_eq!(app.count("memberships WHERE status = 'disabled'"), 0);
    assert!(app.run_if_due(JOB).is_none(), "not every minute");
    let confirmed = app.operator().post(RUN, &json!({"dry_run": false})).expect(200).json();
    assert_eq!(confirmed["outcome"], json!({"disabled": 51, "held_back": 0, "locked": 0}));
    assert_eq!(app.count("memberships WHERE status = 'disabled'"), 51);
}

on_both_engines!(d_17_a_run_recorded_in_the_future_does_not_block_the_schedule);
fn d_17_a_run_recorded_in_the_future_does_not_block_the_schedule(app: &TestApp) {
    let run = || app.run_if_due(JOB).is_some();
    app.advance(Duration::days(400));
    assert!(run(), "with a wrong clock");
    app.advance(-Duration::days(400));
    assert!(run(), "neither that run nor its lease counts");
    assert!(!run());
    app.advance(Duration::days(1));
    assert!(run());
}

on_both_engines!(d_17_the_clock_of_the_database_is_checked_before_a_run);
fn d_17_the_clock_of_the_database_is_checked_before_a_run(app: &TestApp) {
    let clock = Arc::new(Clock::system());
    let theirs = app.read(|tx| tx.jobs().database_time());
    assert!(clocks_agree(clock.session_now(), theirs), "{theirs}");
    assert!(jobs::run_if_due(&app.another_instance(clock), JOB).unwrap().is_some());
}

on_both_engines!(operators_run_jobs_and_read_their_results);
fn operators_run_jobs_and_read_their_results(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.advance(Duration::days(90));
    let client = app.operator();
    let report = client
        .call("POST", RUN)
        .header("x-request-id", "run-1")
        .json(&json!({"dry_run": false}))
        .send()
        .expect(200)
        .json();
    assert_eq!((&report["outcome"]["disabled"], &report["items"]), (&json!(1), &json!([])));
    let id = report["job_run_id"].as_str().unwrap();
    let runs = client.all("/api/v1/system/job-runs?name=member_inactivity");
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (&runs[0]["id"], &runs[0]["trigger"], &runs[0]["outcome"]),
        (&json!(id), &json!("operator"), &report["outcome"])
    );
    let path = format!("/api/v1/system/job-runs/{id}");
    let run = client.get(&path).expect(200);
    assert_eq!(run.json(), runs[0]);
    let unchanged = client.call("GET", &path).header("if-none-match", run.header("etag").unwrap()).send();
    assert_eq!(unchanged.status, 304);
    let event = "SELECT actor_name || ' ' || action || ' ' || object || ' ' || request_id AS value FROM audit_events WHERE chain = 'platform'";
    assert_eq!(app.inspector().one_text(event), format!("Ruth Delgado job.run {id} run-1"));
    assert_eq!(app.audit_events(), 2, "one for the run, one for the member");
    let _ = app.run_job(JOB);
    let pages = client.get("/api/v1/system/job-runs?limit=1").expect(200);
    assert!(pages.json()["next_cursor"].is_string());
    assert_eq!(client.all("/api/v1/system/job-runs?limit=1").len(), 2);

    let _ = client
        .get(&format!("/api/v1/system/job-runs/{}", JobRunId::new(1, [7; 10])))
        .problem(404, "not_found");
    let _ = client
        .post("/api/v1/system/jobs/spring_cleaning/run", &json!({"dry_run": true}))
        .problem(404, "not_found");
    let refused = client.post(RUN, &json!({})).problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["pointer"], "/dry_run");
    let _ = client.post(RUN, &json!({"dry_run": true, "force": true})).problem(400, "unknown_field");
    let _ = app.anonymous().post(RUN, &json!({"dry_run": true})).problem(401, "unauthenticated");
    for caller in [
        app.provider_group("Bluegrass").manager("Debi Henderson").client(),
        app.staff("Sam Support", PlatformRole::Support),
    ] {
        let before = app.fingerprint();
        let _ = caller.post(RUN, &json!({"dry_run": false})).problem(403, "role_required");
        let _ = caller.get("/api/v1/system/job-runs").problem(403, "role_required");
        let _ = caller.get(&path).problem(403, "role_required");
        assert_eq!(app.fingerprint(), before);
    }
    assert_eq!(status(app, &person), "disabled");
}

#[test]
fn d_17_the_schedule_waits_while_the_clock_of_the_database_is_wrong() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let app = TestApp::start(Engine::Postgres);
    app.inspector().run(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
         AS $f$ SELECT pg_catalog.clock_timestamp() - interval '2 minutes' $f$; \
         DO $d$ BEGIN \
         EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); \
         END $d$",
    );
    let portal = app.another_instance(Arc::new(Clock::system()));
    assert!(jobs::run_if_due(&portal, JOB).unwrap().is_none());
    assert_eq!(app.count("job_runs"), 0);
    let by_hand = jobs::run(&portal, JOB, JobTrigger::CommandLine, false, None).unwrap();
    assert!(by_hand.run.is_some());
}
