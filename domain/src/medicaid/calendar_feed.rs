//! Calendars of due dates, read by whoever knows their secret address: the days on which an organization's applications are
//! withdrawn for inactivity (domain rule R-060), and those on which revalidations are due (domain rule R-070).
//!
//! A calendar leaves our hands: it is copied to servers and telephones we do not know. So it names applications by their
//! number and Medicaid IDs by their last four characters, and has no provider's name, NPI or tax number in it.

use chrono::NaiveDate;

use crate::ground::id::MedicaidIdId;

/// Most calendars of one organization; revoked ones do not count.
pub const MAX_FEEDS: i64 = 10;
/// Most applications and most Medicaid IDs in a calendar: those that are due first.
pub const MAX_ENTRIES: i64 = 2_000;
/// Most characters of a calendar's name, counted in Unicode scalar values.
pub const MAX_NAME: usize = 100;

/// Whether an organization that has so many calendars may get another one.
#[must_use]
pub const fn has_room(present: i64) -> bool {
    present < MAX_FEEDS
}

/// A Medicaid ID whose revalidation is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRevalidation {
    /// The record.
    pub id: MedicaidIdId,
    /// The number.
    pub medicaid_id: String,
    /// The day.
    pub due_on: NaiveDate,
}

/// A day in a calendar. Its texts stay the same from day to day, so that a reader who asks again is told that nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Names it, also when it moves to another day.
    pub uid: String,
    /// The day.
    pub on: NaiveDate,
    /// What happens.
    pub summary: String,
    /// What can be done about it.
    pub description: String,
}

impl Entry {
    /// The day on which a Medicaid ID's revalidation is due (domain rule R-070).
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

/// The last four characters of a number that has more of them.
fn ending(number: &str) -> String {
    let skipped = number.chars().count().saturating_sub(4);
    match skipped {
        0 => "…".into(),
        _ => format!("…{}", number.chars().skip(skipped).collect::<String>()),
    }
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
    fn r_070_a_revalidation_stands_on_the_day_on_which_it_is_due_without_its_number() {
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
    fn an_organization_has_room_for_ten_calendars_and_not_for_the_eleventh() {
        assert!(has_room(0) && has_room(MAX_FEEDS - 1));
        assert!(!has_room(MAX_FEEDS) && !has_room(MAX_FEEDS + 1));
    }
}
