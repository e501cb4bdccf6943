//! Calendar entries for automatic withdrawals (domain rules ).

use chrono_tz::Tz;

use crate::Instant;
use crate::applications::inactivity::{IdleFacts, InactivityRule};
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
    /// The facts that determine its automatic actions. Its status allows automatic withdrawal.
    pub facts: IdleFacts,
}

/// The calendar entry for the day on which the application is withdrawn without further activity
/// (domain rules ). A withdrawal that waits for an operator keeps its day.
#[must_use]
pub fn withdrawal(application: &InactiveApplication, rule: &InactivityRule, now: Instant, zone: Tz) -> Entry {
    let InactiveApplication { id, number, application_type, facts } = application;
    let kind = application_type.label();
    Entry {
        uid: format!("withdrawal-{id}"),
        on: rule.withdrawal_on(facts, now, zone),
        summary: format!("{number} ({kind}) is withdrawn automatically"),
        description: format!(
            "{}, without activity since {}. Work on it before this day, and it stays open.",
            facts.status.label(),
            local_date(facts.last_activity_at, zone),
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use uuid::Uuid;

    use super::*;
    use crate::applications::inactivity::LastWarning;
    use crate::ground::application_status::ApplicationStatus;

    const RULE: InactivityRule = InactivityRule {
        notice_days: [30, 60],
        withdraw_after_days: 120,
        warned_at_least_days: 14,
        at_risk_within_days: 30,
    };

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn entry_of(application: &InactiveApplication) -> Entry {
        withdrawal(application, &RULE, at("2023-08-03T16:00:00Z"), New_York)
    }

    fn inactive(last_activity_at: &str) -> InactiveApplication {
        InactiveApplication {
            id: ApplicationId::from_uuid(Uuid::from_u128(1)),
            number: "APP0543".into(),
            application_type: ApplicationType::ChangeOfOwnership,
            facts: IdleFacts {
                status: ApplicationStatus::ReturnedToProvider,
                last_activity_at: at(last_activity_at),
                last_warning: None,
            },
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
            let entry = entry_of(&inactive(last_activity_at));
            assert_eq!(entry.on.to_string(), on, "{last_activity_at}");
        }
        let entry = entry_of(&inactive("2023-07-01T16:00:00Z"));
        assert_eq!(entry.summary, "APP0543 (Change of Ownership) is withdrawn automatically");
        assert!(
            entry.description.starts_with("Returned to Provider, without activity since 2023-07-01."),
            "{entry:?}"
        );
    }

    #[test]
    fn r_205_the_entry_is_on_the_day_that_a_late_warning_allows() {
        let mut late = inactive("2023-01-01T16:00:00Z");
        assert_eq!(entry_of(&late).on.to_string(), "2023-08-17", "the warning is due today, August 3");
        late.facts.last_warning = Some(LastWarning { threshold_days: 60, at: at("2023-07-28T16:00:00Z") });
        assert_eq!(entry_of(&late).on.to_string(), "2023-08-11");
        late.facts.last_warning = Some(LastWarning { threshold_days: 60, at: at("2023-03-02T16:00:00Z") });
        assert_eq!(entry_of(&late).on.to_string(), "2023-05-01");
    }

    #[test]
    fn r_064_activity_moves_the_entry_instead_of_adding_another_one() {
        let before = entry_of(&inactive("2023-07-01T16:00:00Z"));
        let after = entry_of(&inactive("2023-07-02T16:00:00Z"));
        assert_eq!(before.uid, after.uid);
        assert_eq!(after.on, before.on.succ_opt().unwrap());
    }
}
