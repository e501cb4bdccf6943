//! Calendar days in a plan's time zone. Day rules count dates, never multiples of 24 hours: a day
//! on which the clocks change has 23 or 25 hours.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::Instant;

/// The earliest instant that RFC 3339 can express, and thereby the earliest one on file.
pub const EARLIEST: Instant = match DateTime::from_timestamp(-62_167_219_200, 0) {
    Some(instant) => instant,
    None => Instant::UNIX_EPOCH,
};

/// The calendar day on which `instant` falls in `zone`.
#[must_use]
pub fn local_date(instant: Instant, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// Calendar days from the day of `from` to the day of `to`; negative when `to` is earlier.
#[must_use]
pub fn days_between(from: Instant, to: Instant, zone: Tz) -> i64 {
    (local_date(to, zone) - local_date(from, zone)).num_days()
}

/// The first instant of `date` in `zone`. Where a clock change skips midnight, it is the first
/// instant after the gap.
#[must_use]
pub fn start_of_day(date: NaiveDate, zone: Tz) -> Instant {
    let midnight = date.and_time(NaiveTime::MIN);
    // No zone has ever skipped more than 24 hours at midnight, except by dropping a whole date.
    (0..=24)
        .find_map(|hours| zone.from_local_datetime(&(midnight + chrono::Duration::hours(hours))).earliest())
        .map_or_else(|| Utc.from_utc_datetime(&midnight), |local| local.with_timezone(&Utc))
}

/// The date `days` calendar days before `date`, clamped to the earliest representable date.
#[must_use]
pub fn days_before(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

/// The cutoff before which every instant lies at least `days` calendar days back. It expresses
/// [`days_between`] as a condition on columns.
#[must_use]
pub fn so_many_days_back(now: Instant, days: u32, zone: Tz) -> Instant {
    let last_day = days_before(local_date(now, zone), days);
    start_of_day(last_day.succ_opt().unwrap_or(last_day), zone)
}

/// The date `days` calendar days after the date of `instant`, clamped to the latest representable
/// date.
#[must_use]
pub fn days_after(instant: Instant, days: u32, zone: Tz) -> NaiveDate {
    local_date(instant, zone).checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// The date `years` calendar years before `date`. February 29 becomes February 28 in a year without
/// a leap day.
#[must_use]
pub fn years_before(date: NaiveDate, years: u32) -> NaiveDate {
    date.checked_sub_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::{New_York, Sao_Paulo};

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_across_the_november_clock_change() {
        // Domain rule R-060: 120 days from 2023-07-15 cross the change of 2023-11-05.
        let start = at("2023-07-15T16:00:00Z");
        assert_eq!(days_between(start, at("2023-11-12T04:59:59Z"), New_York), 119);
        assert_eq!(days_between(start, at("2023-11-12T05:00:00Z"), New_York), 120);
    }

    #[test]
    fn the_earliest_instant_is_the_start_of_the_year_0() {
        assert_eq!(EARLIEST, at("0000-01-01T00:00:00Z"));
    }

    #[test]
    fn an_evening_in_new_york_belongs_to_the_local_date() {
        assert_eq!(local_date(at("2026-01-01T04:59:59Z"), New_York).to_string(), "2025-12-31");
    }

    #[test]
    fn a_day_without_midnight_starts_after_the_gap() {
        let date = NaiveDate::from_ymd_opt(2018, 11, 4).unwrap();
        assert_eq!(start_of_day(date, Sao_Paulo), at("2018-11-04T03:00:00Z"));
        assert_eq!(local_date(start_of_day(date, Sao_Paulo), Sao_Paulo), date);
    }
}
