//! Housekeeping: deletes rows whose retention period is over. Each [`Leftover`] defines its period;
//! that of read events is a setting.

use chrono::Duration;
use portal_persistence::platform::purge::Leftover;
use portal_persistence::{StoreError, Tx};

use crate::portal::state::Portal;

/// Rows per transaction: few enough not to block others for long.
const BATCH: i64 = 500;

/// Deletes all expired rows, and returns their number. Blocks the thread.
pub fn purge(portal: &Portal) -> usize {
    let gone: usize = Leftover::ALL.iter().map(|what| purge_all(portal, *what)).sum();
    gone + match purge_reads(portal) {
        Ok(rows) => rows,
        Err(error) => {
            tracing::warn!(%error, "expired read events could not be deleted");
            0
        }
    }
}

/// Deletes expired rows of the kinds that accumulate within minutes, and returns their number.
/// Blocks the thread.
pub fn purge_often(portal: &Portal) -> usize {
    Leftover::QUICK.iter().map(|what| purge_all(portal, *what)).sum()
}

/// Deletes expired read events, if the database role may, and returns their number. The role that
/// serves may not, so that an attacker who takes over the server cannot hide what was read. Blocks
/// the thread.
pub fn purge_reads(portal: &Portal) -> Result<usize, StoreError> {
    if !portal.database.may_delete_read_events()? {
        return Ok(0);
    }
    let before = portal.moment().session - Duration::days(portal.settings.read_event_days.into());
    in_batches(portal, |tx| tx.read_events().purge(before, BATCH)).map_err(|(_, error)| error)
}

/// Deletes batch by batch. Rows that cannot be deleted are retried the next time, and do not hold up
/// other kinds.
fn purge_all(portal: &Portal, what: Leftover) -> usize {
    in_batches(portal, |tx| tx.purge(what, BATCH)).unwrap_or_else(|(gone, error)| {
        tracing::warn!(?what, %error, "expired rows could not be deleted");
        gone
    })
}

/// Repeats `delete`, each time in its own transaction, until nothing is left or the portal shuts
/// down. Returns the number of rows, on failure beside the error.
fn in_batches(
    portal: &Portal,
    delete: impl Fn(&mut Tx<'_>) -> Result<usize, StoreError>,
) -> Result<usize, (usize, StoreError)> {
    let mut gone = 0;
    while !portal.is_draining() {
        match portal.database.write_unrecorded(portal.moment(), &delete) {
            Ok(0) => break,
            Ok(rows) => gone += rows,
            Err(error) => return Err((gone, error)),
        }
    }
    Ok(gone)
}
