//! Working days: all days except Saturdays, Sundays and holidays (domain rule R-103). The holidays
//! are listed in the plan's profile, because some are declared each year. Counting fails outside
//! the period for which they are known.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::medicaid::licensure_policy::{HolidayKind, KnownDates, LicensurePolicy};

/// A state's working days.
#[derive(Clone, Debug)]
pub struct WorkingDays {
    holidays: BTreeSet<NaiveDate>,
    known: KnownDates,
}

/// The error for a day outside the period of known holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HolidaysUnknown {
    /// The day.
    pub date: NaiveDate,
    /// The period for which the holidays are known.
    pub known: KnownDates,
}

impl WorkingDays {
    /// The working days of a plan's state. A half-day holiday counts as a working day.
    #[must_use]
    pub fn of(policy: &LicensurePolicy) -> Self {
        let full = policy.holidays.iter().filter(|holiday| holiday.kind == HolidayKind::Full);
        Self { holidays: full.map(|holiday| holiday.date).collect(), known: policy.holidays_known }
    }

    /// Whether a day is a working day.
    pub fn is_working_day(&self, date: NaiveDate) -> Result<bool, HolidaysUnknown> {
        if date < self.known.from || date > self.known.to {
            return Err(HolidaysUnknown { date, known: self.known });
        }
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        Ok(!weekend && !self.holidays.contains(&date))
    }

    /// The date `count` working days before `event`. The count starts with the day before `event`
    /// and includes the returned date.
    pub fn back_from(&self, event: NaiveDate, count: u32) -> Result<NaiveDate, HolidaysUnknown> {
        let mut date = event;
        let mut left = count;
        while left > 0 {
            date = date.pred_opt().ok_or(HolidaysUnknown { date, known: self.known })?;
            if self.is_working_day(date)? {
                left -= 1;
            }
        }
        Ok(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::medicaid::licensure::tests::kentucky;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn working_days() -> WorkingDays {
        WorkingDays::of(&kentucky().licensure)
    }

    #[test]
    fn r_103_fifteen_working_days_are_counted_back_from_the_day_before_expiration() {
        for (expiration, last_good_day) in [
            ("2020-02-29", "2020-02-10"),
            ("2023-07-04", "2023-06-13"),
            ("2023-10-31", "2023-10-10"),
            ("2024-02-29", "2024-02-08"),
            ("2024-12-31", "2024-12-09"),
            ("2025-01-31", "2025-01-09"),
        ] {
            assert_eq!(working_days().back_from(day(expiration), 15), Ok(day(last_good_day)), "{expiration}");
        }
    }

    #[test]
    fn r_103_weekends_and_holidays_are_not_working_days_and_half_holidays_are() {
        for (date, expected) in [
            ("2023-10-07", false),
            ("2023-10-08", false),
            ("2023-10-09", true),
            ("2023-11-23", false),
            ("2023-11-24", false),
            ("2023-04-07", true),
            ("2024-11-05", false),
            ("2023-11-07", true),
            ("2023-06-19", true),
            ("2020-02-17", true),
            ("2026-07-03", false),
        ] {
            assert_eq!(working_days().is_working_day(day(date)), Ok(expected), "{date}");
        }
    }

    #[test]
    fn r_103_the_expiration_date_itself_is_not_counted() {
        assert_eq!(working_days().back_from(day("2023-10-31"), 1), Ok(day("2023-10-30")));
        assert_eq!(working_days().back_from(day("2023-10-30"), 1), Ok(day("2023-10-27")));
        assert_eq!(working_days().back_from(day("2023-10-29"), 0), Ok(day("2023-10-29")));
    }

    #[test]
    fn r_103_dates_beyond_the_known_holidays_are_refused() {
        let known = kentucky().licensure.holidays_known;
        let after = known.to.succ_opt().unwrap();
        assert!(working_days().back_from(after, 15).is_ok(), "the day before is the last known one");
        let beyond = after.succ_opt().unwrap();
        assert_eq!(working_days().back_from(beyond, 15), Err(HolidaysUnknown { date: after, known }));
        let refused = working_days().back_from(day("2019-01-10"), 15);
        assert_eq!(refused, Err(HolidaysUnknown { date: day("2018-12-31"), known }));
        assert!(working_days().back_from(NaiveDate::MIN, 1).is_err());
    }
}
