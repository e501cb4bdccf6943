//! Applications that inactivity: warnings after 30 and 60 days, withdrawal after 120, and the way back (domain rules,
//! R-027; flow F-07; decisions D-15, D-17).

use std::sync::Arc;

use chrono::Duration;
use portal_api::background::jobs;
use portal_api::portal::clock::Clock;
use portal_api::portal::jobs::JobReport;
use portal_api::portal::keys::Keys;
use portal_api::portal::state::Portal;
use portal_domain::Instant;
use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::Engine;
use portal_persistence::applications::applications::{NewApplication, Step};
use portal_persistence::platform::audit::ChainState;
use portal_tests::database::is_tested;
use portal_tests::given::{Given, House, Item, Person, reassignment};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const JOB: JobName = JobName::ApplicationInactivity;
const RUN: &str = "/api/v1/system/jobs/application_inactivity/run";

pub(crate) fn operator(app: &TestApp) -> Client {
    app.signed_in(app.platform_user("Ruth Delgado", &[PlatformRole::Operator]))
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Sets the clock.
fn set(app: &TestApp, text: &str) {
    app.pass(at(text) - app.now());
}

pub(crate) fn sweep(app: &TestApp) -> JobReport {
    jobs::run(&app.portal, JOB, JobTrigger::CommandLine, false, None).unwrap()
}

/// How many were warned for the first and the second time, and withdrawn.
fn done(report: &JobReport) -> [i64; 3] {
    ["first_warnings", "second_warnings", "withdrawn"].map(|word| report.outcome[word])
}

/// Lets so many days pass, and sweeps.
fn after(app: &TestApp, days: i64) -> [i64; 3] {
    app.pass(Duration::days(days));
    done(&sweep(app))
}

fn one_text(app: &TestApp, query: &str) -> String {
    let mut texts = app.inspector().texts(query);
    assert_eq!(texts.len(), 1, "{query}");
    texts.remove(0)
}

fn count(app: &TestApp, rows: &str) -> i64 {
    one_text(app, &format!("SELECT CAST(count(*) AS text) AS value FROM {rows}")).parse().unwrap()
}

fn status(app: &TestApp, id: ApplicationId) -> &'static str {
    app.read(|tx| tx.applications().find(id)).unwrap().status.as_str()
}

pub(crate) fn path(item: Item, inactivity: &str) -> String {
    format!("/api/v1/applications/{}{inactivity}", item.id)
}

/// What somebody was told of that kind, oldest first.
fn told(person: &Person<'_>, kind: &str) -> Vec<Value> {
    let mut notices = person.client().all("/api/v1/notifications");
    notices.retain(|notice| notice["kind"] == kind);
    notices.reverse();
    notices
}

/// The days of which somebody was warned, oldest first.
fn warned(person: &Person<'_>) -> Vec<i64> {
    told(person, "auto_withdrawal_warning")
        .iter()
        .map(|notice| notice["threshold_days"].as_i64().unwrap())
        .collect()
}

/// Somebody works on an application.
pub(crate) fn work_on(app: &TestApp, item: Item, by: &Person<'_>) {
    let version = app.read(|tx| tx.applications().find(item.id)).unwrap().version;
    app.write(|tx| {
        tx.applications().step(&Step {
            application: item.id,
            version,
            status: None,
            is_activity: true,
            action: HistoryAction::Saved,
            actor: (Some(by.user), &by.name),
            detail: None,
        })
    });
}

/// Moves an application from one agent to another.
pub(crate) fn moves(house: &House<'_>, manager: &Person<'_>, item: Item, from: &Person<'_>, to: &Person<'_>) {
    let version = manager.client().get(&path(item, "")).expect(200).json()["version"].as_i64().unwrap();
    let body = reassignment(from, to, &[Item { version, ..item }]);
    let _ = manager.client().post(&house.path("/reassignments"), &body).expect(201);
}

