//! Social Security numbers in places where none belongs (decision D-18).

use super::as_it_looks;

/// The most separators between two groups of digits, as in `400 - 55 - 0017`.
const MAX_SEPARATORS: usize = 3;

/// Whether the text contains what looks like a Social Security number: groups of three, two, and
/// four digits, with hyphens, slashes, dots, underscores, or white space between them. Full-width
/// characters and the digits of every script count.
///
/// White space before a month and a year is no separator: `ext. 204 03/2026`.
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
        let third = second + 2 + next;
        let is_spaced = characters.iter().skip(start + 3).take(first).all(|c| c.is_whitespace());
        let last_groups = characters.get(second..third + 4).unwrap_or_default();
        (1..=MAX_SEPARATORS).contains(&next)
            && run(third) == 4
            && !(is_spaced && is_month_and_year(last_groups))
    };
    (0..characters.len()).any(begins_here)
}

/// Whether the characters are a month and a year of the last or this century, such as `03/2026`, with
/// one mark between them.
fn is_month_and_year(characters: &[char]) -> bool {
    let [month @ .., mark, _, _, _, _] = characters else { return false };
    let number = |digits: &[char]| digits.iter().collect::<String>().parse::<u32>().unwrap_or_default();
    let year = number(characters.get(month.len() + 1..).unwrap_or_default());
    month.len() == 2
        && !mark.is_whitespace()
        && (1..=12).contains(&number(month))
        && (1900..=2099).contains(&year)
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
            "204 00/2026",
            "204 13/2026",
            "204 03/1899",
            "204 03/2100",
            "204 03 2026",
            "204/03/2026",
            "204-03/2026",
            "204 -03/2026",
            "204 03 /2026",
            "204 03//2026",
            "400 55/0017",
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
            "ext. 204 03/2026",
            "Suite 310 12-2025",
            "204 01.1900",
            "204  03/2026",
            "204\n03/2026",
            "204 12/2099 to 01/2100",
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
