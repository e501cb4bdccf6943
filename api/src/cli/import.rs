//! The `import` commands.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Outcome;
use crate::portal::state::Portal;
use crate::transfer::import::{self, Difference};

#[derive(Subcommand)]
pub(super) enum Import {
    /// Import providers from NPI registry JSON, as its API returns it
    Nppes {
        /// Files, or quoted patterns such as 'data/*.json'
        #[arg(required = true)]
        files: Vec<String>,
    },
    /// Import a plan's provider records from CSV, one row per address
    ProviderRecords {
        /// The file to import
        file: PathBuf,
    },
    /// Import or correct applications from CSV with the columns of `export applications`
    Applications(Table),
    /// Import or correct Medicaid IDs from CSV with the columns of `export medicaid-ids`
    MedicaidIds(Table),
}

#[derive(clap::Args)]
pub(super) struct Table {
    /// The file to import
    file: PathBuf,
    /// Show the difference without changing anything
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(portal: &Portal, what: &Import) -> Outcome {
    match what {
        Import::Nppes { files } => import::nppes::run(portal, files),
        Import::ProviderRecords { file } => import::provider_records::run(portal, file),
        Import::Applications(table) => table
            .import(|name, text, show| import::applications::import(portal, name, text, table.dry_run, show)),
        Import::MedicaidIds(table) => table
            .import(|name, text, show| import::medicaid_ids::import(portal, name, text, table.dry_run, show)),
    }
}

impl Table {
    /// Prints the difference to standard output, and the totals and errors to standard error.
    fn import(
        &self,
        import: impl FnOnce(&str, File, &mut dyn FnMut(&Difference)) -> Result<Difference, Vec<String>>,
    ) -> Outcome {
        let shown = self.file.display();
        let file = File::open(&self.file).map_err(|error| vec![format!("{shown}: {error}")])?;
        match import(&name_of(&self.file), file, &mut show) {
            Ok(difference) => {
                let what = if self.dry_run { "nothing was changed (dry run)" } else { "imported" };
                eprintln!("{shown}: {}: {what}", difference.sums());
                Ok(())
            }
            Err(errors) => {
                let errors = errors.into_iter().map(|error| format!("{shown}: {error}"));
                Err(errors.chain([format!("{shown}: nothing of this file was imported")]).collect())
            }
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn show(difference: &Difference) {
    let mut out = std::io::stdout().lock();
    // The reader may close the output early.
    drop(difference.lines.iter().try_for_each(|line| writeln!(out, "{line}")));
    difference.notes.iter().for_each(|note| eprintln!("note: {note}"));
}
