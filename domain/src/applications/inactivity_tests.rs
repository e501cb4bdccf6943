use chrono_tz::America::New_York;
use uuid::Uuid;

use super::*;

const RULE: InactivityRule = InactivityRule {
    notice_days: [30, 60],
    withdraw_after_days: 120,
    warned_at_least_days: 14,
    at_risk_within_days: 30,
};
const IN_PROGRESS: ApplicationStatus = ApplicationStatus::InProgress;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// An application without activity since this instant, and without a warning.
fn unwarned(status: ApplicationStatus, last_activity_at: Instant) -> IdleFacts {
    IdleFacts { status, last_activity_at, last_warning: None }
}

/// An application in progress whose latest warning was given at this instant.
fn warned(last_activity_at: Instant, threshold_days: u32, at: Instant) -> IdleFacts {
    let last_warning = Some(LastWarning { threshold_days, at });
    IdleFacts { last_warning, ..unwarned(IN_PROGRESS, last_activity_at) }
}

fn inactivity(status: ApplicationStatus, last: &str, now: &str) -> Inactivity {
    RULE.inactivity(&warned_in_time(status, at(last)), at(now), New_York)
}

/// An application that got its last warning on its 60th day.
fn warned_in_time(status: ApplicationStatus, last_activity_at: Instant) -> IdleFacts {
    IdleFacts { status, ..warned(last_activity_at, 60, last_activity_at + chrono::Duration::days(60)) }
}

/// 10:00 in New York, this many days after July 1.
fn day(days: i64) -> Instant {
    at("2023-07-01T14:00:00Z") + chrono::Duration::days(days)
}

/// The stage that is due on this day, if the application got every earlier warning on its day.
fn stage_on(days: i64) -> Option<Stage> {
    let given = [30, 60].into_iter().rfind(|threshold| i64::from(*threshold) < days);
    let idle = match given {
        Some(threshold) => warned(day(0), threshold, day(threshold.into())),
        None => unwarned(IN_PROGRESS, day(0)),
    };
    RULE.due_stage(&idle, day(days), New_York)
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
        (31, None),
        (59, None),
        (60, warn(60)),
        (61, None),
        (119, None),
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
    let due = |now| RULE.due_stage(&warned_in_time(IN_PROGRESS, last), at(now), New_York);
    assert_eq!(due("2023-11-12T04:59:59Z"), None);
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
            let idle = unwarned(IN_PROGRESS, at(&format!("{last}{time}")));
            let [on_first, on_second] = RULE.notices_on(idle.last_activity_at, New_York);
            let on = RULE.withdrawal_on(&idle, idle.last_activity_at, New_York);
            let found = [on_first, on_second, on].map(|date| date.to_string());
            assert_eq!(found, [first, second, withdrawn], "{last}{time}");
        }
    }
}

