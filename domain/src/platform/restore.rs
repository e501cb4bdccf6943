//! What is ended after the database was restored from a backup: the backup contains links that were
//! used since, sessions that have ended since, and emails that were sent since.

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;

/// How much was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Links that were not used.
    pub links: usize,
    /// Sessions that had not ended.
    pub sessions: usize,
    /// Emails that were not sent.
    pub mails: usize,
}

impl Ended {
    /// The record of it.
    #[must_use]
    pub fn recorded(self) -> Effects {
        let event = AuditEvent::bare(None, AuditAction::DatabaseRestored, "database")
            .with("links", Detail::count(self.links))
            .with("sessions", Detail::count(self.sessions))
            .with("emails", Detail::count(self.mails));
        Effects::recorded_as(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_is_recorded_with_what_it_ended() {
        let effects = Ended { links: 3, sessions: 2, mails: 0 }.recorded();
        let [event] = effects.events()[..] else { panic!("one event") };
        assert_eq!((event.action, event.organization), (AuditAction::DatabaseRestored, None));
        let counts = [("links", 3), ("sessions", 2), ("emails", 0)];
        assert_eq!(event.details, counts.map(|(name, count)| (name, Detail::count(count))));
    }
}
