//! Nothing is withdrawn for inactivity unless its last warning is at least 14 days old (domain rule
//!

use chrono::Duration;
use portal_domain::applications::inactivity::InactivityRule;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::ApplicationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_persistence::Engine;
use portal_tests::application_inactivity::{
    JOB, notices_of_kind, outcome_counts, reassign, record_activity, run_after, warned_days,
};
use portal_tests::database::is_tested;
use portal_tests::given::{Given, Organization, Person};
use portal_tests::life_cycle::{path, shown, step};
use portal_tests::transfer::{application, applications_file, import_csv, work_of};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

use super::application_inactivity::status;

/// Imports an application that has been inactive for 152 days.
fn imported(app: &TestApp, org: &Organization<'_>, agent: &Person<'_>) -> ApplicationId {
    let cells = [("date_of_initiation", "2025-08-01"), ("last_activity_at", "2025-09-02T16:00:00Z")];
    let file = applications_file(&[application(org, agent, "APP0152", &cells)]);
    assert_eq!(import_csv(app, &file).unwrap().new, 1);
    let found = app.read(|tx| tx.applications().listed_by_number(&["APP0152"]));
    found[0].id
}

/// The next automatic events of the application, and the days until its withdrawal.
fn outlook(agent: &Person<'_>, id: ApplicationId) -> (Value, Option<i64>) {
    let shown = shown(&agent.client(), id);
    (shown["lifecycle"]["next"].clone(), shown["days_until_withdrawal"].as_i64())
}

on_both_engines!(r_205_an_imported_application_inactive_for_152_days_is_warned_about_and_not_withdrawn);
fn r_205_an_imported_application_inactive_for_152_days_is_warned_about_and_not_withdrawn(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let id = imported(app, &org, &marcus);
    let withdrawal = json!({"action": "withdraw", "on": "2026-02-15"});
    let warning = json!({"action": "warn", "threshold_days": 60, "on": "2026-02-01"});
    assert_eq!(outlook(&marcus, id), (json!([warning, withdrawal]), Some(14)));

    assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 1, 0]);
    assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 0, 0], "the next run neither warns nor withdraws");

    assert_eq!(status(app, id), "in_progress");
    let notices = notices_of_kind(&marcus, "auto_withdrawal_warning");
    assert_eq!(notices.len(), 1);
    assert_eq!(
        notices[0]["text"],
        "Application APP0152 (Enrollment) for Doe, John had no activity for 152 days. It will be automatically withdrawn on \
         2026-02-15, unless there is activity before that day."
    );
    assert_eq!(outlook(&marcus, id), (json!([withdrawal]), Some(14)));
}

on_both_engines!(r_205_13_days_after_the_warning_is_too_early_and_14_days_after_it_withdraws);
fn r_205_13_days_after_the_warning_is_too_early_and_14_days_after_it_withdraws(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let id = imported(app, &org, &marcus);
    assert_eq!(run_after(app, 0), [0, 1, 0]);
    assert_eq!(run_after(app, 13), [0, 0, 0], "13 days");
    assert_eq!((status(app, id), outlook(&marcus, id).1), ("in_progress", Some(1)));
    // The 14th day begins at midnight in Kentucky.
    app.advance_to("2026-02-15T04:59:59Z");
    assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 0, 0]);
    app.advance_to("2026-02-15T05:00:00Z");
    assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 0, 1], "14 days");
    assert_eq!((status(app, id), outlook(&marcus, id)), ("withdrawn", (json!([]), None)));

    let history = app.read(|tx| tx.applications().history(id, None, 10)).items;
    let entries: Vec<_> = history.iter().map(|entry| (entry.action.as_str(), entry.version_after)).collect();
    assert_eq!(entries, [("withdrawn_automatically", 2), ("imported", 1)]);
    assert_eq!(
        history[0].detail.as_deref(),
        Some("no activity for 166 days; no warning was given at 30 days")
    );
    let events = app.read(|tx| tx.audit().list(org.id, None, None, 10)).items;
    let recorded: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(recorded, ["application.withdrawn_automatically", "application.warned"]);
    let told = json!([marcus.user.to_string()]);
    assert_eq!(
        events[0].details,
        json!({
            "days_inactive": 166, "from": "in_progress", "told": told, "warned_on": "2026-02-01",
            "missed_warnings": ["30"],
        })
    );
    assert_eq!(events[1].details, json!({"threshold_days": 60, "days_inactive": 152, "told": told}));
}

