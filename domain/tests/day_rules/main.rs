//! Compares the day rules with an independent calendar (decision D-17; domain rules,
//!
//!
//! The inputs are 100,000 random instants in each of six zones. Many are at a clock change, at
//! midnight, on February 29, or on December 31. The reference calendar has its own arithmetic and
//! handwritten rules for clock changes. It therefore reveals errors in the time library, in its
//! tables, and in our use of them.
//!
//! The random seeds are fixed. A failure reports the zone and the instants.

#![cfg(test)]

mod reference;

use std::thread;

use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Tz;
use portal_domain::Instant;
use portal_domain::applications::inactivity::{IdleFacts, InactivityRule, LastWarning, Stage};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::calendar::{days_between, local_date, start_of_day};
use portal_domain::medicaid::revalidation::{days_until_due, due_after};
use portal_domain::organizations::member_inactivity::{disables_on, due_before};
use portal_domain::platform::job::next_run_at;

use crate::reference::{YEARS, Zone, day_number, is_leap};

const INSTANTS: usize = 100_000;
const HOUR: i64 = 3_600_000_000;
const RULE: InactivityRule = InactivityRule {
    notice_days: [30, 60],
    withdraw_after_days: 120,
    warned_at_least_days: 14,
    at_risk_within_days: 30,
};
/// Day counts at which the result of a rule can change.
const BOUNDARIES: [i64; 14] = [0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 119, 120, 121, 365];
/// Days since a warning at which the result of a rule can change.
const WARNING_BOUNDARIES: [i64; 6] = [0, 1, 13, 14, 15, 60];
const HALF_PAST_FOUR: i64 = 4 * 3600 + 30 * 60;
const REVALIDATION_YEARS: u32 = 5;

/// A SplitMix64 random number generator.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `from` inclusive to `to` exclusive.
    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + (self.next() % (to - from) as u64) as i64
    }

    fn pick(&mut self, values: &[i64]) -> i64 {
        values[self.between(0, values.len() as i64) as usize]
    }

    /// An instant shortly before, exactly at, or shortly after `micros`.
    fn around(&mut self, micros: i64) -> i64 {
        let offset = self.between(-2 * HOUR, 2 * HOUR);
        micros + self.pick(&[-1, 0, 1, offset])
    }

    /// An instant within the years that the reference calendar covers.
    fn instant(&mut self, zone: &Zone, changes: &[i64]) -> i64 {
        let (first, last) = (day_number(YEARS.0, 1, 3), day_number(YEARS.1, 12, 29));
        let instant = match self.between(0, 8) {
            0 | 1 if !changes.is_empty() => {
                let change = self.pick(changes);
                self.around(change)
            }
            2 => {
                let year = 4 * self.between(YEARS.0 / 4, YEARS.1 / 4 + 1);
                let midnight = zone.start_of_day(day_number(year, 2, 29) + self.between(0, 2));
                self.around(midnight)
            }
            3 => {
                let year = self.between(YEARS.0, YEARS.1);
                let midnight = zone.start_of_day(day_number(year, 12, 31) + self.between(0, 2));
                self.around(midnight)
            }
            4 => {
                let midnight = zone.start_of_day(self.between(first, last));
                self.around(midnight)
            }
            _ => self.between(zone.start_of_day(first), zone.start_of_day(last)),
        };
        instant.clamp(zone.start_of_day(first), zone.start_of_day(last))
    }

    /// A later instant: near the start of a day in [`BOUNDARIES`], or arbitrary.
    fn later(&mut self, zone: &Zone, from: i64) -> i64 {
        let end = zone.start_of_day(day_number(YEARS.1, 12, 30));
        let later = if self.between(0, 2) == 0 {
            let day = (zone.day(from) + self.pick(&BOUNDARIES)).min(zone.day(end));
            let midnight = zone.start_of_day(day);
            self.around(midnight)
        } else {
            from + self.between(0, 400 * 24) * HOUR + self.between(0, HOUR)
        };
        later.clamp(from, end)
    }

    /// The instant of a warning between these two.
    fn warned_between(&mut self, zone: &Zone, last: i64, now: i64) -> i64 {
        let day = (zone.day(now) - self.pick(&WARNING_BOUNDARIES)).max(zone.day(last));
        let midnight = zone.start_of_day(day);
        self.around(midnight).clamp(last, now)
    }
}

