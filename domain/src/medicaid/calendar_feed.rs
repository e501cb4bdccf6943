//! Calendar feeds of due dates. Anyone who knows a feed's secret URL can read it. A feed lists the
//! days on which inactivity withdraws an organization's applications (domain rule R-060). It also
//! lists the days on which revalidations are due (domain rule R-070).
//!
//! A feed is copied to servers and phones outside our control. It therefore identifies applications
//! by number and Medicaid IDs by their last four characters, and contains no provider name, NPI or
//! tax number.

use chrono::NaiveDate;

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::{CalendarFeedId, MedicaidIdId, OrganizationId};
use crate::ground::text::NAME_MAX;

/// The maximum number of feeds of one organization. Revoked feeds do not count.
pub const MAX_FEEDS: i64 = 10;
/// The maximum number of applications, and separately of Medicaid IDs, in a feed. Those due first
/// are included.
pub const MAX_ENTRIES: i64 = 2_000;
/// The maximum length of a feed's name, in Unicode scalar values.
pub const MAX_NAME: usize = NAME_MAX;

/// Whether an organization with `present` feeds may create another one.
#[must_use]
pub const fn has_room(present: i64) -> bool {
    present < MAX_FEEDS
}

/// A Medicaid ID whose revalidation is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRevalidation {
    /// The id of the record.
    pub id: MedicaidIdId,
    /// The Medicaid ID number.
    pub medicaid_id: String,
    /// The day on which the revalidation is due.
    pub due_on: NaiveDate,
}

/// A day in a feed. Its texts do not depend on the current date, so that a repeated conditional
/// request finds the feed unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The identifier of the entry. It stays the same when the entry moves to another day.
    pub uid: String,
    /// The day of the entry.
    pub on: NaiveDate,
    /// What happens on that day.
    pub summary: String,
    /// What the user can do about it.
    pub description: String,
}

impl Entry {
    /// The entry for the day on which a Medicaid ID's revalidation is due (domain rule R-070).
    #[must_use]
    pub fn revalidation(due: &DueRevalidation) -> Self {
        let ending = ending(&due.medicaid_id);
        Self {
            uid: format!("revalidation-{}", due.id),
            on: due.due_on,
            summary: format!("Revalidation of the Medicaid ID {ending} is due"),
            description: "Start the revalidation in the portal, and submit it before this day.".into(),
        }
    }
}

/// The last four characters of a number. A number of four characters or fewer is omitted entirely.
fn ending(number: &str) -> String {
    let skipped = number.chars().count().saturating_sub(4);
    match skipped {
        0 => "…".into(),
        _ => format!("…{}", number.chars().skip(skipped).collect::<String>()),
    }
}

/// A calendar feed was created.
#[must_use]
pub fn created(organization: OrganizationId, feed: CalendarFeedId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::CalendarFeedCreated, feed))
}

/// A calendar feed was revoked.
#[must_use]
pub fn revoked(organization: OrganizationId, feed: CalendarFeedId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::CalendarFeedRevoked, feed))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn due(medicaid_id: &str) -> DueRevalidation {
        DueRevalidation {
            id: MedicaidIdId::from_uuid(Uuid::from_u128(2)),
            medicaid_id: medicaid_id.into(),
            due_on: NaiveDate::from_ymd_opt(2027, 3, 1).unwrap(),
        }
    }

    #[test]
    fn r_070_a_revalidation_entry_is_on_the_due_date_and_masks_the_medicaid_id() {
        let entry = Entry::revalidation(&due("7100004567"));
        assert_eq!(entry.on.to_string(), "2027-03-01");
        assert_eq!(entry.summary, "Revalidation of the Medicaid ID …4567 is due");
        assert!(!format!("{entry:?}").contains("04567"), "{entry:?}");
        for (number, shown) in [("12345", "…2345"), ("1234", "…"), ("1", "…"), ("", "…")] {
            let summary = Entry::revalidation(&due(number)).summary;
            assert_eq!(summary, format!("Revalidation of the Medicaid ID {shown} is due"));
        }
    }

    #[test]
    fn an_organization_can_have_at_most_ten_calendar_feeds() {
        assert!(has_room(0) && has_room(MAX_FEEDS - 1));
        assert!(!has_room(MAX_FEEDS) && !has_room(MAX_FEEDS + 1));
    }
}
