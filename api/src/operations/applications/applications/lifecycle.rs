//! The automatic events of an application.

use chrono::{DateTime, NaiveDate, Utc};
use portal_domain::Instant;
use portal_domain::applications::application::WithdrawalKind;
use portal_domain::applications::inactivity::{LifecycleAction, LifecycleEvent};
use portal_domain::applications::life_cycle::restorable_until;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::applications::applications::Application;
use serde::Serialize;
use utoipa::ToSchema;

/// The automatic events of an application.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "last_activity_at": "2026-01-02T15:00:00Z",
    "next": [
        {"action": "warn", "threshold_days": 60, "on": "2026-03-03"},
        {"action": "withdraw", "on": "2026-05-02"}
    ]
}))]
pub struct LifecycleView {
    /// The last activity. Inactivity is counted from this day in the plan's time zone.
    pub last_activity_at: DateTime<Utc>,
    /// The events that follow if there is no activity, soonest first. Includes today's events and a
    /// warning that is overdue, but not earlier warnings. The withdrawal is at least 14 days after
    /// the last warning, or the number of days that the plan sets. Empty in statuses without
    /// automatic withdrawal.
    pub next: Vec<LifecycleEventView>,
    /// The end of the period in which an operator can restore an automatic withdrawal; exclusive.
    /// Absent if there was no automatic withdrawal or the period has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restorable_until: Option<DateTime<Utc>>,
}

/// An automatic event.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"action": "warn", "threshold_days": 60, "on": "2026-03-03"}))]
pub struct LifecycleEventView {
    /// The event.
    pub action: LifecycleAction,
    /// The days without activity that trigger a warning; absent for a withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_days: Option<u32>,
    /// The day in the plan's time zone. A withdrawal that awaits an operator's confirmation is
    /// always due today.
    pub on: NaiveDate,
}

impl From<LifecycleEvent> for LifecycleEventView {
    fn from(event: LifecycleEvent) -> Self {
        Self { action: event.action, threshold_days: event.threshold_days, on: event.on }
    }
}

impl LifecycleView {
    /// The automatic events of this application as of now.
    #[must_use]
    pub fn of(application: &Application, plan: &PlanProfile, now: Instant) -> Self {
        let next = plan.inactivity.to_come(&application.idle_facts(), now, plan.time_zone);
        let withdrawn_at = application
            .withdrawal
            .at
            .filter(|_| application.withdrawal.kind == Some(WithdrawalKind::Automatic));
        let restorable_until = withdrawn_at
            .zip(plan.credentialing.as_ref())
            .map(|(at, policy)| restorable_until(at, policy))
            .filter(|until| now < *until);
        let last_activity_at = application.last_activity_at;
        Self { last_activity_at, next: next.into_iter().map(Into::into).collect(), restorable_until }
    }
}