fn at(micros: i64) -> Instant {
    DateTime::from_timestamp_micros(micros).unwrap()
}

fn number(date: NaiveDate) -> i64 {
    day_number(date.year().into(), date.month().into(), date.day().into())
}

fn compare<T: PartialEq + std::fmt::Debug>(rule: &str, result: T, expected: T) -> Result<(), String> {
    if result == expected {
        Ok(())
    } else {
        Err(format!("{rule} returned {result:?} instead of {expected:?}"))
    }
}

fn expected_warning(days: i64) -> Option<Stage> {
    match days {
        ..30 => None,
        30..60 => Some(Stage::Warn { threshold_days: 30 }),
        _ => Some(Stage::Warn { threshold_days: 60 }),
    }
}

/// Counts each kind of case, so that the test fails if one is rare.
#[derive(Default)]
struct Coverage {
    stages: [u64; 4],
    warned_too_late: u64,
    warned_in_time: u64,
    leap_days: u64,
    last_days: u64,
    at_changes: u64,
    across_changes: u64,
}

/// Checks the rules for inactivity for three instants.
fn check_inactivity(zone: &Zone, tz: Tz, [last, warned, now]: [i64; 3]) -> Result<(), String> {
    let present = at(now);
    let [first_day, warned_day, today] = [last, warned, now].map(|micros| zone.day(micros));
    let (days, days_since_warning) = (today - first_day, today - warned_day);
    let unwarned =
        IdleFacts { status: ApplicationStatus::InProgress, last_activity_at: at(last), last_warning: None };
    let last_warning = Some(LastWarning { threshold_days: 60, at: at(warned) });
    let twice = IdleFacts { last_warning, ..unwarned };
    let submitted = IdleFacts { status: ApplicationStatus::Submitted, ..twice };

    compare("due_stage without a warning", RULE.due_stage(&unwarned, present, tz), expected_warning(days))?;
    let is_due = days >= 120 && days_since_warning >= 14;
    let stage = RULE.due_stage(&twice, present, tz);
    compare("due_stage after a warning", stage, is_due.then_some(Stage::Withdraw))?;
    compare("due_stage of a submitted application", RULE.due_stage(&submitted, present, tz), None)?;

    let notices = RULE.notices_on(at(last), tz).map(number);
    compare("notices_on", notices, [first_day + 30, first_day + 60])?;
    let on = [&unwarned, &twice].map(|facts| number(RULE.withdrawal_on(facts, present, tz)));
    let due_on = first_day + 120;
    let expected = [due_on.max((first_day + 60).max(today) + 14), due_on.max(warned_day + 14)];
    compare("withdrawal_on", on, expected)?;

    let due = RULE.due_for_withdrawal(present, tz);
    let (active, warning) = (due.active_before.timestamp_micros(), due.warned_before.timestamp_micros());
    if today - 119 >= day_number(YEARS.0, 1, 1) {
        let starts = [today - 119, today - 13].map(|day| zone.start_of_day(day));
        compare("due_for_withdrawal", [active, warning], starts)?;
    }
    compare("due_for_withdrawal and due_stage", last < active && warned < warning, is_due)
}

