//! Scans of documents for viruses: which are due, and what they found. The times are of the session
//! clock, which a sandbox does not advance.

use chrono::Duration;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::document_scan::ScanVerdict;
use portal_domain::ground::id::DocumentId;

use crate::applications::documents::Document;
use crate::column::Sql;
use crate::database::Documents;
use crate::dialect::load_locked;
use crate::error::{StoreError, exactly};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::documents;

/// A document that a worker scans.
#[derive(Clone, Debug)]
pub struct ScannedDocument {
    /// The document.
    pub document: Document,
    /// The scans begun, this one included.
    pub attempts: i64,
}

/// Documents that wait for their first verdict.
macro_rules! unscanned {
    () => {
        documents::table.filter(documents::scan_verdict.is_null()).filter(documents::removed_at.is_null())
    };
}

impl Documents<'_, '_> {
    /// Claims the document that has been due for the longest time. No other worker gets it before
    /// `lease` is over. `None` if no scan is due.
    pub fn claim_scan(&mut self, lease: Duration) -> Result<Option<ScannedDocument>, StoreError> {
        let now = self.tx.session_now;
        let due = unscanned!()
            .filter(documents::scan_due_at.le(Sql(now)))
            .order((documents::scan_due_at, documents::id))
            .limit(1)
            .select((Document::as_select(), documents::scan_attempts));
        // This waits for another worker's claim and skips the document it took: the condition is
        // checked again after the wait.
        let rows: Vec<(Document, i64)> = load_locked!(&mut *self.tx.connection, due)?;
        let Some((document, attempts)) = rows.into_iter().next() else { return Ok(None) };
        let attempts = attempts + 1;
        let updated = diesel::update(documents::table.find(Sql(document.id)))
            .set((documents::scan_due_at.eq(Sql(now + lease)), documents::scan_attempts.eq(attempts)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "document to be scanned")?;
        Ok(Some(ScannedDocument { document, attempts }))
    }

    /// Repeats a scan that failed at this time.
    pub fn put_off_scan(&mut self, id: DocumentId, due_at: Instant) -> Result<(), StoreError> {
        diesel::update(unscanned!().filter(documents::id.eq(Sql(id))))
            .set(documents::scan_due_at.eq(Sql(due_at)))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Records the verdict of a scan, with the scanner's name for what it found. Returns `false` if
    /// the document was removed or got a verdict meanwhile.
    pub fn record_verdict(
        &mut self,
        id: DocumentId,
        verdict: ScanVerdict,
        finding: Option<&str>,
    ) -> Result<bool, StoreError> {
        let updated = diesel::update(unscanned!().filter(documents::id.eq(Sql(id))))
            .set((documents::scan_verdict.eq(Some(Sql(verdict))), documents::scan_finding.eq(finding)))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }
}
