//! The 90-day rule: who is disabled when, by a job that any number of instances may run.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use chrono::Duration;
use portal_api::background::jobs;
use portal_api::portal::clock::Clock;
use portal_api::portal::failure::Failure;
use portal_api::portal::jobs::JobReport;
use portal_api::portal::keys::Keys;
use portal_api::portal::state::Portal;
use portal_domain::Instant;
use portal_domain::ground::id::{JobRunId, MembershipId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::job::{JobName, JobTrigger, clocks_agree};
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::platform::audit::ChainState;
use portal_persistence::{Engine, StoreError};
use portal_tests::database::is_tested;
use portal_tests::given::{House, Person};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const JOB: JobName = JobName::MemberInactivity;
const RUN: &str = "/api/v1/system/jobs/member_inactivity/run";
/// How long a lease lasts that is not renewed, unless told otherwise.
const LEASE_TTL: Duration = Duration::seconds(15);

fn practice<'a>(app: &'a TestApp, name: &str) -> House<'a> {
    app.organization(name, OrganizationKind::TinPractice, PlanCode::Lhcc)
}

fn user_of<'a>(house: &House<'a>, name: &str) -> Person<'a> {
    house.member_with(name, &[Role::AccountUser], &[Permission::Claims], MembershipStatus::Active)
}

