//! What jobs have in common that do much of the same: portions, each in a transaction of its own, and the question whether
//! there is suspiciously much to do.

use portal_domain::platform::job::{JobName, JobTrigger, needs_confirmation};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::{StoreError, Tx};

use super::run_context::RunContext;
use crate::portal::failure::Failure;
use crate::portal::state::Portal;

/// Rows in one transaction: few enough that others are not held up for long.
pub(super) const CHUNK: usize = 100;
/// Most items that a dry run lists.
pub(super) const LISTED: usize = 500;

/// A number of rows as databases count them.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// What a run may do by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowance {
    /// So many at most.
    Granted { most: usize },
    /// Nothing: so many wait for an operator to confirm.
    HeldBack { due: i64 },
}

/// What became of a portion.
pub(super) struct Batch<K> {
    /// How much was done.
    pub(super) done: usize,
    /// After what the next one begins, if there may be one.
    pub(super) next: Option<K>,
    /// Whether more was found than may be done.
    pub(super) cut: bool,
}

/// Leaves as many of what was found as may still be done; returns whether there was more.
pub(super) fn cut<T>(found: &mut Vec<T>, most: usize) -> bool {
    let too_many = found.len() > most;
    found.truncate(most);
    too_many
}

/// Whether the timetable may go on, or those who are due are so many that it leaves them for an operator to confirm (decision
/// D-17): who runs the job by hand confirms. What was done already, such as logins that are locked, must not be counted.
/// The timetable does as many as were counted: what an import makes due meanwhile was looked at by nobody.
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
        tracing::error!(plan = %plan.code, due, all, "so many inactive {what} need an operator's confirmation");
        return Ok(Allowance::HeldBack { due });
    }
    Ok(Allowance::Granted { most: usize::try_from(due).unwrap_or_default() })
}

/// Does the work in a transaction for each portion, which is told how much it may do at most; returns how much was done in
/// all. What goes beyond `most`, and everything once the process shuts down, is left for the next run: one that was not
/// finished is caught up on.
pub(super) fn batch_by_batch<K: Copy>(
    portal: &Portal,
    plan: &PlanProfile,
    most: usize,
    mut work: impl FnMut(&mut Tx<'_>, Option<K>, usize) -> Result<Batch<K>, Failure>,
) -> Result<i64, Failure> {
    let (mut total, mut after) = (0_usize, None);
    loop {
        if portal.is_draining() {
            return Err(Failure::ShuttingDown);
        }
        let left = most.saturating_sub(total);
        let portion = portal.database.write(portal.moment(), |tx| work(tx, after, left))?;
        total = total.saturating_add(portion.done);
        if portion.cut {
            tracing::warn!(plan = %plan.code, most, "more became due than were counted; the next run looks at them");
            return Ok(limit(total));
        }
        match portion.next {
            Some(_) => after = portion.next,
            None => return Ok(limit(total)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d_17_no_more_is_done_than_was_counted() {
        for (found, most, left, more) in
            [(3, 3, 3, false), (4, 3, 3, true), (3, usize::MAX, 3, false), (1, 0, 0, true), (0, 0, 0, false)]
        {
            let mut rows = vec![0; found];
            assert_eq!((cut(&mut rows, most), rows.len()), (more, left), "{found} of {most}");
        }
    }
}
