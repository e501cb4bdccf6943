//! `import nppes`: providers from NPI registry JSON, streamed file by file. A file is imported as a
//! whole or not at all.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use portal_domain::medicaid::provider::ProviderRecord;
use portal_domain::medicaid::registry_import::RegistryRecord;
pub use portal_domain::medicaid::registry_import::Tally;
use portal_persistence::medicaid::providers::Outcome;
use portal_persistence::platform::audit::Author;
use portal_persistence::{AsStoreError, Done, StoreError, Tx};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::portal::state::Portal;

/// Records stored with one set of statements.
const BATCH: usize = 200;

/// The result of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// The NPI as written in the file.
    pub npi: String,
    /// `created`, `updated`, `unchanged`, or `refused` with field and reason.
    pub outcome: String,
}

/// Why a file was not imported. No part of it was.
#[derive(Debug)]
enum Failure {
    Store(StoreError),
    /// The place and the reason, for people.
    File(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl AsStoreError for Failure {
    fn as_store_error(&self) -> Option<&StoreError> {
        // A file is read as a stream, so an import that lost against another transaction is not
        // repeated.
        None
    }
}

/// Imports one file in one transaction. The result of each record is passed to `report`.
pub fn import_file(
    portal: &Portal,
    path: &Path,
    progress: &ProgressBar,
    report: &mut dyn FnMut(ReportLine),
) -> Result<Tally, String> {
    let shown = path.display().to_string();
    let named = |text: &str| format!("{shown}: {text}");
    let file = File::open(path).map_err(|error| named(&error.to_string()))?;
    progress.set_length(file.metadata().map(|metadata| metadata.len()).unwrap_or_default());
    progress.set_position(0);
    let reader = RefCell::new(Some(BufReader::with_capacity(1 << 16, progress.wrap_read(file))));
    let report = RefCell::new(report);
    let imported = portal.database.write(portal.moment(), |tx| {
        let reader = reader.borrow_mut().take().ok_or_else(|| Failure::File("read already".into()))?;
        tx.lift_time_limits()?;
        let mut importer =
            Importer { tx, batch: vec![], tally: Tally::default(), report: &mut **report.borrow_mut() };
        let read = importer.read(reader);
        read?;
        let tally = importer.tally;
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(effects) = tally.effects(&file_name) else {
            return Ok::<_, Failure>(Done::unchanged().with(tally));
        };
        let author = Author { user: None, name: "command line", request_id: "" };
        Ok(tx.commit_effects(&effects, &author)?.with(tally))
    });
    imported.map_err(|failure| match failure {
        Failure::File(text) => named(&text),
        Failure::Store(error) => named(&error.to_string()),
    })
}

/// A progress bar that shows nothing.
#[must_use]
pub fn silent() -> ProgressBar {
    ProgressBar::hidden()
}

struct Importer<'a, 'c> {
    tx: &'a mut Tx<'c>,
    batch: Vec<ProviderRecord>,
    tally: Tally,
    report: &'a mut dyn FnMut(ReportLine),
}

impl Importer<'_, '_> {
    fn read(&mut self, reader: impl Read) -> Result<(), Failure> {
        let mut deserializer = serde_json::Deserializer::from_reader(reader);
        let mut failure = None;
        let document = Document { importer: self, failure: &mut failure };
        let read = document.deserialize(&mut deserializer).and_then(|()| deserializer.end());
        match (failure, read) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(Failure::File(format!("not NPI registry JSON: {error}"))),
            (None, Ok(())) => self.flush(),
        }
    }

    fn take(&mut self, index: usize, raw: &RawValue) -> Result<(), Failure> {
        let mut deserializer = serde_json::Deserializer::from_str(raw.get());
        let record: RegistryRecord =
            serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
                let field = error.path().to_string();
                Failure::File(format!("record {index}, field {field}: {}", error.inner()))
            })?;
        let npi = record.npi();
        match record.examine() {
            Ok(provider) => {
                self.batch.push(provider);
                if self.batch.len() >= BATCH { self.flush() } else { Ok(()) }
            }
            Err(refusals) => {
                // Keeps the report in the order of the file.
                self.flush()?;
                self.tally.refused += 1;
                // The report has one line for each record, with the first reason.
                let first =
                    refusals.first().map(|refusal| format!(" ({}: {})", refusal.field, refusal.reason));
                let outcome = format!("refused{}", first.unwrap_or_default());
                (self.report)(ReportLine { npi, outcome });
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let outcomes = self.tx.providers().bring(&self.batch)?;
        for (provider, outcome) in self.batch.drain(..).zip(outcomes) {
            let (count, word) = match outcome {
                Outcome::Created => (&mut self.tally.created, "created"),
                Outcome::Updated => (&mut self.tally.updated, "updated"),
                Outcome::Unchanged => (&mut self.tally.unchanged, "unchanged"),
            };
            *count += 1;
            (self.report)(ReportLine { npi: provider.npi.as_str().into(), outcome: word.into() });
        }
        Ok(())
    }
}

/// The whole document, `{"results": […], …}`. Records are read one at a time, so the file need not
/// fit into memory.
struct Document<'d, 'a, 'c> {
    importer: &'d mut Importer<'a, 'c>,
    failure: &'d mut Option<Failure>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object with the member `results`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(name) = members.next_key::<String>()? {
            if name == "results" {
                found = true;
                members.next_value_seed(Results { importer: self.importer, failure: self.failure })?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(serde::de::Error::custom("missing member `results`")) }
    }
}

