//! Samples of text that fields must refuse (domain rule R-214).

/// A text with something that no text, or no name of a person, may contain.
pub(super) struct Sample {
    /// The name in the snapshots.
    pub(super) name: &'static str,
    /// The text.
    pub(super) text: &'static str,
    /// The code of the refusal.
    code: &'static str,
    /// Whether every kind of text refuses it, and not only names of people.
    pub(super) is_for_every_text: bool,
}

const SSN: &str = "looks_like_ssn";
const HIDDEN: &str = "format";
const LINK: &str = "looks_like_link";

/// All samples.
pub(super) const SAMPLES: [Sample; 13] = [
    every_text("SSN with hyphens", "400-55-0017", SSN),
    every_text("SSN with spaces", "400 55 0017", SSN),
    every_text("SSN with slashes", "400/55/0017", SSN),
    every_text("SSN with dots", "400.55.0017", SSN),
    every_text("full-width SSN", "４００－５５－００１７", SSN),
    every_text("zero-width space", "a\u{200b}b", HIDDEN),
    every_text("right-to-left override", "a\u{202e}b", HIDDEN),
    every_text("C1 control character", "a\u{81}b", HIDDEN),
    every_text("Hangul filler", "a\u{3164}b", HIDDEN),
    names_of_people("nine digits", "400550017", SSN),
    names_of_people("URL", "see https://evil.example", LINK),
    names_of_people("host name", "visit evil.com", LINK),
    names_of_people("email address", "jane@evil", LINK),
];

const fn every_text(name: &'static str, text: &'static str, code: &'static str) -> Sample {
    Sample { name, text, code, is_for_every_text: true }
}

const fn names_of_people(name: &'static str, text: &'static str, code: &'static str) -> Sample {
    Sample { name, text, code, is_for_every_text: false }
}

impl Sample {
    /// The code of the refusal in a text, or in an email address, where most samples are not even
    /// addresses.
    pub(super) fn code_for(&self, in_an_email_address: bool) -> &'static str {
        let is_address = self.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-./".contains(&byte));
        if in_an_email_address && !is_address { HIDDEN } else { self.code }
    }
}
