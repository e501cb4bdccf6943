//! Tables in CSV files. The first line names the columns, in any order. Violations name the line
//! and the column, never a value, because some values must not be printed.

use std::collections::BTreeMap;
use std::io::Read;

use portal_domain::ground::cell_text::{self, CellText};
use portal_domain::ground::import::RowViolation;
use zeroize::Zeroizing;

/// The violations as text, sorted by line.
pub(super) fn messages(mut violations: Vec<RowViolation>) -> Vec<String> {
    violations.sort_by_key(RowViolation::line);
    violations.iter().map(ToString::to_string).collect()
}

/// Reads a table, and passes each row to `take`, which can report violations. Returns all
/// violations of the rows. If the columns are wrong, fails before reading any row.
pub(super) fn read(
    mut text: impl Read,
    columns: &[&'static str],
    mut take: impl FnMut(&mut Row<'_>),
) -> Result<Vec<RowViolation>, Vec<String>> {
    let mut bytes = Zeroizing::new(Vec::new());
    text.read_to_end(&mut bytes).map_err(|error| vec![error.to_string()])?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let headers = reader
        .headers()
        .map_err(|_error| vec![String::from("line 1: the names of the columns cannot be read")])?;
    let columns = Columns::of(headers, columns)?;
    let mut violations = Vec::new();
    for row in reader.records() {
        match row {
            Ok(row) => {
                let line = line_of(&bytes, row.position());
                take(&mut Row { line, columns: &columns, row: &row, violations: &mut violations });
            }
            Err(error) => {
                let what = "cannot be read, or has another number of columns than line 1";
                violations.push(RowViolation::of_row(line_of(&bytes, error.position()), what));
            }
        }
    }
    Ok(violations)
}

/// The line on which a row begins. The reader's own count comes before the line breaks that it
/// still has to skip: the second half of a CRLF, and empty lines.
fn line_of(bytes: &[u8], position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = bytes.get(start..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + u64::try_from(skipped.count()).unwrap_or_default()
}

/// The position of each column.
struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn of(headers: &csv::StringRecord, columns: &[&'static str]) -> Result<Self, Vec<String>> {
        // Spreadsheets often begin a file with a byte order mark.
        let found: Vec<&str> =
            headers.iter().map(|name| name.trim_start_matches('\u{feff}').trim()).collect();
        let mut violations = Vec::new();
        let mut places = BTreeMap::new();
        for column in columns.iter().copied() {
            let mut those =
                found.iter().zip(0..).filter(|(name, _)| **name == column).map(|(_, place)| place);
            match (those.next(), those.next()) {
                (Some(place), None) => {
                    places.insert(column, place);
                }
                (None, _) => violations.push(format!("line 1: missing column {column}")),
                (Some(_), Some(_)) => violations.push(format!("line 1: the column {column} appears twice")),
            }
        }
        let unknown = found.iter().zip(1..).filter(|(name, _)| !columns.contains(name));
        violations
            .extend(unknown.map(|(_, place)| format!("line 1: the name of column {place} is unexpected")));
        if violations.is_empty() { Ok(Self(places)) } else { Err(violations) }
    }
}

/// One row being read.
pub(super) struct Row<'r> {
    /// The line on which the row begins.
    pub(super) line: u64,
    columns: &'r Columns,
    row: &'r csv::StringRecord,
    violations: &'r mut Vec<RowViolation>,
}

impl<'r> Row<'r> {
    fn cell(&self, column: &str) -> &'r str {
        self.columns.0.get(column).and_then(|place| self.row.get(*place)).unwrap_or_default()
    }

    /// The text of a column, trimmed and without the apostrophe that exports add to formulas.
    pub(super) fn text(&self, column: &str) -> &'r str {
        cell_text::trimmed(self.cell(column))
    }

    /// Reports a violation in a column.
    pub(super) fn violation(&mut self, column: &'static str, what: &str) {
        self.violations.push(RowViolation::in_column(self.line, column, what));
    }

    /// The accepted value; reports the violations if there are any.
    pub(super) fn accepted<T>(&mut self, judged: Result<T, Vec<RowViolation>>) -> Option<T> {
        judged.map_err(|violations| self.violations.extend(violations)).ok()
    }

    /// Parses a required value, and reports a violation if it is missing or invalid.
    pub(super) fn parsed<T>(
        &mut self,
        column: &'static str,
        what: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(self.text(column));
        if parsed.is_none() {
            self.violation(column, what);
        }
        parsed
    }

    /// Parses an optional value, and reports a violation if it is invalid. `Some(None)` for an
    /// empty cell.
    pub(super) fn optional<T>(
        &mut self,
        column: &'static str,
        what: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.text(column).is_empty() { Some(None) } else { self.parsed(column, what, parse).map(Some) }
    }

    /// The text of a column, with its exact spelling.
    pub(super) fn cell_text(&self, column: &str) -> CellText {
        CellText::read(self.cell(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = Result<(Vec<(u64, String)>, Vec<String>), Vec<String>>;

    fn rows(text: &str) -> Read {
        let mut rows = Vec::new();
        let violations = read(text.as_bytes(), &["a", "b"], |row| {
            rows.push((row.line, row.text("b").to_owned()));
            if row.text("a") == "?" {
                row.violation("a", "is not an answer");
            }
        })?;
        Ok((rows, messages(violations)))
    }

    #[test]
    fn line_numbers_are_correct_for_every_line_ending() {
        for text in [
            "a,b\n1,x\n\n\"2\n2\",y\n?,z\n",
            "a,b\r\n1,x\r\n\r\n\"2\n2\",y\r\n?,z\r\n",
            "\u{feff}a,b\r\n1,x\n\n\"2\r\n2\",y\n?,z",
        ] {
            let (rows, violations) = rows(text).unwrap();
            let expected = [(2, "x"), (4, "y"), (6, "z")].map(|(line, text)| (line, text.to_owned()));
            assert_eq!(rows, expected, "{text:?}");
            assert_eq!(violations, ["line 6, a: is not an answer"]);
        }
    }

    #[test]
    fn a_row_with_a_wrong_number_of_columns_is_reported_and_the_others_are_read() {
        let (rows, violations) = rows("b,a\nx,?\r\nx\r\ny,1\r\n").unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            violations,
            [
                "line 2, a: is not an answer",
                "line 3: cannot be read, or has another number of columns than line 1"
            ]
        );
    }
}
