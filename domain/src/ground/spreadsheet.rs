//! Cells of tables that people open in spreadsheets (detail X-27).
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@` or a control character for a formula, and runs it. So such a
//! value gets an apostrophe before it on its way out, and loses it on its way in. A value that has apostrophes before such a
//! character gets one more: that way every value comes back as it was, and none reads as a formula.

use std::borrow::Cow;

/// What formulas begin with, in full width too: some spreadsheets take that for the same.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a text reads as a formula once the apostrophes before it are gone.
fn hides_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

/// A value as it may stand in a cell.
#[must_use]
pub fn neutralised(value: &str) -> Cow<'_, str> {
    if hides_formula(value) { Cow::Owned(format!("'{value}")) } else { Cow::Borrowed(value) }
}

/// The value that a cell stands for: the inverse of [`neutralised`]. A cell that somebody wrote without the apostrophe is
/// taken as it is.
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
    fn x_27_formulas_are_neutralised_and_come_back() {
        for value in
            ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''@x"]
        {
            assert_eq!(neutralised(value), format!("'{value}"));
            assert_eq!(restored(&neutralised(value)), value);
        }
    }

    #[test]
    fn x_27_everything_else_stays_as_it_is() {
        for value in
            ["", "Doe, John", "O'Brien", "'Aisha", "'", "''", "a=1", "***-**-1234", "2026-02-01", " =1"]
        {
            assert_eq!(neutralised(value), value);
            assert_eq!(restored(value), value);
        }
        assert_eq!(restored("=1+1"), "=1+1", "not from us: taken as it is");
    }

    proptest! {
        #[test]
        fn x_27_every_value_comes_back_and_none_reads_as_a_formula(
            value in prop_oneof![any::<String>(), "['=+@\t\r\n\\- a＝]{0,6}"],
        ) {
            let cell = neutralised(&value);
            prop_assert_eq!(restored(&cell), value.as_str());
            prop_assert!(!cell.starts_with(FORMULA_STARTS));
        }

        #[test]
        fn x_27_two_values_never_share_a_cell(one in "['=+a]{0,5}", other in "['=+a]{0,5}") {
            prop_assert_eq!(neutralised(&one) == neutralised(&other), one == other);
        }
    }
}