/// Checks the other day rules for two instants.
fn check(zone: &Zone, tz: Tz, last: i64, now: i64) -> Result<(), String> {
    let (then, present) = (at(last), at(now));
    let (first_day, today) = (zone.day(last), zone.day(now));
    let days = today - first_day;
    compare("local_date", number(local_date(then, tz)), first_day)?;
    compare("local_date", number(local_date(present, tz)), today)?;
    compare("days_between", days_between(then, present, tz), days)?;
    compare("days_between, backwards", days_between(present, then, tz), -days)?;
    let midnight = start_of_day(local_date(present, tz), tz).timestamp_micros();
    compare("start_of_day", midnight, zone.start_of_day(today))?;

    compare("disables_on", local_date(present, tz) >= disables_on(then, 90, tz), days >= 90)?;
    compare("due_before", last < due_before(present, 90, tz).timestamp_micros(), days >= 90)?;

    let half_past_four = [today, today + 1].map(|day| zone.instant_at(day, HALF_PAST_FOUR).unwrap());
    let next = half_past_four.into_iter().find(|run| *run > now).unwrap();
    compare("next_run_at", next_run_at(present, tz).timestamp_micros(), next)?;

    let validated = local_date(then, tz);
    let year = i64::from(validated.year()) + i64::from(REVALIDATION_YEARS);
    let moved = validated.month() == 2 && validated.day() == 29 && !is_leap(year);
    let due = day_number(year, validated.month().into(), i64::from(validated.day()) - i64::from(moved));
    let due_on = due_after(validated, REVALIDATION_YEARS);
    compare("due_after", number(due_on), due)?;
    compare("days_until_due", days_until_due(due_on, local_date(present, tz)), due - today)
}

fn run(zone: &Zone, seed: u64) -> Result<Coverage, String> {
    let tz: Tz = zone.name.parse().unwrap();
    let changes: Vec<i64> = zone.changes().collect();
    let (mut rng, mut coverage) = (Rng(seed), Coverage::default());
    for _ in 0..INSTANTS {
        let last = rng.instant(zone, &changes);
        let now = rng.later(zone, last);
        let warned = rng.warned_between(zone, last, now);
        let instants = || format!("{}: {}, {}, and {}", zone.name, at(last), at(warned), at(now));
        check(zone, tz, last, now)
            .and_then(|()| check_inactivity(zone, tz, [last, warned, now]))
            .map_err(|error| format!("{} {error}", instants()))?;
        let local = local_date(at(last), tz);
        let days = zone.day(now) - zone.day(last);
        let stage = [30, 60, 120].iter().filter(|threshold| days >= **threshold).count();
        coverage.stages[stage] += 1;
        let days_since_warning = zone.day(now) - zone.day(warned);
        coverage.warned_too_late += u64::from(days >= 120 && days_since_warning == 13);
        coverage.warned_in_time += u64::from(days >= 120 && days_since_warning == 14);
        coverage.leap_days += u64::from((local.month(), local.day()) == (2, 29));
        coverage.last_days += u64::from((local.month(), local.day()) == (12, 31));
        let changes_until = |until: i64| changes.partition_point(|change| *change <= until);
        coverage.at_changes += u64::from(changes_until(last - HOUR) != changes_until(last + HOUR));
        coverage.across_changes += u64::from(changes_until(last) != changes_until(now));
    }
    Ok(coverage)
}

#[test]
fn d_17_r_060_day_rules_agree_with_a_reference_calendar_in_six_zones() {
    let zones = Zone::all();
    let outcomes: Vec<Result<Coverage, String>> = thread::scope(|scope| {
        let start = |(seed, zone): (u64, _)| scope.spawn(move || run(zone, seed));
        let workers: Vec<_> = (1..).zip(&zones).map(start).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    for (zone, outcome) in zones.iter().zip(outcomes) {
        let coverage = outcome.unwrap_or_else(|error| panic!("{error}"));
        let mut counts = coverage.stages.to_vec();
        counts.extend([coverage.leap_days, coverage.last_days]);
        counts.extend([coverage.warned_too_late, coverage.warned_in_time]);
        if zone.changes().next().is_some() {
            counts.extend([coverage.at_changes, coverage.across_changes]);
        }
        assert!(
            counts.iter().all(|count| *count > 100),
            "{}: a kind of case occurred too rarely: {counts:?}",
            zone.name
        );
    }
}

#[test]
fn r_070_february_29_becomes_february_28() {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(due_after(date("2020-02-29"), 5), date("2025-02-28"));
    assert_eq!(due_after(date("2020-02-29"), 4), date("2024-02-29"));
}