on_both_engines!(r_205_after_a_downtime_from_day_50_to_day_130_the_warning_comes_first);
fn r_205_after_a_downtime_from_day_50_to_day_130_the_warning_comes_first(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given::default());
    assert_eq!(run_after(app, 30), [1, 0, 0]);
    assert_eq!(run_after(app, 20), [0, 0, 0], "day 50, the last one before the downtime");
    assert_eq!(run_after(app, 80), [0, 1, 0], "day 130");
    assert_eq!((warned_days(&marcus), status(app, item.id)), (vec![30, 60], "in_progress"));
    for day in 131..=143 {
        assert_eq!(run_after(app, 1), [0, 0, 0], "day {day}");
    }
    assert_eq!(run_after(app, 1), [0, 0, 1], "day 144");
    let detail = app.read(|tx| tx.applications().history(item.id, None, 1)).items.remove(0).detail;
    assert_eq!(detail.as_deref(), Some("no activity for 144 days"), "no warning was missed");
}

on_both_engines!(r_205_a_warning_on_day_106_withdraws_on_day_120_and_one_on_day_107_delays_it);
fn r_205_a_warning_on_day_106_withdraws_on_day_120_and_one_on_day_107_delays_it(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let in_time = org.application(&marcus, Given { inactive_days: 106, ..Given::default() });
    let late = org.application(&marcus, Given { inactive_days: 107, ..Given::default() });
    assert_eq!(run_after(app, 0), [0, 2, 0]);
    let on_day = |item: portal_tests::given::Item| outlook(&marcus, item.id).0[0]["on"].clone();
    assert_eq!([in_time, late].map(on_day), ["2026-02-15", "2026-02-15"].map(Value::from));
    assert_eq!(run_after(app, 13), [0, 0, 0], "days 119 and 120");
    assert_eq!(run_after(app, 1), [0, 0, 2], "days 120 and 121");
}

on_both_engines!(r_205_work_after_a_late_warning_starts_a_new_period_with_its_own_warnings);
fn r_205_work_after_a_late_warning_starts_a_new_period_with_its_own_warnings(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let items = [(); 2].map(|()| org.application(&marcus, Given { inactive_days: 152, ..Given::default() }));
    assert_eq!(run_after(app, 0), [0, 2, 0]);
    // At the same instant as the warning.
    record_activity(app, items[0], &marcus);
    app.advance(Duration::days(13));
    record_activity(app, items[1], &marcus);
    assert!(
        notices_of_kind(&marcus, "auto_withdrawal_warning")
            .iter()
            .all(|notice| !notice["resolved_at"].is_null())
    );
    assert_eq!(run_after(app, 1), [0, 0, 0], "14 days after the warning");
    assert_eq!(run_after(app, 106), [0, 2, 0], "days 120 and 107 of the new periods, without a run before");
    assert_eq!(run_after(app, 13), [0, 0, 0]);
    assert_eq!(run_after(app, 1), [0, 0, 2]);
}

on_both_engines!(r_205_an_application_returned_after_its_warning_is_warned_about_again);
fn r_205_an_application_returned_after_its_warning_is_warned_about_again(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given = Given { inactive_days: 60, ..Given::default() };
    let item = org.application(&marcus, given);
    assert_eq!(run_after(app, 0), [0, 1, 0]);
    app.set_application_status(item.id, ApplicationStatus::Submitted);
    assert_eq!(run_after(app, 200), [0, 0, 0], "submitted");
    let _ = step(&app.staff("Rae Reviewer", PlatformRole::DmsReviewer), item.id, "return").expect(200);
    assert_eq!(outlook(&marcus, item.id).1, Some(120));
    assert_eq!(run_after(app, 120), [0, 1, 0], "the warning before the submission does not count");
    assert_eq!(run_after(app, 14), [0, 0, 1]);
}