#[test]
fn r_061_submitted_and_reviewed_applications_are_never_withdrawn_for_inactivity() {
    for status in ApplicationStatus::ALL.iter().filter(|status| !status.is_auto_withdrawable()) {
        let (last, now) = ("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        assert_eq!(inactivity(*status, last, now).days_until_withdrawal, None, "{status}");
        for idle in [unwarned(*status, at(last)), warned_in_time(*status, at(last))] {
            assert_eq!(RULE.due_stage(&idle, at(now), New_York), None, "{status}");
            assert!(RULE.to_come(&idle, at(now), New_York).is_empty(), "{status}");
        }
    }
}

/// The upcoming events of an application on this day, each as one line.
fn upcoming(idle: &IdleFacts, days: i64) -> Vec<String> {
    let events = RULE.to_come(idle, day(days), New_York);
    events.iter().map(|event| format!("{} {} {:?}", event.on, event.action, event.threshold_days)).collect()
}

#[test]
fn r_062_upcoming_events_exclude_past_events() {
    let (first, second) = ("2023-07-31 warn Some(30)", "2023-08-30 warn Some(60)");
    let withdrawal = "2023-10-29 withdraw None";
    let (never, once, twice) =
        (unwarned(IN_PROGRESS, day(0)), warned(day(0), 30, day(30)), warned(day(0), 60, day(60)));
    assert_eq!(upcoming(&never, 0), [first, second, withdrawal]);
    assert_eq!(upcoming(&never, 30), [first, second, withdrawal]);
    assert_eq!(upcoming(&once, 30), [first, second, withdrawal], "today's warning is included");
    assert_eq!(upcoming(&once, 31), [second, withdrawal]);
    assert_eq!(upcoming(&twice, 61), [withdrawal]);
    assert_eq!(upcoming(&twice, 120), [withdrawal]);
    assert_eq!(upcoming(&twice, 122), ["2023-10-31 withdraw None"], "an overdue withdrawal is due today");
}

#[test]
fn r_205_a_warning_that_is_still_due_is_listed_for_today() {
    let never = unwarned(IN_PROGRESS, day(0));
    let withdrawal = "2023-10-29 withdraw None";
    assert_eq!(upcoming(&never, 31), ["2023-08-01 warn Some(30)", "2023-08-30 warn Some(60)", withdrawal]);
    assert_eq!(upcoming(&never, 61), ["2023-08-31 warn Some(60)", withdrawal], "only the latest warning");
    assert_eq!(
        upcoming(&never, 106),
        ["2023-10-15 warn Some(60)", withdrawal],
        "14 days before the withdrawal"
    );
    assert_eq!(
        upcoming(&never, 107),
        ["2023-10-16 warn Some(60)", "2023-10-30 withdraw None"],
        "the warning delays the withdrawal by a day"
    );
    assert_eq!(upcoming(&never, 152), ["2023-11-30 warn Some(60)", "2023-12-14 withdraw None"]);
}

#[test]
fn r_205_an_overdue_application_is_withdrawn_14_days_after_its_last_warning_and_not_after_13() {
    let due = |idle: &IdleFacts, days| RULE.due_stage(idle, day(days), New_York);
    let warn = Some(Stage::Warn { threshold_days: 60 });
    assert_eq!(due(&unwarned(IN_PROGRESS, day(0)), 152), warn, "never warned");
    assert_eq!(due(&warned(day(0), 30, day(30)), 152), warn, "only the first warning");
    let late = warned(day(0), 60, day(152));
    for (days, expected) in
        [(152, None), (165, None), (166, Some(Stage::Withdraw)), (167, Some(Stage::Withdraw))]
    {
        assert_eq!(due(&late, days), expected, "{} days after the warning", days - 152);
    }
    let left = |days| RULE.inactivity(&late, day(days), New_York).days_until_withdrawal;
    assert_eq!([152, 165, 166, 170].map(left), [Some(14), Some(1), Some(0), Some(0)]);
}

#[test]
fn r_205_the_14_days_are_calendar_days_of_the_plan() {
    // Late on the evening of February 28 in New York, when it is already March 1 in UTC. The clocks
    // change on March 8.
    let idle = warned(at("2025-10-01T16:00:00Z"), 60, at("2026-03-01T04:59:59Z"));
    let due = |now| RULE.due_stage(&idle, at(now), New_York);
    assert_eq!(due("2026-03-14T03:59:59Z"), None, "13 days");
    assert_eq!(due("2026-03-14T04:00:00Z"), Some(Stage::Withdraw), "14 days, at midnight in New York");
}

#[test]
fn r_205_a_plan_can_warn_later_than_the_notice_allows() {
    let rule = InactivityRule { notice_days: [30, 110], ..RULE };
    let idle = unwarned(IN_PROGRESS, day(0));
    assert_eq!(rule.withdrawal_on(&idle, day(0), New_York).to_string(), "2023-11-02", "day 124");
    let short = InactivityRule { warned_at_least_days: 0, ..RULE };
    assert_eq!(
        short.due_stage(&idle, day(120), New_York),
        Some(Stage::Warn { threshold_days: 60 }),
        "even without a minimum, nothing is withdrawn without a warning"
    );
}

#[test]
fn r_205_a_plan_without_the_setting_warns_14_days_before_the_withdrawal() {
    let text = "notice_days = [30, 60]\nwithdraw_after_days = 120\nat_risk_within_days = 30";
    assert_eq!(toml::from_str::<InactivityRule>(text).unwrap(), RULE);
    let longer = format!("{text}\nwarned_at_least_days = 21");
    assert_eq!(toml::from_str::<InactivityRule>(&longer).unwrap().warned_at_least_days, 21);
}

#[test]
fn n_02_n_03_notices_state_every_fact() {
    let what = named(ApplicationType::ChangeOfOwnership);
    assert_eq!(
        RULE.warning(&what, &unwarned(IN_PROGRESS, day(0)), day(31), New_York),
        "Application APP0543 (Change of Ownership) for Doe, John had no activity for 31 days. It will be automatically \
         withdrawn if there is no activity for 120 days, on 2023-10-29."
    );
    assert_eq!(
        RULE.warning(&what, &warned(day(0), 30, day(30)), day(152), New_York),
        "Application APP0543 (Change of Ownership) for Doe, John had no activity for 152 days. It will be automatically \
         withdrawn on 2023-12-14, unless there is activity before that day."
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
        let text = RULE.warning(&named(*application_type), &unwarned(IN_PROGRESS, day(0)), day(30), New_York);
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
