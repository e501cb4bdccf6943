//! Documents of an application: screen 8.0 (domain rules; threat T-20, decision
//! D-20).

use crate::ground::text::{self, TextKind, TextRefusal};
use crate::vocabulary;

vocabulary! {
    /// An accepted file format of documents. Formats that a browser would run are excluded.
    pub enum MediaType {
        /// PDF.
        Pdf = "application/pdf",
        /// JPEG.
        Jpeg = "image/jpeg",
        /// PNG.
        Png = "image/png",
        /// TIFF.
        Tiff = "image/tiff",
    }
}

/// The maximum size of a document in bytes: 10 MiB.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// The maximum number of documents of one application; removed ones do not count.
pub const MAX_DOCUMENTS: i64 = 50;

/// The maximum length of a file name in Unicode scalar values.
pub const MAX_FILE_NAME: usize = 255;

impl MediaType {
    /// Detects the format from the first bytes; `None` if it is not an accepted format.
    #[must_use]
    pub fn sniff(content: &[u8]) -> Option<Self> {
        const BEGINNINGS: [(&[u8], MediaType); 5] = [
            (b"%PDF-", MediaType::Pdf),
            (b"\xff\xd8\xff", MediaType::Jpeg),
            (b"\x89PNG\r\n\x1a\n", MediaType::Png),
            (b"II*\0", MediaType::Tiff),
            (b"MM\0*", MediaType::Tiff),
        ];
        BEGINNINGS.iter().find(|(magic, _)| content.starts_with(magic)).map(|(_, media_type)| *media_type)
    }
}

/// Why content is refused as a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRefusal {
    /// It has no bytes.
    Empty,
    /// It has more than [`MAX_BYTES`].
    TooLarge,
    /// Its first bytes do not match the declared format.
    MediaTypeMismatch {
        /// The detected format; `None` if it is not an accepted one.
        found: Option<MediaType>,
    },
}

/// Checks content against its declared format.
///
/// The declaration is not trusted, because the content is later shown to other users.
pub fn examine_content(said_to_be: MediaType, content: &[u8]) -> Result<(), ContentRefusal> {
    if content.is_empty() {
        return Err(ContentRefusal::Empty);
    }
    if content.len() > MAX_BYTES {
        return Err(ContentRefusal::TooLarge);
    }
    match MediaType::sniff(content) {
        Some(found) if found == said_to_be => Ok(()),
        found => Err(ContentRefusal::MediaTypeMismatch { found }),
    }
}

/// Whether an application with `present` documents can have another one.
#[must_use]
pub const fn has_room(present: i64) -> bool {
    present < MAX_DOCUMENTS
}

vocabulary! {
    /// Why a file name is refused.
    pub enum FileNameRefusal {
        /// It is empty or consists of white space.
        Blank = "blank",
        /// It has more than 255 characters.
        TooLong = "too_long",
        /// It contains a path, or characters that show nothing or change the reading direction.
        Format = "format",
        /// It contains what looks like a Social Security number.
        LooksLikeSsn = "looks_like_ssn",
    }
}

impl FileNameRefusal {
    /// The message for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Blank => "must not be blank",
            Self::TooLong => "must have at most 255 characters",
            Self::Format => "must be a plain name: no slashes, no control or invisible characters",
            Self::LooksLikeSsn => "must not contain a Social Security number",
        }
    }
}

