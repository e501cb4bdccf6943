//! How long an application has been inactive, and the warnings and withdrawal that follow (domain
//! rules ).

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::calendar::{days_after, days_between, local_date};
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
    /// Days by which the last warning must precede the withdrawal (domain rule R-205).
    #[serde(default = "usual_days_of_warning")]
    pub warned_at_least_days: u32,
    /// An application is "at risk" if it would be withdrawn within this many days.
    pub at_risk_within_days: u32,
}

const fn usual_days_of_warning() -> u32 {
    14
}

/// The latest warning about the current inactivity of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastWarning {
    /// Its threshold in days of inactivity.
    pub threshold_days: u32,
    /// When it was recorded.
    pub at: Instant,
}

impl LastWarning {
    /// The warning with these values; `None` unless both are known.
    #[must_use]
    pub fn of(threshold_days: Option<i64>, at: Option<Instant>) -> Option<Self> {
        Some(Self { threshold_days: u32::try_from(threshold_days?).ok()?, at: at? })
    }
}

/// The facts that determine the automatic actions on an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleFacts {
    /// The status.
    pub status: ApplicationStatus,
    /// The last change by a person.
    pub last_activity_at: Instant,
    /// The latest warning since then; `None` before the first one.
    pub last_warning: Option<LastWarning>,
}

/// The inactivity of one application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inactivity {
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// Calendar days until automatic withdrawal, 0 if due; `None` if the status excludes automatic
    /// withdrawal. A warning that was not given yet is assumed to be given in time, or today.
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
    /// The threshold in days of the last warning, which must precede a withdrawal.
    #[must_use]
    pub fn final_notice_days(&self) -> u32 {
        self.notice_days[0].max(self.notice_days[1])
    }

    /// How long an application has been inactive, and how long until it is withdrawn.
    #[must_use]
    pub fn inactivity(&self, idle: &IdleFacts, now: Instant, zone: Tz) -> Inactivity {
        let left = (self.withdrawal_on(idle, now, zone) - local_date(now, zone)).num_days().max(0);
        Inactivity {
            days_inactive: days_between(idle.last_activity_at, now, zone).max(0),
            days_until_withdrawal: idle.status.is_auto_withdrawable().then_some(left),
        }
    }

    /// The action that is due now (domain rules, ambiguity A-07).
    ///
    /// Only the highest stage reached is due, even if the job runs late, and only once. An
    /// application that is inactive for long enough is withdrawn only if its last warning is old
    /// enough. Without that warning, the warning is due.
    #[must_use]
    pub fn due_stage(&self, idle: &IdleFacts, now: Instant, zone: Tz) -> Option<Stage> {
        if !idle.status.is_auto_withdrawable() {
            return None;
        }
        let is_warned = self.final_warning_on(idle, zone).is_some();
        if is_warned && self.withdrawal_on(idle, now, zone) <= local_date(now, zone) {
            return Some(Stage::Withdraw);
        }
        let days_inactive = days_between(idle.last_activity_at, now, zone);
        let reached = self.notice_days.into_iter().filter(|days| days_inactive >= i64::from(*days));
        let threshold_days = reached.max()?;
        let is_given = idle.last_warning.is_some_and(|warning| warning.threshold_days >= threshold_days);
        (!is_given).then_some(Stage::Warn { threshold_days })
    }

    /// The day of the last warning; `None` if it was not recorded yet.
    fn final_warning_on(&self, idle: &IdleFacts, zone: Tz) -> Option<NaiveDate> {
        let warning = idle.last_warning?;
        (warning.threshold_days >= self.final_notice_days()).then(|| local_date(warning.at, zone))
    }

    /// The days of the first and the second warning if there is no further activity.
    #[must_use]
    pub fn notices_on(&self, last_activity_at: Instant, zone: Tz) -> [NaiveDate; 2] {
        self.notice_days.map(|days| days_after(last_activity_at, days, zone))
    }

    /// The day of the withdrawal if there is no further activity (domain rules ). A
    /// last warning that was not recorded yet is assumed to be given on its day, or today if that
    /// day is past.
    #[must_use]
    pub fn withdrawal_on(&self, idle: &IdleFacts, now: Instant, zone: Tz) -> NaiveDate {
        let after = |days| days_after(idle.last_activity_at, days, zone);
        let warned_on = self
            .final_warning_on(idle, zone)
            .unwrap_or_else(|| after(self.final_notice_days()).max(local_date(now, zone)));
        let notice = Days::new(self.warned_at_least_days.into());
        let warned_long_enough = warned_on.checked_add_days(notice).unwrap_or(NaiveDate::MAX);
        after(self.withdraw_after_days).max(warned_long_enough)
    }

    /// The automatic actions from today on, soonest first; empty if the status excludes automatic
    /// withdrawal.
    ///
    /// Warnings of earlier days are omitted, but one that is still due is listed for today. So is
    /// an overdue withdrawal that waits for an operator.
    #[must_use]
    pub fn to_come(&self, idle: &IdleFacts, now: Instant, zone: Tz) -> Vec<LifecycleEvent> {
        if !idle.status.is_auto_withdrawable() {
            return vec![];
        }
        let (today, due) = (local_date(now, zone), self.due_stage(idle, now, zone));
        let withdrawal = self.withdrawal_on(idle, now, zone);
        let warn = |(threshold_days, on): (u32, NaiveDate)| {
            let is_due = due == Some(Stage::Warn { threshold_days });
            let on = if is_due { on.max(today) } else { on };
            LifecycleEvent { on, action: LifecycleAction::Warn, threshold_days: Some(threshold_days) }
        };
        let notices = self.notices_on(idle.last_activity_at, zone);
        let warnings = self.notice_days.into_iter().zip(notices).map(warn);
        let mut events: Vec<_> =
            warnings.filter(|event| event.on >= today && event.on < withdrawal).collect();
        events.sort();
        events.push(LifecycleEvent {
            on: withdrawal.max(today),
            action: LifecycleAction::Withdraw,
            threshold_days: None,
        });
        events
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

    /// The text of a warning that is given now (N-02). A late one names the later day of the
    /// withdrawal (domain rule R-205).
    #[must_use]
    pub fn warning(&self, what: &Named<'_>, idle: &IdleFacts, now: Instant, zone: Tz) -> String {
        let days = days_between(idle.last_activity_at, now, zone);
        let (limit, on) = (self.withdraw_after_days, self.withdrawal_on(idle, now, zone));
        if on > days_after(idle.last_activity_at, limit, zone) {
            format!(
                "{what} had no activity for {days} days. It will be automatically withdrawn on {on}, unless there is \
                 activity before that day."
            )
        } else {
            format!(
                "{what} had no activity for {days} days. It will be automatically withdrawn if there is no activity for \
                 {limit} days, on {on}."
            )
        }
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
