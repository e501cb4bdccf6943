//! Limits on attempts (decision D-10): a soft lock that lengthens with consecutive failures, and
//! windows with a maximum number of attempts.

use chrono::Duration;

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::UserId;
use crate::ground::mail::{OutgoingMail, SecurityMatter};

/// Consecutive failures at which an authenticator is disabled until it is rebound.
pub const DISABLED_AT: i64 = 100;

/// The attempts against one authenticator. Each attempt is counted before it is checked, and the
/// count is reset if the attempt succeeds. Concurrent attempts therefore cannot be checked before
/// the first one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// Consecutive failures, including the attempt in progress.
    pub failures: i64,
    /// When the next attempt may be checked.
    pub locked_until: Instant,
}

/// The outcome of counting an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The attempt may be checked.
    Admitted,
    /// The attempt may be checked. If it fails, the authenticator is disabled.
    Last,
    /// The attempt must not be checked: it comes too soon after the previous one.
    TooSoon,
    /// The attempt must not be checked: the authenticator is disabled.
    Disabled,
}

impl Counted {
    /// Whether the attempt may be checked. An attempt that may not gets the same response as a
    /// failed one.
    #[must_use]
    pub const fn admitted(self) -> bool {
        matches!(self, Self::Admitted | Self::Last)
    }
}

impl Guesses {
    /// Counts one more attempt. Returns the outcome and the new state.
    #[must_use]
    pub fn count(self, now: Instant) -> (Counted, Self) {
        match self.admit(now) {
            Some(after) if after.failures >= DISABLED_AT => (Counted::Last, after),
            Some(after) => (Counted::Admitted, after),
            None if self.failures >= DISABLED_AT => (Counted::Disabled, self),
            None => (Counted::TooSoon, self),
        }
    }

    /// Counts one more attempt. Returns `None` if the attempt must not be checked: it gets the same
    /// response as a failed one and is not counted.
    #[must_use]
    pub fn admit(self, now: Instant) -> Option<Self> {
        if self.failures >= DISABLED_AT || now < self.locked_until {
            return None;
        }
        let failures = self.failures + 1;
        Some(Self { failures, locked_until: now + pause_after(failures) })
    }
}

/// The pause before the next attempt may be checked, by the number of consecutive failures.
#[must_use]
pub fn pause_after(failures: i64) -> Duration {
    Duration::seconds(match failures {
        ..=0 => 0,
        1..=2 => 1,
        3..=8 => 3,
        9..=24 => 5,
        _ => 10,
    })
}

/// A maximum number of attempts within a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The maximum number of attempts.
    pub attempts: i64,
    /// The length of the period, from the first attempt.
    pub within: Duration,
}

/// The limit on a person's failures to match a provider's data: 5 in 15 minutes (domain rule R-203).
pub const MATCHING: Window = Window { attempts: 5, within: Duration::minutes(15) };

/// The limit on everyone's failures to match the data of one Provider ID: 10 in a day (domain rule
///
pub const MATCHING_ONE_PROVIDER: Window = Window { attempts: 10, within: Duration::days(1) };

/// The attempts made in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// The number of attempts.
    pub count: i64,
    /// When the window ends and the count restarts.
    pub window_ends: Instant,
}

/// Counts one more attempt. Returns `None` if the limit is already reached. The instant at which a
/// window ends belongs to the next window.
#[must_use]
pub fn judge_window(window: Window, before: Tries, now: Instant) -> Option<Tries> {
    if now >= before.window_ends {
        Some(Tries { count: 1, window_ends: now + window.within }).filter(|_| window.attempts > 0)
    } else {
        Some(Tries { count: before.count + 1, ..before }).filter(|tries| tries.count <= window.attempts)
    }
}

/// Guessing at a user's password or codes was stopped (decision D-10). `guessed` is the code of what
/// was guessed. The user is notified.
#[must_use]
pub fn guessing_stopped(
    user: UserId,
    matter: SecurityMatter,
    guessed: &str,
    notice: Option<OutgoingMail>,
) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::SignInBlocked, user);
    let event = event.with("matter", Detail::text(matter)).with("guessed", Detail::text(guessed));
    Effects::recorded_as(event).mailing(notice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn d_10_the_pause_grows_at_the_third_ninth_and_twenty_fifth_failure() {
        for (failures, seconds) in
            [(0, 0), (1, 1), (2, 1), (3, 3), (8, 3), (9, 5), (24, 5), (25, 10), (99, 10)]
        {
            assert_eq!(pause_after(failures), Duration::seconds(seconds), "{failures}");
        }
    }

    #[test]
    fn d_10_an_attempt_is_admitted_only_after_the_pause() {
        let once = Guesses { failures: 0, locked_until: at(0) }.admit(at(0)).unwrap();
        assert_eq!(once, Guesses { failures: 1, locked_until: at(1) });
        assert_eq!(once.admit(at(1) - Duration::microseconds(1)), None);
        assert_eq!(once.admit(at(1)), Some(Guesses { failures: 2, locked_until: at(2) }));
    }

    #[test]
    fn d_10_no_attempt_is_admitted_after_the_hundredth_failure() {
        let ninety_nine = Guesses { failures: 99, locked_until: at(0) };
        let hundred = ninety_nine.admit(at(0)).unwrap();
        assert_eq!(hundred.failures, DISABLED_AT);
        assert_eq!(hundred.admit(at(1_000_000_000)), None);
    }

    #[test]
    fn d_10_an_attempt_that_is_not_admitted_is_not_counted() {
        let guesses = |failures| Guesses { failures, locked_until: at(10) };
        let (counted, after) = guesses(98).count(at(10));
        assert_eq!((counted, counted.admitted(), after.failures), (Counted::Admitted, true, 99));
        let (counted, after) = guesses(99).count(at(10));
        assert_eq!((counted, counted.admitted(), after.failures), (Counted::Last, true, 100));
        assert_eq!(guesses(99).count(at(9)), (Counted::TooSoon, guesses(99)));
        assert_eq!(after.count(at(1_000_000_000)), (Counted::Disabled, after));
        assert!(!Counted::TooSoon.admitted() && !Counted::Disabled.admitted());
    }

    #[test]
    fn a_full_window_admits_no_attempt_until_it_ends() {
        let window = Window { attempts: 2, within: Duration::minutes(15) };
        let first = judge_window(window, Tries { count: 0, window_ends: at(0) }, at(0)).unwrap();
        let second = judge_window(window, first, at(899)).unwrap();
        assert_eq!(second, Tries { count: 2, window_ends: at(900) });
        assert_eq!(judge_window(window, second, at(900) - Duration::microseconds(1)), None);
        assert_eq!(judge_window(window, second, at(900)), Some(Tries { count: 1, window_ends: at(1800) }));
    }
}
