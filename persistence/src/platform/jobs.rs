//! Scheduled jobs: leases, which decide who may run a job now, and the outcome of each run.

use chrono::Duration;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{JobRunId, WorkerId};
use portal_domain::platform::job::{JobName, JobTrigger, MAX_SKEW};
use serde_json::{Value, json};

use crate::column::Sql;
pub use crate::database::Jobs;
use crate::dialect::{on, present};
use crate::error::{StoreError, exactly};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{job_leases, job_runs};

/// The right to run a job now. Each time the lease is taken its term increases, so that a former
/// holder detects the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub name: JobName,
    /// The worker that holds the lease.
    pub holder: WorkerId,
    /// How many times the lease has been taken, this time included.
    pub term: i64,
}

/// A run of a job.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = job_runs)]
pub struct JobRun {
    /// The id.
    pub id: JobRunId,
    /// The job.
    pub name: JobName,
    /// The trigger.
    pub trigger: JobTrigger,
    /// When it started.
    pub started_at: Instant,
    /// When it finished; `None` if it failed or is still running.
    pub finished_at: Option<Instant>,
    /// The outcome: a JSON object of counts.
    pub outcome: Value,
}

macro_rules! runs {
    () => {
        job_runs::table.select(JobRun::as_select())
    };
}

macro_rules! held {
    ($lease:expr) => {
        job_leases::table
            .filter(job_leases::name.eq($lease.name.as_str()))
            .filter(job_leases::holder.eq(Sql($lease.holder)))
            .filter(job_leases::term.eq($lease.term))
    };
}

impl Jobs<'_, '_> {
    /// Takes the lease of a job unless another worker holds it. The lease lasts for `ttl`; its
    /// holder renews it with every transaction (decision D-15).
    pub fn take_lease(
        &mut self,
        name: JobName,
        holder: WorkerId,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let now = self.tx.session_now;
        let values = (
            job_leases::name.eq(name.as_str()),
            job_leases::holder.eq(Sql(holder)),
            job_leases::term.eq(1),
            job_leases::expires_at.eq(Sql(now + ttl)),
        );
        let inserted = on!(&mut *self.tx.connection, c => {
            diesel::insert_into(job_leases::table).values(values).on_conflict_do_nothing().execute(c)?
        });
        if inserted == 1 {
            return Ok(Some(Lease { name, holder, term: 1 }));
        }
        // No lease lasts this long. One that does was taken by a worker whose clock was wrong.
        let implausible = job_leases::expires_at.gt(Sql(now + ttl + MAX_SKEW));
        let free = job_leases::table.filter(job_leases::name.eq(name.as_str())).filter(
            job_leases::expires_at.le(Sql(now)).or(job_leases::holder.eq(Sql(holder))).or(implausible),
        );
        let updated = diesel::update(free)
            .set((
                job_leases::holder.eq(Sql(holder)),
                job_leases::term.eq(job_leases::term + 1),
                job_leases::expires_at.eq(Sql(now + ttl)),
            ))
            .execute(self.tx.connection)?;
        if updated == 0 {
            return Ok(None);
        }
        let term: i64 = job_leases::table
            .filter(job_leases::name.eq(name.as_str()))
            .select(job_leases::term)
            .first(self.tx.connection)?;
        Ok(Some(Lease { name, holder, term }))
    }

    /// Renews a lease. Fails if another worker has taken it; the caller must then stop. No other
    /// worker can take the lease until the transaction ends, so only the holder's work is
    /// committed.
    pub fn still_holds(&mut self, lease: &Lease, ttl: Duration) -> Result<(), StoreError> {
        let updated = diesel::update(held!(lease))
            .set(job_leases::expires_at.eq(Sql(self.tx.session_now + ttl)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "lease of the job")
    }

    /// Releases a lease before it expires. It is not an error if the lease was lost.
    pub fn release(&mut self, lease: &Lease) -> Result<(), StoreError> {
        diesel::update(held!(lease))
            .set(job_leases::expires_at.eq(Sql(self.tx.session_now)))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Records the start of a run.
    pub fn start_run(&mut self, name: JobName, trigger: JobTrigger) -> Result<JobRunId, StoreError> {
        let id: JobRunId = self.tx.new_id();
        diesel::insert_into(job_runs::table)
            .values((
                job_runs::id.eq(Sql(id)),
                job_runs::name.eq(Sql(name)),
                job_runs::trigger.eq(Sql(trigger)),
                job_runs::dry_run.eq(false),
                job_runs::started_at.eq(Sql(self.tx.now)),
                job_runs::outcome.eq(Sql(json!({}))),
            ))
            .execute(self.tx.connection)?;
        Ok(id)
    }

    /// Records the end of a run and its outcome.
    pub fn finish_run(&mut self, id: JobRunId, outcome: &Value) -> Result<(), StoreError> {
        let updated = diesel::update(job_runs::table.find(Sql(id)).filter(job_runs::finished_at.is_null()))
            .set((
                job_runs::finished_at.eq(Some(Sql(self.tx.now))),
                job_runs::outcome.eq(Sql(outcome.clone())),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "run of the job")
    }

    /// The start time of the latest finished run. Runs that a wrong clock recorded in the future
    /// are ignored (decision D-17).
    pub fn last_run(&mut self, name: JobName) -> Result<Option<Instant>, StoreError> {
        Ok(job_runs::table
            .filter(job_runs::name.eq(Sql(name)))
            .filter(job_runs::finished_at.is_not_null())
            .filter(job_runs::started_at.le(Sql(self.tx.now + MAX_SKEW)))
            .order((job_runs::started_at.desc(), job_runs::id.desc()))
            .select(job_runs::started_at)
            .first(self.tx.connection)
            .optional()?)
    }

    /// The current time by the database's clock, to the second.
    pub fn database_time(&mut self) -> Result<Instant, StoreError> {
        Ok(present(self.tx.connection)?)
    }

    /// Runs, newest first, starting after `after`. `name` restricts them to one job.
    pub fn list(
        &mut self,
        name: Option<JobName>,
        after: Option<(Instant, JobRunId)>,
        limit: i64,
    ) -> Result<Page<JobRun>, StoreError> {
        let mut query = runs!().into_boxed();
        if let Some(name) = name {
            query = query.filter(job_runs::name.eq(Sql(name)));
        }
        if let Some((started_at, id)) = after {
            query = query.filter(
                job_runs::started_at
                    .lt(Sql(started_at))
                    .or(job_runs::started_at.eq(Sql(started_at)).and(job_runs::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((job_runs::started_at.desc(), job_runs::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The run with this id.
    pub fn find(&mut self, id: JobRunId) -> Result<Option<JobRun>, StoreError> {
        Ok(runs!().filter(job_runs::id.eq(Sql(id))).first(self.tx.connection).optional()?)
    }
}