struct Results<'d, 'a, 'c> {
    importer: &'d mut Importer<'a, 'c>,
    failure: &'d mut Option<Failure>,
}

impl<'de> DeserializeSeed<'de> for Results<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Results<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(raw) = records.next_element::<Box<RawValue>>()? {
            index += 1;
            if let Err(failure) = self.importer.take(index, &raw) {
                *self.failure = Some(failure);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// The files that the arguments name: existing paths as they are, and glob patterns expanded.
fn spelled_out(arguments: &[String]) -> Result<Vec<PathBuf>, Vec<String>> {
    let mut files = Vec::new();
    for argument in arguments {
        if Path::new(argument).exists() {
            files.push(PathBuf::from(argument));
            continue;
        }
        let matches = glob::glob(argument).map_err(|error| vec![format!("{argument}: {error}")])?;
        let before = files.len();
        files.extend(matches.filter_map(Result::ok).filter(|path| path.is_file()));
        if files.len() == before {
            return Err(vec![format!("{argument}: no such file")]);
        }
    }
    Ok(files)
}

/// Imports the files one after another. Prints each record to standard output: file, NPI, and
/// result.
pub fn run(portal: &Portal, arguments: &[String]) -> Result<(), Vec<String>> {
    let files = spelled_out(arguments)?;
    let progress = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { silent() };
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}") {
        progress.set_style(style);
    }
    let mut violations = Vec::new();
    for file in &files {
        let shown = file.display().to_string();
        progress.set_message(shown.clone());
        // Report records only after the commit, because a file with an error is rolled back. The
        // lines are short, unlike the records.
        let mut lines = Vec::new();
        match import_file(portal, file, &progress, &mut |line| lines.push(line)) {
            Ok(tally) => {
                let mut out = std::io::stdout().lock();
                // The reader may close the output early. The import is complete in any case.
                let messages = lines
                    .iter()
                    .try_for_each(|line| writeln!(out, "{shown}\t{}\t{}", line.npi, line.outcome));
                drop(messages);
                eprintln!(
                    "{shown}: {} created, {} updated, {} unchanged, {} refused",
                    tally.created, tally.updated, tally.unchanged, tally.refused
                );
            }
            Err(violation) => violations.push(format!("{violation}; nothing of this file was imported")),
        }
    }
    progress.finish_and_clear();
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_and_patterns_are_expanded_and_a_missing_file_is_an_error() {
        let folder = std::env::temp_dir().join(format!("portal-nppes-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["a.json", "b.json", "c.txt"] {
            std::fs::write(folder.join(name), "{}").unwrap();
        }
        let shown = |name: &str| folder.join(name).display().to_string();
        let names = |arguments: &[String]| {
            let files = spelled_out(arguments).unwrap();
            files
                .iter()
                .map(|file| file.file_name().unwrap().to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&[shown("*.json")]), ["a.json", "b.json"]);
        assert_eq!(names(&[shown("c.txt"), shown("a.json")]), ["c.txt", "a.json"]);
        assert!(spelled_out(&[shown("*.csv")]).is_err());
        assert!(spelled_out(&[shown("missing.json")]).unwrap_err()[0].contains("no such file"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