/// An application about a Medicaid ID that is not the organization's own.
pub(crate) fn about(
    app: &TestApp,
    house: &House<'_>,
    agent: &Person<'_>,
    application_type: ApplicationType,
    (number, medicaid_id): (&str, &str),
) -> Item {
    let id = app.write(|tx| {
        let id = tx.new_id();
        let now = tx.now();
        tx.applications().insert(&NewApplication {
            id,
            organization: house.id,
            application_type,
            application_number: number.into(),
            status: ApplicationStatus::InProgress,
            medicaid_id: Some(medicaid_id.into()),
            provider_name: "Doe, John".into(),
            provider_type: ("64".into(), "Physician individual".into()),
            npi: None,
            npi_valid: false,
            date_of_initiation: now.date_naive(),
            initiated_by: (agent.user, agent.name.clone()),
            assigned_to: agent.membership,
            last_activity_at: now,
            category: MedicaidIdCategory::Individual,
            requested_effective_date: None,
            origin: HistoryAction::Started,
        })?;
        Ok(id)
    });
    Item { id, version: 1 }
}

/// Another instance of the portal, on the same database.
fn instance_by(app: &TestApp, clock: Arc<Clock>) -> Portal {
    let settings = app.portal.settings.clone();
    let keys = Keys::parse(settings.keys.as_deref().unwrap()).unwrap();
    Portal::new(settings, keys, clock, None).unwrap()
}

on_both_engines!(r_060_r_062_a_07_day_30_and_60_warn_day_119_is_open_and_day_120_withdraws);
fn r_060_r_062_a_07_day_30_and_60_warn_day_119_is_open_and_day_120_withdraws(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, Given { number: "APP0543".into(), ..Given::default() });
    assert_eq!(after(app, 29), [0, 0, 0], "day 29");
    assert_eq!(after(app, 1), [1, 0, 0], "day 30");
    assert_eq!(after(app, 1), [0, 0, 0], "day 31");
    assert_eq!(after(app, 28), [0, 0, 0], "day 59");
    assert_eq!(after(app, 1), [0, 1, 0], "day 60");
    assert_eq!(after(app, 1), [0, 0, 0], "day 61");
    assert_eq!(after(app, 58), [0, 0, 0], "day 119");
    assert_eq!(status(app, item.id), "in_progress");
    let warnings = told(&marcus, "auto_withdrawal_warning");
    let texts: Vec<_> = warnings.iter().map(|notice| notice["text"].as_str().unwrap()).collect();
    assert_eq!(texts, [30, 60].map(|days| format!(
        "Application APP0543 (Enrollment) for Doe, John had no activity for {days} days. It will be automatically withdrawn \
         if there is no activity for 120 days, on 2026-06-01."
    )));
    assert!(
        warnings.iter().all(|notice| notice["resolved_at"].is_null() && notice["channel"] == "dashboard")
    );
    assert_eq!(after(app, 1), [0, 0, 1], "day 120");
    assert_eq!(status(app, item.id), "withdrawn");
    assert!(
        told(&marcus, "auto_withdrawal_warning")
            .iter()
            .all(|notice| notice["resolved_at"] == "2026-06-01T17:00:00Z")
    );
}

