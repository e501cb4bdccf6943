//! A run that holds the job's lease.

use chrono::Duration;
use portal_domain::Instant;
use portal_domain::platform::job::JobTrigger;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::Tx;
use portal_persistence::platform::jobs::Lease;

use crate::portal::failure::Failure;

/// A run that holds the lease.
pub(super) struct RunContext<'p> {
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

impl RunContext<'_> {
    /// Renews the right to run, at the beginning of each transaction. Refused once somebody else has it.
    pub(super) fn go_on(&self, tx: &mut Tx<'_>) -> Result<(), Failure> {
        Ok(tx.jobs().still_holds(&self.lease, self.lease_lasts)?)
    }
}
