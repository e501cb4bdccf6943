//! Calendar entries for automatic withdrawals (domain rule R-060).

use chrono_tz::Tz;

use crate::Instant;
use crate::applications::inactivity::InactivityRule;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::calendar::local_date;
use crate::ground::id::ApplicationId;
use crate::medicaid::calendar_feed::Entry;

/// An application that will be withdrawn unless someone works on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InactiveApplication {
    /// Its id.
    pub id: ApplicationId,
    /// The application number.
    pub number: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// The status, one that allows automatic withdrawal.
    pub status: ApplicationStatus,
    /// The last change by a person.
    pub last_activity_at: Instant,
}

/// The calendar entry for the day on which the application is withdrawn without further activity
/// (domain rule R-060).
#[must_use]
pub fn withdrawal(application: &InactiveApplication, rule: &InactivityRule, zone: Tz) -> Entry {
    let InactiveApplication { id, number, application_type, status, last_activity_at } = application;
    let kind = application_type.label();
    Entry {
        uid: format!("withdrawal-{id}"),
        on: rule.dates(*last_activity_at, zone).withdrawal,
        summary: format!("{number} ({kind}) is withdrawn automatically"),
        description: format!(
            "{}, without activity since {}. Work on it before this day, and it stays open.",
            status.label(),
            local_date(*last_activity_at, zone),
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use uuid::Uuid;

    use super::*;

    const RULE: InactivityRule =
        InactivityRule { notice_days: [30, 60], withdraw_after_days: 120, at_risk_within_days: 30 };

    fn inactive(last_activity_at: &str) -> InactiveApplication {
        InactiveApplication {
            id: ApplicationId::from_uuid(Uuid::from_u128(1)),
            number: "APP0543".into(),
            application_type: ApplicationType::ChangeOfOwnership,
            status: ApplicationStatus::ReturnedToProvider,
            last_activity_at: last_activity_at.parse().unwrap(),
        }
    }

    #[test]
    fn r_060_the_calendar_entry_is_on_the_day_of_the_withdrawal() {
        for (last_activity_at, on) in [
            ("2023-07-01T16:00:00Z", "2023-10-29"),
            ("2023-08-02T16:00:00Z", "2023-11-30"),
            // 120 days across the clock change of November 5.
            ("2023-07-15T16:00:00Z", "2023-11-12"),
            // Still June 30 in New York.
            ("2023-07-01T03:59:59Z", "2023-10-28"),
        ] {
            let entry = withdrawal(&inactive(last_activity_at), &RULE, New_York);
            assert_eq!(entry.on.to_string(), on, "{last_activity_at}");
        }
        let entry = withdrawal(&inactive("2023-07-01T16:00:00Z"), &RULE, New_York);
        assert_eq!(entry.summary, "APP0543 (Change of Ownership) is withdrawn automatically");
        assert!(
            entry.description.starts_with("Returned to Provider, without activity since 2023-07-01."),
            "{entry:?}"
        );
    }

    #[test]
    fn r_064_activity_moves_the_entry_instead_of_adding_another_one() {
        let before = withdrawal(&inactive("2023-07-01T16:00:00Z"), &RULE, New_York);
        let after = withdrawal(&inactive("2023-07-02T16:00:00Z"), &RULE, New_York);
        assert_eq!(before.uid, after.uid);
        assert_eq!(after.on, before.on.succ_opt().unwrap());
    }
}