fn operator(app: &TestApp) -> Client {
    app.signed_in(app.platform_user("Ruth Delgado", &[PlatformRole::Operator]))
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Sets the clock.
fn set(app: &TestApp, text: &str) {
    app.pass(at(text) - app.now());
}

fn sweep(app: &TestApp) -> JobReport {
    jobs::run(&app.portal, JOB, JobTrigger::CommandLine, false, None).unwrap()
}

/// The id as a statement spells it.
fn sql_id(app: &TestApp, id: MembershipId) -> String {
    match app.engine {
        Engine::Sqlite => format!("x'{}'", id.uuid().simple()),
        Engine::Postgres => format!("'{}'", id.uuid()),
    }
}

/// The instant as a statement spells it.
fn sql_time(app: &TestApp, instant: Instant) -> String {
    match app.engine {
        Engine::Sqlite => instant.timestamp_micros().to_string(),
        Engine::Postgres => format!("'{}'", instant.to_rfc3339()),
    }
}

fn one_text(app: &TestApp, query: &str) -> String {
    let mut texts = app.inspector().texts(query);
    assert_eq!(texts.len(), 1, "{query}");
    texts.remove(0)
}

fn count(app: &TestApp, rows: &str) -> i64 {
    one_text(app, &format!("SELECT CAST(count(*) AS text) AS value FROM {rows}")).parse().unwrap()
}

fn status_of(app: &TestApp, membership: MembershipId) -> String {
    let id = sql_id(app, membership);
    one_text(app, &format!("SELECT status AS value FROM memberships WHERE id = {id}"))
}

fn status(app: &TestApp, person: &Person<'_>) -> String {
    status_of(app, person.membership)
}

fn signs_in(app: &TestApp, user: UserId) {
    app.write(|tx| tx.users().note_login(user));
}

/// Another instance of the portal, on the same database and by the same clock.
fn another_instance(app: &TestApp) -> Portal {
    instance_by(app, Arc::clone(&app.clock))
}

/// Another instance of the portal, on the same database.
fn instance_by(app: &TestApp, clock: Arc<Clock>) -> Portal {
    let settings = app.portal.settings.clone();
    let keys = Keys::parse(settings.keys.as_deref().unwrap()).unwrap();
    Portal::new(settings, keys, clock, None).unwrap()
}

on_both_engines!(r_178_the_last_sign_in_of_the_screen_disables_on_the_18th_of_february);
fn r_178_the_last_sign_in_of_the_screen_disables_on_the_18th_of_february(app: &TestApp) {
    // The screen's own dates: Jeremy Huang, last login 2014-11-20 10:27:25.
    set(app, "2014-06-02T15:00:00Z");
    let house = practice(app, "Riverbend Pediatrics");
    let jeremy = user_of(&house, "Jeremy Huang");
    set(app, "2014-11-20T16:27:25Z");
    signs_in(app, jeremy.user);
    set(app, "2015-02-18T05:59:59Z");
    assert_eq!(sweep(app).outcome["disabled"], 0);
    assert_eq!(status(app, &jeremy), "active", "day 89 ends at midnight in Louisiana");
    set(app, "2015-02-18T06:00:00Z");
    assert_eq!(sweep(app).outcome["disabled"], 1);
    assert_eq!(status(app, &jeremy), "disabled");
    let id = sql_id(app, jeremy.membership);
    let reason = format!("SELECT disabled_reason AS value FROM memberships WHERE id = {id}");
    assert_eq!(one_text(app, &reason), "inactivity");
    let history = app.read(|tx| tx.members().history(jeremy.membership, None, 10)).items;
    let told: Vec<_> = history
        .iter()
        .map(|entry| (entry.action.as_str(), entry.actor_email.as_str(), entry.number))
        .collect();
    assert_eq!(told, [("disabled_for_inactivity", "system", 1)]);
    let event = app.read(|tx| tx.audit().list(house.id, None, None, 10)).items.remove(0);
    assert_eq!((event.actor_user, event.actor_name.as_str()), (None, "member_inactivity job"));
    assert_eq!((event.action.as_str(), event.object), ("member.disabled", jeremy.membership.to_string()));
    assert_eq!(event.details, json!({"reason": "inactivity", "inactive_days": 90}));
    let mails = app.inspector().texts("SELECT template || ' ' || recipient AS value FROM outbox_mails");
    assert_eq!(mails, [format!("member_disabled {}", jeremy.email)]);
}

on_both_engines!(r_178_somebody_who_never_signed_in_counts_from_the_beginning);
fn r_178_somebody_who_never_signed_in_counts_from_the_beginning(app: &TestApp) {
    set(app, "2026-01-10T23:30:00Z");
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Nora New");
    set(app, "2026-04-10T04:59:59Z");
    assert_eq!(sweep(app).outcome["disabled"], 0);
    set(app, "2026-04-10T05:00:00Z");
    assert_eq!(sweep(app).outcome["disabled"], 1);
    assert_eq!(status(app, &person), "disabled");
}

on_both_engines!(r_178_being_enabled_again_restarts_the_count);
fn r_178_being_enabled_again_restarts_the_count(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Rita Return");
    app.pass(Duration::days(90));
    let enabled_at = sql_time(app, app.now());
    let id = sql_id(app, person.membership);
    app.inspector().run(&format!("UPDATE memberships SET enabled_at = {enabled_at} WHERE id = {id}"));
    assert_eq!(sweep(app).outcome["disabled"], 0, "the next night does not disable again");
    app.pass(Duration::days(89));
    assert_eq!(sweep(app).outcome["disabled"], 0);
    app.pass(Duration::days(1));
    assert_eq!(sweep(app).outcome["disabled"], 1);
}

on_both_engines!(r_178_only_active_members_are_swept);
fn r_178_only_active_members_are_swept(app: &TestApp) {
    let house = practice(app, "Riverbend Pediatrics");
    let others: Vec<_> = MembershipStatus::ALL
        .iter()
        .filter(|status| **status != MembershipStatus::Active)
        .map(|status| (house.member_with("Pat Other", &[Role::AccountUser], &[], *status), status.as_str()))
        .collect();
    let locked = user_of(&house, "Lena Locked");
    app.write(|tx| tx.users().set_lock(locked.user, Some(LockReason::Inactivity)));
    app.pass(Duration::days(400));
    assert_eq!(sweep(app).outcome["disabled"], 1);
    assert_eq!(status(app, &locked), "disabled", "locked until the sweep (A-23)");
    assert_eq!(count(app, "users WHERE lock_reason = 'inactivity'"), 1, "and still locked");
    others.iter().for_each(|(person, before)| assert_eq!(status(app, person), *before));
}

on_both_engines!(r_180_other_practices_of_the_same_person_stay);
fn r_180_other_practices_of_the_same_person_stay(app: &TestApp) {
    let (house, other) = (practice(app, "Riverbend Pediatrics"), practice(app, "Bayou Family Care"));
    let person = user_of(&house, "Tess Twice");
    app.pass(Duration::days(80));
    let joined = app.write(|tx| {
        let id = tx.new_id();
        tx.memberships().insert(&NewMembership {
            id,
            organization: other.id,
            user: person.user,
            status: MembershipStatus::Active,
            roles: vec![Role::AccountUser],
            permissions: vec![],
        })?;
        Ok(id)
    });
    app.pass(Duration::days(10));
    assert_eq!(sweep(app).outcome["disabled"], 1);
    assert_eq!(status(app, &person), "disabled");
    assert_eq!(status_of(app, joined), "active");
}

on_both_engines!(r_181_the_sweep_may_disable_the_last_account_manager);
fn r_181_the_sweep_may_disable_the_last_account_manager(app: &TestApp) {
    let house = practice(app, "Riverbend Pediatrics");
    let manager = house.member_with(
        "Kim McWeeney",
        &[Role::AccountUser],
        &[Permission::ManageAccount],
        MembershipStatus::Active,
    );
    app.pass(Duration::days(90));
    assert_eq!(sweep(app).outcome["disabled"], 1);
    assert_eq!(status(app, &manager), "disabled");
}

on_both_engines!(plans_without_the_rule_are_left_alone);
fn plans_without_the_rule_are_left_alone(app: &TestApp) {
    let ky = app.provider_group("Bluegrass").manager("Debi Henderson");
    let cca =
        user_of(&app.organization("Harbor", OrganizationKind::ProviderAccount, PlanCode::Cca), "Sam Harbor");
    let ahw = user_of(&app.organization("Ozark", OrganizationKind::TinPractice, PlanCode::Ahw), "Ann Ozark");
    app.pass(Duration::days(1000));
    assert_eq!(sweep(app).outcome["disabled"], 1);
    assert_eq!([&ky, &cca, &ahw].map(|person| status(app, person)), ["active", "active", "disabled"]);
}

on_both_engines!(a_dry_run_changes_nothing_and_tells_who_and_when);
fn a_dry_run_changes_nothing_and_tells_who_and_when(app: &TestApp) {
    let house = practice(app, "Riverbend Pediatrics");
    let due = user_of(&house, "Jeremy Huang");
    app.pass(Duration::days(10));
    let soon = user_of(&house, "Sue Soon");
    app.pass(Duration::days(6));
    let _later = user_of(&house, "Larry Later");
    app.pass(Duration::days(75));
    let client = operator(app);
    let before = app.fingerprint();
    let report = client.post(RUN, &json!({"dry_run": true})).expect(200).json();
    assert_eq!(app.fingerprint(), before);
    assert_eq!(report["outcome"], json!({"would_disable": 1, "would_lock": 0}));
    assert_eq!(
        (&report["dry_run"], &report["truncated"], &report["job_run_id"]),
        (&json!(true), &json!(false), &Value::Null)
    );
    let items = report["items"].as_array().unwrap();
    let told: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item["name"].as_str().unwrap(),
                item["inactive_days"].as_i64().unwrap(),
                item["disables_on"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [("Jeremy Huang", 91, "2026-05-02"), ("Sue Soon", 81, "2026-05-12")], "within 14 days");
    assert_eq!(items[0]["membership_id"], due.membership.to_string());
    assert_eq!(items[0]["organization_id"], house.id.to_string());
    assert_eq!(at(items[0]["baseline"].as_str().unwrap()), at("2026-02-01T17:00:00Z"));
    let _ = client.post(RUN, &json!({"dry_run": false})).expect(200);
    assert_eq!((status(app, &due), status(app, &soon)), ("disabled".into(), "active".into()));
}

on_both_engines!(twice_is_once);
fn twice_is_once(app: &TestApp) {
    let house = practice(app, "Riverbend Pediatrics");
    let people: Vec<_> = (0..3).map(|n| user_of(&house, &format!("Member N{n}"))).collect();
    app.pass(Duration::days(90));
    assert_eq!(sweep(app).outcome["disabled"], 3);
    let counts = || {
        ["memberships WHERE version = 2", "member_history", "audit_events", "outbox_mails"]
            .map(|rows| count(app, rows))
    };
    assert_eq!(counts(), [3; 4]);
    assert_eq!(sweep(app).outcome["disabled"], 0);
    assert_eq!(counts(), [3; 4]);
    assert!(people.iter().all(|person| status(app, person) == "disabled"));
    assert_eq!(count(app, "job_runs WHERE finished_at IS NOT NULL"), 2);
}

on_both_engines!(three_instances_disable_three_hundred_members_once_each);
fn three_instances_disable_three_hundred_members_once_each(app: &TestApp) {
    let houses: Vec<_> = (0..3).map(|n| practice(app, &format!("Practice {n}"))).collect();
    for n in 0..300 {
        let _ = user_of(&houses[n % 3], &format!("Member N{n}"));
    }
    app.pass(Duration::days(100));
    let instances: Vec<_> = (0..3).map(|_| another_instance(app)).collect();
    let (barrier, done, clock) = (Barrier::new(4), AtomicBool::new(false), Arc::clone(&app.clock));
    let disabled: i64 = std::thread::scope(|scope| {
        let runs: Vec<_> = instances
            .iter()
            .map(|portal| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    until_it_ran(portal)
                })
            })
            .collect();
        // Leases run out under whoever holds one: the others take over in the middle of a run.
        scope.spawn(|| {
            barrier.wait();
            for _ in 0..200 {
                if done.load(Ordering::SeqCst) {
                    return;
                }
                clock.pass(Duration::seconds(16));
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        });
        let disabled: i64 = runs.into_iter().map(|run| run.join().unwrap()).sum();
        done.store(true, Ordering::SeqCst);
        disabled
    });
    assert!(disabled <= 300, "{disabled}");
    assert_eq!(count(app, "memberships WHERE status = 'disabled' AND version = 2"), 300);
    assert_eq!(count(app, "member_history WHERE number = 1 AND action = 'disabled_for_inactivity'"), 300);
    assert_eq!(count(app, "member_history"), 300);
    assert_eq!(count(app, "audit_events"), 300);
    let mails: BTreeSet<_> =
        app.inspector().texts("SELECT recipient AS value FROM outbox_mails").into_iter().collect();
    assert_eq!((mails.len(), count(app, "outbox_mails")), (300, 300));
    for house in &houses {
        assert_eq!(
            app.read(|tx| tx.audit().verify(&house.id.to_string())),
            ChainState::Intact { events: 100 }
        );
    }
}

