//! Sealing of document contents, chunk by chunk, with the field keys (decision 0039).
//!
//! The stored form is a header and the chunks, each followed by its tag. The header has the format
//! byte, the key id, and a random salt. Field key, salt, and document determine the key of the
//! content (HKDF, RFC 5869). The nonce of a chunk is its number and whether it is the last one.
//! Chunks that were swapped, left out, or moved between documents therefore do not open (the STREAM
//! construction of Hoang, Reyhanitabar, Rogaway, and Vizár).
//!
//! ring, because its cipher is as fast in builds that optimize little.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::field_keys::{FieldKeys, Place};

/// The first byte of sealed content. It differs from the first byte of every accepted file format.
const FORMAT: u8 = 2;
/// Bytes of the file in one chunk.
const CHUNK: usize = 64 * 1024;
const TAG_LEN: usize = 16;
const SALT_LEN: usize = 32;
/// The format byte, the key id, and the salt.
const HEADER_LEN: usize = 1 + 4 + SALT_LEN;

/// The nonce of a chunk: seven zeros, its number, and whether it is the last one. No two chunks of a
/// content have the same one, and no two contents the same key.
fn nonce(number: usize, is_last: bool) -> Result<Nonce, StoreError> {
    let number = u32::try_from(number).map_err(|_error| StoreError::Sealed("too many chunks"))?;
    let [a, b, c, d] = number.to_be_bytes();
    Ok(Nonce::assume_unique_for_key([0, 0, 0, 0, 0, 0, 0, a, b, c, d, u8::from(is_last)]))
}

impl FieldKeys {
    /// The key of one content.
    fn content_key(
        &self,
        place: Place,
        key_id: u32,
        salt: [u8; SALT_LEN],
    ) -> Result<LessSafeKey, StoreError> {
        let content = Salt::new(HKDF_SHA256, &salt).extract(self.key(key_id)?);
        let of_place = place.associated_data(key_id);
        let info = [of_place.as_slice()];
        let derived = content.expand(&info, &CHACHA20_POLY1305);
        let derived = derived.map_err(|_error| StoreError::Sealed("key of a content"))?;
        Ok(LessSafeKey::new(UnboundKey::from(derived)))
    }

    /// Seals the content of a document for its row. Content is never empty.
    pub fn seal_content(
        &self,
        place: Place,
        plain: &[u8],
        entropy: fn(&mut [u8]),
    ) -> Result<Vec<u8>, StoreError> {
        let mut salt = [0; SALT_LEN];
        entropy(&mut salt);
        let key = self.content_key(place, self.sealing(), salt)?;
        let chunks = plain.chunks(CHUNK);
        let last = chunks.len().checked_sub(1).ok_or(StoreError::Sealed("empty content"))?;
        let mut sealed = Vec::with_capacity(HEADER_LEN + plain.len() + chunks.len() * TAG_LEN);
        sealed.push(FORMAT);
        sealed.extend_from_slice(&self.sealing().to_be_bytes());
        sealed.extend_from_slice(&salt);
        for (number, chunk) in chunks.enumerate() {
            let start = sealed.len();
            sealed.extend_from_slice(chunk);
            let copied = sealed.get_mut(start..).unwrap_or_default();
            let tag = key
                .seal_in_place_separate_tag(nonce(number, number == last)?, Aad::empty(), copied)
                .map_err(|_error| StoreError::Sealed("sealing failed"))?;
            sealed.extend_from_slice(tag.as_ref());
        }
        Ok(sealed)
    }

    /// Opens the content of a document in place, so that it is in memory once. Nothing is returned
    /// before every chunk was verified. Fails with [`StoreError::Damaged`] if the content is not
    /// what was sealed for this row.
    pub fn open_content(&self, place: Place, mut sealed: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let damaged = || StoreError::Damaged { table: place.table, row: place.row };
        let (header, body) = sealed.split_first_chunk_mut::<HEADER_LEN>().ok_or_else(damaged)?;
        let [FORMAT, a, b, c, d, salt @ ..] = *header else { return Err(damaged()) };
        let key = self.content_key(place, u32::from_be_bytes([a, b, c, d]), salt)?;
        let chunks = body.chunks_mut(CHUNK + TAG_LEN);
        let last = chunks.len().checked_sub(1).ok_or_else(damaged)?;
        for (number, chunk) in chunks.enumerate() {
            let _plain = key
                .open_in_place(nonce(number, number == last)?, Aad::empty(), chunk)
                .map_err(|_error| damaged())?;
        }
        Ok(without_tags(sealed))
    }
}

/// Content that an earlier version stored in clear. It must have the hash of the upload.
pub(crate) fn clear_content(place: Place, clear: Vec<u8>, sha256: &[u8]) -> Result<Vec<u8>, StoreError> {
    if Sha256::digest(&clear).as_slice() == sha256 {
        Ok(clear)
    } else {
        Err(StoreError::Damaged { table: place.table, row: place.row })
    }
}

