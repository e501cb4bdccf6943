//! The inactivity rule as conditions on columns, for queries that find the applications that are
//! due or at risk (domain rules ).

use chrono_tz::Tz;

use crate::Instant;
use crate::applications::inactivity::InactivityRule;
use crate::ground::calendar::{EARLIEST, so_many_days_back};

/// The condition for [`Stage::Withdraw`](crate::applications::inactivity::Stage::Withdraw): the last
/// activity and the last warning lie before these instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueForWithdrawal {
    /// The end of the last activity, exclusive.
    pub active_before: Instant,
    /// The lowest threshold of the latest warning, in days.
    pub warned_of_days: u32,
    /// The end of the latest warning, exclusive.
    pub warned_before: Instant,
}

/// The condition for [`Stage::Warn`](crate::applications::inactivity::Stage::Warn): no warning of
/// this threshold or a higher one, and a last activity in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueForWarning {
    /// The threshold in days of inactivity.
    pub threshold_days: u32,
    /// The start of the last activity, inclusive.
    pub active_from: Instant,
    /// The end of the last activity, exclusive.
    pub active_before: Instant,
}

/// The condition for a withdrawal within `at_risk_within_days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtRisk {
    /// The end of the last activity, exclusive.
    pub active_before: Instant,
    /// The lowest threshold of a last warning, in days.
    pub warned_of_days: u32,
    /// With a last warning: its end, exclusive.
    pub warned_before: Instant,
    /// Without a last warning: the end of the last activity, exclusive.
    pub unwarned_active_before: Instant,
}

impl InactivityRule {
    /// Which withdrawable applications are withdrawn now.
    #[must_use]
    pub fn due_for_withdrawal(&self, now: Instant, zone: Tz) -> DueForWithdrawal {
        DueForWithdrawal {
            active_before: so_many_days_back(now, self.withdraw_after_days, zone),
            warned_of_days: self.final_notice_days(),
            warned_before: so_many_days_back(now, self.warned_at_least_days, zone),
        }
    }

    /// For each warning, which withdrawable applications get it now. The last warning has no
    /// earliest activity, because nothing is withdrawn without it.
    #[must_use]
    pub fn due_for_warning(&self, now: Instant, zone: Tz) -> Vec<DueForWarning> {
        let mut stages = self.notice_days;
        stages.sort_unstable();
        let [first, last] = stages;
        let back = |days| so_many_days_back(now, days, zone);
        let stage = |threshold_days, active_from| DueForWarning {
            threshold_days,
            active_from,
            active_before: back(threshold_days),
        };
        let earlier = (first < last).then(|| stage(first, back(last)));
        earlier.into_iter().chain([stage(last, EARLIEST)]).collect()
    }

