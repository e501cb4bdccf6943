//! Bodies about jobs.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use portal_domain::applications::inactivity::{LifecycleAction, Stage};
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, JobRunId, MembershipId, OrganizationId};
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::platform::jobs::JobRun;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::page::list_view;
use crate::portal::jobs::{DryRun, DryRunApplication, DryRunMember, JobReport, Listed};

/// A run of a job.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "job_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "name": "member_inactivity",
    "trigger": "schedule",
    "started_at": "2026-02-01T10:30:00Z",
    "finished_at": "2026-02-01T10:30:01Z",
    "outcome": {"disabled": 2, "locked": 0, "held_back": 0}
}))]
pub struct JobRunView {
    /// The ID.
    pub id: JobRunId,
    /// The job.
    pub name: JobName,
    /// What triggered it.
    pub trigger: JobTrigger,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it finished; absent while it runs, and if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,
    /// Counts of what it did. `member_inactivity`: members `disabled`, logins `locked`.
    /// `application_inactivity`: `first_warnings`, `second_warnings`, applications `withdrawn`.
    /// Both: those `held_back` by the safety threshold until an operator runs the job.
    pub outcome: BTreeMap<String, i64>,
}

list_view! {
    /// Job runs, newest first.
    JobRunList of JobRunView
}

impl From<JobRun> for JobRunView {
    fn from(run: JobRun) -> Self {
        let counted = run.outcome.as_object().into_iter().flatten();
        let outcome = counted.filter_map(|(word, count)| Some((word.clone(), count.as_i64()?))).collect();
        Self {
            id: run.id,
            name: run.name,
            trigger: run.trigger,
            started_at: run.started_at,
            finished_at: run.finished_at,
            outcome,
        }
    }
}

/// How to run a job.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"dry_run": true}))]
pub struct RunJobRequest {
    /// `true` to preview a run without changing anything.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub dry_run: Option<bool>,
}

/// The result of a run or a dry run.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "member_inactivity",
    "dry_run": true,
    "started_at": "2026-02-01T12:00:00Z",
    "finished_at": "2026-02-01T12:00:00Z",
    "outcome": {"would_disable": 1, "would_lock": 0},
    "items": [{
        "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "name": "Jeremy Huang",
        "baseline": "2025-11-02T16:27:25Z",
        "inactive_days": 91,
        "disables_on": "2026-01-31"
    }],
    "applications": [],
    "truncated": false
}))]
pub struct JobReportView {
    /// The ID of the run; absent for a dry run, which is not recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_run_id: Option<JobRunId>,
    /// The job.
    pub name: JobName,
    /// Whether it was a dry run.
    pub dry_run: bool,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it finished.
    pub finished_at: DateTime<Utc>,
    /// Counts of what it did, as in a job run. For a dry run: members it `would_disable` and logins
    /// it `would_lock` now, or applications it `would_warn` about and `would_withdraw` now.
    pub outcome: BTreeMap<String, i64>,
    /// For a dry run of `member_inactivity`, the members who would be disabled now or within 14
    /// days, soonest first; at most 500.
    pub items: Vec<ForeseenMemberView>,
    /// For a dry run of `application_inactivity`, the applications that would be withdrawn or
    /// warned about now, those inactive longest first; at most 500.
    pub applications: Vec<ForeseenApplicationView>,
    /// Whether there are more members or applications than listed.
    pub truncated: bool,
}

/// An application that would be withdrawn for inactivity or warned about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "application_id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_number": "APP0543",
    "application_type": "enrollment",
    "action": "warn",
    "threshold_days": 30,
    "days_inactive": 31,
    "withdraws_on": "2026-05-01"
}))]
pub struct ForeseenApplicationView {
    /// The application.
    pub application_id: ApplicationId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The application number; leading zeros are significant.
    pub application_number: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// What would happen now.
    pub action: LifecycleAction,
    /// The days without activity that trigger a warning; absent for a withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_days: Option<u32>,
    /// Calendar days since the last activity, in the plan's time zone.
    pub days_inactive: i64,
    /// The day of the withdrawal if there is no activity, in the plan's time zone.
    pub withdraws_on: NaiveDate,
}

impl From<DryRunApplication> for ForeseenApplicationView {
    fn from(found: DryRunApplication) -> Self {
        let (action, threshold_days) = match found.stage {
            Stage::Warn { threshold_days } => (LifecycleAction::Warn, Some(threshold_days)),
            Stage::Withdraw => (LifecycleAction::Withdraw, None),
        };
        Self {
            application_id: found.application.id,
            organization_id: found.application.organization,
            application_number: found.application.number,
            application_type: found.application.application_type,
            action,
            threshold_days,
            days_inactive: found.days_inactive,
            withdraws_on: found.withdraws_on,
        }
    }
}

/// A member who is or soon will be disabled for inactivity.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "name": "Jeremy Huang",
    "baseline": "2025-11-02T16:27:25Z",
    "inactive_days": 91,
    "disables_on": "2026-01-31"
}))]
pub struct ForeseenMemberView {
    /// The member.
    pub membership_id: MembershipId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The member's name.
    pub name: String,
    /// The start of the count: the latest of the last sign-in, enabling, and the start of the
    /// membership.
    pub baseline: DateTime<Utc>,
    /// Calendar days since `baseline`, in the plan's time zone.
    pub inactive_days: i64,
    /// The day on which the member is disabled, in the plan's time zone.
    pub disables_on: NaiveDate,
}

impl From<DryRunMember> for ForeseenMemberView {
    fn from(found: DryRunMember) -> Self {
        Self {
            membership_id: found.member.membership,
            organization_id: found.member.organization,
            name: found.member.name,
            baseline: found.member.baseline,
            inactive_days: found.inactive_days,
            disables_on: found.disables_on,
        }
    }
}

impl From<JobReport> for JobReportView {
    fn from(report: JobReport) -> Self {
        let dry_run = report.dry_run.is_some();
        let (items, applications, truncated) = match report.dry_run {
            Some(DryRun::Members(Listed { items, truncated })) => (items, vec![], truncated),
            Some(DryRun::Applications(Listed { items, truncated })) => (vec![], items, truncated),
            None => (vec![], vec![], false),
        };
        Self {
            job_run_id: report.run,
            name: report.name,
            dry_run,
            started_at: report.started_at,
            finished_at: report.finished_at,
            outcome: report.outcome.into_iter().map(|(word, count)| (word.to_owned(), count)).collect(),
            items: items.into_iter().map(Into::into).collect(),
            applications: applications.into_iter().map(Into::into).collect(),
            truncated,
        }
    }
}

/// The path of a job run.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct JobRunPath {
    /// The job run.
    pub job_run_id: JobRunId,
}
