//! Imports from the command line, as the audit trail records them.

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;

/// What an import changed, in rows.
#[derive(Clone, Copy, Debug)]
pub struct ImportedRows {
    /// New rows.
    pub new: usize,
    /// Changed rows.
    pub changed: usize,
    /// Rows that were on file as given.
    pub unchanged: usize,
}

/// Applications were imported from the file of this name.
#[must_use]
pub fn applications_imported(file: &str, rows: ImportedRows) -> Effects {
    imported(AuditAction::ApplicationsImported, file, rows)
}

/// Medicaid IDs were imported from the file of this name.
#[must_use]
pub fn medicaid_ids_imported(file: &str, rows: ImportedRows) -> Effects {
    imported(AuditAction::MedicaidIdsImported, file, rows)
}

fn imported(action: AuditAction, file: &str, rows: ImportedRows) -> Effects {
    let event = AuditEvent::bare(None, action, file)
        .with("new", Detail::count(rows.new))
        .with("changed", Detail::count(rows.changed))
        .with("unchanged", Detail::count(rows.unchanged));
    Effects::recorded_as(event)
}

/// A plan's provider records were imported from the file of this name.
#[must_use]
pub fn provider_records_imported(file: &str, records: usize, addresses: usize) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::ProviderRecordsImported, file)
        .with("records", Detail::count(records))
        .with("addresses", Detail::count(addresses));
    Effects::recorded_as(event)
}

/// Providers were imported from a file of the NPI registry; `counts` by word.
#[must_use]
pub fn providers_imported(file: &str, counts: [(&'static str, i64); 4]) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::ProvidersImported, file);
    let event =
        counts.into_iter().fold(event, |event, (word, count)| event.with(word, Detail::Number(count)));
    Effects::recorded_as(event)
}
