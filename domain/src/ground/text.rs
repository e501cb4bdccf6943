//! Text normalization and inspection.

mod comparison;

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

pub use comparison::comparable;

/// The text in the form in which it is stored: as typed, with each accent composed (NFC).
#[must_use]
pub fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Normalizes text: lowercases it and turns each run of whitespace (including no-break spaces),
/// hyphens and underscores into one underscore. Leading and trailing runs are dropped.
#[must_use]
pub fn folded(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// Whether the text contains what looks like a Social Security number (decision D-18): groups of
/// three, two and four digits, separated by hyphens, dots or spaces.
#[must_use]
pub fn looks_like_ssn(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |place: usize| characters.get(place).is_some_and(char::is_ascii_digit);
    characters.windows(11).enumerate().any(|(start, window)| {
        let fits = window.iter().enumerate().all(|(place, character)| match place {
            3 | 6 => keeps_apart(*character),
            _ => character.is_ascii_digit(),
        });
        let before = start.checked_sub(1);
        fits && !is_digit(start + 11) && before.is_none_or(|place| !is_digit(place))
    })
}

const fn keeps_apart(character: char) -> bool {
    matches!(character, '-' | '.' | ' ' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_204_a_stored_value_keeps_its_spelling() {
        assert_eq!(composed("O\u{2019}Brien"), "O\u{2019}Brien");
        assert_eq!(composed("Jose\u{301}"), "José");
        assert_eq!(composed("\u{ff2d}ary"), "\u{ff2d}ary", "only compared as a compatibility form");
    }
}