on_both_engines!(d_15_a_second_runner_is_told_that_the_job_runs);
fn d_15_a_second_runner_is_told_that_the_job_runs(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.pass(Duration::days(90));
    let lease = app
        .write(|tx| {
            let worker = tx.new_id();
            tx.jobs().take_lease(JOB, worker, LEASE_TTL)
        })
        .unwrap();
    assert_eq!(lease.term, 1);
    let client = operator(app);
    let before = app.fingerprint();
    let _ = client.post(RUN, &json!({"dry_run": false})).problem(409, "job_running");
    assert_eq!(app.fingerprint(), before);
    let _ = client.post(RUN, &json!({"dry_run": true})).expect(200);
    app.pass(LEASE_TTL - Duration::microseconds(1));
    let refused = jobs::run(&another_instance(app), JOB, JobTrigger::CommandLine, false, None).unwrap_err();
    assert!(matches!(refused, Failure::JobRunning));
    app.pass(Duration::microseconds(1));
    assert_eq!(sweep(app).outcome["disabled"], 1, "a lease that is not renewed runs out");
    assert_eq!(status(app, &person), "disabled");
    assert_eq!(sweep(app).outcome["disabled"], 0, "a finished run gives its lease back");
}

on_both_engines!(d_15_a_paused_leader_whose_term_has_moved_cannot_write);
fn d_15_a_paused_leader_whose_term_has_moved_cannot_write(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.pass(Duration::days(90));
    let take = || {
        app.write(|tx| {
            let worker = tx.new_id();
            tx.jobs().take_lease(JOB, worker, LEASE_TTL)
        })
    };
    let paused = take().unwrap();
    let found = app.read(|tx| tx.members().idle(PlanCode::Lhcc, app.now(), None, 10));
    assert_eq!(found.len(), 1);
    app.pass(LEASE_TTL);
    let leader = take().unwrap();
    assert_eq!((leader.term, take()), (2, None));
    let before = app.fingerprint();
    let late: Result<(), StoreError> = app.portal.database.write(app.portal.moment(), |tx| {
        tx.members().disable_idle(&found[0], app.now())?;
        tx.jobs().still_holds(&paused, LEASE_TTL)
    });
    assert!(matches!(late, Err(StoreError::Stale(_))), "{late:?}");
    assert_eq!(app.fingerprint(), before);
    assert_eq!(status(app, &person), "active");
    app.write(|tx| tx.jobs().still_holds(&leader, LEASE_TTL));
    app.write(|tx| tx.jobs().release(&paused));
    assert_eq!(take(), None, "who has lost a lease cannot give it back");
}