on_both_engines!(r_205_a_restored_application_is_warned_about_again);
fn r_205_a_restored_application_is_warned_about_again(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given = Given { inactive_days: 120, warned_days_ago: Some(14), ..Given::default() };
    let item = org.application(&marcus, given);
    assert_eq!(run_after(app, 0), [0, 0, 1]);
    let _ = app.operator().post_empty(&path(item.id, "/restore")).expect(200);
    assert_eq!(run_after(app, 120), [0, 1, 0], "the warning before the withdrawal does not count");
    assert_eq!(run_after(app, 13), [0, 0, 0]);
    assert_eq!(run_after(app, 1), [0, 0, 1]);
}

on_both_engines!(r_205_r_027_the_warning_to_the_previous_agent_counts_after_a_reassignment);
fn r_205_r_027_the_warning_to_the_previous_agent_counts_after_a_reassignment(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given { inactive_days: 152, ..Given::default() });
    assert_eq!(run_after(app, 0), [0, 1, 0]);
    reassign(&org, &manager, item, &marcus, &priya);
    let work = work_of(&org, &manager, &priya);
    assert_eq!(work[0]["days_until_withdrawal"], 14, "the new agent sees the real day");
    assert_eq!(run_after(app, 13), [0, 0, 0], "the warning is not repeated");
    assert_eq!(run_after(app, 1), [0, 0, 1]);
    assert_eq!((warned_days(&marcus), warned_days(&priya)), (vec![60], vec![]));
}

on_both_engines!(r_205_an_application_that_is_not_due_yet_is_not_withdrawn_however_old_its_warning);
fn r_205_an_application_that_is_not_due_yet_is_not_withdrawn_however_old_its_warning(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given = Given { inactive_days: 119, warned_days_ago: Some(59), ..Given::default() };
    let item = org.application(&marcus, given);
    assert_eq!(run_after(app, 0), [0, 0, 0]);
    assert_eq!((status(app, item.id), run_after(app, 1)), ("in_progress", [0, 0, 1]));
}

on_both_engines!(r_205_an_upgrade_keeps_the_warnings_that_were_recorded_before_it);
fn r_205_an_upgrade_keeps_the_warnings_that_were_recorded_before_it(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given =
        |number: &str, inactive_days| Given { number: number.into(), inactive_days, ..Given::default() };
    let [_twice, _late, worked_on, _once] =
        [given("APP0030", 30), given("APP0152", 152), given("APP0060", 60), given("APP0001", 1)]
            .map(|given| org.application(&marcus, given));
    assert_eq!(run_after(app, 0), [1, 2, 0]);
    record_activity(app, worked_on, &marcus);
    assert_eq!(run_after(app, 30), [2, 1, 1], "the second warning of the first, and the withdrawal");
    let recorded = "SELECT application_number || ' ' || coalesce(CAST(warned_of_days AS text), '') || ' ' || \
                    coalesce(CAST(warned_at AS text), '') AS value FROM applications \
                    WHERE status = 'in_progress' ORDER BY application_number";
    let before = app.inspector().texts(recorded);
    assert_eq!(before.len(), 3);

    app.inspector().run(match app.engine {
        Engine::Sqlite => concat!(
            include_str!("../../../migrations/sqlite/2026-11-30-000007_warned_before_withdrawal/down.sql"),
            include_str!("../../../migrations/sqlite/2026-11-30-000007_warned_before_withdrawal/up.sql"),
        ),
        Engine::Postgres => concat!(
            include_str!("../../../migrations/postgres/2026-11-30-000007_warned_before_withdrawal/down.sql"),
            include_str!("../../../migrations/postgres/2026-11-30-000007_warned_before_withdrawal/up.sql"),
        ),
    });

    assert_eq!(app.inspector().texts(recorded), before);
    assert!(before[1].starts_with("APP0030 60 ") && before[0].starts_with("APP0001 30 "), "{before:?}");
}