on_both_engines!(f_07_n_03_an_automatic_withdrawal_leaves_its_traces);
fn f_07_n_03_an_automatic_withdrawal_leaves_its_traces(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let given =
        Given { number: "APP0543".into(), status: ApplicationStatus::ReturnedToProvider, ..Given::default() };
    let item = house.application(&marcus, given);
    assert_eq!([30, 30, 60].map(|days| after(app, days)), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    let found = app.read(|tx| tx.applications().find(item.id)).unwrap();
    assert_eq!((found.status, found.version), (ApplicationStatus::Withdrawn, 2));
    let withdrawal = found.withdrawal;
    assert_eq!(withdrawal.kind.map(|kind| kind.as_str()), Some("automatic"));
    assert_eq!(
        (withdrawal.at, withdrawal.by_name.as_deref()),
        (Some(app.now()), Some("automatic withdrawal"))
    );
    assert_eq!(withdrawal.status_before, Some(ApplicationStatus::ReturnedToProvider));
    let history = app.read(|tx| tx.applications().history(item.id, None, 10)).items;
    let entries: Vec<_> = history
        .iter()
        .map(|entry| (entry.action.as_str(), entry.actor_name.as_str(), entry.version_after))
        .collect();
    assert_eq!(
        entries,
        [("withdrawn_automatically", "automatic withdrawal", 2), ("started", "Marcus Webb", 1)]
    );
    assert_eq!(history[0].detail.as_deref(), Some("no activity for 120 days"));
    let notices = told(&marcus, "application_withdrawn");
    assert_eq!(notices.len(), 1, "who started it and works on it hears once");
    assert_eq!(
        notices[0]["text"],
        "Application APP0543 (Enrollment) for Doe, John was automatically withdrawn on 2026-06-01: it had no activity for 120 days."
    );
    let events = app.read(|tx| tx.audit().list(house.id, None, None, 10)).items;
    let recorded: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(recorded, ["application.withdrawn_automatically", "application.warned", "application.warned"]);
    assert!(events.iter().all(|event| event.object == item.id.to_string() && event.actor_user.is_none()));
    assert_eq!(events[0].actor_name, "application_inactivity job");
    let marcus = marcus.user.to_string();
    assert_eq!(
        events[0].details,
        json!({"days_inactive": 120, "from": "returned_to_provider", "told": [marcus]})
    );
    assert_eq!(events[2].details, json!({"threshold_days": 30, "days_inactive": 30, "told": [marcus]}));
    assert_eq!(app.read(|tx| tx.audit().verify(&house.id.to_string())), ChainState::Intact { events: 3 });
}

on_both_engines!(r_061_what_waits_for_the_department_or_is_decided_never_rests);
fn r_061_what_waits_for_the_department_or_is_decided_never_rests(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let others = ApplicationStatus::ALL.iter().filter(|status| !status.is_auto_withdrawable());
    let items: Vec<_> = others
        .map(|status| {
            (
                house.application(&marcus, Given { status: *status, rested_days: 400, ..Given::default() }),
                status.as_str(),
            )
        })
        .collect();
    assert_eq!(items.len(), 5);
    assert_eq!(after(app, 0), [0, 0, 0]);
    assert_eq!(after(app, 120), [0, 0, 0]);
    items.iter().for_each(|(item, before)| assert_eq!(status(app, item.id), *before));
    assert!(marcus.client().all("/api/v1/notifications").is_empty());
}

on_both_engines!(r_063_all_eight_types_are_warned_of_and_withdrawn);
fn r_063_all_eight_types_are_warned_of_and_withdrawn(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    for application_type in ApplicationType::ALL {
        let _ = house.application(&marcus, Given { application_type: *application_type, ..Given::default() });
    }
    assert_eq!(after(app, 30), [8, 0, 0]);
    assert_eq!(after(app, 30), [0, 8, 0]);
    assert_eq!(after(app, 60), [0, 0, 8]);
    assert_eq!((warned(&marcus).len(), told(&marcus, "application_withdrawn").len()), (16, 8));
}

on_both_engines!(r_060_the_dates_of_the_documents_come_by_the_timetable);
fn r_060_the_dates_of_the_documents_come_by_the_timetable(app: &TestApp) {
    set(app, "2023-07-01T16:00:00Z");
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let run = || jobs::run_if_due(&app.portal, JOB).unwrap().map(|report| done(&report));
    assert_eq!(run(), Some([0, 0, 0]), "never run before");
    let july = house.application(&marcus, Given::default());
    set(app, "2023-08-02T16:00:00Z");
    assert_eq!(run(), Some([1, 0, 0]), "the 31st of July was missed: caught up on");
    let august = house.application(&marcus, Given::default());
    // Each of these days begins at midnight in New York; half past four is 08:30 in UTC, and 09:30 from the 5th of November on.
    for (day, hour, expected) in [
        ("2023-08-29", 8, [0, 0, 0]),
        ("2023-08-30", 8, [0, 1, 0]),
        ("2023-09-01", 8, [1, 0, 0]),
        ("2023-09-30", 8, [0, 0, 0]),
        ("2023-10-01", 8, [0, 1, 0]),
        ("2023-10-28", 8, [0, 0, 0]),
        ("2023-10-29", 8, [0, 0, 1]),
        ("2023-11-29", 9, [0, 0, 0]),
        ("2023-11-30", 9, [0, 0, 1]),
    ] {
        // Late in the evening before, which catches up on the nights in between.
        set(app, &format!("{day}T03:59:59Z"));
        assert_eq!(run().unwrap_or_default(), [0, 0, 0], "{day}");
        set(app, &format!("{day}T0{hour}:29:59Z"));
        assert_eq!(run(), None, "{day}");
        set(app, &format!("{day}T0{hour}:30:00Z"));
        assert_eq!(run(), Some(expected), "{day}");
        assert_eq!(run(), None, "{day}");
    }
    assert_eq!([july, august].map(|item| status(app, item.id)), ["withdrawn"; 2]);
}

on_both_engines!(r_060_120_days_from_the_15th_of_july_2023_cross_the_clock_change);
fn r_060_120_days_from_the_15th_of_july_2023_cross_the_clock_change(app: &TestApp) {
    set(app, "2023-07-15T16:00:00Z");
    let house = app.provider_group("Bluegrass");
    let item = house.application(&house.agent("Marcus Webb"), Given::default());
    set(app, "2023-11-12T04:59:59Z");
    assert_eq!(done(&sweep(app))[2], 0, "day 119 ends at midnight in Kentucky");
    assert_eq!(status(app, item.id), "in_progress");
    set(app, "2023-11-12T05:00:00Z");
    assert_eq!(done(&sweep(app))[2], 1);
    assert_eq!(status(app, item.id), "withdrawn");
}

on_both_engines!(r_062_after_an_outage_only_the_highest_stage_is_told);
fn r_062_after_an_outage_only_the_highest_stage_is_told(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let _ = house.application(&marcus, Given::default());
    assert_eq!(after(app, 61), [0, 1, 0]);
    assert_eq!(warned(&marcus), [60]);
    assert_eq!(after(app, 1), [0, 0, 0], "the first one is not given any more");
    let text = told(&marcus, "auto_withdrawal_warning").remove(0)["text"].as_str().unwrap().to_owned();
    assert!(text.contains("had no activity for 61 days") && text.contains("on 2026-06-01"), "{text}");
}

on_both_engines!(r_062_what_is_due_for_withdrawal_gets_no_late_warning_and_the_history_says_so);
fn r_062_what_is_due_for_withdrawal_gets_no_late_warning_and_the_history_says_so(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, Given::default());
    assert_eq!(after(app, 130), [0, 0, 1]);
    assert!(warned(&marcus).is_empty());
    let entry = app.read(|tx| tx.applications().history(item.id, None, 1)).items.remove(0);
    assert_eq!(
        entry.detail.as_deref(),
        Some("no activity for 130 days; no warning was given at 30 and 60 days")
    );
    let event = app.read(|tx| tx.audit().list(house.id, None, None, 1)).items.remove(0);
    assert_eq!(
        (&event.details["missed_warnings"], &event.details["days_inactive"]),
        (&json!(["30", "60"]), &json!(130))
    );
}

