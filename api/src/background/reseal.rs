//! Seals old values with the current field key, batch by batch, while servers run (decision 0039).

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
    /// The values that are not sealed with the current key.
    pub left: i64,
}

/// Seals every value with the current field key. Reports each batch to `report`, which can stop the
/// run; another run continues. Returns the final state of each column that was begun. Blocks the
/// thread.
pub fn reseal(
    portal: &Portal,
    mut report: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Vec<Progress>, Failure> {
    let mut columns = Vec::new();
    for column in SealedColumn::ALL.iter().copied() {
        let left = portal.database.read(portal.moment(), |tx| tx.sealed_columns().outdated(column))?;
        let mut progress = Progress { column, done: 0, unreadable: 0, left };
        let mut after = None;
        while progress.left > 0 {
            let begun = Instant::now();
            let moment = portal.moment();
            let batch = portal
                .database
                .write_unrecorded(moment, |tx| tx.sealed_columns().reseal_some(column, after))?;
            for row in &batch.unreadable {
                let (table, name) = column.names();
                tracing::error!(table, column = name, %row, "a sealed value cannot be opened");
            }
            progress.done += number(batch.done);
            progress.unreadable += number(batch.unreadable.len());
            progress.left =
                portal.database.read(portal.moment(), |tx| tx.sealed_columns().outdated(column))?;
            if report(&progress).is_break() {
                columns.push(progress);
                return Ok(columns);
            }
            after = batch.next;
            if after.is_none() {
                break;
            }
            // Leave the database to the servers for as long as it was used. SQLite has one writer.
            std::thread::sleep(begun.elapsed());
        }
        columns.push(progress);
    }
    Ok(columns)
}

fn number(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
