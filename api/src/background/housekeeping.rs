//! Housekeeping: what is kept for a while only goes when its time is over. How long that is, each [`Leftover`] says.

use portal_persistence::platform::purge::Leftover;

use crate::portal::state::Portal;

/// Rows in one transaction: few enough that others are not held up for long.
const BATCH: i64 = 500;

/// Deletes whatever was kept long enough; returns how many rows that were. Blocks.
pub fn purge(portal: &Portal) -> usize {
    Leftover::ALL.iter().map(|what| purge_all(portal, *what)).sum()
}

/// Deletes what piles up within minutes, and was kept long enough; returns how many rows that were. Blocks.
pub fn purge_often(portal: &Portal) -> usize {
    Leftover::QUICK.iter().map(|what| purge_all(portal, *what)).sum()
}

/// Portion by portion, each in a transaction of its own. What fails is tried again the next time, and holds up nothing else.
fn purge_all(portal: &Portal, what: Leftover) -> usize {
    let mut gone = 0;
    while !portal.is_draining() {
        match portal.database.write(portal.moment(), |tx| tx.purge(what, BATCH)) {
            Ok(0) => break,
            Ok(rows) => gone += rows,
            Err(error) => {
                tracing::warn!(?what, %error, "what was kept long enough could not be deleted");
                break;
            }
        }
    }
    gone
}
