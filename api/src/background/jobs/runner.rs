//! Runs jobs: acquires the lease, does the work, and records the result.

use actix_web::web;
use portal_domain::Instant;
use portal_domain::ground::id::JobRunId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::platform::job::{self, JobName, JobTrigger, is_time_to_run};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::Done;
use portal_persistence::platform::audit::Author;
use serde_json::json;

use super::run_context::RunContext;
use super::{application_inactivity, member_inactivity};
use crate::portal::failure::Failure;
use crate::portal::jobs::{JobReport, Outcome, RunJobs};
use crate::portal::state::Portal;

/// Runs a job now, or reports what it would do in a dry run. Blocks the thread. `by` is recorded in
/// the platform's audit trail; `None` if no person started the run. Fails with
/// [`Failure::JobRunning`] while another instance runs the job.
pub fn run(
    portal: &Portal,
    name: JobName,
    trigger: JobTrigger,
    dry_run: bool,
    by: Option<&Author<'_>>,
) -> Result<JobReport, Failure> {
    let now = portal.clock.now();
    let mut report = JobReport {
        run: None,
        name,
        started_at: now,
        finished_at: now,
        outcome: Outcome::new(),
        dry_run: None,
    };
    if dry_run {
        let plans = all_plans(portal);
        let (outcome, found) = match name {
            JobName::MemberInactivity => member_inactivity::dry_run(portal, &plans, now)?,
            JobName::ApplicationInactivity => application_inactivity::dry_run(portal, &plans, now)?,
        };
        (report.outcome, report.dry_run) = (outcome, Some(found));
    } else if (clocks_agree(portal)? || trigger != JobTrigger::Schedule)
        && let Some((id, run)) = begin(portal, name, trigger, now)?
    {
        tracing::info!(job = %name, holder = %run.lease.holder, term = run.lease.term, "the job started");
        let worked = match name {
            JobName::MemberInactivity => member_inactivity::run(portal, &run),
            JobName::ApplicationInactivity => application_inactivity::run(portal, &run),
        };
        let finished = worked.and_then(|outcome| {
            finish(portal, &run, id, &outcome, by)?;
            Ok(outcome)
        });
        // Otherwise, other instances would wait until the lease expires. They do if this fails,
        // too.
        let released = portal.database.write_unrecorded(portal.moment(), |tx| tx.jobs().release(&run.lease));
        if let Err(error) = released {
            tracing::warn!(job = %name, %error, "the lease was not released");
        }
        report.run = Some(id);
        report.outcome = finished?;
    }
    report.finished_at = portal.clock.now();
    Ok(report)
}

/// The jobs, as operations run them.
pub struct Jobs {
    /// The portal whose jobs run.
    pub portal: web::Data<Portal>,
}

impl RunJobs for Jobs {
    fn run(
        &self,
        name: JobName,
        trigger: JobTrigger,
        dry_run: bool,
        author: Option<&Author<'_>>,
    ) -> Result<JobReport, Failure> {
        run(&self.portal, name, trigger, dry_run, author)
    }
}

/// Whether the database's clock agrees with the machine's clock, if the portal uses that. With a
/// wrong clock, members would be disabled too early. Scheduled runs wait until the clocks are
/// corrected. Runs by hand do not, because a dry run shows their effect first (decision D-17).
fn clocks_agree(portal: &Portal) -> Result<bool, Failure> {
    if !portal.clock.is_machines() {
        return Ok(true);
    }
    let theirs = portal.database.read(portal.moment(), |tx| tx.jobs().database_time())?;
    let ours = portal.clock.session_now();
    let agree = job::clocks_agree(ours, theirs);
    if !agree {
        tracing::error!(%ours, %theirs, "the database's clock differs from the machine's; no scheduled job runs");
    }
    Ok(agree)
}

fn all_plans(portal: &Portal) -> Vec<&PlanProfile> {
    PlanCode::ALL.iter().filter_map(|code| portal.plans.get(*code)).collect()
}

