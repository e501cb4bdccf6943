//! The `export` commands.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use portal_domain::ground::id::OrganizationId;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::StoreError;
use portal_persistence::platform::read_events::{NewReadEvent, Reading};

use super::{COMMAND_LINE, Outcome, failed};
use crate::portal::state::Portal;
use crate::transfer::export;

#[derive(Subcommand)]
pub(super) enum Export {
    /// Export applications as CSV that `import applications` accepts
    Applications(Sheet),
    /// Export Medicaid IDs as CSV that `import medicaid-ids` accepts; Social Security numbers and
    /// tax ids are masked
    MedicaidIds(Sheet),
    /// Export the licenses on file as CSV, a row for each
    Licenses(Sheet),
    /// Export the taxonomy codes on file as CSV, a row for each
    Taxonomies(Sheet),
}

#[derive(clap::Args)]
pub(super) struct Sheet {
    /// Export only the records of this organization
    #[arg(long)]
    organization: Option<OrganizationId>,
    /// Write to this file instead of standard output
    #[arg(long)]
    output: Option<PathBuf>,
}

pub(super) fn run(portal: &Portal, what: &Export) -> Outcome {
    match what {
        Export::Applications(sheet) => {
            record(portal, ReadAction::ApplicationsExported, sheet.organization)?;
            let rows = export::applications::export(portal, sheet.organization, sheet.out()?)?;
            eprintln!("{rows} applications");
        }
        Export::MedicaidIds(sheet) => {
            record(portal, ReadAction::MedicaidIdsExported, sheet.organization)?;
            let rows = export::medicaid_ids::export(portal, sheet.organization, sheet.out()?)?;
            eprintln!("{rows} Medicaid IDs");
        }
        Export::Licenses(sheet) => {
            record(portal, ReadAction::LicensesExported, sheet.organization)?;
            let rows = export::provider_lists::export_licenses(portal, sheet.organization, sheet.out()?)?;
            eprintln!("{rows} licenses");
        }
        Export::Taxonomies(sheet) => {
            record(portal, ReadAction::TaxonomiesExported, sheet.organization)?;
            let rows = export::provider_lists::export_taxonomies(portal, sheet.organization, sheet.out()?)?;
            eprintln!("{rows} taxonomy codes");
        }
    }
    Ok(())
}

/// Records the export before anything is written.
fn record(portal: &Portal, action: ReadAction, organization: Option<OrganizationId>) -> Outcome {
    let object = organization.map_or_else(|| "everything".to_owned(), |id| id.to_string());
    let reading = Reading {
        user: None,
        name: COMMAND_LINE.name,
        session: None,
        client_address: "",
        request_id: COMMAND_LINE.request_id,
    };
    let event = NewReadEvent { action, subject: object.clone(), object, organization, purpose: None };
    let recorded = portal.database.write_unrecorded(portal.moment(), |tx| {
        tx.read_events().record(&reading, std::slice::from_ref(&event))
    });
    recorded.map_err(|error: StoreError| failed(error))
}

impl Sheet {
    fn out(&self) -> Result<Box<dyn Write>, Vec<String>> {
        match &self.output {
            None => Ok(Box::new(std::io::stdout().lock())),
            Some(path) => {
                let file = create(path).map_err(|error| failed(format!("{}: {error}", path.display())))?;
                Ok(Box::new(BufWriter::new(file)))
            }
        }
    }
}

/// Opens the file for writing. A new file is readable by its owner only, because it contains
/// personal data. An existing file keeps its permissions.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
