//! Documents of an application: screen 8.0 (domain rules; threat T-20, decision D-20).

use crate::ground::text::looks_like_ssn;
use crate::vocabulary;

vocabulary! {
    /// What documents can be made of. Nothing that a browser would run.
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

/// Most bytes of a document: 10 MiB.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// Most documents of one application; removed ones do not count.
pub const MAX_DOCUMENTS: i64 = 50;

/// Most characters of a file name, counted in Unicode scalar values.
pub const MAX_FILE_NAME: usize = 255;

impl MediaType {
    /// What content is, by the bytes it begins with; none when it is nothing that a document can be made of.
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

/// Why content cannot be a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRefusal {
    /// There is none.
    Empty,
    /// It has more than [`MAX_BYTES`].
    TooLarge,
    /// It begins like something else than it is said to be.
    MediaTypeMismatch {
        /// What it begins like; none for nothing that a document can be made of.
        found: Option<MediaType>,
    },
}

/// Whether content can be a document of that type. What it is said to be is not believed: it is shown to others later.
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

/// Whether an application that has so many documents may get another one.
#[must_use]
pub const fn has_room(present: i64) -> bool {
    present < MAX_DOCUMENTS
}

vocabulary! {
    /// Why a text cannot be a file name.
    pub enum FileNameRefusal {
        /// It is empty, or nothing but white space.
        Blank = "blank",
        /// It has more than 255 characters.
        TooLong = "too_long",
        /// It has a path in it, or characters that cannot be seen.
        Format = "format",
        /// It has what looks like a Social Security number in it.
        LooksLikeSsn = "looks_like_ssn",
    }
}

impl FileNameRefusal {
    /// What is wrong, for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Blank => "must not be blank",
            Self::TooLong => "must have at most 255 characters",
            Self::Format => "must be a plain name: no slashes, no control characters",
            Self::LooksLikeSsn => "must not contain a Social Security number",
        }
    }
}

/// The name of a file as its sender gave it: kept word for word but for white space around it, and never used as a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Takes a text that names a file and nothing else.
    pub fn parse(text: &str) -> Result<Self, FileNameRefusal> {
        let name = text.trim();
        if name.is_empty() {
            return Err(FileNameRefusal::Blank);
        }
        if name.chars().count() > MAX_FILE_NAME {
            return Err(FileNameRefusal::TooLong);
        }
        if matches!(name, "." | "..") || name.chars().any(|c| matches!(c, '/' | '\\') || is_unseen(c)) {
            return Err(FileNameRefusal::Format);
        }
        if looks_like_ssn(name) {
            return Err(FileNameRefusal::LooksLikeSsn);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, and those that turn the reading direction, by which a name reads otherwise than it is.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    fn d_20_ten_mebibytes_are_accepted_and_one_byte_more_is_not() {
        assert_eq!(MAX_BYTES, 10_485_760);
        assert_eq!(examine_content(MediaType::Pdf, &pdf_of(MAX_BYTES)), Ok(()));
        assert_eq!(examine_content(MediaType::Pdf, &pdf_of(MAX_BYTES + 1)), Err(ContentRefusal::TooLarge));
        assert_eq!(
            examine_content(MediaType::Pdf, b"%PDF-"),
            Ok(()),
            "whether it can be opened is not our matter"
        );
        assert_eq!(examine_content(MediaType::Pdf, b""), Err(ContentRefusal::Empty));
    }

    #[test]
    fn t_20_content_is_what_it_begins_like() {
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
            for said_to_be in MediaType::ALL.iter().copied() {
                let expected = match found == Some(said_to_be) {
                    true => Ok(()),
                    false => Err(ContentRefusal::MediaTypeMismatch { found }),
                };
                assert_eq!(examine_content(said_to_be, content), expected, "{content:?} as {said_to_be}");
            }
        }
    }

    #[test]
    fn an_application_has_room_for_fifty_documents_and_not_for_the_51st() {
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
            "white space around it does not count"
        );
        for text in ["", " ", "\t\n", "\u{2003}"] {
            assert_eq!(FileName::parse(text), Err(FileNameRefusal::Blank), "{text:?}");
        }
    }

    #[test]
    fn t_20_a_file_name_is_no_path_and_reads_as_it_is() {
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
        ] {
            assert_eq!(FileName::parse(text), Err(FileNameRefusal::Format), "{text:?}");
        }
        for text in ["<script>alert(1)</script>.pdf".replace('/', ""), "...".into(), "\";x=\"%41.pdf".into()]
        {
            assert_eq!(FileName::parse(&text).unwrap().as_str(), text, "kept as it is");
        }
    }

    #[test]
    fn d_18_what_looks_like_a_social_security_number_is_no_part_of_a_file_name() {
        for text in ["123-45-6789.pdf", "ssn123-45-6789", "W9 of 000-00-0000 (signed)", "é123 45 6789é"] {
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
