//! A daily forecast of the automatic actions on an organization's applications without further
//! activity.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::Instant;
use crate::applications::inactivity::{IdleFacts, InactivityRule, LifecycleEvent};
use crate::ground::application_type::ApplicationType;
use crate::ground::id::MembershipId;

/// The default length of a forecast in days.
pub const USUAL_DAYS: u32 = 120;

/// The maximum number of days between the first and last day of a forecast.
pub const MAX_DAYS: i64 = 366;

/// The maximum number of inactive applications in a forecast; the longest inactive ones are used.
pub const MAX_APPLICATIONS: i64 = 5_000;

/// An inactive application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawable {
    /// The assigned agent.
    pub agent: MembershipId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The facts that determine its automatic actions.
    pub facts: IdleFacts,
}

/// The number of applications of one agent and type with the same action on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForecastEntry {
    /// The action and its day.
    pub event: LifecycleEvent,
    /// The agent.
    pub agent: MembershipId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The number of applications.
    pub count: i64,
}

/// The actions from the first to the last day, both included, ordered by day, agent, type, and
/// action.
#[must_use]
pub fn forecast(
    rule: &InactivityRule,
    withdrawable: impl IntoIterator<Item = Withdrawable>,
    (from, to): (NaiveDate, NaiveDate),
    now: Instant,
    zone: Tz,
) -> Vec<ForecastEntry> {
    let mut counts: BTreeMap<_, i64> = BTreeMap::new();
    for one in withdrawable {
        let events = rule.to_come(&one.facts, now, zone);
        for event in events.into_iter().filter(|event| (from..=to).contains(&event.on)) {
            let key = (event.on, one.agent, one.application_type, event);
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .map(|((_, agent, application_type, event), count)| ForecastEntry {
            event,
            agent,
            application_type,
            count,
        })
        .collect()
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

    fn withdrawable(agent: u128, application_type: ApplicationType, last_activity_at: &str) -> Withdrawable {
        Withdrawable {
            agent: MembershipId::from_uuid(Uuid::from_u128(agent)),
            application_type,
            facts: IdleFacts {
                status: ApplicationStatus::InProgress,
                last_activity_at: last_activity_at.parse().unwrap(),
                last_warning: None,
            },
        }
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn lines(work: &[Withdrawable], from: &str, to: &str) -> Vec<String> {
        let now = "2023-07-01T16:00:00Z".parse().unwrap();
        let found = forecast(&RULE, work.iter().copied(), (date(from), date(to)), now, New_York);
        let line = |one: &ForecastEntry| {
            let agent = one.agent.uuid().as_u128();
            format!("{} {agent} {} {} {}", one.event.on, one.application_type, one.event.action, one.count)
        };
        found.iter().map(line).collect()
    }

    #[test]
    fn r_060_the_forecast_counts_events_per_day_agent_and_type() {
        let (enrollment, maintenance) = (ApplicationType::Enrollment, ApplicationType::Maintenance);
        let work = [
            withdrawable(1, enrollment, "2023-07-01T15:00:00Z"),
            withdrawable(1, enrollment, "2023-07-01T04:00:00Z"),
            withdrawable(1, maintenance, "2023-07-01T15:00:00Z"),
            withdrawable(2, enrollment, "2023-07-01T15:00:00Z"),
            withdrawable(2, enrollment, "2023-07-01T03:59:59Z"),
        ];
        assert_eq!(
            lines(&work, "2023-07-31", "2023-08-29"),
            [
                "2023-07-31 1 enrollment warn 2",
                "2023-07-31 1 maintenance warn 1",
                "2023-07-31 2 enrollment warn 1",
                "2023-08-29 2 enrollment warn 1",
            ]
        );
        assert_eq!(lines(&work, "2023-07-30", "2023-07-30"), ["2023-07-30 2 enrollment warn 1"]);
        assert_eq!(
            lines(&work, "2023-10-29", "2023-12-31").len(),
            3,
            "the first and the last day are included"
        );
    }

    #[test]
    fn r_061_submitted_applications_are_not_forecast() {
        let mut filed = withdrawable(1, ApplicationType::Enrollment, "2020-01-01T00:00:00Z");
        filed.facts.status = ApplicationStatus::Submitted;
        assert!(lines(&[filed], "2020-01-01", "2030-01-01").is_empty());
    }

    #[test]
    fn d_17_overdue_withdrawals_are_forecast_for_today() {
        let mut overdue = withdrawable(1, ApplicationType::Enrollment, "2023-01-01T16:00:00Z");
        let at = "2023-03-02T16:00:00Z".parse().unwrap();
        overdue.facts.last_warning = Some(LastWarning { threshold_days: 60, at });
        assert_eq!(lines(&[overdue], "2023-07-01", "2023-07-01"), ["2023-07-01 1 enrollment withdraw 1"]);
        assert!(lines(&[overdue], "2023-05-01", "2023-06-30").is_empty());
    }

    #[test]
    fn r_205_an_overdue_application_without_a_warning_is_warned_of_today_and_withdrawn_later() {
        let unwarned = withdrawable(1, ApplicationType::Enrollment, "2023-01-01T16:00:00Z");
        assert_eq!(
            lines(&[unwarned], "2023-07-01", "2023-12-31"),
            ["2023-07-01 1 enrollment warn 1", "2023-07-15 1 enrollment withdraw 1"]
        );
    }
}