on_both_engines!(somebody_who_signs_in_meanwhile_stays);
fn somebody_who_signs_in_meanwhile_stays(app: &TestApp) {
    let house = practice(app, "Riverbend Pediatrics");
    let (awake, asleep) = (user_of(&house, "Ava Awake"), user_of(&house, "Sid Asleep"));
    app.pass(Duration::days(90));
    let before = app.now() - Duration::days(1);
    let found = app.read(|tx| tx.members().idle(PlanCode::Lhcc, before, None, 10));
    assert_eq!(found.len(), 2);
    signs_in(app, awake.user);
    let left = app.write(|tx| tx.members().still_idle(found.clone(), before));
    assert_eq!(left.iter().map(|member| member.user).collect::<Vec<_>>(), [asleep.user]);
}

on_both_engines!(d_17_the_timetable_runs_each_plan_at_half_past_four_in_its_zone);
fn d_17_the_timetable_runs_each_plan_at_half_past_four_in_its_zone(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    let run = || jobs::run_if_due(&app.portal, JOB).unwrap().map(|report| report.outcome["disabled"]);
    assert_eq!(run(), Some(0), "never run before");
    assert_eq!(run(), None);
    set(app, "2026-05-01T12:00:00Z");
    assert_eq!(run(), Some(0), "many nights were missed: caught up on once");
    assert_eq!(run(), None);
    set(app, "2026-05-02T08:29:59Z");
    assert_eq!(run(), None);
    set(app, "2026-05-02T08:30:00Z");
    assert_eq!(run(), Some(0), "half past four in New York");
    assert_eq!(status(app, &person), "active", "though it is day 90 in Louisiana, too");
    set(app, "2026-05-02T09:29:59Z");
    assert_eq!(run(), None);
    set(app, "2026-05-02T09:30:00Z");
    assert_eq!(run(), Some(1), "half past four in Louisiana");
    assert_eq!(run(), None);
    assert_eq!(status(app, &person), "disabled");
}