on_both_engines!(r_062_running_again_changes_nothing);
fn r_062_running_again_changes_nothing(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    for rested_days in [29, 30, 60, 120] {
        let _ = house.application(&marcus, Given { rested_days, ..Given::default() });
    }
    assert_eq!(done(&sweep(app)), [1, 1, 1]);
    let counts = || {
        ["notifications", "application_history", "audit_events", "applications WHERE version = 1"]
            .map(|rows| count(app, rows))
    };
    let before = counts();
    assert_eq!(before, [3, 5, 3, 3]);
    for _ in 0..3 {
        assert_eq!(done(&sweep(app)), [0, 0, 0]);
        assert_eq!(counts(), before);
    }
    assert_eq!(count(app, "job_runs WHERE finished_at IS NOT NULL"), 4);
}

on_both_engines!(r_062_r_064_activity_closes_the_warnings_and_restarts_the_count);
fn r_062_r_064_activity_closes_the_warnings_and_restarts_the_count(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, Given::default());
    assert_eq!(after(app, 30), [1, 0, 0]);
    assert_eq!(after(app, 30), [0, 1, 0]);
    app.pass(Duration::days(59));
    work_on(app, item, &marcus);
    assert!(
        told(&marcus, "auto_withdrawal_warning")
            .iter()
            .all(|notice| notice["resolved_at"] == "2026-05-31T17:00:00Z")
    );
    assert!(marcus.client().all("/api/v1/notifications?unresolved=true").is_empty());
    assert_eq!(after(app, 1), [0, 0, 0], "day 120 of the inactivity before");
    assert_eq!(after(app, 28), [0, 0, 0], "day 29");
    assert_eq!(after(app, 1), [1, 0, 0], "day 30");
    assert_eq!(after(app, 89), [0, 1, 0], "day 119, and nobody looked on day 60");
    assert_eq!(after(app, 1), [0, 0, 1], "day 120");
    assert_eq!(warned(&marcus), [30, 60, 30, 60]);
    let detail = app.read(|tx| tx.applications().history(item.id, None, 1)).items.remove(0).detail;
    assert_eq!(detail.as_deref(), Some("no activity for 120 days"), "of this inactivity");
}

