//! What a run of a job tells, and who can be asked to run one.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use portal_domain::Instant;
use portal_domain::applications::inactivity::Stage;
use portal_domain::ground::id::JobRunId;
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::applications::application_inactivity::IdleApplication;
use portal_persistence::organizations::member_inactivity::IdleMember;
use portal_persistence::platform::audit::Author;

use crate::portal::failure::Failure;
use crate::portal::state::Portal;

/// What a run did, counted; the words depend on the job.
pub type Outcome = BTreeMap<&'static str, i64>;

/// What became of a run.
#[derive(Clone, Debug)]
pub struct JobReport {
    /// Its record; none for a dry run, which leaves no trace, and for one that had nothing to do.
    pub run: Option<JobRunId>,
    /// The job.
    pub name: JobName,
    /// Whether it only told what it would do.
    pub dry_run: bool,
    /// When it began.
    pub started_at: Instant,
    /// When it was finished.
    pub finished_at: Instant,
    /// What it did, or would do.
    pub outcome: Outcome,
    /// The members whom a dry run found, those first whose turn comes first.
    pub items: Vec<DryRunMember>,
    /// The applications that a dry run found, those that are to be withdrawn first.
    pub applications: Vec<DryRunApplication>,
    /// Whether a dry run found more than that.
    pub truncated: bool,
}

/// An application that a dry run found.
#[derive(Clone, Debug)]
pub struct DryRunApplication {
    /// The application.
    pub application: IdleApplication,
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// What would be done now.
    pub stage: Stage,
    /// The day in the plan's zone on which it is withdrawn if nobody works on it.
    pub withdraws_on: NaiveDate,
}

/// Somebody whom a dry run found.
#[derive(Clone, Debug)]
pub struct DryRunMember {
    /// The member.
    pub member: IdleMember,
    /// Calendar days since the baseline.
    pub inactive_days: i64,
    /// The day in the plan's zone on which the member is disabled.
    pub disables_on: NaiveDate,
}

/// Runs jobs. The operations reach the jobs through this: they know what a run tells, not how it works.
pub trait RunJobs: Send + Sync {
    /// Runs a job now, or finds what it would do. Blocks. `author` is recorded in the platform's audit trail. Fails with
    /// [`Failure::JobRunning`] while another instance runs the job.
    fn run(
        &self,
        portal: &Portal,
        name: JobName,
        trigger: JobTrigger,
        dry_run: bool,
        author: Option<&Author<'_>>,
    ) -> Result<JobReport, Failure>;
}
