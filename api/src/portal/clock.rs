//! The one place that knows what time it is.

#![expect(clippy::disallowed_methods, reason = "this module is where the time is read")]

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, SubsecRound, Utc};
use portal_domain::Instant;

/// Tells the time, to the microsecond: what both databases keep.
///
/// The sandbox can advance the business clock, by which the day rules count, without ending the explorer's session:
/// sessions and tokens go by [`Clock::session_now`].
#[derive(Debug)]
pub struct Clock {
    set_micros: Option<AtomicI64>,
    advanced_micros: AtomicI64,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self { set_micros: None, advanced_micros: AtomicI64::new(0) }
    }

    /// A clock that stands still until it is moved; for tests.
    #[must_use]
    pub const fn standing_at(instant: Instant) -> Self {
        Self {
            set_micros: Some(AtomicI64::new(instant.timestamp_micros())),
            advanced_micros: AtomicI64::new(0),
        }
    }

    /// Whether the time is the machine's, and so should be the same as that of other machines.
    #[must_use]
    pub const fn is_machines(&self) -> bool {
        self.set_micros.is_none()
    }

    /// Moves a standing clock; everything goes by it, sessions too.
    pub fn pass(&self, time: Duration) {
        if let Some(set) = &self.set_micros {
            set.fetch_add(time.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }

    /// Advances the business clock; sessions and tokens do not notice.
    pub fn advance(&self, time: Duration) {
        self.advanced_micros.fetch_add(time.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
    }

    /// Takes the business clock back to the present.
    pub fn reset(&self) {
        self.advanced_micros.store(0, Ordering::SeqCst);
    }

    /// The present by the business clock.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.session_now() + Duration::microseconds(self.advanced_micros.load(Ordering::SeqCst))
    }

    /// The present by which sessions and tokens live.
    #[must_use]
    pub fn session_now(&self) -> Instant {
        match &self.set_micros {
            Some(set) => DateTime::from_timestamp_micros(set.load(Ordering::SeqCst)).unwrap_or_default(),
            None => Utc::now().trunc_subsecs(6),
        }
    }
}