on_both_engines!(r_064_a_return_on_day_119_restarts_the_count);
fn r_064_a_return_on_day_119_restarts_the_count(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let given = Given { status: ApplicationStatus::Submitted, rested_days: 119, ..Given::default() };
    let item = house.application(&marcus, given);
    let reviewer = app.signed_in(app.platform_user("Rae Reviewer", &[PlatformRole::DmsReviewer]));
    let _ = reviewer.post(&path(item, "/return"), &json!({"reason": "The license has expired."})).expect(200);
    assert_eq!(after(app, 1), [0, 0, 0]);
    assert_eq!(after(app, 28), [0, 0, 0], "day 29");
    assert_eq!(after(app, 1), [1, 0, 0], "day 30");
    assert_eq!(after(app, 90), [0, 0, 1], "day 120");
    assert_eq!(status(app, item.id), "withdrawn");
}

on_both_engines!(r_064_a_05_neither_reading_nor_moving_restarts_the_count);
fn r_064_a_05_neither_reading_nor_moving_restarts_the_count(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson");
    let (marcus, priya) = (house.agent("Marcus Webb"), house.agent("Priya Nair"));
    let item = house.application(&marcus, Given::default());
    app.pass(Duration::days(119));
    let _ = marcus.client().get(&path(item, "")).expect(200);
    let _ = marcus.client().all("/api/v1/notifications");
    moves(&house, &manager, item, &marcus, &priya);
    assert_eq!(after(app, 1), [0, 0, 1]);
}

on_both_engines!(r_027_after_a_move_on_day_45_the_60_day_notice_goes_to_the_new_agent);
fn r_027_after_a_move_on_day_45_the_60_day_notice_goes_to_the_new_agent(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson");
    let (marcus, priya) = (house.agent("Marcus Webb"), house.agent("Priya Nair"));
    let item = house.application(&marcus, Given::default());
    assert_eq!(after(app, 30), [1, 0, 0]);
    app.pass(Duration::days(15));
    moves(&house, &manager, item, &marcus, &priya);
    assert_eq!(after(app, 0), [0, 0, 0], "the 30-day notice is not given twice");
    assert_eq!(after(app, 15), [0, 1, 0]);
    assert_eq!((warned(&marcus), warned(&priya)), (vec![30], vec![60]));
    assert_eq!(after(app, 60), [0, 0, 1]);
    let withdrawn = [&marcus, &priya].map(|person| told(person, "application_withdrawn").len());
    assert_eq!(withdrawn, [1, 1], "who started it and who works on it (N-03)");
}

on_both_engines!(r_027_after_two_moves_only_the_last_agent_is_warned);
fn r_027_after_two_moves_only_the_last_agent_is_warned(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson");
    let [a, b, c] = ["Ann A", "Ben B", "Cay C"].map(|name| house.agent(name));
    let item = house.application(&a, Given::default());
    moves(&house, &manager, item, &a, &b);
    moves(&house, &manager, item, &b, &c);
    assert_eq!(after(app, 30), [1, 0, 0]);
    assert_eq!([&a, &b, &c].map(warned), [vec![], vec![], vec![30]]);
}

on_both_engines!(r_027_moved_back_only_the_first_agent_is_warned);
fn r_027_moved_back_only_the_first_agent_is_warned(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson");
    let (a, b) = (house.agent("Ann A"), house.agent("Ben B"));
    let item = house.application(&a, Given::default());
    moves(&house, &manager, item, &a, &b);
    moves(&house, &manager, item, &b, &a);
    assert_eq!(after(app, 30), [1, 0, 0]);
    assert_eq!(after(app, 30), [0, 1, 0]);
    assert_eq!([&a, &b].map(warned), [vec![30, 60], vec![]]);
}

