//! How often somebody may guess (decision D-10): a soft lock that grows with the failures in a row, and windows with a
//! number of tries.

use chrono::Duration;

use crate::Instant;

/// Failures in a row at which an authenticator is disabled, until it is bound anew.
pub const DISABLED_AT: i64 = 100;

/// The guesses at one authenticator. Each is counted before it is looked at, and the count is taken back when it turns
/// out right: so many guesses at the same moment cannot be looked at before the first of them counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// Failures in a row, and the guess under way.
    pub failures: i64,
    /// Until when no other guess is looked at.
    pub locked_until: Instant,
}

/// What becomes of a guess that was to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It may be looked at.
    Admitted,
    /// It may be looked at; when it is wrong, the authenticator is disabled.
    Last,
    /// It must not be looked at: it comes too soon after a wrong one.
    TooSoon,
    /// It must not be looked at: the authenticator is disabled.
    Disabled,
}

impl Counted {
    /// Whether the guess may be looked at. One that may not is answered like a wrong one.
    #[must_use]
    pub const fn admitted(self) -> bool {
        matches!(self, Self::Admitted | Self::Last)
    }
}

impl Guesses {
    /// What becomes of one more guess, and the count from then on.
    #[must_use]
    pub fn count(self, now: Instant) -> (Counted, Self) {
        match self.admit(now) {
            Some(after) if after.failures >= DISABLED_AT => (Counted::Last, after),
            Some(after) => (Counted::Admitted, after),
            None if self.failures >= DISABLED_AT => (Counted::Disabled, self),
            None => (Counted::TooSoon, self),
        }
    }

    /// Counts one more guess. None while it must not be looked at: it is answered like a wrong one, and not counted.
    #[must_use]
    pub fn admit(self, now: Instant) -> Option<Self> {
        if self.failures >= DISABLED_AT || now < self.locked_until {
            return None;
        }
        let failures = self.failures + 1;
        Some(Self { failures, locked_until: now + pause_after(failures) })
    }
}

/// How long nothing is looked at after so many failures in a row.
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

/// A number of tries within a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many tries.
    pub attempts: i64,
    /// Counted from the first of them.
    pub within: Duration,
}

/// Tries at matching a provider's data: 5 in 15 minutes.
pub const MATCHING: Window = Window { attempts: 5, within: Duration::minutes(15) };

/// The tries made in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub count: i64,
    /// When the window is over and counting begins anew.
    pub window_ends: Instant,
}

/// Counts one more try; none when there were enough already. The instant at which a window ends belongs to the next one.
#[must_use]
pub fn judge_window(window: Window, before: Tries, now: Instant) -> Option<Tries> {
    if now >= before.window_ends {
        Some(Tries { count: 1, window_ends: now + window.within }).filter(|_| window.attempts > 0)
    } else {
        Some(Tries { count: before.count + 1, ..before }).filter(|tries| tries.count <= window.attempts)
    }
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
    fn d_10_a_guess_is_looked_at_when_the_pause_is_over_and_not_a_moment_before() {
        let once = Guesses { failures: 0, locked_until: at(0) }.admit(at(0)).unwrap();
        assert_eq!(once, Guesses { failures: 1, locked_until: at(1) });
        assert_eq!(once.admit(at(1) - Duration::microseconds(1)), None);
        assert_eq!(once.admit(at(1)), Some(Guesses { failures: 2, locked_until: at(2) }));
    }

    #[test]
    fn d_10_the_hundredth_failure_is_the_last() {
        let ninety_nine = Guesses { failures: 99, locked_until: at(0) };
        let hundred = ninety_nine.admit(at(0)).unwrap();
        assert_eq!(hundred.failures, DISABLED_AT);
        assert_eq!(hundred.admit(at(1_000_000_000)), None);
    }

    #[test]
    fn d_10_a_guess_that_is_not_looked_at_changes_no_count() {
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
    fn a_window_lets_so_many_tries_through_and_then_none_until_it_is_over() {
        let window = Window { attempts: 2, within: Duration::minutes(15) };
        let first = judge_window(window, Tries { count: 0, window_ends: at(0) }, at(0)).unwrap();
        let second = judge_window(window, first, at(899)).unwrap();
        assert_eq!(second, Tries { count: 2, window_ends: at(900) });
        assert_eq!(judge_window(window, second, at(900) - Duration::microseconds(1)), None);
        assert_eq!(judge_window(window, second, at(900)), Some(Tries { count: 1, window_ends: at(1800) }));
    }
}
