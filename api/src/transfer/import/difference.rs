//! The two steps of an import: the difference is shown first, then committed as a whole.

use portal_domain::ground::import::{Difference, RowViolation};
use portal_persistence::{AsStoreError, Done, StoreError, Tx};

use super::table::messages;
use crate::portal::state::Portal;

/// Why nothing was imported.
pub(super) enum Failure {
    /// The database reported an error.
    Store(StoreError),
    /// All violations in the rows.
    Violations(Vec<String>),
}

impl Failure {
    /// One line per reason.
    pub(super) fn messages(self) -> Vec<String> {
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

impl From<Vec<RowViolation>> for Failure {
    fn from(violations: Vec<RowViolation>) -> Self {
        Self::Violations(messages(violations))
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

/// The accepted rows, or every violation found in reading and in examining the rows.
pub(super) fn sound<I>(read: &[RowViolation], examined: Result<I, Vec<RowViolation>>) -> Result<I, Failure> {
    match examined {
        Ok(import) if read.is_empty() => Ok(import),
        examined => Err([read.to_vec(), examined.err().unwrap_or_default()].concat().into()),
    }
}

/// Examines a file without locks, shows the difference, and commits exactly that in one
/// transaction. The transaction examines the file again, and commits nothing if the difference has
/// changed.
pub(super) fn show_then_commit<I>(
    portal: &Portal,
    dry_run: bool,
    show: &mut dyn FnMut(&Difference),
    difference: impl Fn(&I) -> &Difference,
    examine: impl Fn(&mut Tx<'_>) -> Result<I, Failure>,
    commit: impl Fn(&mut Tx<'_>, &I) -> Result<Done, StoreError>,
) -> Result<Difference, Vec<String>> {
    // Only the difference is kept, because the rows of a large file take much memory.
    let shown =
        portal.database.read(portal.moment(), |tx| examine(tx).map(|import| difference(&import).clone()));
    let shown = shown.map_err(Failure::messages)?;
    show(&shown);
    if dry_run || shown.is_empty() {
        return Ok(shown);
    }
    let committed = portal.database.write(portal.moment(), |tx| {
        tx.lift_time_limits()?;
        let import = examine(tx)?;
        if difference(&import).lines != shown.lines {
            let text = "what is on file has changed since the difference was shown; try again";
            return Err(Failure::Violations(vec![text.into()]));
        }
        Ok(commit(tx, &import)?.with(()))
    });
    committed.map_err(Failure::messages)?;
    Ok(shown)
}