/// The file name that the client sent, stored as typed except for surrounding white space. Never
/// used as a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Parses a plain file name of at most 255 characters. Returns the first violation.
    pub fn parse(text: &str) -> Result<Self, FileNameRefusal> {
        let name = text::composed(text.trim());
        if name.is_empty() {
            return Err(FileNameRefusal::Blank);
        }
        if name.chars().count() > MAX_FILE_NAME {
            return Err(FileNameRefusal::TooLong);
        }
        if matches!(&*name, "." | "..") || name.contains(['/', '\\']) {
            return Err(FileNameRefusal::Format);
        }
        match text::examine(TextKind::Line, &name) {
            Ok(()) => Ok(Self(name.into_owned())),
            Err(TextRefusal::LooksLikeSsn) => Err(FileNameRefusal::LooksLikeSsn),
            Err(TextRefusal::HiddenCharacter | TextRefusal::LooksLikeLink) => Err(FileNameRefusal::Format),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdf_of(length: usize) -> Vec<u8> {
        let mut content = b"%PDF-".to_vec();
        content.resize(length, b' ');
        content
    }

    #[test]
    fn d_20_content_of_ten_mebibytes_is_accepted_and_one_byte_more_is_refused() {
        assert_eq!(MAX_BYTES, 10_485_760);
        assert_eq!(examine_content(MediaType::Pdf, &pdf_of(MAX_BYTES)), Ok(()));
        assert_eq!(examine_content(MediaType::Pdf, &pdf_of(MAX_BYTES + 1)), Err(ContentRefusal::TooLarge));
        assert_eq!(examine_content(MediaType::Pdf, b"%PDF-"), Ok(()), "only the first bytes are checked");
        assert_eq!(examine_content(MediaType::Pdf, b""), Err(ContentRefusal::Empty));
    }

    #[test]
    fn t_20_the_media_type_is_detected_from_the_first_bytes() {
        let kinds: [(&[u8], Option<MediaType>); 12] = [
            (b"%PDF-1.7", Some(MediaType::Pdf)),
            (b"\xff\xd8\xff\xe0", Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....", Some(MediaType::Png)),
            (b"II*\0....", Some(MediaType::Tiff)),
            (b"MM\0*....", Some(MediaType::Tiff)),
            (b"%PDF", None),
            (b" %PDF-1.7", None),
            (b"\xff\xd8", None),
            (b"\x89PNG\r\n\x1a", None),
            (b"MM*\0", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", None),
            (b"<!DOCTYPE html>", None),
        ];
        for (content, found) in kinds {
            assert_eq!(MediaType::sniff(content), found, "{content:?}");
            for declared in MediaType::ALL.iter().copied() {
                let expected = match found == Some(declared) {
                    true => Ok(()),
                    false => Err(ContentRefusal::MediaTypeMismatch { found }),
                };
                assert_eq!(examine_content(declared, content), expected, "{content:?} as {declared}");
            }
        }
    }

    #[test]
    fn an_application_can_have_at_most_fifty_documents() {
        assert!(has_room(0) && has_room(MAX_DOCUMENTS - 1));
        assert!(!has_room(MAX_DOCUMENTS) && !has_room(MAX_DOCUMENTS + 1));
    }

    #[test]
    fn a_file_name_has_up_to_255_characters_of_any_script() {
        for character in ["a", "é", "老", "😀"] {
            assert!(FileName::parse(&character.repeat(255)).is_ok(), "{character}");
            assert_eq!(FileName::parse(&character.repeat(256)), Err(FileNameRefusal::TooLong), "{character}");
        }
        assert_eq!(FileName::parse(" Lizenz Müller.pdf\u{a0}").unwrap().as_str(), "Lizenz Müller.pdf");
        assert!(
            FileName::parse(&format!(" {} ", "a".repeat(255))).is_ok(),
            "surrounding white space does not count"
        );
        for text in ["", " ", "\t\n", "\u{2003}"] {
            assert_eq!(FileName::parse(text), Err(FileNameRefusal::Blank), "{text:?}");
        }
    }

    #[test]
    fn t_20_paths_and_control_characters_are_refused_and_other_names_stay_unchanged() {
        for text in [
            "a/b.pdf",
            "..\\b.pdf",
            "/",
            "..",
            ".",
            "a\0b",
            "a\r\nSet-Cookie: x",
            "a\u{7f}",
            "a\u{85}b",
            "cod\u{202e}fdp.exe",
            "a\u{2066}b",
            "a\u{200b}b",
            "a\u{3164}b",
        ] {
            assert_eq!(FileName::parse(text), Err(FileNameRefusal::Format), "{text:?}");
        }
        for text in ["<script>alert(1)</script>.pdf".replace('/', ""), "...".into(), "\";x=\"%41.pdf".into()]
        {
            assert_eq!(FileName::parse(&text).unwrap().as_str(), text, "unchanged");
        }
    }

    #[test]
    fn d_18_a_file_name_with_a_social_security_number_is_refused() {
        for text in [
            "123-45-6789.pdf",
            "ssn123-45-6789",
            "W9 of 000-00-0000 (signed)",
            "é123 45 6789é",
            "１２３_45_6789.pdf",
        ] {
            assert_eq!(FileName::parse(text), Err(FileNameRefusal::LooksLikeSsn), "{text}");
        }
        for text in [
            "1123-45-6789",
            "123-45-67890",
            "123-45-678",
            "12-345-6789",
            "123456789",
            "2026-01-15",
            "123-4a-6789",
        ] {
            assert!(FileName::parse(text).is_ok(), "{text}");
        }
    }
}
