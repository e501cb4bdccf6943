//! `import medicaid-ids`: Medicaid IDs from a CSV file. The whole file is imported, or nothing is
//! and every violation is reported.
//!
//! Medicaid IDs that are not on file are added. For those on file, only what describes the provider
//! can change. Access to them is granted by people, never by a file.

use portal_domain::platform::transfer::medicaid_ids_imported;
use portal_persistence::Done;
mod examine;
mod examine_values;
mod read;

use std::collections::BTreeMap;
use std::io::Read;

use portal_domain::ground::id::MedicaidIdId;
use portal_persistence::medicaid::medicaid_ids::NewMedicaidId;
use portal_persistence::platform::audit::Author;
use portal_persistence::{StoreError, Tx};

use super::difference::{Difference, show_then_commit};
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
    let (drafts, violations) = read::read(text)?;
    show_then_commit(
        portal,
        dry_run,
        show,
        |tx| examine::examine(tx, portal, &drafts, &violations),
        |tx, difference, changes| commit(tx, name, difference, changes),
    )
}

fn commit(
    tx: &mut Tx<'_>,
    name: &str,
    difference: &Difference,
    changes: &examine::Changes,
) -> Result<Done, StoreError> {
    // Locks are taken in the order of ids.
    let mut corrections: Vec<_> = changes.corrections.iter().collect();
    corrections.sort_by_key(|correction| correction.id);
    for correction in corrections {
        tx.medicaid_ids().correct(correction)?;
    }
    let mut new = Vec::with_capacity(changes.new.len());
    for medicaid_id in &changes.new {
        new.push(NewMedicaidId { id: tx.new_id(), ..medicaid_id.clone() });
    }
    tx.medicaid_ids().insert_all(&new)?;
    let created = new.iter().map(|medicaid_id| (medicaid_id.medicaid_id.as_str(), medicaid_id.id));
    let mut ids: BTreeMap<&str, MedicaidIdId> = created.collect();
    ids.extend(changes.on_file.iter().map(|(number, id)| (number.as_str(), *id)));
    let links = changes.links.iter().map(|link| {
        let (individual, group) = (ids.get(link.individual.as_str())?, ids.get(link.group.as_str())?);
        Some((*individual, *group, link.effective_date))
    });
    let links: Option<Vec<_>> = links.collect();
    tx.medicaid_ids().link_all(&links.ok_or(StoreError::Stale("medicaid id"))?)?;
    tx.commit_effects(&medicaid_ids_imported(name, difference.rows()), &BY)
}
