//! `import applications`: applications from a CSV file. The whole file is imported, or nothing is
//! and every violation is reported.
//!
//! Use it to migrate applications, and to correct those that were migrated. Applications that are
//! not on file are added. For those on file, only what describes the provider can change, and only
//! until a user works on them in this portal.

mod facts;
mod read;

use std::io::Read;

use portal_domain::applications::application_import::{ApplicationImport, examine};
use portal_domain::ground::import::Difference;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

use super::difference::{show_then_commit, sound};
use crate::portal::state::Portal;

/// The columns, in any order. Exports use this order.
pub const COLUMNS: [&str; 14] = [
    "organization_id",
    "application_number",
    "application_type",
    "application_status",
    "medicaid_id",
    "provider_name",
    "provider_type",
    "category",
    "npi",
    "date_of_initiation",
    "initiated_by",
    "assigned_to",
    "last_activity_at",
    "requested_effective_date",
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
        ApplicationImport::difference,
        |tx| sound(&violations, examine(&rows, &facts::load(tx, portal, &rows)?)),
        |tx, import| commit(tx, name, import),
    )
}

fn commit(tx: &mut Tx<'_>, name: &str, import: &ApplicationImport) -> Result<Done, StoreError> {
    // Locks are taken in the order of ids.
    let mut corrections: Vec<_> = import.corrections().iter().collect();
    corrections.sort_by_key(|correction| correction.application);
    for correction in corrections {
        tx.applications().correct(correction, BY.name)?;
    }
    tx.applications().insert_all(import.added(), BY.name)?;
    tx.commit_effects(&import.effects(name), &BY)
}
