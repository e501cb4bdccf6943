//! The only module that reads the time.

#![expect(clippy::disallowed_methods, reason = "this module is where the time is read")]

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, SubsecRound, Utc};
use portal_domain::Instant;

/// Tells the time in microseconds, the precision of both databases.
///
/// The sandbox can advance the business clock, which the day rules use, without ending the user's
/// session. Sessions and tokens use [`Clock::session_now`].
#[derive(Debug)]
pub struct Clock {
    set_micros: Option<AtomicI64>,
    advanced_micros: AtomicI64,
}

impl Clock {
    /// The clock of the machine.
    #[must_use]
    pub const fn system() -> Self {
        Self { set_micros: None, advanced_micros: AtomicI64::new(0) }
    }

    /// A clock that is stopped at `instant` until it is moved; for tests.
    #[must_use]
    pub const fn standing_at(instant: Instant) -> Self {
        Self {
            set_micros: Some(AtomicI64::new(instant.timestamp_micros())),
            advanced_micros: AtomicI64::new(0),
        }
    }

    /// Whether this is the clock of the machine, and so should agree with other machines.
    #[must_use]
    pub const fn is_machines(&self) -> bool {
        self.set_micros.is_none()
    }

    /// Moves a stopped clock, which affects everything, including sessions.
    pub fn pass(&self, time: Duration) {
        if let Some(set) = &self.set_micros {
            set.fetch_add(time.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }

    /// Advances the business clock. Sessions and tokens are not affected.
    pub fn advance(&self, time: Duration) {
        self.advanced_micros.fetch_add(time.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
    }

    /// Resets the business clock to the session clock.
    pub fn reset(&self) {
        self.advanced_micros.store(0, Ordering::SeqCst);
    }

    /// The current time by the business clock.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.session_now() + Duration::microseconds(self.advanced_micros.load(Ordering::SeqCst))
    }

    /// The current time by the session clock, which sessions and tokens use.
    #[must_use]
    pub fn session_now(&self) -> Instant {
        match &self.set_micros {
            Some(set) => DateTime::from_timestamp_micros(set.load(Ordering::SeqCst)).unwrap_or_default(),
            None => Utc::now().trunc_subsecs(6),
        }
    }
}
