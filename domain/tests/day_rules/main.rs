//! Compares the day rules with an independent calendar (decision D-17; domain rules,
//!
//!
//! The inputs are 100,000 random instants in each of six zones. Many are at a clock change, at
//! midnight, on a February 29, or on a December 31. The oracle counts days with its own arithmetic
//! and takes the clock changes from handwritten rules. It therefore reveals errors in the time
//! library, in its tables, and in our use of them.
//!
//! The random seeds are fixed. A failure names the zone and the instants.

#![cfg(test)]

mod oracle;

use std::thread;

use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Tz;
use portal_domain::Instant;
use portal_domain::applications::inactivity::{InactivityRule, Stage};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::calendar::{days_between, local_date, start_of_day};
use portal_domain::medicaid::revalidation::{days_until_due, due_after};
use portal_domain::organizations::member_inactivity::{disables_on, due_before};
use portal_domain::platform::job::next_run_at;

use crate::oracle::{YEARS, Zone, day_number, is_leap};

const INSTANTS: usize = 100_000;
const HOUR: i64 = 3_600_000_000;
const RULE: InactivityRule =
    InactivityRule { notice_days: [30, 60], withdraw_after_days: 120, at_risk_within_days: 30 };
/// Day counts at which the result of a rule can change.
const EDGES: [i64; 14] = [0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 119, 120, 121, 365];
const HALF_PAST_FOUR: i64 = 4 * 3600 + 30 * 60;
const REVALIDATION_YEARS: u32 = 5;

/// A SplitMix64 random number generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `from` inclusive to `to` exclusive.
    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + (self.roll() % (to - from) as u64) as i64
    }

    fn any(&mut self, of: &[i64]) -> i64 {
        of[self.between(0, of.len() as i64) as usize]
    }

    /// An instant shortly before, exactly at, or shortly after `micros`.
    fn around(&mut self, micros: i64) -> i64 {
        let away = self.between(-2 * HOUR, 2 * HOUR);
        micros + self.any(&[-1, 0, 1, away])
    }

    /// An instant within the years that the oracle covers.
    fn instant(&mut self, zone: &Zone, changes: &[i64]) -> i64 {
        let (first, last) = (day_number(YEARS.0, 1, 3), day_number(YEARS.1, 12, 29));
        let instant = match self.between(0, 8) {
            0 | 1 if !changes.is_empty() => {
                let change = self.any(changes);
                self.around(change)
            }
            2 => {
                let year = 4 * self.between(YEARS.0 / 4, YEARS.1 / 4 + 1);
                let midnight = zone.begins(day_number(year, 2, 29) + self.between(0, 2));
                self.around(midnight)
            }
            3 => {
                let year = self.between(YEARS.0, YEARS.1);
                let midnight = zone.begins(day_number(year, 12, 31) + self.between(0, 2));
                self.around(midnight)
            }
            4 => {
                let midnight = zone.begins(self.between(first, last));
                self.around(midnight)
            }
            _ => self.between(zone.begins(first), zone.begins(last)),
        };
        instant.clamp(zone.begins(first), zone.begins(last))
    }

    /// A later instant: near the start of a day in [`EDGES`], or arbitrary.
    fn later(&mut self, zone: &Zone, from: i64) -> i64 {
        let end = zone.begins(day_number(YEARS.1, 12, 30));
        let later = if self.between(0, 2) == 0 {
            let begins = (zone.day(from) + self.any(&EDGES)).min(zone.day(end));
            let begins = zone.begins(begins);
            self.around(begins)
        } else {
            from + self.between(0, 400 * 24) * HOUR + self.between(0, HOUR)
        };
        later.clamp(from, end)
    }
}

fn at(micros: i64) -> Instant {
    DateTime::from_timestamp_micros(micros).unwrap()
}

fn number(date: NaiveDate) -> i64 {
    day_number(date.year().into(), date.month().into(), date.day().into())
}

fn agree<T: PartialEq + std::fmt::Debug>(what: &str, rule: T, oracle: T) -> Result<(), String> {
    if rule == oracle {
        Ok(())
    } else {
        Err(format!("{what}: the rule says {rule:?}, the oracle {oracle:?}"))
    }
}

fn expected_stage(days: i64) -> Option<Stage> {
    match days {
        ..30 => None,
        30..60 => Some(Stage::Warn { threshold_days: 30 }),
        60..120 => Some(Stage::Warn { threshold_days: 60 }),
        _ => Some(Stage::Withdraw),
    }
}

/// Counts the cases covered, so that the test fails if a case never occurs.
#[derive(Default)]
struct Tally {
    stages: [u64; 4],
    leap_days: u64,
    last_days: u64,
    at_changes: u64,
    across_changes: u64,
}

