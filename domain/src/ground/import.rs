//! Imports of tables: the violations in their rows, and the difference that an import makes.
//!
//! A table is imported as a whole, or not at all. The rules of each import therefore return every
//! violation in every row.

use std::collections::BTreeMap;
use std::fmt;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;

/// The message for a value that an import does not change.
pub(crate) const NOT_CHANGED: &str = "differs from what is on file, which an import does not change";

/// A violation in a row. It never quotes a value, because some values must not be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowViolation {
    line: u64,
    column: Option<&'static str>,
    text: String,
}

impl RowViolation {
    /// A violation in a column.
    #[must_use]
    pub fn in_column(line: u64, column: &'static str, text: impl Into<String>) -> Self {
        Self { line, column: Some(column), text: text.into() }
    }

    /// A violation of the row as a whole.
    #[must_use]
    pub fn of_row(line: u64, text: impl Into<String>) -> Self {
        Self { line, column: None, text: text.into() }
    }

    /// The line on which the row begins.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }
}

impl fmt::Display for RowViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, text } = self;
        match column {
            Some(column) => write!(f, "line {line}, {column}: {text}"),
            None => write!(f, "line {line}: {text}"),
        }
    }
}

/// Collects the violations in one row.
#[derive(Clone, Debug)]
pub(crate) struct RowViolations {
    line: u64,
    found: Vec<RowViolation>,
}

impl RowViolations {
    pub(crate) const fn in_line(line: u64) -> Self {
        Self { line, found: Vec::new() }
    }

    pub(crate) fn add(&mut self, column: &'static str, text: impl Into<String>) {
        self.found.push(RowViolation::in_column(self.line, column, text));
    }

    /// The value if there is no violation, or every violation.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<RowViolation>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    pub(crate) fn into_vec(self) -> Vec<RowViolation> {
        self.found
    }
}

/// The keys of the rows read so far. Each row has another one.
#[derive(Clone, Debug, Default)]
pub struct RowKeys(BTreeMap<String, u64>);

impl RowKeys {
    /// Adds the key of a row. It is a violation if an earlier row has the same key.
    pub fn add(&mut self, line: u64, column: &'static str, key: &str) -> Result<(), Vec<RowViolation>> {
        if let Some(first) = self.0.get(key) {
            let text = format!("appears in line {first} already");
            return Err(vec![RowViolation::in_column(line, column, text)]);
        }
        self.0.insert(key.to_owned(), line);
        Ok(())
    }
}

/// The difference between a table and what is on file.
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

    pub(crate) fn add_new(&mut self, number: &str) {
        self.new += 1;
        self.lines.push(format!("new {number}"));
    }

    pub(crate) fn add_changed(&mut self, number: &str, columns: &str) {
        self.changed += 1;
        self.lines.push(format!("changed {number}: {columns}"));
    }

    /// Adds a note about a number of rows, unless it is 0.
    pub(crate) fn note(&mut self, rows: usize, what: &str) {
        if rows > 0 {
            self.notes.push(format!("{what}: {rows}"));
        }
    }

    /// The effects of an import from the file of this name: the audit event counts the rows.
    pub(crate) fn recorded_as(&self, action: AuditAction, file: &str) -> Effects {
        let event = AuditEvent::bare(None, action, file)
            .with("new", Detail::count(self.new))
            .with("changed", Detail::count(self.changed))
            .with("unchanged", Detail::count(self.unchanged));
        Effects::recorded_as(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_names_its_line_and_its_column_if_any() {
        let violation = RowViolation::in_column(7, "npi", "is not an NPI");
        assert_eq!((violation.line(), violation.to_string().as_str()), (7, "line 7, npi: is not an NPI"));
        assert_eq!(RowViolation::of_row(8, "cannot be read").to_string(), "line 8: cannot be read");
    }

    #[test]
    fn a_single_violation_rejects_a_row() {
        let mut violations = RowViolations::in_line(2);
        assert_eq!(violations.clone().or(1), Ok(1));
        violations.add("a", "is missing");
        violations.add("b", String::from("is missing"));
        let messages: Vec<_> = violations.or(1).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(messages, ["line 2, a: is missing", "line 2, b: is missing"]);
    }

    #[test]
    fn a_key_appears_once_and_leading_zeros_are_significant() {
        let mut keys = RowKeys::default();
        assert!(keys.add(2, "number", "APP0543").is_ok() && keys.add(3, "number", "APP543").is_ok());
        for line in [4, 5] {
            let violations = keys.add(line, "number", "APP0543").unwrap_err();
            assert_eq!(violations, [RowViolation::in_column(line, "number", "appears in line 2 already")]);
        }
    }

    #[test]
    fn a_difference_counts_its_rows_and_omits_notes_with_a_count_of_zero() {
        let mut difference = Difference { unchanged: 3, ..Difference::default() };
        difference.note(0, "rows of one kind");
        assert!(difference.is_empty() && difference.notes.is_empty());
        difference.add_new("APP2");
        difference.add_changed("APP1", "npi, category");
        difference.note(1, "rows of another kind");
        assert!(!difference.is_empty());
        assert_eq!(difference.sums(), "1 new, 1 changed, 3 unchanged");
        assert_eq!(difference.lines, ["new APP2", "changed APP1: npi, category"]);
        assert_eq!(difference.notes, ["rows of another kind: 1"]);
        let effects = difference.recorded_as(AuditAction::ApplicationsImported, "a.csv");
        let details =
            [("new", Detail::Number(1)), ("changed", Detail::Number(1)), ("unchanged", Detail::Number(3))];
        assert_eq!(effects.events()[0].details, details);
        assert_eq!((effects.events()[0].object.as_str(), effects.events()[0].organization), ("a.csv", None));
    }
}