on_both_engines!(n_02_where_the_agent_cannot_act_the_managers_are_warned);
fn n_02_where_the_agent_cannot_act_the_managers_are_warned(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let managers = ["Debi Henderson", "Mo Manager"].map(|name| house.manager(name));
    let (marcus, left) = (house.agent("Marcus Webb"), house.agent("Tom Ashby"));
    let _ = house.application(&left, Given::default());
    app.write(|tx| tx.memberships().set_status(left.membership, MembershipStatus::Disabled));
    let _ = about(app, &house, &marcus, ApplicationType::Maintenance, ("APP9001", "7100099001"));
    let _ = about(app, &house, &marcus, ApplicationType::Enrollment, ("APP9002", "7100099001"));
    assert_eq!(after(app, 30), [3, 0, 0]);
    assert_eq!(warned(&marcus), [30], "an enrollment needs no access (A-16)");
    managers.iter().for_each(|manager| assert_eq!(warned(manager), [30, 30]));
    assert_eq!(done(&sweep(app)), [0, 0, 0]);
    assert_eq!(count(app, "notifications"), 5);
}

on_both_engines!(n_03_who_started_it_hears_of_the_withdrawal_even_without_the_work);
fn n_03_who_started_it_hears_of_the_withdrawal_even_without_the_work(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson");
    let (marcus, left) = (house.agent("Marcus Webb"), house.agent("Tom Ashby"));
    let item = house.application(&marcus, Given::default());
    moves(&house, &manager, item, &marcus, &left);
    app.write(|tx| tx.memberships().set_status(left.membership, MembershipStatus::Revoked));
    assert_eq!(after(app, 120), [0, 0, 1]);
    let heard = [&marcus, &manager].map(|person| told(person, "application_withdrawn").len());
    assert_eq!(heard, [1, 1], "the manager in place of the agent who left");
    assert_eq!(count(app, "notifications WHERE kind = 'application_withdrawn'"), 2);
}

on_both_engines!(whoever_works_on_it_meanwhile_keeps_it);
fn whoever_works_on_it_meanwhile_keeps_it(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let items = [(); 2].map(|()| house.application(&marcus, Given { rested_days: 130, ..Given::default() }));
    let before = app.now() - Duration::days(100);
    let found = app.read(|tx| tx.applications().idle(PlanCode::Ky, before, None, 10));
    assert_eq!(found.len(), 2);
    work_on(app, items[0], &marcus);
    let left = app.write(|tx| tx.applications().still_idle(&found, before));
    assert_eq!(left.iter().map(|application| application.id).collect::<Vec<_>>(), [items[1].id]);
    assert_eq!(done(&sweep(app)), [0, 0, 1]);
    assert_eq!(items.map(|item| status(app, item.id)), ["in_progress", "withdrawn"]);
}

on_both_engines!(d_17_suspiciously_many_withdrawals_wait_for_an_operator_and_warnings_do_not);
fn d_17_suspiciously_many_withdrawals_wait_for_an_operator_and_warnings_do_not(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    for _ in 0..51 {
        let _ = house.application(&marcus, Given { rested_days: 120, ..Given::default() });
    }
    let _ = house.application(&marcus, Given { rested_days: 30, ..Given::default() });
    let report = jobs::run_if_due(&app.portal, JOB).unwrap().unwrap();
    assert_eq!((done(&report), report.outcome["held_back"]), ([1, 0, 0], 51));
    assert_eq!(warned(&marcus), [30], "what waits is not warned of");
    assert!(jobs::run_if_due(&app.portal, JOB).unwrap().is_none(), "not every minute");
    let confirmed = operator(app).post(RUN, &json!({"dry_run": false})).expect(200).json();
    assert_eq!(
        confirmed["outcome"],
        json!({"first_warnings": 0, "second_warnings": 0, "withdrawn": 51, "held_back": 0})
    );
    assert_eq!(count(app, "applications WHERE status = 'withdrawn'"), 51);
}

