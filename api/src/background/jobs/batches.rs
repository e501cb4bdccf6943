//! Batches of job work, each in its own transaction, and the safety threshold for runs that affect
//! suspiciously many rows.

use portal_domain::ground::effects::Effects;
use portal_domain::platform::job::{JobName, JobTrigger, needs_confirmation};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

use super::run_context::RunContext;
use crate::portal::failure::Failure;
use crate::portal::state::Portal;

/// Rows per transaction: few enough not to block others for long.
pub(super) const CHUNK: usize = 100;
/// The maximum number of items that a dry run lists.
pub(super) const LISTED: usize = 500;

/// Converts a number of rows for the database.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// What a run may do without confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowance {
    /// At most this many rows.
    Granted { most: usize },
    /// Nothing: this many rows wait for an operator's confirmation.
    HeldBack { due: i64 },
}

/// The result of a batch.
pub(super) struct Batch<K> {
    /// The number of rows changed.
    pub(super) done: usize,
    /// The key after which the next batch begins, if there may be one.
    pub(super) next: Option<K>,
    /// Whether more rows were found than allowed.
    pub(super) cut: bool,
}

/// Truncates `found` to the rows that are still allowed. Returns whether there were more.
pub(super) fn cut<T>(found: &mut Vec<T>, most: usize) -> bool {
    let too_many = found.len() > most;
    found.truncate(most);
    too_many
}

/// Whether a scheduled run may proceed, or so many rows are due that it waits for an operator's
/// confirmation (decision D-17). Running the job by hand is the confirmation. `count_due` must not
/// count what is already done, such as locked logins. A scheduled run does at most as many rows as
/// were counted, because no one checked those that, for example, an import made due meanwhile.
pub(super) fn allowance_for(
    portal: &Portal,
    run: &RunContext<'_>,
    plan: &PlanProfile,
    count_due: impl FnOnce(&mut Tx<'_>) -> Result<i64, Failure>,
    count_all: impl FnOnce(&mut Tx<'_>) -> Result<i64, StoreError>,
) -> Result<Allowance, Failure> {
    if run.trigger != JobTrigger::Schedule {
        return Ok(Allowance::Granted { most: usize::MAX });
    }
    let (due, all) =
        portal.database.read(portal.moment(), |tx| Ok::<_, Failure>((count_due(tx)?, count_all(tx)?)))?;
    if needs_confirmation(due, all) {
        let what = match run.lease.name {
            JobName::MemberInactivity => "members",
            JobName::ApplicationInactivity => "applications",
        };
        tracing::error!(plan = %plan.code, due, all, "too many inactive {what}: the run needs an operator's confirmation");
        return Ok(Allowance::HeldBack { due });
    }
    Ok(Allowance::Granted { most: usize::try_from(due).unwrap_or_default() })
}

/// Does the work in one transaction per batch, and passes each the number of rows still allowed.
/// Returns the total of rows changed. Rows beyond `most` are left for the next run. Fails when the
/// process shuts down; the next run catches up.
pub(super) fn batch_by_batch<K: Copy>(
    portal: &Portal,
    plan: &PlanProfile,
    most: usize,
    mut work: impl FnMut(&mut Tx<'_>, Option<K>, usize) -> Result<(Batch<K>, Done), Failure>,
) -> Result<i64, Failure> {
    let (mut total, mut after) = (0_usize, None);
    loop {
        if portal.is_draining() {
            return Err(Failure::ShuttingDown);
        }
        let left = most.saturating_sub(total);
        let batch = portal.database.write(portal.moment(), |tx| work(tx, after, left))?;
        total = total.saturating_add(batch.done);
        if batch.cut {
            tracing::warn!(plan = %plan.code, most, "more became due than were counted; the next run processes them");
            return Ok(limit(total));
        }
        match batch.next {
            Some(_) => after = batch.next,
            None => return Ok(limit(total)),
        }
    }
}

/// Commits the effects of a batch, which may be empty.
pub(super) fn commit_all(
    tx: &mut Tx<'_>,
    effects: Vec<Effects>,
    author: &Author<'_>,
) -> Result<Done, StoreError> {
    match Effects::combined(effects) {
        Some(effects) => tx.commit_effects(&effects, author),
        None => Ok(Done::unchanged()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d_17_a_batch_is_cut_to_the_allowed_number_of_rows() {
        for (found, allowed, left, more) in
            [(3, 3, 3, false), (4, 3, 3, true), (3, usize::MAX, 3, false), (1, 0, 0, true), (0, 0, 0, false)]
        {
            let mut rows = vec![0; found];
            assert_eq!(
                (cut(&mut rows, allowed), rows.len()),
                (more, left),
                "{found} found, {allowed} allowed"
            );
        }
    }
}
