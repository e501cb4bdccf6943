//! The effects of a decision in addition to the change itself: audit events, notices,
//! correspondence and mails. A decision returns them, and storage commits them with the change.

use crate::ground::audit::AuditEvent;
use crate::ground::correspondence::CorrespondenceEntry;
use crate::ground::mail::OutgoingMail;
use crate::ground::notice::Notice;

/// The effects of a decision: at least one audit event, and whatever else it causes.
#[derive(Clone)]
pub struct Effects {
    events: Vec<AuditEvent>,
    notices: Vec<Notice>,
    correspondence: Vec<CorrespondenceEntry>,
    mails: Vec<OutgoingMail>,
}

impl Effects {
    /// The effects of a change that is recorded as this event. Storage requires an `Effects` value,
    /// so that no change is stored without an audit event.
    #[must_use]
    pub fn recorded_as(event: AuditEvent) -> Self {
        Self { events: vec![event], notices: vec![], correspondence: vec![], mails: vec![] }
    }

    /// Adds notices.
    #[must_use]
    pub fn notifying(mut self, notices: impl IntoIterator<Item = Notice>) -> Self {
        self.notices.extend(notices);
        self
    }

    /// Adds correspondence.
    #[must_use]
    pub fn corresponding(mut self, entries: impl IntoIterator<Item = CorrespondenceEntry>) -> Self {
        self.correspondence.extend(entries);
        self
    }

    /// Adds mails.
    #[must_use]
    pub fn mailing(mut self, mails: impl IntoIterator<Item = OutgoingMail>) -> Self {
        self.mails.extend(mails);
        self
    }

    /// Adds the effects of further decisions that are stored with this one.
    #[must_use]
    pub fn with(self, further: impl IntoIterator<Item = Self>) -> Self {
        further.into_iter().fold(self, |mut effects, further| {
            effects.events.extend(further.events);
            effects.notices.extend(further.notices);
            effects.correspondence.extend(further.correspondence);
            effects.mails.extend(further.mails);
            effects
        })
    }

    /// Combines the effects of several decisions that are stored together. Returns `None` for no
    /// decisions.
    #[must_use]
    pub fn combined(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut all = all.into_iter();
        all.next().map(|first| first.with(all))
    }

    /// The audit events, ordered by organization and object. Audit chains are locked in this order,
    /// so that concurrent transactions do not deadlock.
    #[must_use]
    pub fn events(&self) -> Vec<&AuditEvent> {
        let mut events: Vec<_> = self.events.iter().collect();
        events
            .sort_by(|one, other| (one.organization, &one.object).cmp(&(other.organization, &other.object)));
        events
    }

    /// The notices.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The correspondence.
    #[must_use]
    pub fn correspondence(&self) -> &[CorrespondenceEntry] {
        &self.correspondence
    }

    /// The mails.
    #[must_use]
    pub fn mails(&self) -> &[OutgoingMail] {
        &self.mails
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::audit::AuditAction;
    use crate::ground::id::OrganizationId;

    fn event(organization: u128, object: &str) -> AuditEvent {
        AuditEvent {
            organization: Some(OrganizationId::from_uuid(Uuid::from_u128(organization))),
            action: AuditAction::ApplicationWarned,
            object: object.into(),
            details: vec![],
        }
    }

    #[test]
    fn events_are_sorted_in_the_locking_order_of_their_audit_chains() {
        let effects = [event(2, "a"), event(1, "b"), event(1, "a")].map(Effects::recorded_as);
        let effects = Effects::combined(effects).unwrap();
        assert_eq!(effects.events(), [&event(1, "a"), &event(1, "b"), &event(2, "a")]);
    }

    #[test]
    fn combining_no_decisions_yields_no_effects() {
        assert!(Effects::combined([]).is_none());
    }
}