fn due_plans(portal: &Portal, last_run: Option<Instant>, now: Instant) -> Vec<&PlanProfile> {
    let mut plans = all_plans(portal);
    plans.retain(|plan| is_time_to_run(last_run, now, plan.time_zone));
    plans
}

/// Acquires the lease and records the start of a run. Scheduled runs cover the plans that are due.
/// This is determined under the lease, because another instance may just have run the job.
fn begin(
    portal: &Portal,
    name: JobName,
    trigger: JobTrigger,
    now: Instant,
) -> Result<Option<(JobRunId, RunContext<'_>)>, Failure> {
    let lease_lasts = portal.settings.job_lease();
    portal.database.write_unrecorded(portal.moment(), |tx| {
        let worker = tx.new_id();
        let lease = tx.jobs().take_lease(name, worker, lease_lasts)?;
        let lease = lease.ok_or_else(|| Failure::JobRunning)?;
        let plans = match trigger {
            JobTrigger::Schedule => due_plans(portal, tx.jobs().last_run(name)?, now),
            JobTrigger::Operator | JobTrigger::CommandLine | JobTrigger::Sandbox => all_plans(portal),
        };
        if plans.is_empty() {
            tx.jobs().release(&lease)?;
            return Ok(None);
        }
        let id = tx.jobs().start_run(name, trigger)?;
        Ok(Some((id, RunContext { lease, lease_lasts, trigger, plans, now })))
    })
}

fn finish(
    portal: &Portal,
    run: &RunContext<'_>,
    id: JobRunId,
    outcome: &Outcome,
    by: Option<&Author<'_>>,
) -> Result<(), Failure> {
    portal.database.write(portal.moment(), |tx| {
        run.go_on(tx)?;
        tx.jobs().finish_run(id, &json!(outcome))?;
        // Scheduled runs have a recorded run, but no audit event.
        let Some(author) = by else { return Ok(Done::bookkeeping().with(())) };
        Ok(tx.commit_effects(&job::run_by_user(id, run.lease.name, outcome), author)?.with(()))
    })
}

/// Runs a job if it is due; `None` if it is not.
pub fn run_if_due(portal: &Portal, name: JobName) -> Result<Option<JobReport>, Failure> {
    let last_run = portal.database.read(portal.moment(), |tx| tx.jobs().last_run(name))?;
    if due_plans(portal, last_run, portal.clock.now()).is_empty() {
        return Ok(None);
    }
    let report = run(portal, name, JobTrigger::Schedule, false, None)?;
    Ok(report.run.is_some().then_some(report))
}

/// Runs the jobs that are due. Every instance calls this again and again.
pub async fn tick(portal: &web::Data<Portal>) {
    for name in JobName::ALL.iter().copied() {
        if portal.is_draining() {
            return;
        }
        let inner = portal.clone();
        match portal.blocking(move || run_if_due(&inner, name)).await {
            Ok(Some(report)) => tracing::info!(job = %name, outcome = ?report.outcome, "the job finished"),
            Ok(None) => {}
            Err(Failure::JobRunning) => {
                tracing::debug!(job = %name, "another instance is running the job");
            }
            Err(failure) if portal.is_draining() => {
                tracing::info!(job = %name, %failure, "the job was interrupted; the next run catches up");
            }
            Err(failure) => tracing::error!(job = %name, %failure, "the job failed; it will be retried"),
        }
    }
}

/// Runs every job after an advance of the sandbox's clock; with `only_if_due`, only those that have
/// something to do. A job that is already running counts as run. Blocks the thread.
pub fn run_after_advance(portal: &Portal, only_if_due: bool) -> Result<(), Failure> {
    for name in JobName::ALL.iter().copied() {
        let trigger = JobTrigger::Sandbox;
        if only_if_due && run(portal, name, trigger, true, None)?.outcome.values().all(|count| *count == 0) {
            continue;
        }
        match run(portal, name, trigger, false, None) {
            Err(failure) if !matches!(failure, Failure::JobRunning) => return Err(failure),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
