//! Characters that a reader does not see: control characters, format characters, line separators,
//! and letters that show nothing.

/// Whether the text has a character that shows nothing or changes the direction of reading. A
/// passage may have line breaks and tabs.
pub(super) fn has_hidden_character(text: &str, is_passage: bool) -> bool {
    judged(text, is_passage).any(|(_, is_accepted)| !is_accepted)
}

/// The text with a space instead of each character that shows nothing or changes the direction of
/// reading. A passage keeps its line breaks and tabs.
#[must_use]
pub fn visible(text: &str, is_passage: bool) -> String {
    judged(text, is_passage).map(|(c, is_accepted)| if is_accepted { c } else { ' ' }).collect()
}

/// The characters, and whether each is accepted.
///
/// Emoji are composed with characters that are invisible elsewhere: a joiner between two pictures,
/// and a variation selector after a symbol. There, they are accepted.
fn judged(text: &str, is_passage: bool) -> impl Iterator<Item = (char, bool)> {
    let mut before = None;
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        let c = characters.next()?;
        let after = characters.peek().copied();
        let is_accepted = match c {
            '\n' | '\t' => is_passage,
            '\r' => is_passage && after == Some('\n'),
            '\u{200d}' => before.is_some_and(is_picture) && after.is_some_and(is_picture),
            '\u{fe0e}' | '\u{fe0f}' => {
                let is_keycap = after == Some('\u{20e3}') && before.is_some_and(is_key);
                is_keycap || before.is_some_and(is_picture)
            }
            _ => !c.is_control() && !is_invisible(c),
        };
        // A selector belongs to the picture before it.
        if !is_accepted || !matches!(c, '\u{fe0e}' | '\u{fe0f}') {
            before = Some(c);
        }
        Some((c, is_accepted))
    })
}

/// A character that an emoji shows on a key.
const fn is_key(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

/// Symbols and emoji, including skin tones.
const fn is_picture(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}')
        || matches!(c, '\u{2190}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}' | '\u{3030}' | '\u{303d}')
        || matches!(c, '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a character shows nothing, apart from white space and control characters: format
/// characters (Cf), line separators (Zl, Zp), Default_Ignorable_Code_Point, blank letters, and
/// noncharacters.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{13455}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || (c as u32) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_hidden(c: char) -> bool {
        has_hidden_character(&format!("a{c}b"), false)
    }

    #[test]
    fn r_214_control_characters_of_both_sets_are_hidden() {
        for code in (0..0x20).chain(0x7f..0xa0) {
            assert!(is_hidden(char::from_u32(code).unwrap()), "{code:x}");
        }
        assert!(!is_hidden(' ') && !is_hidden('\u{a0}') && !is_hidden('~') && !is_hidden('¡'));
    }

    #[test]
    fn r_214_format_and_direction_characters_and_blank_letters_are_hidden() {
        for c in [
            '\u{ad}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{2069}',
            '\u{206f}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{115f}',
            '\u{1160}',
            '\u{3164}',
            '\u{ffa0}',
            '\u{2800}',
            '\u{34f}',
            '\u{17b4}',
            '\u{ffff}',
            '\u{e0020}',
            '\u{e01ef}',
        ] {
            assert!(is_hidden(c), "{:x}", c as u32);
        }
        for c in [
            '\u{2010}', '\u{202f}', '\u{2030}', '\u{27ff}', '\u{2801}', '\u{3163}', '\u{fffd}', '가', 'ك',
            'ß',
        ] {
            assert!(!is_hidden(c), "{:x}", c as u32);
        }
    }

    #[test]
    fn r_184_r_214_composed_emoji_are_shown_and_a_joiner_elsewhere_is_hidden() {
        for text in ["👨‍👩‍👧", "❤️ thanks", "👍🏽", "☎️", "🏳️‍🌈", "1️⃣ first", "#️⃣"]
        {
            assert!(!has_hidden_character(text, false), "{text}");
        }
        for text in [
            "4\u{200d}00",
            "\u{200d}👨",
            "👨\u{200d}",
            "👨\u{200d}a",
            "a\u{fe0f}",
            "4\u{fe0f}00",
            "👨\u{200d}\u{200d}👨",
        ] {
            assert!(has_hidden_character(text, true), "{text:?}");
        }
    }

    #[test]
    fn r_214_hidden_characters_are_replaced_by_spaces_and_emoji_stay() {
        assert_eq!(visible("a\u{202e}b\u{200c}c\0\u{feff}", false), "a b c  ");
        for text in ["👨‍👩‍👧 and ❤️", "1️⃣ first", "Müller"] {
            assert_eq!(visible(text, false), text);
        }
        assert_eq!(visible("a\nb\tc", true), "a\nb\tc");
        assert_eq!(visible("a\nb\tc", false), "a b c");
        assert!(!has_hidden_character(&visible("4\u{200d}\u{fe0f}👨\u{200d}", true), true));
    }

    #[test]
    fn x_02_only_a_passage_has_line_breaks_and_tabs() {
        for text in ["a\nb", "a\r\nb", "\tb"] {
            assert!(!has_hidden_character(text, true) && has_hidden_character(text, false), "{text:?}");
        }
        assert!(has_hidden_character("a\rb", true) && has_hidden_character("a\u{85}b", true));
    }
}