on_both_engines!(d_17_fifty_withdrawals_do_not_wait);
fn d_17_fifty_withdrawals_do_not_wait(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    for _ in 0..50 {
        let _ = house.application(&marcus, Given { rested_days: 120, ..Given::default() });
    }
    let report = jobs::run_if_due(&app.portal, JOB).unwrap().unwrap();
    assert_eq!((done(&report), report.outcome["held_back"]), ([0, 0, 50], 0));
}

on_both_engines!(f_07_a_dry_run_tells_what_would_be_done_and_changes_nothing);
fn f_07_a_dry_run_tells_what_would_be_done_and_changes_nothing(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let given = [(29, "APP8029"), (31, "APP8031"), (60, "APP8060"), (125, "APP8125")];
    for (rested_days, number) in given {
        let _ = house.application(&marcus, Given { rested_days, number: number.into(), ..Given::default() });
    }
    let client = operator(app);
    let before = app.fingerprint();
    let report = client.post(RUN, &json!({"dry_run": true})).expect(200).json();
    assert!(app.fingerprint() == before, "nothing changed");
    assert_eq!(report["outcome"], json!({"would_warn": 2, "would_withdraw": 1}));
    assert_eq!((&report["items"], &report["truncated"]), (&json!([]), &json!(false)));
    let told: Vec<_> = report["applications"]
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
        told,
        [
            json!(["APP8125", "withdraw", null, 125, "2026-01-27"]),
            json!(["APP8060", "warn", 60, 60, "2026-04-02"]),
            json!(["APP8031", "warn", 30, 31, "2026-05-01"]),
        ]
    );
    assert_eq!(done(&sweep(app)), [1, 1, 1], "and so it is");
}

on_both_engines!(what_is_to_come_stands_with_the_application);
fn what_is_to_come_stands_with_the_application(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, Given { rested_days: 31, ..Given::default() });
    let lifecycle = || marcus.client().get(&path(item, "")).expect(200).json()["lifecycle"].clone();
    assert_eq!(
        lifecycle(),
        json!({
            "last_activity_at": "2026-01-01T17:00:00Z",
            "next": [
                {"action": "warn", "threshold_days": 60, "on": "2026-03-02"},
                {"action": "withdraw", "on": "2026-05-01"},
            ],
        })
    );
    assert_eq!(after(app, 89), [0, 0, 1]);
    assert_eq!(lifecycle()["next"], json!([]));
    assert_eq!(lifecycle()["restorable_until"], "2026-05-08T17:00:00Z");
    app.pass(Duration::days(7));
    assert!(lifecycle()["restorable_until"].is_null());
}

