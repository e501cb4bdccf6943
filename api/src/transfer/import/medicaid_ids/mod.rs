//! `import medicaid-ids`: Medicaid IDs from a CSV file. The whole file is imported, or nothing is
//! and every violation is reported.
//!
//! Medicaid IDs that are not on file are added. For those on file, only what describes the provider
//! can change. Access to them is granted by people, never by a file.

mod facts;
mod read;

use std::collections::BTreeMap;
use std::io::Read;

use portal_domain::ground::id::MedicaidIdId;
use portal_domain::ground::import::Difference;
use portal_domain::medicaid::medicaid_id_import::{LinkEnd, MedicaidIdImport, examine};
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

use super::difference::{show_then_commit, sound};
use crate::portal::state::Portal;

/// The columns, in any order. Exports use this order.
pub const COLUMNS: [&str; 19] = [
    "medicaid_id",
    "name",
    "ssn",
    "fein",
    "provider_type",
    "category",
    "status",
    "npi",
    "effective_date",
    "end_date",
    "address_line1",
    "address_line2",
    "city",
    "state",
    "zip",
    "email",
    "revalidation_due_on",
    "owning_organization_id",
    "group_medicaid_ids",
];

const BY: Author<'static> = Author { user: None, name: "command line", request_id: "" };

/// Imports one file. The difference is passed to `show` before anything is written; a dry run ends
/// there. Fails with one line per violation, which names the line and the column, never a value.
pub fn import(
    portal: &Portal,
    name: &str,
    text: impl Read,
    dry_run: bool,
    show: &mut dyn FnMut(&Difference),
) -> Result<Difference, Vec<String>> {
    let (rows, violations) = read::read(text)?;
    show_then_commit(
        portal,
        dry_run,
        show,
        MedicaidIdImport::difference,
        |tx| sound(&violations, examine(&rows, &facts::load(tx, portal, &rows)?)),
        |tx, import| commit(tx, name, import),
    )
}

fn commit(tx: &mut Tx<'_>, name: &str, import: &MedicaidIdImport) -> Result<Done, StoreError> {
    // Locks are taken in the order of ids.
    let mut corrections: Vec<_> = import.corrections().iter().collect();
    corrections.sort_by_key(|correction| correction.id);
    for correction in corrections {
        tx.medicaid_ids().correct(correction)?;
    }
    let added = tx.medicaid_ids().insert_all(import.added())?;
    let links = import.links().iter().map(|link| {
        Some((id_of(&link.individual, &added)?, id_of(&link.group, &added)?, link.effective_date))
    });
    let links: Option<Vec<_>> = links.collect();
    tx.medicaid_ids().link_all(&links.ok_or(StoreError::Stale("medicaid id"))?)?;
    tx.commit_effects(&import.effects(name), &BY)
}

fn id_of(end: &LinkEnd, added: &BTreeMap<String, MedicaidIdId>) -> Option<MedicaidIdId> {
    match end {
        LinkEnd::OnFile(id) => Some(*id),
        LinkEnd::Added(number) => added.get(number).copied(),
    }
}