/// Checks every day rule for two instants.
fn check(zone: &Zone, tz: Tz, last: i64, now: i64) -> Result<(), String> {
    let (then, present) = (at(last), at(now));
    let (first_day, today) = (zone.day(last), zone.day(now));
    let days = today - first_day;
    agree("local_date", number(local_date(then, tz)), first_day)?;
    agree("local_date", number(local_date(present, tz)), today)?;
    agree("days_between", days_between(then, present, tz), days)?;
    agree("days_between, backwards", days_between(present, then, tz), -days)?;
    let begins = start_of_day(local_date(present, tz), tz).timestamp_micros();
    agree("start_of_day", begins, zone.begins(today))?;

    let stage = RULE.due_stage(ApplicationStatus::InProgress, then, present, tz);
    agree("due_stage", stage, expected_stage(days))?;
    let submitted = RULE.due_stage(ApplicationStatus::Submitted, then, present, tz);
    agree("due_stage of what was filed", submitted, None)?;
    let dates = RULE.dates(then, tz);
    let dates = [dates.notices[0], dates.notices[1], dates.withdrawal].map(number);
    agree("dates", dates, [30, 60, 120].map(|days| first_day + days))?;
    let before = RULE.withdrawn_before(present, tz).timestamp_micros();
    if today - 119 >= day_number(YEARS.0, 1, 1) {
        agree("withdrawn_before", before, zone.begins(today - 119))?;
    }
    agree("withdrawn_before and due_stage", last < before, stage == Some(Stage::Withdraw))?;

    agree("disables_on", local_date(present, tz) >= disables_on(then, 90, tz), days >= 90)?;
    agree("due_before", last < due_before(present, 90, tz).timestamp_micros(), days >= 90)?;

    let half_past_four = [today, today + 1].map(|day| zone.shows(day, HALF_PAST_FOUR).unwrap());
    let next = half_past_four.into_iter().find(|run| *run > now).unwrap();
    agree("next_run_at", next_run_at(present, tz).timestamp_micros(), next)?;

    let validated = local_date(then, tz);
    let year = i64::from(validated.year()) + i64::from(REVALIDATION_YEARS);
    let lost = validated.month() == 2 && validated.day() == 29 && !is_leap(year);
    let due = day_number(year, validated.month().into(), i64::from(validated.day()) - i64::from(lost));
    let due_on = due_after(validated, REVALIDATION_YEARS);
    agree("due_after", number(due_on), due)?;
    agree("days_until_due", days_until_due(due_on, local_date(present, tz)), due - today)
}

fn run(zone: &Zone, seed: u64) -> Result<Tally, String> {
    let tz: Tz = zone.name.parse().unwrap();
    let changes: Vec<i64> = zone.changes().collect();
    let (mut dice, mut tally) = (Dice(seed), Tally::default());
    for _ in 0..INSTANTS {
        let last = dice.instant(zone, &changes);
        let now = dice.later(zone, last);
        let instants = || format!("{}: {} and {}", zone.name, at(last), at(now));
        check(zone, tz, last, now).map_err(|error| format!("{} {error}", instants()))?;
        let local = local_date(at(last), tz);
        let days = zone.day(now) - zone.day(last);
        let stage = [30, 60, 120].iter().filter(|threshold| days >= **threshold).count();
        tally.stages[stage] += 1;
        tally.leap_days += u64::from((local.month(), local.day()) == (2, 29));
        tally.last_days += u64::from((local.month(), local.day()) == (12, 31));
        let passed = |until: i64| changes.partition_point(|change| *change <= until);
        tally.at_changes += u64::from(passed(last - HOUR) != passed(last + HOUR));
        tally.across_changes += u64::from(passed(last) != passed(now));
    }
    Ok(tally)
}

#[test]
fn d_17_r_060_day_rules_agree_with_a_calendar_of_their_own_in_six_zones() {
    let zones = Zone::all();
    let outcomes: Vec<Result<Tally, String>> = thread::scope(|scope| {
        let start = |(seed, zone): (u64, _)| scope.spawn(move || run(zone, seed));
        let workers: Vec<_> = (1..).zip(&zones).map(start).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    for (zone, outcome) in zones.iter().zip(outcomes) {
        let tally = outcome.unwrap_or_else(|error| panic!("{error}"));
        let mut counts = tally.stages.to_vec();
        counts.extend([tally.leap_days, tally.last_days]);
        if zone.changes().next().is_some() {
            counts.extend([tally.at_changes, tally.across_changes]);
        }
        assert!(
            counts.iter().all(|count| *count > 100),
            "{}: too little was looked at: {counts:?}",
            zone.name
        );
    }
}

#[test]
fn r_070_the_29th_of_february_becomes_the_28th() {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(due_after(date("2020-02-29"), 5), date("2025-02-28"));
    assert_eq!(due_after(date("2020-02-29"), 4), date("2024-02-29"));
}
