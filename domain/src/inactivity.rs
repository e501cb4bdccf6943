//! How long an application has rested, and when that withdraws it (domain rules ).

use chrono_tz::Tz;

use crate::Instant;
use crate::application::ApplicationStatus;
use crate::calendar::{days_before, days_between, local_date, start_of_day};

/// A plan's figures for inactivity, in calendar days of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InactivityRule {
    /// Days without activity after which an application is withdrawn (seed: 120).
    pub withdraw_after_days: u32,
    /// An application is "at risk" when it would be withdrawn within so many days.
    pub at_risk_within_days: u32,
}

/// How long one application has rested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// Calendar days left until automatic withdrawal, 0 when due; none for statuses that are never withdrawn so.
    pub days_until_withdrawal: Option<i64>,
}

impl InactivityRule {
    /// How long an application in `status` with that last activity has rested.
    #[must_use]
    pub fn rest(&self, status: ApplicationStatus, last_activity_at: Instant, now: Instant, zone: Tz) -> Rest {
        let days_inactive = days_between(last_activity_at, now, zone).max(0);
        let left = (i64::from(self.withdraw_after_days) - days_inactive).max(0);
        Rest { days_inactive, days_until_withdrawal: status.is_auto_withdrawable().then_some(left) }
    }

    /// Withdrawable applications whose last activity lies before this instant are at risk.
    #[must_use]
    pub fn at_risk_before(&self, now: Instant, zone: Tz) -> Instant {
        let idle_days = self.withdraw_after_days.saturating_sub(self.at_risk_within_days);
        let last_risky_day = days_before(local_date(now, zone), idle_days);
        start_of_day(last_risky_day.succ_opt().unwrap_or(last_risky_day), zone)
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;

    use super::*;

    const RULE: InactivityRule = InactivityRule { withdraw_after_days: 120, at_risk_within_days: 30 };

    fn rest(status: ApplicationStatus, last: &str, now: &str) -> Rest {
        RULE.rest(status, last.parse().unwrap(), now.parse().unwrap(), New_York)
    }

    #[test]
    fn r_060_day_119_has_one_day_left_and_day_120_none() {
        let status = ApplicationStatus::InProgress;
        let day_119 = rest(status, "2023-07-01T15:00:00Z", "2023-10-28T12:00:00Z");
        assert_eq!(day_119, Rest { days_inactive: 119, days_until_withdrawal: Some(1) });
        let day_120 = rest(status, "2023-07-01T15:00:00Z", "2023-10-29T12:00:00Z");
        assert_eq!(day_120, Rest { days_inactive: 120, days_until_withdrawal: Some(0) });
    }

    #[test]
    fn r_061_submitted_and_reviewed_applications_are_never_withdrawn_for_rest() {
        for status in [ApplicationStatus::Submitted, ApplicationStatus::DmsReviewInProgress] {
            assert_eq!(
                rest(status, "2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z").days_until_withdrawal,
                None
            );
        }
    }

    #[test]
    fn the_risk_threshold_agrees_with_the_days_left() {
        let now: Instant = "2026-03-20T02:00:00Z".parse().unwrap();
        let threshold = RULE.at_risk_before(now, New_York);
        let just_risky = threshold - chrono::Duration::microseconds(1);
        let left = |last| RULE.rest(ApplicationStatus::InProgress, last, now, New_York).days_until_withdrawal;
        assert_eq!(left(just_risky), Some(30));
        assert_eq!(left(threshold), Some(31));
    }
}
