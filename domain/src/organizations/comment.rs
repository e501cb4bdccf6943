//! Comments on members, stored verbatim and never interpreted as markup (domain rules R-184,
//!

/// A comment within its plan's length limit.
///
/// Length is counted in Unicode scalar values, unlike JavaScript's `length`, which counts UTF-16
/// code units. An emoji of one code point counts as one; a joined emoji counts as several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment(String);

/// A comment that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentTooLong {
    /// The maximum number of characters.
    pub max: usize,
    /// The actual number of characters.
    pub actual: usize,
}

impl Comment {
    /// Accepts a text of at most `max` characters. Nothing is trimmed, escaped, or removed.
    pub fn parse(text: &str, max: usize) -> Result<Self, CommentTooLong> {
        match text.chars().count() {
            actual if actual > max => Err(CommentTooLong { max, actual }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text, exactly as it was entered.
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
                Err(CommentTooLong { max: 200, actual: 201 }),
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
}
