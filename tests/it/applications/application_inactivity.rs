//! Inactive applications: warnings after 30 and 60 days, withdrawal after 120 (domain rules R-060
//! to R-064; flow F-07).

use chrono::Duration;

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::identity::user::PlatformRole;
use portal_persistence::platform::audit::ChainState;
use portal_tests::application_inactivity::{
    JOB, notices_of_kind, outcome_counts, reassign, record_activity, run_after, warned_days,
};
use portal_tests::given::Given;
use portal_tests::life_cycle::path;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

pub(super) fn status(app: &TestApp, id: ApplicationId) -> &'static str {
    app.read(|tx| tx.applications().find(id)).unwrap().status.as_str()
}

on_both_engines!(r_060_r_062_a_07_day_30_and_60_warn_day_119_is_open_and_day_120_withdraws);
fn r_060_r_062_a_07_day_30_and_60_warn_day_119_is_open_and_day_120_withdraws(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given { number: "APP0543".into(), ..Given::default() });
    assert_eq!(run_after(app, 29), [0, 0, 0], "day 29");
    assert_eq!(run_after(app, 1), [1, 0, 0], "day 30");
    assert_eq!(run_after(app, 1), [0, 0, 0], "day 31");
    assert_eq!(run_after(app, 28), [0, 0, 0], "day 59");
    assert_eq!(run_after(app, 1), [0, 1, 0], "day 60");
    assert_eq!(run_after(app, 1), [0, 0, 0], "day 61");
    assert_eq!(run_after(app, 58), [0, 0, 0], "day 119");
    assert_eq!(status(app, item.id), "in_progress");
    let warnings = notices_of_kind(&marcus, "auto_withdrawal_warning");
    let texts: Vec<_> = warnings.iter().map(|notice| notice["text"].as_str().unwrap()).collect();
    assert_eq!(texts, [30, 60].map(|days| format!(
        "Application APP0543 (Enrollment) for Doe, John had no activity for {days} days. It will be automatically withdrawn \
         if there is no activity for 120 days, on 2026-06-01."
    )));
    assert!(
        warnings.iter().all(|notice| notice["resolved_at"].is_null() && notice["channel"] == "dashboard")
    );
    assert_eq!(run_after(app, 1), [0, 0, 1], "day 120");
    assert_eq!(status(app, item.id), "withdrawn");
    assert!(
        notices_of_kind(&marcus, "auto_withdrawal_warning")
            .iter()
            .all(|notice| notice["resolved_at"] == "2026-06-01T17:00:00Z")
    );
}

