//! In-app notices and their recipients (domain section 7).
//!
//! Notices are never deleted: they prove that a warning was given, to whom, and when it was first
//! seen.

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::{NotificationId, OrganizationId};
use crate::ground::notice::Recipient;
use crate::vocabulary;

vocabulary! {
    /// The channel by which a notice reaches its recipient.
    pub enum Channel {
        /// On the dashboard.
        Dashboard = "dashboard",
    }
}

/// Selects the recipients of notices about an application (domain section 7, N-02 to N-05).
///
/// The recipient is the assigned agent. An agent who left, or whose organization lost access to the
/// Medicaid ID, cannot act. Then `managers` receive the notice instead, because they can reassign
/// the work or grant access again.
///
/// `managers` are the organization's active CA Admin Managers or, without any, its administrators.
/// If there are none, the agent still receives the notice, so that it is on record.
#[must_use]
pub fn recipients(assignee: Recipient, assignee_may_act: bool, managers: &[Recipient]) -> Vec<Recipient> {
    if assignee_may_act || managers.is_empty() { vec![assignee] } else { managers.to_vec() }
}

/// A recipient marked a notice as read.
#[must_use]
pub fn read(organization: OrganizationId, notice: NotificationId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::NotificationRead, notice))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::UserId;

    fn person(number: u128) -> Recipient {
        Recipient { user: UserId::from_uuid(Uuid::from_u128(number)), name: format!("Person {number}") }
    }

    #[test]
    fn n_04_n_05_managers_are_notified_if_the_assigned_agent_cannot_act() {
        let managers = [person(2), person(3)];
        assert_eq!(recipients(person(1), true, &managers), [person(1)]);
        assert_eq!(recipients(person(1), false, &managers), managers);
        assert_eq!(recipients(person(1), false, &[]), [person(1)], "without managers, the agent is notified");
    }
}
