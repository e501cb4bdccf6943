//! Housekeeping: deletes rows whose retention period is over. Each [`Leftover`] defines its period.

use portal_persistence::platform::purge::Leftover;

use crate::portal::state::Portal;

/// Rows per transaction: few enough not to block others for long.
const BATCH: i64 = 500;

/// Deletes all expired rows, and returns their number. Blocks the thread.
pub fn purge(portal: &Portal) -> usize {
    Leftover::ALL.iter().map(|what| purge_all(portal, *what)).sum()
}

/// Deletes expired rows of the kinds that accumulate within minutes, and returns their number.
/// Blocks the thread.
pub fn purge_often(portal: &Portal) -> usize {
    Leftover::QUICK.iter().map(|what| purge_all(portal, *what)).sum()
}

/// Deletes batch by batch, each in its own transaction. Rows that cannot be deleted are retried the
/// next time, and do not hold up other kinds.
fn purge_all(portal: &Portal, what: Leftover) -> usize {
    let mut gone = 0;
    while !portal.is_draining() {
        match portal.database.write_unrecorded(portal.moment(), |tx| tx.purge(what, BATCH)) {
            Ok(0) => break,
            Ok(rows) => gone += rows,
            Err(error) => {
                tracing::warn!(?what, %error, "expired rows could not be deleted");
                break;
            }
        }
    }
    gone
}
