//! What jobs have in common that do much of the same: portions, each in a transaction of its own, and the question whether
//! there is suspiciously much to do.

use portal_domain::job::{JobName, JobTrigger, needs_confirmation};
use portal_domain::plan::PlanProfile;
use portal_persistence::{StoreError, Tx};

use super::runner::Begun;
use crate::app::Portal;
use crate::problem::{Code, Problem};

/// Rows in one transaction: few enough that others are not held up for long.
pub(super) const CHUNK: usize = 100;
/// Most items that a dry run lists.
pub(super) const LISTED: usize = 500;

/// A number of rows as databases count them.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// How many are due, if they are so many that the timetable leaves them for an operator to confirm (decision D-17): who
/// runs the job by hand confirms. What was done already, such as logins that are locked, must not be counted.
pub(super) fn to_be_confirmed(
    portal: &Portal,
    begun: &Begun<'_>,
    plan: &PlanProfile,
    count_due: impl FnOnce(&mut Tx<'_>) -> Result<i64, Problem>,
    count_all: impl FnOnce(&mut Tx<'_>) -> Result<i64, StoreError>,
) -> Result<Option<i64>, Problem> {
    if begun.trigger != JobTrigger::Schedule {
        return Ok(None);
    }
    let (due, all) =
        portal.database.read(portal.moment(), |tx| Ok::<_, Problem>((count_due(tx)?, count_all(tx)?)))?;
    let suspicious = needs_confirmation(due, all);
    if suspicious {
        let what = match begun.lease.name {
            JobName::MemberInactivity => "members",
            JobName::ApplicationInactivity => "applications",
        };
        tracing::error!(plan = %plan.code, due, all, "so many inactive {what} need an operator's confirmation");
    }
    Ok(suspicious.then_some(due))
}

/// Does the work in a transaction for each portion, which tells how much it did and after what the next one begins, if there
/// may be one; returns how much was done in all. Once the process shuts down the rest is left for the next run: one that was
/// not finished is caught up on.
pub(super) fn portion_by_portion<K: Copy>(
    portal: &Portal,
    mut work: impl FnMut(&mut Tx<'_>, Option<K>) -> Result<(i64, Option<K>), Problem>,
) -> Result<i64, Problem> {
    let (mut total, mut after) = (0, None);
    loop {
        if portal.is_draining() {
            return Err(Problem::new(Code::unavailable, "the process is shutting down"));
        }
        let (done, next) = portal.database.write(portal.moment(), |tx| work(tx, after))?;
        total += done;
        match next {
            Some(_) => after = next,
            None => return Ok(total),
        }
    }
}
