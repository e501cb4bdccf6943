//! The reports of job runs, and the interface for running jobs.

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

/// The counts of what a run did. The names depend on the job.
pub type Outcome = BTreeMap<&'static str, i64>;

/// The report of a run.
#[derive(Clone, Debug)]
pub struct JobReport {
    /// The id of the recorded run. `None` for a dry run, which records nothing, and if no run was
    /// started.
    pub run: Option<JobRunId>,
    /// The job.
    pub name: JobName,
    /// When the run started.
    pub started_at: Instant,
    /// When the run finished.
    pub finished_at: Instant,
    /// What the run did, or would do if this was a dry run.
    pub outcome: Outcome,
    /// What a dry run found; `None` for a run.
    pub dry_run: Option<DryRun>,
}

/// What a dry run found, according to the job.
#[derive(Clone, Debug)]
pub enum DryRun {
    /// The members, sorted by the day on which they are disabled.
    Members(Listed<DryRunMember>),
    /// The applications, sorted by the day on which they are withdrawn.
    Applications(Listed<DryRunApplication>),
}

/// The beginning of a list that may be long.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The first items.
    pub items: Vec<T>,
    /// Whether there are more.
    pub truncated: bool,
}

impl<T> Listed<T> {
    /// Lists at most the first `most` items.
    #[must_use]
    pub fn first(most: usize, mut items: Vec<T>) -> Self {
        let truncated = items.len() > most;
        items.truncate(most);
        Self { items, truncated }
    }
}

/// An application that a dry run found.
#[derive(Clone, Debug)]
pub struct DryRunApplication {
    /// The application.
    pub application: IdleApplication,
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// What a run would do now.
    pub stage: Stage,
    /// The day in the plan's time zone on which the application is withdrawn without further
    /// activity.
    pub withdraws_on: NaiveDate,
}

/// A member that a dry run found.
#[derive(Clone, Debug)]
pub struct DryRunMember {
    /// The member.
    pub member: IdleMember,
    /// Calendar days since the baseline of the member's inactivity.
    pub inactive_days: i64,
    /// The day in the plan's time zone on which the member is disabled.
    pub disables_on: NaiveDate,
}

/// Runs jobs. Operations use this interface, so they do not depend on how jobs work.
pub trait RunJobs: Send + Sync {
    /// Runs a job now, or reports what it would do in a dry run. Blocks the thread. `author` is
    /// recorded in the platform's audit trail. Fails with [`Failure::JobRunning`] while another
    /// instance runs the job.
    fn run(
        &self,
        name: JobName,
        trigger: JobTrigger,
        dry_run: bool,
        author: Option<&Author<'_>>,
    ) -> Result<JobReport, Failure>;
}