on_both_engines!(d_17_an_operator_takes_an_automatic_withdrawal_back);
fn d_17_an_operator_takes_an_automatic_withdrawal_back(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let given =
        Given { status: ApplicationStatus::ReturnedToProvider, number: "APP0543".into(), ..Given::default() };
    let item = house.application(&marcus, given);
    assert_eq!([30, 30, 60].map(|days| after(app, days)), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    app.pass(Duration::days(7) - Duration::microseconds(1));
    let client = operator(app);
    let events = app.audit_events();
    let restored = client.post_empty(&path(item, "/restore")).expect(200).json();
    assert_eq!(app.audit_events(), events + 1);
    assert_eq!(
        (&restored["application_status"], &restored["version"]),
        (&json!("returned_to_provider"), &json!(3))
    );
    assert_eq!(restored["days_inactive"], 0);
    let found = app.read(|tx| tx.applications().find(item.id)).unwrap();
    assert!(
        found.withdrawal.kind.is_none()
            && found.withdrawal.at.is_none()
            && found.withdrawal.status_before.is_none()
    );
    let entry = app.read(|tx| tx.applications().history(item.id, None, 1)).items.remove(0);
    assert_eq!((entry.action.as_str(), entry.actor_name.as_str()), ("restored", "Ruth Delgado"));
    let notices = told(&marcus, "application_restored");
    assert_eq!(notices.len(), 1);
    assert_eq!(
        notices[0]["text"],
        "Application APP0543 (Enrollment) for Doe, John is Returned to Provider again: its automatic withdrawal was taken back. The days without activity count anew."
    );
    let again = client.post_empty(&path(item, "/restore")).problem(409, "not_restorable");
    assert_eq!(again["reasons"], json!(["not_withdrawn_automatically"]));
    assert_eq!(after(app, 29), [0, 0, 0]);
    assert_eq!(after(app, 1), [1, 0, 0], "the count restarted");
    assert_eq!(after(app, 90), [0, 0, 1], "and it may be withdrawn again");
    assert_eq!(told(&marcus, "application_withdrawn").len(), 2);
}

on_both_engines!(d_17_seven_days_later_nothing_is_taken_back);
fn d_17_seven_days_later_nothing_is_taken_back(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let item = house.application(&house.agent("Marcus Webb"), Given::default());
    assert_eq!(after(app, 120), [0, 0, 1]);
    app.pass(Duration::days(7));
    let client = operator(app);
    let before = app.fingerprint();
    let refused = client.post_empty(&path(item, "/restore")).problem(409, "not_restorable");
    assert_eq!(refused["reasons"], json!(["restoration_expired"]));
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(d_17_only_operators_take_back_and_only_what_the_job_did);
fn d_17_only_operators_take_back_and_only_what_the_job_did(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (manager, marcus) = (house.manager("Debi Henderson"), house.agent("Marcus Webb"));
    let given = Given { status: ApplicationStatus::ReturnedToProvider, ..Given::default() };
    let (automatic, manual) = (house.application(&marcus, given.clone()), house.application(&marcus, given));
    let _ = marcus.client().post(&path(manual, "/withdraw"), &json!({})).expect(200);
    assert_eq!(after(app, 120), [0, 0, 1]);
    let staff = app.signed_in(app.platform_user("Pam Staff", &[PlatformRole::PlanStaff]));
    let (client, manager, marcus) = (operator(app), manager.client(), marcus.client());
    let before = app.fingerprint();
    for stranger in [&staff, &manager, &marcus] {
        let _ = stranger.post_empty(&path(automatic, "/restore")).problem(403, "role_required");
    }
    let refused = client.post_empty(&path(manual, "/restore")).problem(409, "not_restorable");
    assert_eq!(refused["reasons"], json!(["not_withdrawn_automatically"]));
    let unknown = Item { id: "app_01h455vb4pex5vsknk084sn02q".parse().unwrap(), version: 1 };
    let _ = client.post_empty(&path(unknown, "/restore")).problem(404, "not_found");
    let _ = app.anonymous().post_empty(&path(automatic, "/restore")).problem(401, "unauthenticated");
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(r_075_a_revalidation_is_not_restored_beside_another_one);
fn r_075_a_revalidation_is_not_restored_beside_another_one(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let old = about(app, &house, &marcus, ApplicationType::Revalidation, ("APP9001", "7100099001"));
    assert_eq!(after(app, 120), [0, 0, 1]);
    let new = about(app, &house, &marcus, ApplicationType::Revalidation, ("APP9002", "7100099001"));
    let client = operator(app);
    let before = app.fingerprint();
    let refused = client.post_empty(&path(old, "/restore")).problem(409, "open_item_exists");
    assert_eq!(refused["application_number"], "APP9002");
    assert!(app.fingerprint() == before, "nothing changed");
    app.write(|tx| tx.applications().set_status(new.id, ApplicationStatus::Denied));
    let _ = client.post_empty(&path(old, "/restore")).expect(200);
}

#[test]
fn d_17_nothing_is_withdrawn_by_the_timetable_while_the_databases_clock_is_wrong() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let app = TestApp::start(Engine::Postgres);
    let house = app.provider_group("Bluegrass");
    let item = house.application(&house.agent("Marcus Webb"), Given { rested_days: 130, ..Given::default() });
    app.inspector().run(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
         AS $f$ SELECT pg_catalog.clock_timestamp() - interval '2 minutes' $f$; \
         DO $d$ BEGIN \
         EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); \
         END $d$",
    );
    let portal = instance_by(&app, Arc::new(Clock::system()));
    assert!(jobs::run_if_due(&portal, JOB).unwrap().is_none());
    assert_eq!((count(&app, "job_runs"), status(&app, item.id)), (0, "in_progress"));
}