on_both_engines!(f_07_n_03_an_automatic_withdrawal_records_its_effects);
fn f_07_n_03_an_automatic_withdrawal_records_its_effects(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given =
        Given { number: "APP0543".into(), status: ApplicationStatus::ReturnedToProvider, ..Given::default() };
    let item = org.application(&marcus, given);
    assert_eq!([30, 30, 60].map(|days| run_after(app, days)), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
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
    let notices = notices_of_kind(&marcus, "application_withdrawn");
    assert_eq!(notices.len(), 1, "an initiator who is also the assignee is notified once");
    assert_eq!(
        notices[0]["text"],
        "Application APP0543 (Enrollment) for Doe, John was automatically withdrawn on 2026-06-01: it had no activity for 120 days."
    );
    let events = app.read(|tx| tx.audit().list(org.id, None, None, 10)).items;
    let recorded: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(recorded, ["application.withdrawn_automatically", "application.warned", "application.warned"]);
    assert!(events.iter().all(|event| event.object == item.id.to_string() && event.actor_user.is_none()));
    assert_eq!(events[0].actor_name, "application_inactivity job");
    let marcus = marcus.user.to_string();
    assert_eq!(
        events[0].details,
        json!({
            "days_inactive": 120, "from": "returned_to_provider", "told": [marcus], "warned_on": "2026-04-02",
        })
    );
    assert_eq!(events[2].details, json!({"threshold_days": 30, "days_inactive": 30, "told": [marcus]}));
    assert_eq!(app.read(|tx| tx.audit().verify(&org.id.to_string())), ChainState::Intact { events: 3 });
}

on_both_engines!(r_061_submitted_and_decided_applications_are_never_inactive);
fn r_061_submitted_and_decided_applications_are_never_inactive(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let others = ApplicationStatus::ALL.iter().filter(|status| !status.is_auto_withdrawable());
    let items: Vec<_> = others
        .map(|status| {
            (
                org.application(&marcus, Given { status: *status, inactive_days: 400, ..Given::default() }),
                status.as_str(),
            )
        })
        .collect();
    assert_eq!(items.len(), 5);
    assert_eq!(run_after(app, 0), [0, 0, 0]);
    assert_eq!(run_after(app, 120), [0, 0, 0]);
    items.iter().for_each(|(item, before)| assert_eq!(status(app, item.id), *before));
    assert!(marcus.client().all("/api/v1/notifications").is_empty());
}

on_both_engines!(r_063_all_eight_types_are_warned_about_and_withdrawn);
fn r_063_all_eight_types_are_warned_about_and_withdrawn(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    for application_type in ApplicationType::ALL {
        let _ = org.application(&marcus, Given { application_type: *application_type, ..Given::default() });
    }
    assert_eq!(run_after(app, 30), [8, 0, 0]);
    assert_eq!(run_after(app, 30), [0, 8, 0]);
    assert_eq!(run_after(app, 60), [0, 0, 8]);
    assert_eq!(
        (warned_days(&marcus).len(), notices_of_kind(&marcus, "application_withdrawn").len()),
        (16, 8)
    );
}

on_both_engines!(r_060_the_schedule_reproduces_the_dates_of_the_documents);
fn r_060_the_schedule_reproduces_the_dates_of_the_documents(app: &TestApp) {
    app.advance_to("2023-07-01T16:00:00Z");
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let run = || app.run_if_due(JOB).map(|report| outcome_counts(&report));
    assert_eq!(run(), Some([0, 0, 0]), "never run before");
    let july = org.application(&marcus, Given::default());
    app.advance_to("2023-08-02T16:00:00Z");
    assert_eq!(run(), Some([1, 0, 0]), "the run missed on July 31 is made up for");
    let august = org.application(&marcus, Given::default());
    // Each day starts at midnight in New York. 04:30 is 08:30 UTC, and 09:30 UTC from November 5
    // on.
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
        // Late on the evening before: this run catches up on the nights in between.
        app.advance_to(&format!("{day}T03:59:59Z"));
        assert_eq!(run().unwrap_or_default(), [0, 0, 0], "{day}");
        app.advance_to(&format!("{day}T0{hour}:29:59Z"));
        assert_eq!(run(), None, "{day}");
        app.advance_to(&format!("{day}T0{hour}:30:00Z"));
        assert_eq!(run(), Some(expected), "{day}");
        assert_eq!(run(), None, "{day}");
    }
    assert_eq!([july, august].map(|item| status(app, item.id)), ["withdrawn"; 2]);
}

on_both_engines!(r_060_120_days_from_the_15th_of_july_2023_cross_the_clock_change);
fn r_060_120_days_from_the_15th_of_july_2023_cross_the_clock_change(app: &TestApp) {
    app.advance_to("2023-07-15T16:00:00Z");
    let org = app.provider_group("Bluegrass");
    let item = org.application(&org.agent("Marcus Webb"), Given::default());
    app.advance_to("2023-09-13T16:00:00Z");
    assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 1, 0]);
    app.advance_to("2023-11-12T04:59:59Z");
    assert_eq!(outcome_counts(&app.run_job(JOB))[2], 0, "day 119 ends at midnight in Kentucky");
    assert_eq!(status(app, item.id), "in_progress");
    app.advance_to("2023-11-12T05:00:00Z");
    assert_eq!(outcome_counts(&app.run_job(JOB))[2], 1);
    assert_eq!(status(app, item.id), "withdrawn");
}

on_both_engines!(r_062_after_an_outage_only_the_latest_warning_is_sent);
fn r_062_after_an_outage_only_the_latest_warning_is_sent(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let _ = org.application(&marcus, Given::default());
    assert_eq!(run_after(app, 61), [0, 1, 0]);
    assert_eq!(warned_days(&marcus), [60]);
    assert_eq!(run_after(app, 1), [0, 0, 0], "the first warning is no longer sent");
    let text =
        notices_of_kind(&marcus, "auto_withdrawal_warning").remove(0)["text"].as_str().unwrap().to_owned();
    assert!(text.contains("had no activity for 61 days") && text.contains("on 2026-06-01"), "{text}");
}