on_both_engines!(d_17_suspiciously_many_wait_for_an_operator);
fn d_17_suspiciously_many_wait_for_an_operator(app: &TestApp) {
    let house = practice(app, "Riverbend Pediatrics");
    for n in 0..51 {
        let _ = user_of(&house, &format!("Member N{n}"));
    }
    app.pass(Duration::days(90));
    let report = jobs::run_if_due(&app.portal, JOB).unwrap().unwrap();
    assert_eq!((report.outcome["disabled"], report.outcome["held_back"]), (0, 51));
    assert_eq!(count(app, "memberships WHERE status = 'disabled'"), 0);
    assert!(jobs::run_if_due(&app.portal, JOB).unwrap().is_none(), "not every minute");
    let confirmed = operator(app).post(RUN, &json!({"dry_run": false})).expect(200).json();
    assert_eq!(confirmed["outcome"], json!({"disabled": 51, "held_back": 0, "locked": 0}));
    assert_eq!(count(app, "memberships WHERE status = 'disabled'"), 51);
}

on_both_engines!(d_17_a_run_recorded_in_the_future_stops_nothing);
fn d_17_a_run_recorded_in_the_future_stops_nothing(app: &TestApp) {
    let run = || jobs::run_if_due(&app.portal, JOB).unwrap().is_some();
    app.pass(Duration::days(400));
    assert!(run(), "by a clock that is wrong");
    app.pass(-Duration::days(400));
    assert!(run(), "neither that run nor its lease counts");
    assert!(!run());
    app.pass(Duration::days(1));
    assert!(run());
}

