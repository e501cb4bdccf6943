//! A reference calendar without a time library. It counts days from 1970-01-01, and clock changes
//! follow the handwritten rules below.

/// Seconds in an hour.
const HOUR: i64 = 3600;
/// Seconds in a day without a clock change.
const DAY: i64 = 24 * HOUR;
const MICROS: i64 = 1_000_000;

/// The first and last years that the rules below cover. Before 2008, most of these zones had other
/// rules. After 2037, the current rules are a guess, as in any table.
pub(crate) const YEARS: (i64, i64) = (2008, 2037);

/// The number of days from 1970-01-01 to a date.
///
/// Counts whole eras of 400 years, then years that start in March, so that the leap day is the last
/// day of a year.
pub(crate) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let since_march = (month + 9) % 12;
    let day_of_year = (153 * since_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Whether a year has a February 29.
pub(crate) fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// The first Sunday on or after that date at midnight, in seconds as if the zone were UTC.
fn sunday(year: i64, month: i64, day: i64) -> i64 {
    let number = day_number(year, month, day);
    // 1970-01-01 was a Thursday.
    let weekday = (number + 4).rem_euclid(7);
    (number + (7 - weekday) % 7) * DAY
}

/// A time zone: its name, its initial UTC offset, and its clock changes.
pub(crate) struct Zone {
    /// The IANA name.
    pub(crate) name: &'static str,
    initial: i64,
    /// Each clock change: its time in UTC seconds, and the new UTC offset in seconds.
    changes: Vec<(i64, i64)>,
    /// Every UTC offset of the zone, in seconds.
    offsets: Vec<i64>,
}

impl Zone {
    fn new(name: &'static str, initial: i64, changes_of: fn(i64) -> Vec<(i64, i64)>) -> Self {
        let changes: Vec<_> = (YEARS.0..=YEARS.1).flat_map(changes_of).collect();
        let mut offsets: Vec<_> = changes.iter().map(|(_, offset)| *offset).chain([initial]).collect();
        offsets.sort_unstable();
        offsets.dedup();
        Self { name, initial, changes, offsets }
    }

    /// The six zones. The plans use the first two. The others change at an hour in UTC, skip
    /// midnight, are offset by 45 minutes, and change by half an hour in the southern hemisphere.
    pub(crate) fn all() -> [Self; 6] {
        [
            // From 2:00 on the second Sunday of March to 2:00 on the first Sunday of November.
            Self::new("America/New_York", -5 * HOUR, |year| {
                vec![
                    (sunday(year, 3, 8) + 2 * HOUR + 5 * HOUR, -4 * HOUR),
                    (sunday(year, 11, 1) + 2 * HOUR + 4 * HOUR, -5 * HOUR),
                ]
            }),
            Self::new("America/Chicago", -6 * HOUR, |year| {
                vec![
                    (sunday(year, 3, 8) + 2 * HOUR + 6 * HOUR, -5 * HOUR),
                    (sunday(year, 11, 1) + 2 * HOUR + 5 * HOUR, -6 * HOUR),
                ]
            }),
            // From 1:00 UTC on the last Sunday of March to 1:00 UTC on the last Sunday of October.
            Self::new("Europe/London", 0, |year| {
                vec![(sunday(year, 3, 25) + HOUR, HOUR), (sunday(year, 10, 25) + HOUR, 0)]
            }),
            // Midnight is skipped. From the third Sunday of October (in 2018, the first of
            // November) to the third Sunday of February. If that is during carnival, to the next
            // Sunday. None since 2019.
            Self::new("America/Sao_Paulo", -2 * HOUR, |year| {
                let carnival = matches!(year, 2012 | 2015);
                let end = (sunday(year, 2, if carnival { 22 } else { 15 }) + 2 * HOUR, -3 * HOUR);
                let start = |midnight: i64| (midnight + 3 * HOUR, -2 * HOUR);
                match year {
                    ..=2017 => vec![end, start(sunday(year, 10, 15))],
                    2018 => vec![end, start(sunday(year, 11, 1))],
                    2019 => vec![end],
                    _ => vec![],
                }
            }),
            Self::new("Asia/Kathmandu", 5 * HOUR + HOUR * 3 / 4, |_year| vec![]),
            // By half an hour: from 2:00 on the first Sunday of October to 2:00 on the first Sunday
            // of April.
            Self::new("Australia/Lord_Howe", 11 * HOUR, |year| {
                vec![
                    (sunday(year, 4, 1) + 2 * HOUR - 11 * HOUR, 10 * HOUR + HOUR / 2),
                    (sunday(year, 10, 1) + 2 * HOUR - 10 * HOUR - HOUR / 2, 11 * HOUR),
                ]
            }),
        ]
    }

    /// The times of the clock changes, in UTC microseconds.
    pub(crate) fn changes(&self) -> impl Iterator<Item = i64> {
        self.changes.iter().map(|(at, _)| at * MICROS)
    }

    /// The UTC offset at that instant, in microseconds.
    fn offset(&self, micros: i64) -> i64 {
        let past_changes = self.changes.partition_point(|(at, _)| at * MICROS <= micros);
        let offset = past_changes.checked_sub(1).map_or(self.initial, |last| self.changes[last].1);
        offset * MICROS
    }

    /// The day number in the zone at that instant.
    pub(crate) fn day(&self, micros: i64) -> i64 {
        (micros + self.offset(micros)).div_euclid(DAY * MICROS)
    }

    /// The first microsecond at which the zone's clocks show `seconds` after midnight on that day;
    /// `None` if that time is skipped.
    pub(crate) fn instant_at(&self, day: i64, seconds: i64) -> Option<i64> {
        let local = (day * DAY + seconds) * MICROS;
        let instants = self.offsets.iter().map(|offset| local - offset * MICROS);
        instants.filter(|micros| micros + self.offset(*micros) == local).min()
    }

    /// The first microsecond of a day: midnight or, if it is skipped, the clock change.
    pub(crate) fn start_of_day(&self, day: i64) -> i64 {
        let skipped = || self.changes().find(|at| self.day(*at) == day && self.day(at - 1) == day - 1);
        self.instant_at(day, 0).or_else(skipped).expect("every day of these zones has a start")
    }
}

#[test]
fn the_reference_calendar_matches_known_dates() {
    assert_eq!(day_number(1970, 1, 1), 0);
    assert_eq!(day_number(2000, 3, 1) - day_number(2000, 2, 28), 2);
    assert_eq!(day_number(2100, 3, 1) - day_number(2100, 2, 28), 1);
    // 1,700,000,000 seconds after the epoch, it was 2023-11-14.
    assert_eq!(1_700_000_000 / DAY, day_number(2023, 11, 14));
    // Sundays with a clock change in New York.
    assert_eq!(sunday(2026, 3, 8), day_number(2026, 3, 8) * DAY);
    assert_eq!(sunday(2023, 11, 1), day_number(2023, 11, 5) * DAY);
}