on_both_engines!(r_062_running_again_changes_nothing);
fn r_062_running_again_changes_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    for (inactive_days, warned_days_ago) in
        [(29, None), (30, None), (60, None), (120, Some(14)), (120, Some(13))]
    {
        let _ = org.application(&marcus, Given { inactive_days, warned_days_ago, ..Given::default() });
    }
    assert_eq!(outcome_counts(&app.run_job(JOB)), [1, 1, 1]);
    let counts = || {
        ["notifications", "application_history", "audit_events", "applications WHERE version = 1"]
            .map(|rows| app.count(rows))
    };
    let before = counts();
    assert_eq!(before, [3, 6, 3, 4]);
    for _ in 0..3 {
        assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 0, 0]);
        assert_eq!(counts(), before);
    }
    assert_eq!(app.count("job_runs WHERE finished_at IS NOT NULL"), 4);
}

on_both_engines!(r_062_r_064_activity_closes_the_warnings_and_restarts_the_count);
fn r_062_r_064_activity_closes_the_warnings_and_restarts_the_count(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given::default());
    assert_eq!(run_after(app, 30), [1, 0, 0]);
    assert_eq!(run_after(app, 30), [0, 1, 0]);
    app.advance(Duration::days(59));
    record_activity(app, item, &marcus);
    assert!(
        notices_of_kind(&marcus, "auto_withdrawal_warning")
            .iter()
            .all(|notice| notice["resolved_at"] == "2026-05-31T17:00:00Z")
    );
    assert!(marcus.client().all("/api/v1/notifications?unresolved=true").is_empty());
    assert_eq!(run_after(app, 1), [0, 0, 0], "day 120 of the previous period of inactivity");
    assert_eq!(run_after(app, 28), [0, 0, 0], "day 29");
    assert_eq!(run_after(app, 1), [1, 0, 0], "day 30");
    assert_eq!(run_after(app, 76), [0, 1, 0], "day 106, without a run on day 60");
    assert_eq!(run_after(app, 13), [0, 0, 0], "day 119");
    assert_eq!(run_after(app, 1), [0, 0, 1], "day 120");
    assert_eq!(warned_days(&marcus), [30, 60, 30, 60]);
    let detail = app.read(|tx| tx.applications().history(item.id, None, 1)).items.remove(0).detail;
    assert_eq!(detail.as_deref(), Some("no activity for 120 days"), "of the current period of inactivity");
}

on_both_engines!(r_064_a_return_on_day_119_restarts_the_count);
fn r_064_a_return_on_day_119_restarts_the_count(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given = Given { status: ApplicationStatus::Submitted, inactive_days: 119, ..Given::default() };
    let item = org.application(&marcus, given);
    let reviewer = app.staff("Rae Reviewer", PlatformRole::DmsReviewer);
    let _ =
        reviewer.post(&path(item.id, "/return"), &json!({"reason": "The license has expired."})).expect(200);
    assert_eq!(run_after(app, 1), [0, 0, 0]);
    assert_eq!(run_after(app, 28), [0, 0, 0], "day 29");
    assert_eq!(run_after(app, 1), [1, 0, 0], "day 30");
    assert_eq!(run_after(app, 30), [0, 1, 0], "day 60");
    assert_eq!(run_after(app, 60), [0, 0, 1], "day 120");
    assert_eq!(status(app, item.id), "withdrawn");
}

on_both_engines!(r_064_a_05_neither_reading_nor_reassigning_restarts_the_count);
fn r_064_a_05_neither_reading_nor_reassigning_restarts_the_count(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    assert_eq!(run_after(app, 60), [0, 1, 0]);
    app.advance(Duration::days(59));
    let _ = marcus.client().get(&path(item.id, "")).expect(200);
    let _ = marcus.client().all("/api/v1/notifications");
    reassign(&org, &manager, item, &marcus, &priya);
    assert_eq!(run_after(app, 1), [0, 0, 1]);
}

on_both_engines!(an_application_shows_its_next_automatic_actions);
fn an_application_shows_its_next_automatic_actions(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given { inactive_days: 31, ..Given::default() });
    assert_eq!(run_after(app, 0), [1, 0, 0]);
    let lifecycle = || marcus.client().get(&path(item.id, "")).expect(200).json()["lifecycle"].clone();
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
    assert_eq!([29, 60].map(|days| run_after(app, days)), [[0, 1, 0], [0, 0, 1]]);
    assert_eq!(lifecycle()["next"], json!([]));
    assert_eq!(lifecycle()["restorable_until"], "2026-05-08T17:00:00Z");
    app.advance(Duration::days(7));
    assert!(lifecycle()["restorable_until"].is_null());
}
