//! Records when a notification was first shown to its recipient.

use portal_persistence::applications::notifications::Notification;
use portal_persistence::{StoreError, Tx};

use crate::http::problem::Problem;

/// Records that these notifications were shown. Gives up if another writer is in the way; the next
/// read records it instead.
pub(crate) fn note_seen(tx: &mut Tx<'_>, shown: &mut [Notification]) -> Result<(), Problem> {
    let unseen: Vec<_> =
        shown.iter().filter(|notice| notice.first_seen_at.is_none()).map(|notice| notice.id).collect();
    if unseen.is_empty() {
        return Ok(());
    }
    match tx.notifications().note_seen(&unseen) {
        Err(StoreError::Busy(_)) => tracing::debug!("notifications could not be marked as seen"),
        noted => {
            noted?;
            let now = tx.now();
            shown.iter_mut().for_each(|notice| notice.first_seen_at = notice.first_seen_at.or(Some(now)));
        }
    }
    Ok(())
}