on_both_engines!(d_17_the_databases_clock_is_asked_before_a_run);
fn d_17_the_databases_clock_is_asked_before_a_run(app: &TestApp) {
    let clock = Arc::new(Clock::system());
    let theirs = app.read(|tx| tx.jobs().database_time());
    assert!(clocks_agree(clock.session_now(), theirs), "{theirs}");
    assert!(jobs::run_if_due(&instance_by(app, clock), JOB).unwrap().is_some());
}

on_both_engines!(a_run_stops_when_the_process_shuts_down_and_is_caught_up_on);
fn a_run_stops_when_the_process_shuts_down_and_is_caught_up_on(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.pass(Duration::days(90));
    let stopping = another_instance(app);
    stopping.drain();
    let stopped = jobs::run(&stopping, JOB, JobTrigger::Schedule, false, None).unwrap_err();
    assert!(matches!(stopped, Failure::ShuttingDown));
    assert_eq!(status(app, &person), "active");
    assert_eq!((count(app, "job_runs"), count(app, "job_runs WHERE finished_at IS NULL")), (1, 1));
    let caught_up = jobs::run_if_due(&app.portal, JOB).unwrap().unwrap();
    assert_eq!(caught_up.outcome["disabled"], 1);
    assert_eq!(status(app, &person), "disabled");
}

on_both_engines!(operators_run_jobs_and_see_what_they_did);
fn operators_run_jobs_and_see_what_they_did(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.pass(Duration::days(90));
    let client = operator(app);
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
    let told = "SELECT actor_name || ' ' || action || ' ' || object || ' ' || request_id AS value FROM audit_events WHERE chain = 'platform'";
    assert_eq!(one_text(app, told), format!("Ruth Delgado job.run {id} run-1"));
    assert_eq!(app.audit_events(), 2, "one for the run, one for the member");
    let _ = sweep(app);
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
    for stranger in [
        app.provider_group("Bluegrass").manager("Debi Henderson").client(),
        app.signed_in(app.platform_user("Sam Support", &[PlatformRole::Support])),
    ] {
        let before = app.fingerprint();
        let _ = stranger.post(RUN, &json!({"dry_run": false})).problem(403, "role_required");
        let _ = stranger.get("/api/v1/system/job-runs").problem(403, "role_required");
        let _ = stranger.get(&path).problem(403, "role_required");
        assert_eq!(app.fingerprint(), before);
    }
    assert_eq!(status(app, &person), "disabled");
}

/// Runs the job until it ran through, whoever has the lease at first; returns how many it disabled.
fn until_it_ran(portal: &Portal) -> i64 {
    for _ in 0..10_000 {
        match jobs::run(portal, JOB, JobTrigger::CommandLine, false, None) {
            Ok(report) => return report.outcome["disabled"],
            Err(failure) => {
                let expected = matches!(
                    failure,
                    Failure::JobRunning | Failure::Store(StoreError::Stale(_) | StoreError::Busy(_))
                );
                assert!(expected, "{failure}");
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        }
    }
    panic!("the job never ran through");
}

/// A portal whose plan for Kentucky locks logins after 60 days and disables members after 90 (ambiguity A-23).
fn app_that_locks(engine: Engine) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plans.toml");
    let profile = concat!(
        include_str!("../../../api/plans/ky.toml"),
        include_str!("../../../api/plans/ky-provider-types.toml")
    )
    .replace("members = { ", "members = { disable_after_days = 90, lock_after_days = 60, ")
    .replace("[credentialing", "[plan.credentialing");
    std::fs::write(&file, format!("[[plan]]\n{profile}")).unwrap();
    TestApp::start_with(engine, false, &[("PLANS_FILE", file.to_str().unwrap())])
}

