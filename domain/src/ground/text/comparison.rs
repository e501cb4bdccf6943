//! The form in which values are compared (domain rule R-204).

use unicode_normalization::UnicodeNormalization;

/// The form in which names, identifiers, and codes are compared (domain rule R-204). Values are
/// stored as typed.
///
/// Compatibility forms are equal (NFKC), and so are all apostrophes, all quotation marks, all
/// hyphens and dashes, and all spaces. Letter case is ignored, and spaces are trimmed and collapsed.
/// All other punctuation counts.
#[must_use]
pub fn comparable(text: &str) -> String {
    // Before NFKC as well, because it turns an acute accent into a space and a combining accent.
    let folded: String = text.chars().map(one_of_family).nfkc().map(one_of_family).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The one character for which a family of look-alike characters is compared.
const fn one_of_family(character: char) -> char {
    match character {
        '`'
        | '\u{b4}'
        | '\u{2b9}'
        | '\u{2bb}'..='\u{2bd}'
        | '\u{2c8}'
        | '\u{2ca}'
        | '\u{2cb}'
        | '\u{55a}'
        | '\u{5f3}'
        | '\u{2018}'..='\u{201b}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{a78c}'
        | '\u{ff07}'
        | '\u{ff40}' => '\'',
        '\u{ab}'
        | '\u{bb}'
        | '\u{2ba}'
        | '\u{5f4}'
        | '\u{201c}'..='\u{201f}'
        | '\u{2033}'
        | '\u{2036}'
        | '\u{301d}'..='\u{301f}'
        | '\u{ff02}' => '"',
        '\u{58a}'
        | '\u{5be}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2e3a}'
        | '\u{2e3b}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_204_look_alike_characters_of_a_family_are_equal() {
        for (typed, on_file) in [
            ("O\u{2019}Brien", "O'Brien"),
            ("O\u{b4}Brien", "O`Brien"),
            ("O\u{2bc}BRIEN", "o\u{ff07}brien"),
            ("Smith\u{2010}Jones", "Smith-Jones"),
            ("Smith\u{2013}Jones", "Smith\u{2212}Jones"),
            ("Smith\u{ff0d}Jones", "Smith\u{2014}Jones"),
            ("Ann \u{201c}Bo\u{201d} Lee", "Ann \"Bo\" Lee"),
            ("Ann \u{ab}Bo\u{bb} Lee", "Ann \u{2033}Bo\u{2033} Lee"),
            ("Mary\u{a0}\u{3000}Ann", " mary ann "),
            ("\u{ff2d}ary", "mary"),
            ("\u{fb01}eld", "Field"),
            ("Jose\u{301}", "JOSÉ"),
            ("\u{ff10}\u{ff12}108", "02108"),
        ] {
            assert_eq!(comparable(typed), comparable(on_file), "{typed} {on_file}");
        }
    }

    #[test]
    fn r_204_different_families_and_letters_stay_different() {
        for (one, other) in [
            ("O'Brien", "OBrien"),
            ("O'Brien", "O-Brien"),
            ("O'Brien", "O\"Brien"),
            ("Smith-Jones", "Smith Jones"),
            ("José", "Jose"),
            ("St. Mary", "St Mary"),
            ("\u{430}nn", "ann"),
        ] {
            assert_ne!(comparable(one), comparable(other), "{one} {other}");
        }
    }

    #[test]
    fn r_204_a_compared_form_is_its_own_compared_form() {
        for text in
            ["O\u{b4}Brien", "Ｍary\u{2003}Ann\u{2014}Lee", "JOSE\u{301}", "CCA\u{2011}100", "İpek", ""]
        {
            assert_eq!(comparable(&comparable(text)), comparable(text), "{text}");
        }
    }
}
