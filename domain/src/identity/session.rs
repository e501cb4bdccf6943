//! Session lifetimes, and how the second use of a refresh token is handled (decisions D-05, D-06).

use chrono::Duration;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{SessionId, UserId};
use crate::ground::mail::OutgoingMail;
use crate::{Instant, vocabulary};

/// The lifetimes of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// The lifetime of an access token.
    pub access_token: Duration,
    /// The inactivity after which a session ends.
    pub idle: Duration,
    /// The maximum lifetime of a session.
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

/// The maximum number of sessions a user may have at a time. Starting another one ends the oldest.
pub const MAX_SESSIONS_PER_USER: usize = 10;

/// Two uses of one refresh token within this time are attributed to two tabs or a retrying proxy.
pub const DOUBLE_REFRESH_GRACE: Duration = Duration::seconds(10);

vocabulary! {
    /// The reason a session ended.
    pub enum SessionEnd {
        /// The user signed out, or ended it from another session.
        SignedOut = "signed_out",
        /// A newer session exceeded the maximum number.
        TooMany = "too_many",
        /// Its refresh token was used a second time.
        RefreshTokenReuse = "refresh_token_reuse",
        /// The user's password or second factor changed.
        CredentialsChanged = "credentials_changed",
        /// A manager ended it.
        EndedByManager = "ended_by_manager",
    }
}

impl SessionLifetimes {
    /// Whether the session has expired by time alone.
    #[must_use]
    pub fn is_over(&self, started_at: Instant, last_seen_at: Instant, now: Instant) -> bool {
        now >= started_at + self.absolute || now >= last_seen_at + self.idle
    }
}

/// A refresh token that was presented a second time, and the state of its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedToken {
    /// When the token was first used.
    pub used_at: Instant,
    /// Whether the successor tokens were used.
    pub successor_used: bool,
    /// Whether the successor was withdrawn because its response was lost and its tokens were
    /// reissued.
    pub successor_reissued: bool,
}

/// How the second use of a refresh token is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondUse {
    /// Another party holds the successor: the session must end.
    Reuse,
    /// Two tabs raced: the later one is asked to wait and retry. Nothing is revoked.
    TooSoon,
    /// The first response was lost in transit: its tokens are withdrawn and reissued, once.
    LostAnswer,
}

/// Decides how to handle a refresh token that was used before (decision D-06).
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

/// A session of `user` was started, refreshed, ended, or ended because a refresh token was used
/// again: `action` says which. `notice` goes to the user if the event is suspicious.
#[must_use]
pub fn session_effects(
    action: AuditAction,
    session: SessionId,
    user: UserId,
    notice: Option<OutgoingMail>,
) -> Effects {
    let event = AuditEvent::bare(None, action, session).with("user", Detail::text(user));
    Effects::recorded_as(event).mailing(notice)
}

/// A user ended one of their own sessions.
#[must_use]
pub fn ended_by_owner(session: SessionId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(None, AuditAction::SessionEnded, session))
}

/// A user ended all of their own sessions; `ended` is their number.
#[must_use]
pub fn all_ended_by_owner(user: UserId, ended: usize) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::SessionsEnded, user);
    Effects::recorded_as(event.with("sessions", Detail::count(ended)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn a_session_ends_after_30_minutes_of_inactivity_or_after_12_hours() {
        let lifetimes = SessionLifetimes::default();
        assert!(!lifetimes.is_over(at(0), at(0), at(30 * 60 - 1)));
        assert!(lifetimes.is_over(at(0), at(0), at(30 * 60)));
        let twelve_hours = 12 * 3600;
        assert!(!lifetimes.is_over(at(0), at(twelve_hours - 2), at(twelve_hours - 1)));
        assert!(lifetimes.is_over(at(0), at(twelve_hours - 1), at(twelve_hours)));
    }

    #[test]
    fn a_second_use_is_judged_by_the_state_of_the_successor_token() {
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
