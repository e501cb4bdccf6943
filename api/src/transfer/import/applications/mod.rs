//! `import applications`: applications from a CSV file. The whole file is imported, or nothing is
//! and every violation is reported.
//!
//! Use it to migrate applications, and to correct those that were migrated. Applications that are
//! not on file are added. For those on file, only what describes the provider can change, and only
//! until a user works on them in this portal.

use portal_domain::platform::transfer::applications_imported;
use portal_persistence::Done;
mod examine;
mod read;

use std::io::Read;

use portal_persistence::applications::applications::NewApplication;
use portal_persistence::platform::audit::Author;
use portal_persistence::{StoreError, Tx};

use super::difference::{Difference, show_then_commit};
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
    corrections.sort_by_key(|correction| correction.application);
    for correction in corrections {
        tx.applications().correct(correction, BY.name)?;
    }
    let mut new = Vec::with_capacity(changes.new.len());
    for application in &changes.new {
        new.push(NewApplication { id: tx.new_id(), ..application.clone() });
    }
    tx.applications().insert_all(&new, BY.name)?;
    tx.commit_effects(&applications_imported(name, difference.rows()), &BY)
}
