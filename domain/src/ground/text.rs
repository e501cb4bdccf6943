//! Text normalization and inspection.

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
