//! Comments on members, stored verbatim and never interpreted as markup (domain rules R-184,
//!

use crate::ground::text::{self, TextKind, TextRefusal};

/// A comment within its plan's length limit.
///
/// Length is counted in Unicode scalar values, unlike JavaScript's `length`, which counts UTF-16
/// code units. An emoji of one code point counts as one; a joined emoji counts as several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment(String);

/// Why a comment is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentRefusal {
    /// It is too long.
    TooLong {
        /// The maximum number of characters.
        max: usize,
        /// The actual number of characters.
        actual: usize,
    },
    /// It contains something that no text may contain (domain rule R-214).
    Text(TextRefusal),
}

impl Comment {
    /// Accepts a text of at most `max` characters. Accents are composed; otherwise, nothing is
    /// trimmed, escaped, or removed.
    pub fn parse(text: &str, max: usize) -> Result<Self, CommentRefusal> {
        let text = text::composed(text);
        match text.chars().count() {
            actual if actual > max => return Err(CommentRefusal::TooLong { max, actual }),
            _ => text::examine(TextKind::Passage, &text).map_err(CommentRefusal::Text)?,
        }
        Ok(Self(text.into_owned()))
    }

    /// The text as it was entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_184_a_comment_of_200_scalar_values_is_accepted_and_one_more_is_refused() {
        for character in ["a", "é", "😀", "<", "\n"] {
            assert!(Comment::parse(&character.repeat(200), 200).is_ok(), "{character:?}");
            assert_eq!(
                Comment::parse(&character.repeat(201), 200),
                Err(CommentRefusal::TooLong { max: 200, actual: 201 }),
                "{character:?}"
            );
        }
        assert!(Comment::parse("", 200).is_ok());
        assert!(Comment::parse(&"👨‍👩‍👧".repeat(40), 200).is_ok(), "five scalar values each");
        assert!(Comment::parse(&"👨‍👩‍👧".repeat(41), 200).is_err());
    }

    #[test]
    fn x_01_x_02_scripts_are_accepted_as_plain_comments() {
        for (text, length) in
            [("<script>alert(1)</script>", 25), (";alert(1)//\n</xmp><script>alert(1)</script>", 43)]
        {
            assert_eq!(text.chars().count(), length);
            assert_eq!(Comment::parse(text, 200).unwrap().as_str(), text);
        }
    }

    #[test]
    fn r_214_a_comment_has_no_social_security_number_and_no_hidden_characters() {
        for (text, refusal) in [
            ("SSN 400-55-0017", TextRefusal::LooksLikeSsn),
            ("４００／５５／００１７", TextRefusal::LooksLikeSsn),
            ("a\u{202e}b", TextRefusal::HiddenCharacter),
            ("a\u{200b}b", TextRefusal::HiddenCharacter),
        ] {
            assert_eq!(Comment::parse(text, 200), Err(CommentRefusal::Text(refusal)), "{text}");
        }
        assert_eq!(Comment::parse("e\u{301}", 1).unwrap().as_str(), "é", "counted as it is stored");
    }
}
