use chrono_tz::America::New_York;
use uuid::Uuid;

use super::*;

const RULE: InactivityRule =
    InactivityRule { notice_days: [30, 60], withdraw_after_days: 120, at_risk_within_days: 30 };
const IN_PROGRESS: ApplicationStatus = ApplicationStatus::InProgress;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn inactivity(status: ApplicationStatus, last: &str, now: &str) -> Inactivity {
    RULE.inactivity(status, at(last), at(now), New_York)
}

/// 10:00 in New York, this many days after July 1.
fn day(days: i64) -> Instant {
    at("2023-07-01T14:00:00Z") + chrono::Duration::days(days)
}

fn stage_on(days: i64) -> Option<Stage> {
    RULE.due_stage(IN_PROGRESS, day(0), day(days), New_York)
}

fn named(application_type: ApplicationType) -> Named<'static> {
    Named { number: "APP0543", application_type, provider_name: "Doe, John" }
}

#[test]
fn r_060_day_119_has_one_day_left_and_day_120_none() {
    let day_119 = inactivity(IN_PROGRESS, "2023-07-01T15:00:00Z", "2023-10-28T12:00:00Z");
    assert_eq!(day_119, Inactivity { days_inactive: 119, days_until_withdrawal: Some(1) });
    let day_120 = inactivity(IN_PROGRESS, "2023-07-01T15:00:00Z", "2023-10-29T12:00:00Z");
    assert_eq!(day_120, Inactivity { days_inactive: 120, days_until_withdrawal: Some(0) });
}

#[test]
fn r_060_r_062_day_29_nothing_30_first_60_second_119_open_120_withdrawn() {
    let warn = |threshold_days| Some(Stage::Warn { threshold_days });
    for (days, due) in [
        (-1, None),
        (0, None),
        (29, None),
        (30, warn(30)),
        (31, warn(30)),
        (59, warn(30)),
        (60, warn(60)),
        (61, warn(60)),
        (119, warn(60)),
        (120, Some(Stage::Withdraw)),
        (121, Some(Stage::Withdraw)),
        (4000, Some(Stage::Withdraw)),
    ] {
        assert_eq!(stage_on(days), due, "day {days}");
    }
}

#[test]
fn r_060_120_days_from_july_15_span_the_clock_change() {
    let last = at("2023-07-15T16:00:00Z");
    let due = |now| RULE.due_stage(IN_PROGRESS, last, at(now), New_York);
    assert_eq!(due("2023-11-12T04:59:59Z"), Some(Stage::Warn { threshold_days: 60 }));
    assert_eq!(due("2023-11-12T05:00:00Z"), Some(Stage::Withdraw), "midnight, 119 days and 13 hours later");
}

#[test]
fn r_060_the_schedule_matches_the_dates_in_the_documents() {
    for (last, first, second, withdrawn) in [
        ("2023-06-15", "2023-07-15", "2023-08-14", "2023-10-13"),
        ("2023-07-01", "2023-07-31", "2023-08-30", "2023-10-29"),
        ("2023-07-15", "2023-08-14", "2023-09-13", "2023-11-12"),
        ("2023-08-02", "2023-09-01", "2023-10-01", "2023-11-30"),
    ] {
        // Late in the evening in New York, it is already the next day in UTC.
        for time in ["T16:00:00-04:00", "T23:59:59-04:00", "T00:00:00-04:00"] {
            let dates = RULE.dates(at(&format!("{last}{time}")), New_York);
            let found = [dates.notices[0], dates.notices[1], dates.withdrawal].map(|date| date.to_string());
            assert_eq!(found, [first, second, withdrawn], "{last}{time}");
        }
    }
}

