//! Text that people write (domain rule R-214), and text normalization.
//!
//! Every text of a request or an import has a [`TextKind`]. Values with a format of their own, such
//! as a tax ID, and secrets, such as a password, have none.

mod comparison;
mod hidden;
mod link;
mod ssn;

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

pub use comparison::comparable;
pub use hidden::visible;
pub use link::unlinked;
pub use ssn::looks_like_ssn;

use crate::vocabulary;

/// The maximum length of the name of a person or business, in characters.
pub const NAME_MAX: usize = 100;

/// The maximum length of an explanation, such as the reason for a decision, in characters.
pub const EXPLANATION_MAX: usize = 2000;

/// What a text is for. The kind decides what the text must not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// The first name, last name, or full name of a person.
    PersonName,
    /// The name of a business. Unlike the name of a person, it may contain a web address or nine
    /// digits.
    BusinessName,
    /// Any other single line, such as a line of an address or the name of a file.
    Line,
    /// A text with line breaks, such as a comment, a reason, or a message.
    Passage,
}

vocabulary! {
    /// Why a text that a person wrote is refused.
    pub enum TextRefusal {
        /// It contains a character that shows nothing or changes the direction of reading.
        HiddenCharacter = "format",
        /// It contains what looks like a Social Security number.
        LooksLikeSsn = "looks_like_ssn",
        /// It contains what looks like a web or email address.
        LooksLikeLink = "looks_like_link",
    }
}

impl TextRefusal {
    /// The message for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::HiddenCharacter => {
                "must not contain control characters, invisible characters, or characters that change the \
                 direction of text"
            }
            Self::LooksLikeSsn => "must not contain a Social Security number",
            Self::LooksLikeLink => "must not contain a slash, a web address, or an email address",
        }
    }
}

/// Checks a text of this kind, and returns the first violation. Length is for the caller to check.
///
/// Compatibility forms are checked like the characters they look like, for example full-width
/// digits (NFKC).
pub fn examine(kind: TextKind, text: &str) -> Result<(), TextRefusal> {
    if hidden::has_hidden_character(text, kind == TextKind::Passage) {
        return Err(TextRefusal::HiddenCharacter);
    }
    if looks_like_ssn(text) || (kind == TextKind::PersonName && ssn::has_nine_digits(text)) {
        return Err(TextRefusal::LooksLikeSsn);
    }
    if kind == TextKind::PersonName && link::looks_like_link(text) {
        return Err(TextRefusal::LooksLikeLink);
    }
    Ok(())
}

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

/// The text as it looks: compatibility forms replaced (NFKC), invisible characters removed.
fn as_it_looks(text: &str) -> String {
    text.nfkc().filter(|c| !hidden::is_invisible(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [TextKind; 4] =
        [TextKind::PersonName, TextKind::BusinessName, TextKind::Line, TextKind::Passage];

    #[test]
    fn r_214_no_kind_of_text_contains_a_social_security_number() {
        for text in
            ["400-55-0017", "Doe 400 55 0017", "400/55/0017", "of 400.55.0017.", "４００－５５－００１７"]
        {
            for kind in KINDS {
                assert_eq!(examine(kind, text), Err(TextRefusal::LooksLikeSsn), "{kind:?} {text}");
            }
        }
    }

    #[test]
    fn r_214_only_names_of_people_refuse_nine_digits_in_a_row() {
        for text in ["400550017", "Doe 400550017", "Doe400550017", "４００５５００１７", "4005500171"]
        {
            assert_eq!(examine(TextKind::PersonName, text), Err(TextRefusal::LooksLikeSsn), "{text}");
            for kind in [TextKind::BusinessName, TextKind::Line, TextKind::Passage] {
                assert_eq!(examine(kind, text), Ok(()), "{kind:?} {text}");
            }
        }
        assert_eq!(examine(TextKind::PersonName, "Doe 40055001"), Ok(()), "eight digits");
    }

    #[test]
    fn r_214_only_names_of_people_refuse_what_looks_like_a_link() {
        for text in ["evil.com", "Click https://evil.example", "www.evil", "Jane jane@x", "n/a"] {
            assert_eq!(examine(TextKind::PersonName, text), Err(TextRefusal::LooksLikeLink), "{text}");
            for kind in [TextKind::BusinessName, TextKind::Line, TextKind::Passage] {
                assert_eq!(examine(kind, text), Ok(()), "{kind:?} {text}");
            }
        }
    }

    #[test]
    fn r_214_names_of_people_have_the_punctuation_of_names() {
        for name in [
            "O'Brien",
            "Doe, John",
            "Dr. J. R. Smith-Jones Jr.",
            "St. John",
            "Ph.D.",
            "Ötvös",
            "李",
            "Nguyễn",
        ] {
            assert_eq!(examine(TextKind::PersonName, name), Ok(()), "{name}");
        }
    }

    #[test]
    fn x_01_x_02_comments_contain_scripts_and_line_breaks() {
        for text in
            ["<script>alert(1)</script>", ";alert(1)//\n</xmp><script>alert(1)</script>", "a\r\n\tb", ""]
        {
            assert_eq!(examine(TextKind::Passage, text), Ok(()), "{text:?}");
            assert_eq!(composed(text), text);
        }
        for kind in [TextKind::PersonName, TextKind::BusinessName, TextKind::Line] {
            assert_eq!(examine(kind, "a\nb"), Err(TextRefusal::HiddenCharacter), "{kind:?}");
        }
    }

    #[test]
    fn r_214_text_is_stored_as_typed_with_composed_accents() {
        assert_eq!(composed("Mu\u{308}ller"), "Müller");
        assert_eq!(composed("４００ ﬁ"), "４００ ﬁ", "compatibility forms stay as typed");
    }

    #[test]
    fn words_are_folded_to_one_spelling() {
        assert_eq!(folded(" DMS\u{a0}Review-In  Progress "), "dms_review_in_progress");
    }
}
