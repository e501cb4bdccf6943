//! Sealing of Social Security and tax numbers with XChaCha20-Poly1305. The location of the value is
//! the associated data, so that a ciphertext cannot be moved to another row. A separately keyed
//! blind index makes the numbers searchable. Both kinds of keys have ids, so that new keys can
//! replace old ones (decision 0039).

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

/// Keys by id. The current one is used for new values, and all of them for stored values.
#[derive(Clone, Debug)]
pub struct KeyRing {
    current: u32,
    keys: BTreeMap<u32, Key>,
}

impl KeyRing {
    /// A ring with this current key; by default, the one with the highest id.
    pub fn new(keys: BTreeMap<u32, Key>, current: Option<u32>) -> Result<Self, StoreError> {
        let highest = *keys.keys().next_back().ok_or(StoreError::Sealed("the key ring is empty"))?;
        let current = current.unwrap_or(highest);
        if keys.contains_key(&current) {
            Ok(Self { current, keys })
        } else {
            Err(StoreError::Sealed("the current key is not in the ring"))
        }
    }

    /// The ids of its keys, and which one is the current key.
    #[must_use]
    pub fn ids(&self) -> (Vec<u32>, u32) {
        (self.keys.keys().copied().collect(), self.current)
    }
}

/// The id of the key of blind indexes that earlier versions made. Such indexes do not name their key.
pub const FIRST_INDEX_KEY: u32 = 1;

/// The keys of sealed values and of blind indexes.
#[derive(Clone, Debug)]
pub struct FieldKeys {
    field: KeyRing,
    index: KeyRing,
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
    /// Combines the keys of sealed values and of blind indexes.
    #[must_use]
    pub const fn new(field: KeyRing, index: KeyRing) -> Self {
        Self { field, index }
    }

    /// Seals a value for its location. The result is the format byte, the key id, the nonce and the
    /// ciphertext.
    pub fn seal(&self, place: Place, plain: &str, entropy: fn(&mut [u8])) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        entropy(&mut nonce);
        let payload = Payload { msg: plain.as_bytes(), aad: &place.associated_data(self.sealing()) };
        let ciphertext = self
            .cipher(self.sealing())?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_error| StoreError::Sealed("sealing failed"))?;
        let mut sealed = vec![FORMAT];
        sealed.extend_from_slice(&self.sealing().to_be_bytes());
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

    /// The blind index of a number with the current key: a keyed hash, equal for equal digits of the
    /// same purpose. It begins with the id of the key, unless that is the first one.
    pub fn index(&self, purpose: &str, digits: &str) -> Result<Vec<u8>, StoreError> {
        self.index_with(self.index.current, purpose, digits)
    }

    /// The blind indexes of a number with all keys, the current one first. Search by all of them,
    /// because stored indexes can have older keys.
    pub fn indexes(&self, purpose: &str, digits: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        let others = self.index.keys.keys().filter(|id| **id != self.index.current);
        let ids = std::iter::once(&self.index.current).chain(others);
        ids.map(|id| self.index_with(*id, purpose, digits)).collect()
    }

    fn index_with(&self, key_id: u32, purpose: &str, digits: &str) -> Result<Vec<u8>, StoreError> {
        let key = self.index.keys.get(&key_id).ok_or(StoreError::Sealed("index key"))?;
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.0.as_slice())
            .map_err(|_error| StoreError::Sealed("index key"))?;
        mac.update(purpose.as_bytes());
        mac.update(b"|");
        mac.update(digits.as_bytes());
        let hash = mac.finalize().into_bytes();
        let id = key_id.to_be_bytes().into_iter().filter(|_| key_id != FIRST_INDEX_KEY);
        Ok(id.chain(hash.into_iter().take(INDEX_LEN)).collect())
    }

    /// The id of the current key of blind indexes.
    #[must_use]
    pub const fn indexing(&self) -> u32 {
        self.index.current
    }

    /// The keys of sealed values.
    #[must_use]
    pub const fn field_ring(&self) -> &KeyRing {
        &self.field
    }

    /// The keys of blind indexes.
    #[must_use]
    pub const fn index_ring(&self) -> &KeyRing {
        &self.index
    }

    /// The id of the key that seals.
    #[must_use]
    pub const fn sealing(&self) -> u32 {
        self.field.current
    }

    /// The bytes of a field key.
    pub(crate) fn key(&self, key_id: u32) -> Result<&[u8], StoreError> {
        let key = self.field.keys.get(&key_id).map(|key| key.0.as_slice());
        key.ok_or(StoreError::Sealed("sealed with a key that is not in the ring"))
    }

    fn cipher(&self, key_id: u32) -> Result<XChaCha20Poly1305, StoreError> {
        XChaCha20Poly1305::new_from_slice(self.key(key_id)?)
            .map_err(|_error| StoreError::Sealed("key length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(ids: &[u32], seed: u8) -> BTreeMap<u32, Key> {
        ids.iter().map(|id| (*id, Key::new([u8::try_from(*id).unwrap() + seed; 32]))).collect()
    }

    fn ring(ids: &[u32]) -> FieldKeys {
        with_index_keys(ids, &[1])
    }

    fn with_index_keys(ids: &[u32], index_ids: &[u32]) -> FieldKeys {
        let ring = |ids, seed| KeyRing::new(keys(ids, seed), None).unwrap();
        FieldKeys::new(ring(ids, 0), ring(index_ids, 100))
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

    #[test]
    fn a_new_index_key_is_used_for_new_values_and_both_keys_to_search() {
        let (old, both) = (ring(&[1]), with_index_keys(&[1], &[1, 2]));
        let stored = old.index("ssn", "123456789").unwrap();
        assert_eq!(stored.len(), 16, "the first key is not named");
        let new = both.index("ssn", "123456789").unwrap();
        assert_eq!((new.len(), &new[..4]), (20, [0, 0, 0, 2].as_slice()));
        assert_eq!(both.indexes("ssn", "123456789").unwrap(), [new.clone(), stored]);
        assert_eq!(with_index_keys(&[1], &[2]).indexes("ssn", "123456789").unwrap(), [new]);
    }

    #[test]
    fn the_current_key_is_the_highest_one_or_the_named_one() {
        assert_eq!(KeyRing::new(keys(&[1, 2], 0), None).unwrap().current, 2);
        assert_eq!(KeyRing::new(keys(&[1, 2], 0), Some(1)).unwrap().current, 1);
        assert!(KeyRing::new(keys(&[1, 2], 0), Some(3)).is_err());
        assert!(KeyRing::new(BTreeMap::new(), None).is_err());
    }
}
