//! Sealing of Social Security and tax numbers with XChaCha20-Poly1305. The location of the value is
//! the associated data, so that a ciphertext cannot be moved to another row. A separately keyed
//! blind index makes the numbers searchable.

use std::collections::BTreeMap;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::error::StoreError;

/// The first byte of every sealed value.
const FORMAT: u8 = 1;
const NONCE_LEN: usize = 24;
/// The number of bytes kept of a blind index.
const INDEX_LEN: usize = 16;

/// A 256-bit key. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Creates a key from its bytes and wipes this copy of them.
    #[must_use]
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(hidden)")
    }
}

/// The key ring. One key seals; every key opens.
#[derive(Clone, Debug)]
pub struct FieldKeys {
    sealing: u32,
    keys: BTreeMap<u32, Key>,
    index: Key,
}

/// The location of a sealed value, which is bound into the ciphertext.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row.
    pub row: uuid::Uuid,
}

impl Place {
    pub(crate) fn associated_data(&self, key_id: u32) -> Vec<u8> {
        format!("{}|{}|{}|{key_id}", self.table, self.column, self.row).into_bytes()
    }
}

impl FieldKeys {
    /// Creates a key ring that seals with the highest-numbered key.
    pub fn new(keys: BTreeMap<u32, Key>, index: Key) -> Result<Self, StoreError> {
        let sealing = *keys.keys().next_back().ok_or(StoreError::Sealed("the key ring is empty"))?;
        Ok(Self { sealing, keys, index })
    }

    /// Seals a value for its location. The result is the format byte, the key id, the nonce and the
    /// ciphertext.
    pub fn seal(&self, place: Place, plain: &str, entropy: fn(&mut [u8])) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        entropy(&mut nonce);
        let payload = Payload { msg: plain.as_bytes(), aad: &place.associated_data(self.sealing) };
        let ciphertext = self
            .cipher(self.sealing)?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_error| StoreError::Sealed("sealing failed"))?;
        let mut sealed = vec![FORMAT];
        sealed.extend_from_slice(&self.sealing.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// Opens a value that was sealed for this location.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<String>, StoreError> {
        let malformed = StoreError::Sealed("too short or of another format");
        let Some((&[FORMAT, a, b, c, d], rest)) = sealed.split_first_chunk::<5>() else {
            return Err(malformed);
        };
        let Some((nonce, ciphertext)) = rest.split_first_chunk::<NONCE_LEN>() else { return Err(malformed) };
        let key_id = u32::from_be_bytes([a, b, c, d]);
        let payload = Payload { msg: ciphertext, aad: &place.associated_data(key_id) };
        let plain = self
            .cipher(key_id)?
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_error| StoreError::Sealed("not sealed with this key for this place"))?;
        String::from_utf8(plain).map(Zeroizing::new).map_err(|_error| StoreError::Sealed("not text"))
    }

    /// The blind index of a number: a keyed hash, equal for equal digits of the same purpose.
    pub fn index(&self, purpose: &str, digits: &str) -> Result<Vec<u8>, StoreError> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.index.0.as_slice())
            .map_err(|_error| StoreError::Sealed("index key"))?;
        mac.update(purpose.as_bytes());
        mac.update(b"|");
        mac.update(digits.as_bytes());
        Ok(mac.finalize().into_bytes().iter().take(INDEX_LEN).copied().collect())
    }

    /// The id of the key that seals.
    #[must_use]
    pub const fn sealing(&self) -> u32 {
        self.sealing
    }

    pub(crate) fn cipher(&self, key_id: u32) -> Result<XChaCha20Poly1305, StoreError> {
        let key =
            self.keys.get(&key_id).ok_or(StoreError::Sealed("sealed with a key that is not in the ring"))?;
        XChaCha20Poly1305::new_from_slice(key.0.as_slice()).map_err(|_error| StoreError::Sealed("key length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(ids: &[u32]) -> FieldKeys {
        let keys = ids.iter().map(|id| (*id, Key::new([u8::try_from(*id).unwrap(); 32]))).collect();
        FieldKeys::new(keys, Key::new([99; 32])).unwrap()
    }

    fn place(row: u128) -> Place {
        Place { table: "organizations", column: "tax_id_sealed", row: uuid::Uuid::from_u128(row) }
    }

    fn counting(buffer: &mut [u8]) {
        buffer.iter_mut().zip(0..).for_each(|(byte, place)| *byte = place);
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_own_row_and_column() {
        let sealed = ring(&[1]).seal(place(1), "610000001", counting).unwrap();
        assert!(!sealed.windows(9).any(|window| window == b"610000001"));
        assert_eq!(*ring(&[1]).open(place(1), &sealed).unwrap(), "610000001");
        assert!(ring(&[1]).open(place(2), &sealed).is_err());
        let elsewhere = Place { column: "ssn_sealed", ..place(1) };
        assert!(ring(&[1]).open(elsewhere, &sealed).is_err());
    }

    #[test]
    fn values_sealed_with_an_older_key_can_still_be_opened() {
        let old = ring(&[1]).seal(place(1), "610000001", counting).unwrap();
        let new = ring(&[1, 2]).seal(place(1), "610000001", counting).unwrap();
        assert_eq!(*ring(&[1, 2]).open(place(1), &old).unwrap(), "610000001");
        assert!(ring(&[1]).open(place(1), &new).is_err());
    }

    #[test]
    fn every_corrupted_byte_is_detected() {
        let sealed = ring(&[1]).seal(place(1), "610000001", counting).unwrap();
        for at in 0..sealed.len() {
            let mut corrupted = sealed.clone();
            corrupted[at] ^= 1;
            assert!(ring(&[1]).open(place(1), &corrupted).is_err(), "byte {at}");
            assert!(ring(&[1]).open(place(1), &sealed[..at]).is_err(), "truncated at {at}");
        }
    }

    #[test]
    fn the_blind_index_depends_on_purpose_and_digits() {
        let ring = ring(&[1]);
        assert_eq!(ring.index("ssn", "123456789").unwrap(), ring.index("ssn", "123456789").unwrap());
        assert_ne!(ring.index("ssn", "123456789").unwrap(), ring.index("tax_id", "123456789").unwrap());
        assert_ne!(ring.index("ssn", "123456789").unwrap(), ring.index("ssn", "123456780").unwrap());
    }
}
