//! Runs jobs: takes the lease, has the work done, notes what it did.

use std::collections::BTreeMap;

use actix_web::web;
use chrono::Duration;
use portal_domain::Instant;
use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::ground::id::JobRunId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::platform::job::{self, JobName, JobTrigger, is_time_to_run};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::Tx;
use portal_persistence::platform::audit::Author;
use portal_persistence::platform::jobs::Lease;
use serde_json::json;

use super::application_inactivity::{self, ForeseenApplication};
use super::member_inactivity::{self, ForeseenMember};
use crate::http::problem::{Code, Problem};
use crate::portal::app::Portal;

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
    pub items: Vec<ForeseenMember>,
    /// The applications that a dry run found, those that are to be withdrawn first.
    pub applications: Vec<ForeseenApplication>,
    /// Whether a dry run found more than that.
    pub truncated: bool,
}

/// A run that holds the lease.
pub(super) struct Begun<'p> {
    /// Its right to run.
    pub(super) lease: Lease,
    /// How long that lasts unless it is renewed.
    pub(super) lease_lasts: Duration,
    /// What started it.
    pub(super) trigger: JobTrigger,
    /// The plans it is for.
    pub(super) plans: Vec<&'p PlanProfile>,
    /// The day rules count up to this moment, however long the run takes.
    pub(super) now: Instant,
}

impl Begun<'_> {
    /// Renews the right to run, at the beginning of each transaction. Refused once somebody else has it.
    pub(super) fn go_on(&self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        Ok(tx.jobs().still_holds(&self.lease, self.lease_lasts)?)
    }
}

/// Runs a job now, or tells what it would do. Blocks. `by` is who is recorded in the platform's audit trail; nobody for
/// what no person started. While another instance runs the job this is refused.
pub fn run(
    portal: &Portal,
    name: JobName,
    trigger: JobTrigger,
    dry_run: bool,
    by: Option<&Author<'_>>,
) -> Result<JobReport, Problem> {
    let now = portal.clock.now();
    let mut report = JobReport {
        run: None,
        name,
        dry_run,
        started_at: now,
        finished_at: now,
        outcome: Outcome::new(),
        items: vec![],
        applications: vec![],
        truncated: false,
    };
    if dry_run {
        let plans = all_plans(portal);
        match name {
            JobName::MemberInactivity => member_inactivity::foresee(portal, &plans, &mut report)?,
            JobName::ApplicationInactivity => application_inactivity::foresee(portal, &plans, &mut report)?,
        }
    } else if (clocks_agree(portal)? || trigger != JobTrigger::Schedule)
        && let Some((id, begun)) = begin(portal, name, trigger, now)?
    {
        tracing::info!(job = %name, holder = %begun.lease.holder, term = begun.lease.term, "the job begins");
        let worked = match name {
            JobName::MemberInactivity => member_inactivity::sweep(portal, &begun),
            JobName::ApplicationInactivity => application_inactivity::sweep(portal, &begun),
        };
        let finished = worked.and_then(|outcome| {
            finish(portal, &begun, id, &outcome, by)?;
            Ok(outcome)
        });
        // Or else everybody would wait until the lease runs out; if this fails, too, they do.
        let released = portal.database.write(portal.moment(), |tx| tx.jobs().release(&begun.lease));
        if let Err(error) = released {
            tracing::warn!(job = %name, %error, "the lease was not given back");
        }
        report.run = Some(id);
        report.outcome = finished?;
    }
    report.finished_at = portal.clock.now();
    Ok(report)
}

