//! How long an application has been inactive, and the warnings and withdrawal that follow (domain
//! rules ).

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::calendar::{days_after, days_between, local_date, so_many_days_back};
use crate::ground::id::{ApplicationId, UserId};
use crate::{Instant, vocabulary};

/// A plan's inactivity thresholds, in calendar days of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InactivityRule {
    /// Days without activity after which the first and second warnings are due (seed: 30 and 60).
    pub notice_days: [u32; 2],
    /// Days without activity after which an application is withdrawn (seed: 120).
    pub withdraw_after_days: u32,
    /// An application is "at risk" if it would be withdrawn within this many days.
    pub at_risk_within_days: u32,
}

/// The inactivity of one application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inactivity {
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// Calendar days until automatic withdrawal, 0 if due; `None` if the status excludes automatic
    /// withdrawal.
    pub days_until_withdrawal: Option<i64>,
}

vocabulary! {
    /// An automatic action on an inactive application.
    pub enum LifecycleAction {
        /// The agent is warned (N-02).
        Warn = "warn",
        /// The application is withdrawn (N-03).
        Withdraw = "withdraw",
    }
}

/// The action that is due for an inactive application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A warning to the agent.
    Warn {
        /// The threshold in days of inactivity.
        threshold_days: u32,
    },
    /// The automatic withdrawal.
    Withdraw,
}

/// The days, in the plan's zone, of the automatic actions on an application without further
/// activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// The first and the second warning.
    pub notices: [NaiveDate; 2],
    /// The withdrawal.
    pub withdrawal: NaiveDate,
}

/// A future automatic action on an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LifecycleEvent {
    /// The day in the plan's zone.
    pub on: NaiveDate,
    /// The action.
    pub action: LifecycleAction,
    /// For a warning, its threshold in days of inactivity.
    pub threshold_days: Option<u32>,
}

/// The application as identified in notices.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The application number.
    pub number: &'a str,
    /// The application type.
    pub application_type: ApplicationType,
    /// The provider it is for.
    pub provider_name: &'a str,
}

impl InactivityRule {
    /// The inactivity of an application with this status and last activity.
    #[must_use]
    pub fn inactivity(
        &self,
        status: ApplicationStatus,
        last_activity_at: Instant,
        now: Instant,
        zone: Tz,
    ) -> Inactivity {
        let days_inactive = days_between(last_activity_at, now, zone).max(0);
        let left = (i64::from(self.withdraw_after_days) - days_inactive).max(0);
        Inactivity { days_inactive, days_until_withdrawal: status.is_auto_withdrawable().then_some(left) }
    }

    /// The action that is due now (domain rules, ambiguity A-07).
    ///
    /// Only the highest stage reached is due, even if the job runs late. An application due for
    /// withdrawal gets no late warning.
    #[must_use]
    pub fn due_stage(
        &self,
        status: ApplicationStatus,
        last_activity_at: Instant,
        now: Instant,
        zone: Tz,
    ) -> Option<Stage> {
        let Inactivity { days_inactive, days_until_withdrawal } =
            self.inactivity(status, last_activity_at, now, zone);
        if days_until_withdrawal? == 0 {
            return Some(Stage::Withdraw);
        }
        let reached = self.notice_days.into_iter().filter(|days| days_inactive >= i64::from(*days));
        reached.max().map(|threshold_days| Stage::Warn { threshold_days })
    }

    /// The days of the warnings and the withdrawal if there is no further activity.
    #[must_use]
    pub fn dates(&self, last_activity_at: Instant, zone: Tz) -> Dates {
        let after = |days| days_after(last_activity_at, days, zone);
        Dates { notices: self.notice_days.map(after), withdrawal: after(self.withdraw_after_days) }
    }

    /// The automatic actions from today on, soonest first; empty if the status excludes automatic
    /// withdrawal.
    ///
    /// Warnings of earlier days are omitted, whether given or not. An overdue withdrawal that waits
    /// for an operator is listed for today.
    #[must_use]
    pub fn to_come(
        &self,
        status: ApplicationStatus,
        last_activity_at: Instant,
        now: Instant,
        zone: Tz,
    ) -> Vec<LifecycleEvent> {
        if !status.is_auto_withdrawable() {
            return vec![];
        }
        let (today, dates) = (local_date(now, zone), self.dates(last_activity_at, zone));
        let warn = |(days, on): (u32, NaiveDate)| LifecycleEvent {
            on,
            action: LifecycleAction::Warn,
            threshold_days: Some(days),
        };
        let warnings = self.notice_days.into_iter().zip(dates.notices).map(warn);
        let mut events: Vec<_> =
            warnings.filter(|event| event.on >= today && event.on < dates.withdrawal).collect();
        events.sort();
        events.push(LifecycleEvent {
            on: dates.withdrawal.max(today),
            action: LifecycleAction::Withdraw,
            threshold_days: None,
        });
        events
    }

