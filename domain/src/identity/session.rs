//! How long sessions live, and what a presented refresh token deserves (decisions D-05, D-06).

use chrono::Duration;

use crate::{Instant, vocabulary};

/// A session's lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// How long an access token is good.
    pub access_token: Duration,
    /// A session unused for so long has ended.
    pub idle: Duration,
    /// No session lives longer.
    pub absolute: Duration,
}

impl Default for SessionLifetimes {
    fn default() -> Self {
        Self {
            access_token: Duration::minutes(10),
            idle: Duration::minutes(30),
            absolute: Duration::hours(12),
        }
    }
}

/// Most sessions a person may have at a time; the oldest ends when another starts.
pub const MAX_SESSIONS_PER_USER: usize = 10;

/// Two uses of one refresh token within this time are taken for two tabs or a retrying proxy.
pub const DOUBLE_REFRESH_GRACE: Duration = Duration::seconds(10);

vocabulary! {
    /// Why a session ended.
    pub enum SessionEnd {
        /// The person signed out, or ended it from another session.
        SignedOut = "signed_out",
        /// A newer session took its place.
        TooMany = "too_many",
        /// Its refresh token was used a second time.
        RefreshTokenReuse = "refresh_token_reuse",
        /// The person's password or second factor changed.
        CredentialsChanged = "credentials_changed",
        /// A manager ended it.
        EndedByManager = "ended_by_manager",
    }
}

impl SessionLifetimes {
    /// Whether a session is over by time alone.
    #[must_use]
    pub fn is_over(&self, started_at: Instant, last_seen_at: Instant, now: Instant) -> bool {
        now >= started_at + self.absolute || now >= last_seen_at + self.idle
    }
}

/// A refresh token that was presented and had been used before, and what became of its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedToken {
    /// When it was used.
    pub used_at: Instant,
    /// Whether the tokens that took its place were used in their turn.
    pub successor_used: bool,
    /// Whether the successor is itself a second answer to a lost one, or was withdrawn.
    pub successor_reissued: bool,
}

/// What a second use of a refresh token deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondUse {
    /// Somebody else holds the successor: the session must end.
    Reuse,
    /// Two tabs raced: tell the later one to wait and look again; nothing is revoked.
    TooSoon,
    /// The first answer was lost on the way: withdraw it and answer anew, once.
    LostAnswer,
}

/// Decides about a refresh token that had been used before (decision D-06).
#[must_use]
pub fn judge_second_use(token: UsedToken, now: Instant) -> SecondUse {
    if token.successor_used || token.successor_reissued {
        SecondUse::Reuse
    } else if now < token.used_at + DOUBLE_REFRESH_GRACE {
        SecondUse::TooSoon
    } else {
        SecondUse::LostAnswer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn a_session_ends_at_thirty_minutes_idle_and_at_twelve_hours_in_any_case() {
        let lifetimes = SessionLifetimes::default();
        assert!(!lifetimes.is_over(at(0), at(0), at(30 * 60 - 1)));
        assert!(lifetimes.is_over(at(0), at(0), at(30 * 60)));
        let twelve_hours = 12 * 3600;
        assert!(!lifetimes.is_over(at(0), at(twelve_hours - 2), at(twelve_hours - 1)));
        assert!(lifetimes.is_over(at(0), at(twelve_hours - 1), at(twelve_hours)));
    }

    #[test]
    fn a_second_use_is_judged_by_what_became_of_the_successor() {
        let used = |successor_used, successor_reissued| UsedToken {
            used_at: at(0),
            successor_used,
            successor_reissued,
        };
        assert_eq!(judge_second_use(used(true, false), at(1)), SecondUse::Reuse);
        assert_eq!(judge_second_use(used(false, false), at(9)), SecondUse::TooSoon);
        assert_eq!(judge_second_use(used(false, false), at(10)), SecondUse::LostAnswer);
        assert_eq!(judge_second_use(used(false, true), at(10)), SecondUse::Reuse);
    }
}