on_both_engines!(d_17_locked_logins_do_not_hold_up_others, app_that_locks);
fn d_17_locked_logins_do_not_hold_up_others(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    for n in 0..51 {
        let _ = house.agent(&format!("Member N{n}"));
    }
    app.pass(Duration::days(1));
    let _ = house.agent("Lana Late");
    app.pass(Duration::days(59));
    let timetable = || {
        let outcome = jobs::run_if_due(&app.portal, JOB).unwrap().unwrap().outcome;
        (outcome["locked"], outcome["held_back"])
    };
    assert_eq!(timetable(), (0, 51), "so many wait for an operator");
    assert_eq!(sweep(app).outcome["locked"], 51, "who confirms");
    app.pass(Duration::days(1));
    assert_eq!(timetable(), (1, 0), "who is locked already is not counted again");
}

#[test]
fn d_17_the_timetable_waits_while_the_databases_clock_is_wrong() {
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
    let portal = instance_by(&app, Arc::new(Clock::system()));
    assert!(jobs::run_if_due(&portal, JOB).unwrap().is_none());
    assert_eq!(count(&app, "job_runs"), 0);
    let by_hand = jobs::run(&portal, JOB, JobTrigger::CommandLine, false, None).unwrap();
    assert!(by_hand.run.is_some());
}

on_both_engines!(a_23_a_plan_may_lock_logins_earlier, app_that_locks);
fn a_23_a_plan_may_lock_logins_earlier(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (idle, wanted) = (house.agent("Ida Idle"), house.agent("Wanda Wanted"));
    let locked =
        || app.inspector().texts("SELECT email AS value FROM users WHERE lock_reason = 'inactivity'");
    app.pass(Duration::days(59));
    assert_eq!(sweep(app).outcome["locked"], 0);
    let lakeside = app.organization("Lakeside", OrganizationKind::ProviderGroup, PlanCode::Cca);
    app.write(|tx| {
        let id = tx.new_id();
        tx.memberships().insert(&NewMembership {
            id,
            organization: lakeside.id,
            user: wanted.user,
            status: MembershipStatus::Active,
            roles: vec![Role::AccountUser],
            permissions: vec![],
        })
    });
    app.pass(Duration::days(1));
    let foreseen = jobs::run(&app.portal, JOB, JobTrigger::CommandLine, true, None).unwrap();
    assert_eq!((foreseen.outcome["would_lock"], foreseen.outcome["would_disable"]), (1, 0));
    let report = sweep(app);
    assert_eq!((report.outcome["locked"], report.outcome["disabled"]), (1, 0));
    assert_eq!(
        locked(),
        std::slice::from_ref(&idle.email),
        "nobody is locked out of where they were just let in"
    );
    let events = app.read(|tx| tx.audit().list(house.id, None, None, 10)).items;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].action.as_str(), &events[0].details),
        ("member.updated", &json!({"locked": "inactivity"}))
    );
    assert_eq!(sweep(app).outcome["locked"], 0, "twice is once");
    app.pass(Duration::days(30));
    assert_eq!(sweep(app).outcome["disabled"], 2);
    assert_eq!([&idle, &wanted].map(|person| status(app, person)), ["disabled", "disabled"]);
    assert_eq!(locked(), std::slice::from_ref(&idle.email));
}

#[test]
fn advancing_the_sandboxs_clock_runs_the_job() {
    let app = TestApp::start_sandbox();
    let active = |plan: &str| {
        let of_plan = format!("(SELECT id FROM organizations WHERE plan = '{plan}')");
        count(&app, &format!("memberships WHERE status = 'active' AND organization_id IN {of_plan}"))
    };
    let (kentucky, swept) = (active("ky"), active("lhcc") + active("ahw"));
    assert!(kentucky > 0 && swept > 0);
    let _ = app.anonymous().post("/api/v1/sandbox/clock/advance", &json!({"days": 100})).expect(200);
    assert_eq!((active("ky"), active("lhcc"), active("ahw")), (kentucky, 0, 0));
    let runs =
        "job_runs WHERE name = 'member_inactivity' AND trigger = 'sandbox' AND finished_at IS NOT NULL";
    assert_eq!(count(&app, runs), 2, "in the night that had something to do, and in the last one");
    assert_eq!(count(&app, "member_history WHERE action = 'disabled_for_inactivity'"), swept);
}