/// A portal with Kentucky's profile, with one value replaced.
fn with_changed_plan(engine: Engine, value: &str, by: &str) -> TestApp {
    let profile = concat!(
        include_str!("../../../api/plans/ky.toml"),
        include_str!("../../../api/plans/ky-provider-types.toml"),
    );
    assert!(profile.contains(value), "{value}");
    let text = profile.replace(value, by).replace("[credentialing", "[plan.credentialing");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plans.toml");
    std::fs::write(&file, format!("[[plan]]\n{text}")).unwrap();
    TestApp::start_with(engine, false, &[("PLANS_FILE", file.to_str().unwrap())])
}

fn on_each_engine(test: impl Fn(Engine)) {
    [Engine::Sqlite, Engine::Postgres].into_iter().filter(|engine| is_tested(*engine)).for_each(test);
}

#[test]
fn r_205_the_plan_sets_the_days_between_the_warning_and_the_withdrawal() {
    on_each_engine(|engine| {
        let app = with_changed_plan(engine, "warned_at_least_days = 14", "warned_at_least_days = 21");
        let org = app.provider_group("Bluegrass");
        let _ = org.application(&org.agent("Marcus Webb"), Given { inactive_days: 152, ..Given::default() });
        assert_eq!(run_after(&app, 0), [0, 1, 0]);
        assert_eq!(run_after(&app, 20), [0, 0, 0]);
        assert_eq!(run_after(&app, 1), [0, 0, 1]);
    });
}

#[test]
fn r_205_a_05_a_reassignment_that_counts_as_activity_ends_the_warnings() {
    on_each_engine(|engine| {
        let app = with_changed_plan(engine, "counts_as_activity = false", "counts_as_activity = true");
        let org = app.provider_group("Bluegrass");
        let manager = org.manager("Debi Henderson");
        let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
        let item = org.application(&marcus, Given { inactive_days: 60, ..Given::default() });
        assert_eq!(run_after(&app, 0), [0, 1, 0]);
        app.advance(Duration::days(59));
        reassign(&org, &manager, item, &marcus, &priya);
        assert!(!notices_of_kind(&marcus, "auto_withdrawal_warning")[0]["resolved_at"].is_null());
        assert_eq!(run_after(&app, 1), [0, 0, 0], "day 120 of the previous period of inactivity");
        assert_eq!(run_after(&app, 119), [0, 1, 0], "day 120 of the new period");
        assert_eq!(warned_days(&priya), [60]);
    });
}

on_both_engines!(r_205_the_at_risk_count_agrees_with_the_days_until_withdrawal);
fn r_205_the_at_risk_count_agrees_with_the_days_until_withdrawal(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    for inactive_days in [80, 89, 90, 105, 106, 112, 113, 114, 119, 125] {
        for warned_days_ago in [None, Some(0), Some(6), Some(7), Some(8), Some(30)] {
            let _ = org.application(&marcus, Given { inactive_days, warned_days_ago, ..Given::default() });
        }
    }
    let now = app.now();
    let plan = app.portal.plans.get(PlanCode::Ky).unwrap();
    let facts: Vec<_> = app
        .read(|tx| tx.applications().withdrawable_of(org.id, 100))
        .items
        .into_iter()
        .map(|(one, _)| one.facts)
        .collect();
    assert_eq!(facts.len(), 60);
    for at_risk_within_days in [0, 7, 13, 14, 30, 40] {
        let rule = InactivityRule { at_risk_within_days, ..plan.inactivity };
        let expected = facts.iter().filter(|facts| {
            let left = rule.inactivity(facts, now, plan.time_zone).days_until_withdrawal.unwrap();
            left <= i64::from(at_risk_within_days)
        });
        let condition = rule.at_risk(now, plan.time_zone);
        let cells = app.read(|tx| tx.applications().workload(org.id, &[marcus.membership], condition));
        let counted: i64 = cells.iter().map(|(_, cell)| cell.at_risk).sum();
        assert_eq!(counted, i64::try_from(expected.count()).unwrap(), "within {at_risk_within_days} days");
    }
}
