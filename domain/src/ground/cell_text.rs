//! Free text in a cell of an imported table, such as a name or a line of an address.

use crate::ground::spreadsheet::restored;
use crate::ground::text::{self, TextKind};

/// The text of a cell, kept as written with composed accents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellText {
    exact: String,
    trimmed: String,
}

impl CellText {
    /// Reads a cell. The apostrophe that exports add to formulas is removed (detail X-27).
    #[must_use]
    pub fn read(cell: &str) -> Self {
        Self { exact: restored(cell).to_owned(), trimmed: text::composed(trimmed(cell)).into_owned() }
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

    /// Why this is not valid as new text of this kind with at most `max` characters (domain rule
    /// Empty text is valid.
    #[must_use]
    pub fn violation(&self, kind: TextKind, max: usize) -> Option<String> {
        if self.trimmed.chars().count() > max {
            return Some(format!("must be at most {max} characters"));
        }
        text::examine(kind, &self.trimmed).err().map(|refusal| refusal.message().to_owned())
    }
}

/// The text of a cell, trimmed and without the apostrophe that exports add to formulas.
#[must_use]
pub fn trimmed(cell: &str) -> &str {
    restored(cell.trim()).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::ground::text::TextRefusal;

    fn violation(text: &str, kind: TextKind, max: usize) -> Option<String> {
        CellText::read(text).violation(kind, max)
    }

    fn message(refusal: TextRefusal) -> Option<String> {
        Some(refusal.message().to_owned())
    }

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
            assert_eq!(violation(text, TextKind::Line, 5), None, "{text}");
        }
        for text in ["123456", "éééééé"] {
            let too_long = violation(text, TextKind::Line, 5);
            assert_eq!(too_long.as_deref(), Some("must be at most 5 characters"), "{text}");
        }
        for text in ["1\n2", "1\t2", "1\u{85}2", "1\u{200b}2"] {
            assert_eq!(violation(text, TextKind::Line, 5), message(TextRefusal::HiddenCharacter), "{text}");
        }
        assert_eq!(CellText::read("Mu\u{308}ller").trimmed(), "Müller");
    }

    #[test]
    fn d_18_new_text_with_a_social_security_number_is_refused() {
        for text in ["400-55-0005", "Doe 400 55 0005", "Doe 400.55.0005 John"] {
            for kind in [TextKind::Line, TextKind::BusinessName, TextKind::PersonName] {
                assert_eq!(violation(text, kind, 50), message(TextRefusal::LooksLikeSsn), "{text}");
            }
        }
        assert_eq!(violation("400550005", TextKind::Line, 9), None, "it may be a truncated NPI");
        let name = violation("Doe400550005", TextKind::PersonName, 50);
        assert_eq!(name, message(TextRefusal::LooksLikeSsn));
        for text in ["Doe 40055000", "Doe 40055 0005"] {
            assert_eq!(violation(text, TextKind::PersonName, 50), None, "{text}");
        }
    }
}
