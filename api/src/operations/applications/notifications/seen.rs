//! That a notice was seen: whoever is shown it for the first time.

use portal_persistence::applications::notifications::Notification;
use portal_persistence::{StoreError, Tx};

use crate::http::problem::Problem;

/// Notes that these notices are shown to their reader. A writer in the way is not waited for: the next time will do.
pub(crate) fn note_seen(tx: &mut Tx<'_>, shown: &mut [Notification]) -> Result<(), Problem> {
    let unseen: Vec<_> =
        shown.iter().filter(|notice| notice.first_seen_at.is_none()).map(|notice| notice.id).collect();
    if unseen.is_empty() {
        return Ok(());
    }
    match tx.notifications().note_seen(&unseen) {
        Err(StoreError::Busy(_)) => tracing::debug!("it was not noted that notices were seen"),
        noted => {
            noted?;
            let now = tx.now();
            shown.iter_mut().for_each(|notice| notice.first_seen_at = notice.first_seen_at.or(Some(now)));
        }
    }
    Ok(())
}
