//! Cells of tables that users open in spreadsheets (detail X-27).
//!
//! A spreadsheet runs a cell as a formula if the cell begins with `=`, `+`, `-`, `@`, a tab or a
//! line break. Export therefore prefixes such a value with an apostrophe, and import removes it. A
//! value that already has apostrophes before such a character gets one more. Every value survives
//! the round trip, and no cell is a formula.

use std::borrow::Cow;

/// The characters that begin a formula. Some spreadsheets also accept their full-width forms.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether the text is a formula once its leading apostrophes are removed.
fn hides_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

/// Escapes a value for use in a cell.
#[must_use]
pub fn neutralised(value: &str) -> Cow<'_, str> {
    if hides_formula(value) { Cow::Owned(format!("'{value}")) } else { Cow::Borrowed(value) }
}

/// Returns the value of a cell: the inverse of [`neutralised`]. A cell without the apostrophe is
/// returned unchanged.
#[must_use]
pub fn restored(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(value) if hides_formula(value) => value,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn x_27_formulas_are_neutralized_and_restored() {
        for value in
            ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''@x"]
        {
            assert_eq!(neutralised(value), format!("'{value}"));
            assert_eq!(restored(&neutralised(value)), value);
        }
    }

    #[test]
    fn x_27_all_other_values_stay_unchanged() {
        for value in
            ["", "Doe, John", "O'Brien", "'Aisha", "'", "''", "a=1", "***-**-1234", "2026-02-01", " =1"]
        {
            assert_eq!(neutralised(value), value);
            assert_eq!(restored(value), value);
        }
        assert_eq!(restored("=1+1"), "=1+1", "the cell is not from an export and stays unchanged");
    }

    proptest! {
        #[test]
        fn x_27_every_value_is_restored_and_no_cell_is_a_formula(
            value in prop_oneof![any::<String>(), "['=+@\t\r\n\\- a＝]{0,6}"],
        ) {
            let cell = neutralised(&value);
            prop_assert_eq!(restored(&cell), value.as_str());
            prop_assert!(!cell.starts_with(FORMULA_STARTS));
        }

        #[test]
        fn x_27_different_values_yield_different_cells(one in "['=+a]{0,5}", other in "['=+a]{0,5}") {
            prop_assert_eq!(neutralised(&one) == neutralised(&other), one == other);
        }
    }
}
