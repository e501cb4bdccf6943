//! Exports to CSV files. Those that can be imported have the columns of the imports, and importing
//! an exported file changes nothing. Cells that a spreadsheet would run as formulas are neutralized (detail X-27).

pub mod applications;
pub mod medicaid_ids;
pub mod provider_lists;

use std::io::Write;

use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::spreadsheet::neutralised;
use portal_persistence::{StoreError, Tx};

/// Rows read at a time.
const PAGE: i64 = 1000;

/// Why an export failed.
enum Failure {
    Store(StoreError),
    Output(csv::Error),
    NoSuchOrganization,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    fn messages(self) -> Vec<String> {
        vec![match self {
            Self::Store(error) => error.to_string(),
            Self::Output(error) => error.to_string(),
            Self::NoSuchOrganization => "--organization: organization not found".into(),
        }]
    }
}

/// A table that is being written.
struct Sheet<W: Write> {
    writer: csv::Writer<W>,
    rows: usize,
}

impl<W: Write> Sheet<W> {
    /// Begins a table with these columns.
    fn begin(out: W, columns: &[&str]) -> Result<Self, Failure> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(columns)?;
        Ok(Self { writer, rows: 0 })
    }

    /// Adds a row.
    fn add(&mut self, cells: &[String]) -> Result<(), Failure> {
        self.writer.write_record(cells.iter().map(|cell| neutralised(cell).into_owned()))?;
        self.rows += 1;
        Ok(())
    }

    /// Writes what is buffered, and returns the number of rows.
    fn end(mut self) -> Result<usize, Failure> {
        self.writer.flush().map_err(csv::Error::from)?;
        Ok(self.rows)
    }
}

fn require(tx: &mut Tx<'_>, organization: Option<OrganizationId>) -> Result<(), Failure> {
    let Some(id) = organization else { return Ok(()) };
    tx.organizations().find(id)?.map(drop).ok_or(Failure::NoSuchOrganization)
}

/// The text of an optional value; empty for `None`.
fn cell<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