#[test]
fn r_061_submitted_and_reviewed_applications_are_never_withdrawn_for_inactivity() {
    for status in ApplicationStatus::ALL.iter().filter(|status| !status.is_auto_withdrawable()) {
        let (last, now) = ("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        assert_eq!(inactivity(*status, last, now).days_until_withdrawal, None, "{status}");
        assert_eq!(RULE.due_stage(*status, at(last), at(now), New_York), None, "{status}");
        assert!(RULE.to_come(*status, at(last), at(now), New_York).is_empty(), "{status}");
    }
}

#[test]
fn r_062_upcoming_events_exclude_past_events() {
    let upcoming = |days| {
        let events = RULE.to_come(IN_PROGRESS, day(0), day(days), New_York);
        events.iter().map(|e| format!("{} {} {:?}", e.on, e.action, e.threshold_days)).collect::<Vec<_>>()
    };
    let (first, second) = ("2023-07-31 warn Some(30)", "2023-08-30 warn Some(60)");
    let withdrawal = "2023-10-29 withdraw None";
    assert_eq!(upcoming(0), [first, second, withdrawal]);
    assert_eq!(upcoming(30), [first, second, withdrawal], "today's warning is included");
    assert_eq!(upcoming(31), [second, withdrawal]);
    assert_eq!(upcoming(61), [withdrawal]);
    assert_eq!(upcoming(120), [withdrawal]);
    assert_eq!(upcoming(122), ["2023-10-31 withdraw None"], "an overdue withdrawal is due today");
}

#[test]
fn the_at_risk_threshold_matches_the_days_until_withdrawal() {
    let now: Instant = at("2026-03-20T02:00:00Z");
    let threshold = RULE.at_risk_before(now, New_York);
    let just_before = threshold - chrono::Duration::microseconds(1);
    let left = |last| RULE.inactivity(IN_PROGRESS, last, now, New_York).days_until_withdrawal;
    assert_eq!(left(just_before), Some(30));
    assert_eq!(left(threshold), Some(31));
}

#[test]
fn r_060_r_062_query_conditions_match_the_rule_on_the_days_of_clock_changes() {
    let tick = chrono::Duration::microseconds(1);
    for now in
        ["2026-03-08T05:30:00Z", "2026-07-06T04:00:00Z", "2026-11-01T05:30:00Z", "2026-11-02T04:59:59Z"]
    {
        let now = at(now);
        let due = |last| RULE.due_stage(IN_PROGRESS, last, now, New_York);
        let withdrawn = RULE.withdrawn_before(now, New_York);
        assert_eq!(due(withdrawn - tick), Some(Stage::Withdraw), "{now}");
        let stages = RULE.warned_between(now, New_York);
        assert_eq!(stages.iter().map(|stage| stage.0).collect::<Vec<_>>(), [30, 60]);
        assert_eq!((stages[1].1, stages[0].1), (withdrawn, stages[1].2), "no gap between the stages");
        for (threshold_days, from, before) in stages {
            assert_eq!(due(from), Some(Stage::Warn { threshold_days }), "{now}");
            assert_eq!(due(before - tick), Some(Stage::Warn { threshold_days }), "{now}");
            assert_ne!(due(before), Some(Stage::Warn { threshold_days }), "{now}");
        }
    }
}

#[test]
fn n_02_n_03_notices_state_every_fact() {
    let what = named(ApplicationType::ChangeOfOwnership);
    assert_eq!(
        RULE.warning(&what, day(0), day(31), New_York),
        "Application APP0543 (Change of Ownership) for Doe, John had no activity for 31 days. It will be automatically \
         withdrawn if there is no activity for 120 days, on 2023-10-29."
    );
    assert_eq!(
        RULE.withdrawal(&what, day(0), day(121), New_York),
        "Application APP0543 (Change of Ownership) for Doe, John was automatically withdrawn on 2023-10-30: it had no \
         activity for 121 days."
    );
    assert_eq!(
        restoration(&what, ApplicationStatus::ReturnedToProvider),
        "Application APP0543 (Change of Ownership) for Doe, John is Returned to Provider again: its automatic withdrawal \
         was taken back. The days without activity count anew."
    );
}

#[test]
fn r_063_warnings_name_every_application_type() {
    for application_type in ApplicationType::ALL {
        let text = RULE.warning(&named(*application_type), day(0), day(30), New_York);
        assert!(text.contains(application_type.label()), "{text}");
    }
}

#[test]
fn r_062_each_inactive_period_threshold_and_recipient_has_its_own_key() {
    let application = ApplicationId::from_uuid(Uuid::from_u128(1));
    let key = warning_key(application, at("2023-07-01T00:00:00Z"), 30, 0);
    assert_eq!(key, format!("idle:{application}:1688169600000000:30"));
    assert_ne!(key, warning_key(application, at("2023-07-01T00:00:00.000001Z"), 30, 0));
    assert_ne!(key, warning_key(application, at("2023-07-01T00:00:00Z"), 60, 0));
    assert_ne!(key, warning_key(application, at("2023-07-01T00:00:00Z"), 30, 1));
    let user = UserId::from_uuid(Uuid::from_u128(2));
    assert_eq!(withdrawal_key(application, 3, user), format!("withdrawn:{application}:3:{user}"));
}

#[test]
fn r_062_missed_warnings_are_explained() {
    assert_eq!(RULE.missed(&[]), [30, 60]);
    assert_eq!(RULE.missed(&[60]), [30]);
    assert!(RULE.missed(&[30, 60]).is_empty());
    let explanation = |given: &[u32]| RULE.explanation(day(0), day(121), New_York, given);
    assert_eq!(explanation(&[30, 60]), "no activity for 121 days");
    assert_eq!(explanation(&[30]), "no activity for 121 days; no warning was given at 60 days");
    assert_eq!(explanation(&[]), "no activity for 121 days; no warning was given at 30 and 60 days");
}