    /// Withdrawable applications with a last activity before this instant are at risk.
    #[must_use]
    pub fn at_risk_before(&self, now: Instant, zone: Tz) -> Instant {
        let idle_days = self.withdraw_after_days.saturating_sub(self.at_risk_within_days);
        so_many_days_back(now, idle_days, zone)
    }

    /// Withdrawable applications with a last activity before this instant are due for withdrawal:
    /// [`Self::due_stage`] as a condition on columns.
    #[must_use]
    pub fn withdrawn_before(&self, now: Instant, zone: Tz) -> Instant {
        so_many_days_back(now, self.withdraw_after_days, zone)
    }

    /// For each warning, its threshold in days and the range of last activity in which it is the
    /// highest stage reached.
    ///
    /// The range includes its start and excludes its end.
    #[must_use]
    pub fn warned_between(&self, now: Instant, zone: Tz) -> Vec<(u32, Instant, Instant)> {
        let mut stages = self.notice_days;
        stages.sort_unstable();
        let ends = stages.into_iter().skip(1).chain([self.withdraw_after_days]);
        stages
            .into_iter()
            .zip(ends)
            .filter(|(days, end)| days < end)
            .map(|(days, end)| (days, so_many_days_back(now, end, zone), so_many_days_back(now, days, zone)))
            .collect()
    }

    /// The warnings of the current inactivity that were never given because no job ran on their
    /// days.
    #[must_use]
    pub fn missed(&self, given: &[u32]) -> Vec<u32> {
        self.notice_days.into_iter().filter(|days| !given.contains(days)).collect()
    }

    /// The history text of an automatic withdrawal, which names the warnings that were never given.
    #[must_use]
    pub fn explanation(&self, last_activity_at: Instant, now: Instant, zone: Tz, given: &[u32]) -> String {
        let idle = days_between(last_activity_at, now, zone);
        let missed: Vec<_> = self.missed(given).iter().map(u32::to_string).collect();
        if missed.is_empty() {
            format!("no activity for {idle} days")
        } else {
            format!("no activity for {idle} days; no warning was given at {} days", missed.join(" and "))
        }
    }

    /// The text of a warning (N-02).
    #[must_use]
    pub fn warning(&self, what: &Named<'_>, last_activity_at: Instant, now: Instant, zone: Tz) -> String {
        let idle = days_between(last_activity_at, now, zone);
        let (limit, on) = (self.withdraw_after_days, self.dates(last_activity_at, zone).withdrawal);
        format!(
            "{what} had no activity for {idle} days. It will be automatically withdrawn if there is no activity for {limit} \
             days, on {on}."
        )
    }

    /// The text of the notice of an automatic withdrawal (N-03).
    #[must_use]
    pub fn withdrawal(&self, what: &Named<'_>, last_activity_at: Instant, now: Instant, zone: Tz) -> String {
        let (idle, today) = (days_between(last_activity_at, now, zone), local_date(now, zone));
        format!("{what} was automatically withdrawn on {today}: it had no activity for {idle} days.")
    }
}

impl std::fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Application {} ({}) for {}",
            self.number,
            self.application_type.label(),
            self.provider_name
        )
    }
}

/// The text of the notice that an operator restored the application (decision D-17).
#[must_use]
pub fn restoration(what: &Named<'_>, status: ApplicationStatus) -> String {
    format!(
        "{what} is {} again: its automatic withdrawal was taken back. The days without activity count anew.",
        status.label()
    )
}

/// The deduplication key of a warning.
///
/// It consists of the application, the start of the inactivity, the stage, and the recipient's
/// position. A new recipient in the same position gets the same key, so a reassignment does not
/// repeat a warning.
#[must_use]
pub fn warning_key(
    application: ApplicationId,
    last_activity_at: Instant,
    threshold_days: u32,
    recipient: usize,
) -> String {
    let key = format!("idle:{application}:{}:{threshold_days}", last_activity_at.timestamp_micros());
    if recipient == 0 { key } else { format!("{key}:{recipient}") }
}

/// The deduplication key of a withdrawal notice. `version` is the application's version after the
/// withdrawal.
#[must_use]
pub fn withdrawal_key(application: ApplicationId, version: i64, recipient: UserId) -> String {
    format!("withdrawn:{application}:{version}:{recipient}")
}

/// The deduplication key of a restoration notice. `version` is the application's version after the
/// restoration.
#[must_use]
pub fn restoration_key(application: ApplicationId, version: i64, recipient: UserId) -> String {
    format!("restored:{application}:{version}:{recipient}")
}

#[cfg(test)]
#[path = "inactivity_tests.rs"]
mod tests;