/// Moves the opened chunks together, over the header and the tags.
fn without_tags(mut opened: Vec<u8>) -> Vec<u8> {
    let (mut from, mut to) = (HEADER_LEN, 0);
    while from < opened.len() {
        let end = (from + CHUNK).min(opened.len() - TAG_LEN);
        opened.copy_within(from..end, to);
        to += end - from;
        from = end + TAG_LEN;
    }
    opened.truncate(to);
    opened
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::field_keys::{Key, KeyRing};

    fn ring(ids: &[u32]) -> FieldKeys {
        let keys: BTreeMap<_, _> =
            ids.iter().map(|id| (*id, Key::new([u8::try_from(*id).unwrap(); 32]))).collect();
        let index = KeyRing::new([(1, Key::new([99; 32]))].into(), None).unwrap();
        FieldKeys::new(KeyRing::new(keys, None).unwrap(), index)
    }

    fn place(row: u128) -> Place {
        Place { table: "document_contents", column: "content", row: uuid::Uuid::from_u128(row) }
    }

    fn counting(buffer: &mut [u8]) {
        buffer.iter_mut().zip(0..).for_each(|(byte, place)| *byte = place);
    }

    fn file(length: usize) -> Vec<u8> {
        b"%PDF-1.7 provider's license ".iter().copied().cycle().take(length).collect()
    }

    /// The stored form of the chunk with this number.
    fn chunk(sealed: &[u8], number: usize) -> std::ops::Range<usize> {
        let start = HEADER_LEN + number * (CHUNK + TAG_LEN);
        start..(start + CHUNK + TAG_LEN).min(sealed.len())
    }

    #[test]
    fn content_of_every_length_around_a_chunk_is_returned_as_it_was() {
        for length in [1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1] {
            let plain = file(length);
            let sealed = ring(&[1]).seal_content(place(1), &plain, counting).unwrap();
            assert_eq!(sealed.len(), HEADER_LEN + length + length.div_ceil(CHUNK) * TAG_LEN);
            assert!(!sealed.windows(16).any(|window| plain.windows(16).next() == Some(window)));
            assert!(ring(&[1]).open_content(place(1), sealed).unwrap() == plain, "{length}");
        }
        assert!(ring(&[1]).seal_content(place(1), b"", counting).is_err());
    }

    #[test]
    fn swapped_missing_repeated_and_moved_chunks_are_detected() {
        let sealed = ring(&[1]).seal_content(place(1), &file(3 * CHUNK), counting).unwrap();
        let [first, second, third] = [0, 1, 2].map(|number| sealed[chunk(&sealed, number)].to_vec());
        let header = sealed[..HEADER_LEN].to_vec();
        let other = ring(&[1]).seal_content(place(2), &file(3 * CHUNK), counting).unwrap();
        let of_other = other[chunk(&other, 1)].to_vec();
        for (what, parts) in [
            ("swapped", [&header, &second, &first, &third].as_slice()),
            ("without the last chunk", &[&header, &first, &second]),
            ("without the first chunk", &[&header, &second, &third]),
            ("without any chunk", &[&header]),
            ("with a repeated chunk", &[&header, &first, &second, &third, &third]),
            ("with a chunk of another document", &[&header, &first, &of_other, &third]),
        ] {
            let changed: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
            let opened = ring(&[1]).open_content(place(1), changed);
            assert!(matches!(opened, Err(StoreError::Damaged { .. })), "{what}");
        }
        assert!(ring(&[1]).open_content(place(2), sealed.clone()).is_err(), "in another row");
        assert!(ring(&[1]).open_content(place(1), sealed).is_ok());
    }

    #[test]
    fn every_corrupted_or_truncated_byte_of_a_content_is_detected() {
        let sealed = ring(&[1]).seal_content(place(1), &file(40), counting).unwrap();
        for at in 0..sealed.len() {
            let mut corrupted = sealed.clone();
            corrupted[at] ^= 1;
            assert!(ring(&[1]).open_content(place(1), corrupted).is_err(), "byte {at}");
            assert!(ring(&[1]).open_content(place(1), sealed[..at].to_vec()).is_err(), "truncated at {at}");
        }
    }

    #[test]
    fn content_sealed_with_an_older_key_opens_and_a_missing_key_is_not_damage() {
        let old = ring(&[1]).seal_content(place(1), &file(40), counting).unwrap();
        assert!(ring(&[1, 2]).open_content(place(1), old).is_ok());
        let new = ring(&[1, 2]).seal_content(place(1), &file(40), counting).unwrap();
        assert!(matches!(ring(&[1]).open_content(place(1), new), Err(StoreError::Sealed(_))));
    }
}
