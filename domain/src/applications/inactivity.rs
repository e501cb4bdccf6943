//! How long an application has rested, whom that concerns, and when that withdraws it (domain rules ).

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::calendar::{days_after, days_between, local_date, so_many_days_back};
use crate::ground::id::{ApplicationId, UserId};
use crate::{Instant, vocabulary};

/// A plan's figures for inactivity, in calendar days of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InactivityRule {
    /// Days without activity after which the agent is warned, for the first and for the second time (seed: 30 and 60).
    pub notice_days: [u32; 2],
    /// Days without activity after which an application is withdrawn (seed: 120).
    pub withdraw_after_days: u32,
    /// An application is "at risk" when it would be withdrawn within so many days.
    pub at_risk_within_days: u32,
}

/// How long one application has rested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inactivity {
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// Calendar days left until automatic withdrawal, 0 when due; none for statuses that are never withdrawn so.
    pub days_until_withdrawal: Option<i64>,
}

vocabulary! {
    /// What happens by itself to an application that nobody works on.
    pub enum LifecycleAction {
        /// Its agent is warned (N-02).
        Warn = "warn",
        /// It is withdrawn (N-03).
        Withdraw = "withdraw",
    }
}

/// What is due for an application, because it has rested for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A warning.
    Warn {
        /// The days of inactivity it warns of.
        threshold_days: u32,
    },
    /// Its withdrawal.
    Withdraw,
}

/// The days in the plan's zone on which something happens to an application that nobody works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// The first and the second warning.
    pub notices: [NaiveDate; 2],
    /// The withdrawal.
    pub withdrawal: NaiveDate,
}

/// Something that will happen to an application by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LifecycleEvent {
    /// The day in the plan's zone.
    pub on: NaiveDate,
    /// What happens.
    pub action: LifecycleAction,
    /// The days of inactivity that a warning warns of.
    pub threshold_days: Option<u32>,
}

/// An application as its notices name it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its number.
    pub number: &'a str,
    /// What it asks for.
    pub application_type: ApplicationType,
    /// The provider it is for.
    pub provider_name: &'a str,
}

impl InactivityRule {
    /// How long an application in `status` with that last activity has rested.
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

    /// What is due now (domain rules, ambiguity A-07): the highest stage that was reached, and only that one,
    /// however late anybody looks. An application that is to be withdrawn gets no late warning.
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

    /// The days on which something happens if nobody works on it.
    #[must_use]
    pub fn dates(&self, last_activity_at: Instant, zone: Tz) -> Dates {
        let after = |days| days_after(last_activity_at, days, zone);
        Dates { notices: self.notice_days.map(after), withdrawal: after(self.withdraw_after_days) }
    }

    /// What will happen to an application by itself from today on, soonest first; nothing in statuses that never inactivity. A
    /// warning of an earlier day is not listed, given or not. A withdrawal that is overdue, because it waits for an operator,
    /// is due today.
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

    /// Withdrawable applications whose last activity lies before this instant are at risk.
    #[must_use]
    pub fn at_risk_before(&self, now: Instant, zone: Tz) -> Instant {
        let idle_days = self.withdraw_after_days.saturating_sub(self.at_risk_within_days);
        so_many_days_back(now, idle_days, zone)
    }

    /// Withdrawable applications whose last activity lies before this instant are to be withdrawn: the same as
    /// [`Self::due_stage`], as a condition on columns.
    #[must_use]
    pub fn withdrawn_before(&self, now: Instant, zone: Tz) -> Instant {
        so_many_days_back(now, self.withdraw_after_days, zone)
    }

    /// For each stage of warning its days, and from when until when the last activity of those lies whose highest stage it
    /// is: from the first instant on, and before the second.
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

    /// The warnings of the present inactivity that nobody was given, because no job ran on their days.
    #[must_use]
    pub fn missed(&self, given: &[u32]) -> Vec<u32> {
        self.notice_days.into_iter().filter(|days| !given.contains(days)).collect()
    }

    /// What the history says about an automatic withdrawal, warnings that nobody was given included.
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

    /// The sentence of a warning (N-02).
    #[must_use]
    pub fn warning(&self, what: &Named<'_>, last_activity_at: Instant, now: Instant, zone: Tz) -> String {
        let idle = days_between(last_activity_at, now, zone);
        let (limit, on) = (self.withdraw_after_days, self.dates(last_activity_at, zone).withdrawal);
        format!(
            "{what} had no activity for {idle} days. It will be automatically withdrawn if there is no activity for {limit} \
             days, on {on}."
        )
    }

    /// The sentence about an automatic withdrawal (N-03).
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

/// The sentence about an automatic withdrawal that an operator took back (decision D-17).
#[must_use]
pub fn restoration(what: &Named<'_>, status: ApplicationStatus) -> String {
    format!(
        "{what} is {} again: its automatic withdrawal was taken back. The days without activity count anew.",
        status.label()
    )
}

/// What tells a warning from every other one: the application, the inactivity by its beginning, the stage, and the how many-eth of
/// its recipients. Whoever else would be warned of the same a second time has the same key.
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

/// What tells the notice of a withdrawal from every other one; `version` is the one it left the application at.
#[must_use]
pub fn withdrawal_key(application: ApplicationId, version: i64, recipient: UserId) -> String {
    format!("withdrawn:{application}:{version}:{recipient}")
}

/// What tells the notice of a restoration from every other one; `version` is the one it left the application at.
#[must_use]
pub fn restoration_key(application: ApplicationId, version: i64, recipient: UserId) -> String {
    format!("restored:{application}:{version}:{recipient}")
}

#[cfg(test)]
#[path = "inactivity_tests.rs"]
mod tests;
