//! Records the heads of the audit chains in the audit anchor.

use portal_persistence::StoreError;

use crate::portal::state::Portal;

/// Appends the heads that are new to the anchor, if one is set. Logs an error for every chain that
/// contradicts the anchor. Blocks the thread.
pub fn record(portal: &Portal) -> Result<(), String> {
    if !portal.audit_anchor.is_set() {
        return Ok(());
    }
    let moment = portal.moment();
    let heads = portal.database.read(moment, |tx| tx.audit().heads());
    let heads = heads.map_err(|error: StoreError| error.to_string())?;
    for finding in portal.audit_anchor.append(moment.session, &heads)? {
        tracing::error!(finding = finding.message(), "the audit trail contradicts its anchor");
    }
    Ok(())
}
