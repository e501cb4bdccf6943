//! Scheduled jobs: their names, and when they run (decisions D-15, D-17).

use chrono::{Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::calendar::{local_date, start_of_day};
use crate::ground::effects::Effects;
use crate::ground::id::JobRunId;
use crate::{Instant, vocabulary};

vocabulary! {
    /// A scheduled job.
    pub enum JobName {
        /// Disables members who have not signed in for too long (domain rule R-178).
        MemberInactivity = "member_inactivity",
        /// Warns about inactive applications, and withdraws those inactive for too long (domain
        /// rules ).
        ApplicationInactivity = "application_inactivity",
    }
}

impl JobName {
    /// What the job does, in Markdown, with the plan values that it uses.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::MemberInactivity => {
                "disables members who have not signed in for `members.disable_after_days`, and locks \
                 logins after `members.lock_after_days`. It covers plans that set these."
            }
            Self::ApplicationInactivity => {
                "warns about applications without activity for `inactivity.notice_days`, and withdraws \
                 them after `inactivity.withdraw_after_days`, but never less than \
                 `inactivity.warned_at_least_days` after the last warning. It covers plans with applications."
            }
        }
    }
}

vocabulary! {
    /// The trigger of a run.
    pub enum JobTrigger {
        /// The schedule.
        Schedule = "schedule",
        /// An operator.
        Operator = "operator",
        /// The command line.
        CommandLine = "command_line",
        /// The sandbox's clock was advanced.
        Sandbox = "sandbox",
    }
}

/// Jobs run at 04:30 in the plan's time zone, which no clock change skips or repeats (decision
/// D-17).
const MINUTES_AFTER_MIDNIGHT: i64 = 4 * 60 + 30;

fn run_on(date: NaiveDate, zone: Tz) -> Instant {
    let local = date.and_time(NaiveTime::MIN) + Duration::minutes(MINUTES_AFTER_MIDNIGHT);
    let found = zone.from_local_datetime(&local).earliest();
    found.map_or_else(|| start_of_day(date, zone), |local| local.with_timezone(&Utc))
}

/// The first time after `after` at which jobs run in `zone`.
#[must_use]
pub fn next_run_at(after: Instant, zone: Tz) -> Instant {
    let today = local_date(after, zone);
    let run = run_on(today, zone);
    if run > after { run } else { run_on(today.succ_opt().unwrap_or(today), zone) }
}

/// The maximum clock skew that jobs tolerate (decision D-17).
pub const MAX_SKEW: Duration = Duration::seconds(60);

/// Whether two machines' clocks, read at the same moment, are within [`MAX_SKEW`] (decision D-17).
#[must_use]
pub fn clocks_agree(ours: Instant, theirs: Instant) -> bool {
    (ours - theirs).abs() <= MAX_SKEW
}

/// A scheduled run may always disable or withdraw this many at once (decision D-17).
const ALWAYS_UNSUSPICIOUS: i64 = 50;

/// Whether the number due exceeds the safety threshold: more than 50, and more than 5% of the
/// plan's `population` that could ever be due. A wrong clock or an import without dates can cause
/// this. A scheduled run then leaves them for an operator to confirm (decision D-17).
#[must_use]
pub const fn needs_confirmation(due: i64, population: i64) -> bool {
    due > ALWAYS_UNSUSPICIOUS && due.saturating_mul(20) > population
}

/// Whether a run is due in `zone`. After missed runs, a single run catches up. A run that a wrong
/// clock recorded in the future is ignored; otherwise no job would run until that date.
#[must_use]
pub fn is_time_to_run(last_run: Option<Instant>, now: Instant, zone: Tz) -> bool {
    let last_run = last_run.filter(|last| *last <= now + MAX_SKEW);
    last_run.is_none_or(|last| next_run_at(last, zone) <= now)
}

/// A user ran a job; `outcome` are its counts by word.
#[must_use]
pub fn run_by_user<'o>(
    run: JobRunId,
    name: JobName,
    outcome: impl IntoIterator<Item = (&'o &'static str, &'o i64)>,
) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::JobRun, run).with("job", Detail::text(name));
    let event =
        outcome.into_iter().fold(event, |event, (word, count)| event.with(word, Detail::Number(*count)));
    Effects::recorded_as(event)
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::{Chicago, New_York};

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn d_17_jobs_run_at_4_30_am_in_the_plans_time_zone() {
        assert_eq!(next_run_at(at("2026-02-01T17:00:00Z"), Chicago), at("2026-02-02T10:30:00Z"));
        assert_eq!(next_run_at(at("2026-02-01T17:00:00Z"), New_York), at("2026-02-02T09:30:00Z"));
        assert_eq!(next_run_at(at("2026-02-02T10:29:59Z"), Chicago), at("2026-02-02T10:30:00Z"));
        assert_eq!(next_run_at(at("2026-02-02T10:30:00Z"), Chicago), at("2026-02-03T10:30:00Z"));
    }

    #[test]
    fn d_17_jobs_run_once_on_the_days_of_clock_changes() {
        assert_eq!(next_run_at(at("2026-03-08T06:30:00Z"), Chicago), at("2026-03-08T09:30:00Z"));
        assert_eq!(next_run_at(at("2026-11-01T06:30:00Z"), Chicago), at("2026-11-01T10:30:00Z"));
        assert_eq!(next_run_at(at("2026-11-01T10:30:00Z"), Chicago), at("2026-11-02T10:30:00Z"));
    }

    #[test]
    fn d_17_missed_runs_are_caught_up_by_a_single_run() {
        let last = at("2026-02-01T10:30:00Z");
        assert!(!is_time_to_run(Some(last), at("2026-02-02T10:29:59Z"), Chicago));
        assert!(is_time_to_run(Some(last), at("2026-02-02T10:30:00Z"), Chicago));
        let after_downtime = at("2026-02-09T23:00:00Z");
        assert!(is_time_to_run(Some(last), after_downtime, Chicago));
        assert!(!is_time_to_run(Some(after_downtime), after_downtime, Chicago));
        assert!(is_time_to_run(None, last, Chicago), "the job has never run");
    }

    #[test]
    fn d_17_a_run_recorded_in_the_future_does_not_block_the_next_run() {
        let now = at("2026-02-02T10:30:00Z");
        assert!(is_time_to_run(Some(at("2027-02-02T10:30:00Z")), now, Chicago));
        assert!(is_time_to_run(Some(at("2026-02-02T10:31:01Z")), now, Chicago));
        assert!(!is_time_to_run(Some(at("2026-02-02T10:31:00Z")), now, Chicago), "another instance's clock");
    }

    #[test]
    fn d_17_more_than_50_and_more_than_5_percent_need_confirmation() {
        assert!(!needs_confirmation(50, 50));
        assert!(needs_confirmation(51, 51));
        assert!(!needs_confirmation(60, 1200));
        assert!(needs_confirmation(61, 1200));
    }

    #[test]
    fn d_17_clocks_agree_within_a_minute() {
        let ours = at("2026-02-02T10:30:00Z");
        for (theirs, agree) in [
            ("2026-02-02T10:29:00Z", true),
            ("2026-02-02T10:28:59Z", false),
            ("2026-02-02T10:31:00Z", true),
            ("2026-02-02T10:31:01Z", false),
        ] {
            assert_eq!(clocks_agree(ours, at(theirs)), agree, "{theirs}");
        }
    }
}
