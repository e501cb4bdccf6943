//! Social Security numbers in places where none belongs (decision D-18).

use super::as_it_looks;

/// The most separators between two groups of digits, as in `400 - 55 - 0017`.
const MAX_SEPARATORS: usize = 3;

/// Whether the text contains what looks like a Social Security number: groups of three, two, and
/// four digits, with hyphens, slashes, dots, underscores, or white space between them. Full-width
/// characters and the digits of every script count.
#[must_use]
pub fn looks_like_ssn(text: &str) -> bool {
    let characters: Vec<char> = as_it_looks(text).chars().collect();
    let is_digit = |place: usize| characters.get(place).is_some_and(|c| c.is_numeric());
    let run = |from: usize| characters.iter().skip(from).take_while(|c| c.is_numeric()).count();
    let gap = |from: usize| characters.iter().skip(from).take_while(|c| is_separator(**c)).count();
    let begins_here = |start: usize| {
        if start > 0 && is_digit(start - 1) || run(start) != 3 {
            return false;
        }
        let first = gap(start + 3);
        let second = start + 3 + first;
        if !(1..=MAX_SEPARATORS).contains(&first) || run(second) != 2 {
            return false;
        }
        let next = gap(second + 2);
        (1..=MAX_SEPARATORS).contains(&next) && run(second + 2 + next) == 4
    };
    (0..characters.len()).any(begins_here)
}

/// Whether the text has nine digits in a row, or more.
pub(super) fn has_nine_digits(text: &str) -> bool {
    as_it_looks(text).split(|c: char| !c.is_numeric()).any(|digits| digits.chars().count() >= 9)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.' | '/' | '\\' | '_' | '·' | '•' | '⁄' | '∕' | '。' | '\u{2010}'
                ..='\u{2015}' | '\u{2212}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d_18_r_214_every_spelling_of_a_social_security_number_is_found() {
        for text in [
            "400-55-0017",
            "400 55 0017",
            "400/55/0017",
            "400.55.0017",
            "４００－５５－００１７",
            "400\u{2011}55\u{2011}0017",
            "400\u{a0}55\u{a0}0017",
            "400\u{2044}55\u{2215}0017",
            "400_55_0017.pdf",
            "400 - 55 - 0017",
            "400-55 0017",
            "400-\n55-\n0017",
            "4\u{200b}00-5\u{ad}5-0017",
            "٤٠٠-٥٥-٠٠١٧",
            "𝟒𝟎𝟎-𝟓𝟓-𝟎𝟎𝟏𝟕",
            "x400-55-0017x",
            "12, 400-55-0017",
        ] {
            assert!(looks_like_ssn(text), "{text}");
        }
    }

    #[test]
    fn d_18_r_214_other_groups_of_digits_are_no_social_security_number() {
        for text in [
            "",
            "400550017",
            "1400-55-0017",
            "400-55-00171",
            "400-55-001",
            "400-5-0017",
            "400-555-0017",
            "40-055-0017",
            "502-555-0142",
            "40621-0001",
            "2026-01-15",
            "400, 55, 0017",
            "400    55 0017",
            "400-5a-0017",
        ] {
            assert!(!looks_like_ssn(text), "{text}");
        }
    }

    #[test]
    fn r_214_nine_digits_in_a_row_are_found_and_eight_are_not() {
        assert!(
            has_nine_digits("400550017") && has_nine_digits("a4005500171b") && has_nine_digits("٤٠٠٥٥٠٠١٧")
        );
        assert!(!has_nine_digits("40055001") && !has_nine_digits("40055 0017") && !has_nine_digits(""));
    }
}
