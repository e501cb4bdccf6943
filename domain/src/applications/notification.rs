//! In-app notices: who hears about which event, as data (domain section 7). What was posted stays on file: it proves that a
//! warning was given, to whom, and when it was first seen.

use crate::ground::id::{ApplicationId, OrganizationId, ReassignmentId, UserId};
use crate::vocabulary;

vocabulary! {
    /// What a notice is about.
    pub enum NotificationKind {
        /// An application is now assigned to the reader (N-05).
        ApplicationReassignedToYou = "application_reassigned_to_you",
        /// An application rests, and will be withdrawn if it goes on resting (N-02).
        AutoWithdrawalWarning = "auto_withdrawal_warning",
        /// An application was withdrawn for inactivity (N-03).
        ApplicationWithdrawn = "application_withdrawn",
        /// An automatic withdrawal was taken back.
        ApplicationRestored = "application_restored",
        /// The department returned an application for correction (N-04).
        ApplicationReturned = "application_returned",
        /// The department approved an application (N-05).
        ApplicationApproved = "application_approved",
        /// The department denied an application (N-05).
        ApplicationDenied = "application_denied",
    }
}

vocabulary! {
    /// How a notice reaches its reader.
    pub enum Channel {
        /// On the dashboard.
        Dashboard = "dashboard",
    }
}

/// Somebody who gets notices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    /// The person.
    pub user: UserId,
    /// Their name, "First Last".
    pub name: String,
}

/// Who hears about an application: the agent it is assigned to (domain section 7, N-02 to N-05). Somebody who left, or whose
/// organization lost its access to the Medicaid ID, could do nothing with a notice: then `managers` hear, who can reassign the
/// work or grant the access again. They are the organization's active CA Admin Managers, or else its administrators; where
/// there is neither, the agent hears all the same, so that the notice is on file.
#[must_use]
pub fn recipients(assignee: Recipient, assignee_may_act: bool, managers: &[Recipient]) -> Vec<Recipient> {
    if assignee_may_act || managers.is_empty() { vec![assignee] } else { managers.to_vec() }
}

/// A notice to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who gets it.
    pub recipient: UserId,
    /// Their name at the time.
    pub recipient_name: String,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application it is about.
    pub application: ApplicationId,
    /// The reassignment that caused it, or because of which it goes to this person and not to the agent before (domain rule
    ///
    pub reassignment: Option<ReassignmentId>,
    /// What it is about.
    pub kind: NotificationKind,
    /// The days of inactivity it warns of.
    pub threshold_days: Option<u32>,
    /// The sentence to show.
    pub text: String,
    /// Names what happened, where it can happen only once: a second notice with the same key is not posted.
    pub dedupe_key: Option<String>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(number: u128) -> Recipient {
        Recipient { user: UserId::from_uuid(Uuid::from_u128(number)), name: format!("Person {number}") }
    }

    #[test]
    fn n_04_n_05_the_assignee_hears_and_the_managers_where_the_assignee_cannot_act() {
        let managers = [person(2), person(3)];
        assert_eq!(recipients(person(1), true, &managers), [person(1)]);
        assert_eq!(recipients(person(1), false, &managers), managers);
        assert_eq!(recipients(person(1), false, &[]), [person(1)], "somebody has to be told");
    }
}
