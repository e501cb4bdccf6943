//! What an import would change: shown first, then committed as a whole.

use portal_domain::platform::transfer::ImportedRows;
use portal_persistence::{AsStoreError, Done, StoreError, Tx};

use super::table::Violation;
use crate::portal::state::Portal;

/// The difference between a file and what is on file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Rows that are not on file.
    pub new: usize,
    /// Rows that differ from what is on file.
    pub changed: usize,
    /// Rows that are the same as what is on file.
    pub unchanged: usize,
    /// A line for each row that is new or changed, in the order of the file.
    pub lines: Vec<String>,
    /// What to know before the difference is committed.
    pub notes: Vec<String>,
}

impl Difference {
    /// The rows, as the audit trail counts them.
    #[must_use]
    pub const fn rows(&self) -> ImportedRows {
        ImportedRows { new: self.new, changed: self.changed, unchanged: self.unchanged }
    }

    /// Whether there is nothing to commit.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.new == 0 && self.changed == 0
    }

    /// The totals, in one line.
    #[must_use]
    pub fn sums(&self) -> String {
        format!("{} new, {} changed, {} unchanged", self.new, self.changed, self.unchanged)
    }

    pub(super) fn add_new(&mut self, number: &str) {
        self.new += 1;
        self.lines.push(format!("new {number}"));
    }

    pub(super) fn add_changed(&mut self, number: &str, columns: &str) {
        self.changed += 1;
        self.lines.push(format!("changed {number}: {columns}"));
    }

    /// Adds a note about a number of rows, unless it is 0.
    pub(super) fn note(&mut self, rows: usize, what: &str) {
        if rows > 0 {
            self.notes.push(format!("{what}: {rows}"));
        }
    }
}

/// Why nothing was imported.
pub(super) enum Failure {
    /// The database reported an error.
    Store(StoreError),
    /// All violations in the rows.
    Violations(Vec<String>),
}

impl Failure {
    /// One line per reason.
    pub(super) fn told(self) -> Vec<String> {
        match self {
            Self::Store(error) => vec![error.to_string()],
            Self::Violations(violations) => violations,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl AsStoreError for Failure {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Violations(_) => None,
        }
    }
}

/// The result of examining a file: its violations, or its changes.
pub(super) struct Examined<C> {
    /// The violations.
    pub(super) violations: Vec<Violation>,
    /// The changes, to be shown.
    pub(super) difference: Difference,
    /// The changes, to be stored.
    pub(super) changes: C,
}

impl<C> Examined<C> {
    fn sound(self) -> Result<(Difference, C), Failure> {
        if self.violations.is_empty() {
            Ok((self.difference, self.changes))
        } else {
            Err(Failure::Violations(Violation::told(self.violations)))
        }
    }
}

/// Examines a file without locks, shows the difference, and commits exactly that in one
/// transaction. The transaction examines the file again, and commits nothing if the difference has
/// changed.
pub(super) fn show_then_commit<C>(
    portal: &Portal,
    dry_run: bool,
    show: &mut dyn FnMut(&Difference),
    examine: impl Fn(&mut Tx<'_>) -> Result<Examined<C>, StoreError>,
    commit: impl Fn(&mut Tx<'_>, &Difference, &C) -> Result<Done, StoreError>,
) -> Result<Difference, Vec<String>> {
    let shown = portal.database.read(portal.moment(), |tx| examine(tx)?.sound()).map_err(Failure::told)?.0;
    show(&shown);
    if dry_run || shown.is_empty() {
        return Ok(shown);
    }
    let committed = portal.database.write(portal.moment(), |tx| {
        tx.lift_time_limits()?;
        let (difference, changes) = examine(tx)?.sound()?;
        if difference.lines != shown.lines {
            let text = "what is on file has changed since the difference was shown; try again";
            return Err(Failure::Violations(vec![text.into()]));
        }
        Ok(commit(tx, &difference, &changes)?.with(()))
    });
    committed.map_err(Failure::told)?;
    Ok(shown)
}
