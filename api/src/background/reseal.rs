//! Seals and indexes old values with the current keys, batch by batch, while servers run (decision
//! 0039).

use std::ops::ControlFlow;
use std::time::Instant;

use portal_persistence::platform::sealed_columns::SealedColumn;

use crate::portal::failure::Failure;
use crate::portal::state::Portal;

/// The state of a run in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The column.
    pub column: SealedColumn,
    /// The values that this run sealed.
    pub done: i64,
    /// The values that this run could not open.
    pub unreadable: i64,
    /// The values that are not sealed or not indexed with the current keys.
    pub left: i64,
}

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resealing {
    /// The state of each column that was begun.
    pub columns: Vec<Progress>,
    /// The counts of wrong passwords that were moved to the current index key.
    pub attempts_moved: usize,
}

/// Seals and indexes every value with the current keys. Reports each batch to `report`, which can
/// stop the run; another run continues. Blocks the thread.
pub fn reseal(
    portal: &Portal,
    mut report: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Resealing, Failure> {
    let mut columns = Vec::new();
    for column in SealedColumn::ALL.iter().copied() {
        let (progress, flow) = reseal_column(portal, column, &mut report)?;
        columns.push(progress);
        if flow.is_break() {
            return Ok(Resealing { columns, attempts_moved: 0 });
        }
    }
    Ok(Resealing { columns, attempts_moved: move_attempts(portal)? })
}

fn reseal_column(
    portal: &Portal,
    column: SealedColumn,
    report: &mut impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<(Progress, ControlFlow<()>), Failure> {
    let outdated = || portal.database.read(portal.moment(), |tx| tx.sealed_columns().outdated(column));
    let mut progress = Progress { column, done: 0, unreadable: 0, left: outdated()? };
    let mut after = None;
    while progress.left > 0 {
        let begun = Instant::now();
        let moment = portal.moment();
        let batch =
            portal.database.write_unrecorded(moment, |tx| tx.sealed_columns().reseal_some(column, after))?;
        for row in &batch.unreadable {
            let (table, name) = column.names();
            tracing::error!(table, column = name, %row, "a sealed value cannot be opened");
        }
        progress.done += number(batch.done);
        progress.unreadable += number(batch.unreadable.len());
        progress.left = outdated()?;
        if report(&progress).is_break() {
            return Ok((progress, ControlFlow::Break(())));
        }
        after = batch.next;
        if after.is_none() {
            break;
        }
        pause(begun);
    }
    Ok((progress, ControlFlow::Continue(())))
}

/// Counts of wrong passwords are stored under an index of the address.
fn move_attempts(portal: &Portal) -> Result<usize, Failure> {
    let (ids, _) = portal.database.field_keys().index_ring().ids();
    let (mut moved, mut after) = (0, None);
    while ids.len() > 1 {
        let begun = Instant::now();
        let moment = portal.moment();
        let (some, next) =
            portal.database.write_unrecorded(moment, |tx| tx.sealed_columns().move_attempts(after))?;
        moved += some;
        after = next;
        if after.is_none() {
            break;
        }
        pause(begun);
    }
    Ok(moved)
}

/// Leaves the database to the servers for as long as it was used. SQLite has one writer.
fn pause(begun: Instant) {
    std::thread::sleep(begun.elapsed());
}

fn number(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
