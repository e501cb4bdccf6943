//! The context of a run that holds the job's lease.

use chrono::Duration;
use portal_domain::Instant;
use portal_domain::platform::job::JobTrigger;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::Tx;
use portal_persistence::platform::jobs::Lease;

use crate::portal::failure::Failure;

/// The context of a run that holds the lease.
pub(super) struct RunContext<'p> {
    /// The lease of the run.
    pub(super) lease: Lease,
    /// How long the lease lasts without renewal.
    pub(super) lease_lasts: Duration,
    /// What started the run.
    pub(super) trigger: JobTrigger,
    /// The plans that the run covers.
    pub(super) plans: Vec<&'p PlanProfile>,
    /// The time to which the day rules apply, however long the run takes.
    pub(super) now: Instant,
}

impl RunContext<'_> {
    /// Renews the lease. Call it at the beginning of each transaction. Fails if another instance
    /// has the lease.
    pub(super) fn go_on(&self, tx: &mut Tx<'_>) -> Result<(), Failure> {
        Ok(tx.jobs().still_holds(&self.lease, self.lease_lasts)?)
    }
}