/// Whether the database's clock agrees with ours, if ours is the machine's: by a wrong one people would be disabled too
/// early. The timetable waits until somebody has set it right; who runs a job by hand has seen what a dry run tells
/// (decision D-17).
fn clocks_agree(portal: &Portal) -> Result<bool, Problem> {
    if !portal.clock.is_machines() {
        return Ok(true);
    }
    let theirs = portal.database.read(portal.moment(), |tx| tx.jobs().database_time())?;
    let ours = portal.clock.session_now();
    let agree = job::clocks_agree(ours, theirs);
    if !agree {
        tracing::error!(%ours, %theirs, "the database's clock is not ours; the timetable runs no jobs");
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

/// Takes the lease and notes that a run begins. The timetable's runs are for the plans whose time has come; whether it has
/// is asked under the lease, because another instance may just have been there.
fn begin(
    portal: &Portal,
    name: JobName,
    trigger: JobTrigger,
    now: Instant,
) -> Result<Option<(JobRunId, Begun<'_>)>, Problem> {
    let lease_lasts = portal.settings.job_lease();
    portal.database.write(portal.moment(), |tx| {
        let worker = tx.new_id();
        let lease = tx.jobs().take_lease(name, worker, lease_lasts)?;
        let lease =
            lease.ok_or_else(|| Problem::new(Code::job_running, "another instance runs the job now"))?;
        let plans = match trigger {
            JobTrigger::Schedule => due_plans(portal, tx.jobs().last_run(name)?, now),
            JobTrigger::Operator | JobTrigger::CommandLine | JobTrigger::Sandbox => all_plans(portal),
        };
        if plans.is_empty() {
            tx.jobs().release(&lease)?;
            return Ok(None);
        }
        let id = tx.jobs().start_run(name, trigger)?;
        Ok(Some((id, Begun { lease, lease_lasts, trigger, plans, now })))
    })
}

fn finish(
    portal: &Portal,
    begun: &Begun<'_>,
    id: JobRunId,
    outcome: &Outcome,
    by: Option<&Author<'_>>,
) -> Result<(), Problem> {
    portal.database.write(portal.moment(), |tx| {
        begun.go_on(tx)?;
        tx.jobs().finish_run(id, &json!(outcome))?;
        if let Some(author) = by {
            let mut details = vec![("job", Detail::Text(begun.lease.name.as_str().to_owned()))];
            details.extend(outcome.iter().map(|(word, count)| (*word, Detail::Number(*count))));
            let event = AuditEvent {
                organization: None,
                action: AuditAction::JobRun,
                object: id.to_string(),
                details,
            };
            tx.audit().record(&event, author)?;
        }
        Ok(())
    })
}

/// Runs a job if its time has come; none when it has not.
pub fn run_if_due(portal: &Portal, name: JobName) -> Result<Option<JobReport>, Problem> {
    let last_run = portal.database.read(portal.moment(), |tx| tx.jobs().last_run(name))?;
    if due_plans(portal, last_run, portal.clock.now()).is_empty() {
        return Ok(None);
    }
    let report = run(portal, name, JobTrigger::Schedule, false, None)?;
    Ok(report.run.is_some().then_some(report))
}

/// Runs the jobs whose time has come. To be called again and again, by every instance.
pub async fn tick(portal: &web::Data<Portal>) {
    for name in JobName::ALL.iter().copied() {
        if portal.is_draining() {
            return;
        }
        let inner = portal.clone();
        match portal.blocking(move || run_if_due(&inner, name)).await {
            Ok(Some(report)) => tracing::info!(job = %name, outcome = ?report.outcome, "the job was run"),
            Ok(None) => {}
            Err(problem) if problem.code() == Code::job_running => {
                tracing::debug!(job = %name, "another instance runs the job");
            }
            Err(problem) if portal.is_draining() => {
                tracing::info!(job = %name, %problem, "the job was interrupted; it is caught up on");
            }
            Err(problem) => tracing::error!(job = %name, %problem, "the job failed; it is tried again"),
        }
    }
}

/// Runs every job because the sandbox's clock was advanced; if so wanted, only those that have something to do. One that runs
/// already will do. Blocks.
pub fn run_after_advance(portal: &Portal, only_if_due: bool) -> Result<(), Problem> {
    for name in JobName::ALL.iter().copied() {
        let trigger = JobTrigger::Sandbox;
        if only_if_due && run(portal, name, trigger, true, None)?.outcome.values().all(|count| *count == 0) {
            continue;
        }
        match run(portal, name, trigger, false, None) {
            Err(problem) if problem.code() != Code::job_running => return Err(problem),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