    /// Which withdrawable applications are withdrawn within `at_risk_within_days` if there is no
    /// activity.
    #[must_use]
    pub fn at_risk(&self, now: Instant, zone: Tz) -> AtRisk {
        let (within, notice) = (self.at_risk_within_days, self.warned_at_least_days);
        let earlier_by = |days: u32| so_many_days_back(now, days.saturating_sub(within), zone);
        // A warning that is given now delays the withdrawal by the whole notice.
        let unwarned_active_before = match notice <= within {
            true => earlier_by(self.final_notice_days().saturating_add(notice)),
            false => EARLIEST,
        };
        AtRisk {
            active_before: earlier_by(self.withdraw_after_days),
            warned_of_days: self.final_notice_days(),
            warned_before: earlier_by(notice),
            unwarned_active_before,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use proptest::prelude::*;

    use super::*;
    use crate::applications::inactivity::{IdleFacts, LastWarning, Stage};
    use crate::ground::application_status::ApplicationStatus;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn facts(last_activity_at: Instant, last_warning: Option<LastWarning>) -> IdleFacts {
        IdleFacts { status: ApplicationStatus::InProgress, last_activity_at, last_warning }
    }

    fn is_warned(idle: &IdleFacts, of_days: u32) -> bool {
        idle.last_warning.is_some_and(|warning| warning.threshold_days >= of_days)
    }

    fn was_warned_before(idle: &IdleFacts, before: Instant) -> bool {
        idle.last_warning.is_some_and(|warning| warning.at < before)
    }

    impl DueForWithdrawal {
        fn includes(&self, idle: &IdleFacts) -> bool {
            idle.last_activity_at < self.active_before
                && is_warned(idle, self.warned_of_days)
                && was_warned_before(idle, self.warned_before)
        }
    }

    impl DueForWarning {
        fn includes(&self, idle: &IdleFacts) -> bool {
            (self.active_from..self.active_before).contains(&idle.last_activity_at)
                && !is_warned(idle, self.threshold_days)
        }
    }

    impl AtRisk {
        fn includes(&self, idle: &IdleFacts) -> bool {
            let is_soon_enough = match is_warned(idle, self.warned_of_days) {
                true => was_warned_before(idle, self.warned_before),
                false => idle.last_activity_at < self.unwarned_active_before,
            };
            idle.last_activity_at < self.active_before && is_soon_enough
        }
    }

    /// Days, and microseconds around midnight.
    fn instants() -> impl Strategy<Value = Instant> {
        (0..170_i64, prop_oneof![Just(-1_i64), Just(0), Just(1), 0..86_400_000_000_i64]).prop_map(
            |(days, microseconds)| {
                // Midnight in New York, in a period with both clock changes.
                at("2025-10-20T04:00:00Z")
                    + chrono::Duration::days(days)
                    + chrono::Duration::microseconds(microseconds)
            },
        )
    }

    fn rules() -> impl Strategy<Value = InactivityRule> {
        let usual = InactivityRule {
            notice_days: [30, 60],
            withdraw_after_days: 120,
            warned_at_least_days: 14,
            at_risk_within_days: 30,
        };
        let any = ([0..80_u32, 0..80_u32], 0..130_u32, 0..30_u32, 0..140_u32).prop_map(
            |(notice_days, withdraw_after_days, warned_at_least_days, at_risk_within_days)| InactivityRule {
                notice_days,
                withdraw_after_days,
                warned_at_least_days,
                at_risk_within_days,
            },
        );
        prop_oneof![Just(usual), any]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn r_060_r_062_r_205_the_conditions_select_what_the_rule_decides(
            rule in rules(),
            mut times in [instants(), instants(), instants()],
            threshold in prop_oneof![Just(None), (0..90_u32).prop_map(Some), Just(Some(30)), Just(Some(60))],
        ) {
            times.sort_unstable();
            let [last_activity_at, warned_at, now] = times;
            let warning = threshold.map(|threshold_days| LastWarning { threshold_days, at: warned_at });
            let idle = facts(last_activity_at, warning);
            let due = rule.due_stage(&idle, now, New_York);
            prop_assert_eq!(
                rule.due_for_withdrawal(now, New_York).includes(&idle),
                due == Some(Stage::Withdraw)
            );
            let warnings: Vec<_> = rule
                .due_for_warning(now, New_York)
                .into_iter()
                .filter(|condition| condition.includes(&idle))
                .map(|condition| Some(Stage::Warn { threshold_days: condition.threshold_days }))
                .collect();
            prop_assert_eq!(warnings, Vec::from_iter(due.filter(|due| *due != Stage::Withdraw).map(Some)));
            let left = rule.inactivity(&idle, now, New_York).days_until_withdrawal.unwrap();
            prop_assert_eq!(
                rule.at_risk(now, New_York).includes(&idle),
                left <= i64::from(rule.at_risk_within_days)
            );
        }
    }

    #[test]
    fn r_205_the_last_warning_has_no_earliest_activity() {
        let rule = InactivityRule {
            notice_days: [30, 60],
            withdraw_after_days: 120,
            warned_at_least_days: 14,
            at_risk_within_days: 30,
        };
        let now = at("2026-03-08T05:30:00Z");
        let [first, last] = rule.due_for_warning(now, New_York)[..] else { panic!("two warnings") };
        assert_eq!((first.threshold_days, last.threshold_days), (30, 60));
        assert_eq!(first.active_from, last.active_before, "no gap between the warnings");
        assert!(last.includes(&facts(at("1999-01-01T00:00:00Z"), None)));
    }
}
