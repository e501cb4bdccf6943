//! Free text in a cell of an imported table, such as a name or a line of an address.

use crate::ground::spreadsheet::restored;
use crate::ground::text::looks_like_ssn;

/// The text of a cell, kept as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellText {
    exact: String,
    trimmed: String,
}

impl CellText {
    /// Reads a cell. The apostrophe that exports add to formulas is removed (detail X-27).
    #[must_use]
    pub fn read(cell: &str) -> Self {
        Self { exact: restored(cell).to_owned(), trimmed: trimmed(cell).to_owned() }
    }

    /// The trimmed text.
    #[must_use]
    pub fn trimmed(&self) -> &str {
        &self.trimmed
    }

    /// The trimmed text; `None` if it is empty.
    #[must_use]
    pub fn non_empty(&self) -> Option<String> {
        (!self.trimmed.is_empty()).then(|| self.trimmed.clone())
    }

    /// Whether this is the stored text. White space around either text makes no difference.
    #[must_use]
    pub fn is_same_as(&self, stored: &str) -> bool {
        self.exact == stored || self.trimmed == stored.trim()
    }

    /// Why this is not valid as new text of at most `max` characters. Empty text is valid.
    #[must_use]
    pub fn violation(&self, max: usize) -> Option<String> {
        if self.trimmed.chars().count() > max || self.trimmed.chars().any(char::is_control) {
            return Some(format!(
                "must be at most {max} characters, without line breaks or control characters"
            ));
        }
        looks_like_ssn(&self.trimmed).then(|| String::from(SSN))
    }

    /// Like [`Self::violation`], for a name, which must not contain a run of nine digits either.
    #[must_use]
    pub fn name_violation(&self, max: usize) -> Option<String> {
        let nine_digits = self.trimmed.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 9);
        self.violation(max).or_else(|| nine_digits.then(|| String::from(SSN)))
    }
}

const SSN: &str = "must not contain a Social Security number";

/// The text of a cell, trimmed and without the apostrophe that exports add to formulas.
#[must_use]
pub fn trimmed(cell: &str) -> &str {
    restored(cell.trim()).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOO_LONG: &str = "must be at most 5 characters, without line breaks or control characters";

    #[test]
    fn x_27_the_apostrophe_added_by_an_export_is_removed() {
        assert!(CellText::read(" '=1 ").is_same_as("=1"));
        assert!(CellText::read("'\t=2").is_same_as("\t=2") && !CellText::read("'\t=2").is_same_as("=3"));
        assert_eq!((trimmed(" '=1 "), trimmed(" O'Brien "), trimmed(" '' ")), ("=1", "O'Brien", "''"));
    }

    #[test]
    fn surrounding_white_space_is_ignored_and_case_is_significant() {
        let name = CellText::read(" Doe, John ");
        assert_eq!((name.trimmed(), name.non_empty()), ("Doe, John", Some("Doe, John".into())));
        assert!(name.is_same_as("Doe, John") && name.is_same_as("Doe, John\u{a0}"));
        assert!(!name.is_same_as("Doe,  John") && !name.is_same_as("doe, john"));
        assert_eq!(CellText::read(" \u{a0}").non_empty(), None);
        assert!(CellText::read("").is_same_as("") && CellText::read("  ").is_same_as(" "));
    }

    #[test]
    fn new_text_has_a_maximum_length_in_characters_and_no_control_characters() {
        for text in ["", "12345", "éééée", "  12345  "] {
            assert_eq!(CellText::read(text).violation(5), None, "{text}");
        }
        for text in ["123456", "éééééé", "1\n2", "1\t2", "1\u{85}2"] {
            assert_eq!(CellText::read(text).violation(5).as_deref(), Some(TOO_LONG), "{text}");
        }
    }

    #[test]
    fn d_18_new_text_with_a_social_security_number_is_refused() {
        for text in ["400-55-0005", "Doe 400 55 0005", "Doe 400.55.0005 John"] {
            assert_eq!(CellText::read(text).violation(50).as_deref(), Some(SSN), "{text}");
            assert_eq!(CellText::read(text).name_violation(50).as_deref(), Some(SSN), "{text}");
        }
        assert_eq!(CellText::read("400550005").violation(9), None, "it may be a truncated NPI");
        assert_eq!(CellText::read("Doe400550005").name_violation(50).as_deref(), Some(SSN));
        for text in ["Doe 40055000", "Doe 4005500050", "Doe 40055 0005"] {
            assert_eq!(CellText::read(text).name_violation(50), None, "{text}");
        }
        assert_eq!(CellText::read("400550005").name_violation(5).as_deref(), Some(TOO_LONG));
    }
}
