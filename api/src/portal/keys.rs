//! The keys of an installation: token signing, field encryption, blind indexes, password peppers, and
//! audit anchor. They are one JSON document, from a file or the environment. The local profile
//! generates a missing file.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use portal_persistence::field_keys::{FieldKeys, Key, KeyRing};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::portal::{entropy, signature};

/// The key document.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// Ed25519 keys in PKCS#8 as Base64. The first one signs; all of them verify.
    signing_keys: Vec<String>,
    /// Field encryption keys by id. The current one encrypts; all of them decrypt.
    field_keys: BTreeMap<u32, String>,
    /// The current field key; without one, the key with the highest id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current_field_key: Option<u32>,
    /// The keys of the blind indexes by id. The current one makes them; all of them search.
    #[serde(default)]
    index_keys: BTreeMap<u32, String>,
    /// The only index key, as earlier versions wrote it: key 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index_key: Option<String>,
    /// The current index key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current_index_key: Option<u32>,
    /// The secrets that are mixed into password hashes by id. The current one is used for new hashes.
    #[serde(default)]
    peppers: BTreeMap<u32, String>,
    /// The only pepper, as earlier versions wrote it: pepper 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pepper: Option<String>,
    /// The current pepper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current_pepper: Option<u32>,
    /// Ed25519 keys in PKCS#8 as Base64 for the audit anchor. The first one signs; all of them
    /// verify. Documents of earlier versions have none.
    #[serde(default)]
    anchor_keys: Vec<String>,
}

/// The keys, ready for use.
pub struct Keys {
    /// PKCS#8 documents of the signing keys; the first one signs.
    pub signing: Vec<Zeroizing<Vec<u8>>>,
    /// The keys of sealed values and blind indexes.
    pub field: Arc<FieldKeys>,
    /// The password peppers.
    pub peppers: Peppers,
    /// PKCS#8 documents of the keys of the audit anchor; the first one signs.
    pub anchor: Vec<Zeroizing<Vec<u8>>>,
}

/// Password peppers by id.
pub struct Peppers {
    /// The id of the one for new hashes.
    pub current: u32,
    /// All of them.
    pub secrets: BTreeMap<u32, Zeroizing<Vec<u8>>>,
}

/// The secrets of a kind: by id, or a single one as earlier versions wrote it.
fn by_id(
    names: (&str, &str),
    several: &BTreeMap<u32, String>,
    single: Option<&String>,
) -> Result<BTreeMap<u32, [u8; 32]>, String> {
    let (name, single_name) = names;
    match single {
        Some(_) if !several.is_empty() => Err(format!("give either {name} or {single_name}")),
        Some(text) => Ok(BTreeMap::from([(1, secret(single_name, text)?)])),
        None => several.iter().map(|(id, text)| Ok((*id, secret(name, text)?))).collect(),
    }
}

/// A ring of these keys.
fn ring(name: &str, keys: BTreeMap<u32, [u8; 32]>, current: Option<u32>) -> Result<KeyRing, String> {
    let keys = keys.into_iter().map(|(id, key)| (id, Key::new(key))).collect();
    KeyRing::new(keys, current).map_err(|error| format!("{name}: {error}"))
}

fn secret(name: &str, text: &str) -> Result<[u8; 32], String> {
    let bytes = Zeroizing::new(BASE64.decode(text.trim()).map_err(|_error| format!("{name}: not base64"))?);
    let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_error| format!("{name}: must be 32 bytes"))?;
    // 32 random bytes have at least 20 distinct values, except for one key in a billion. Typed or
    // repeated patterns have fewer.
    let different = key.iter().collect::<std::collections::BTreeSet<_>>().len();
    if different < 20 { Err(format!("{name}: too weak, use random bytes")) } else { Ok(key) }
}

impl Keys {
    /// Parses a key document. Fails if a key is weak, repeated, or missing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| format!("keys: {error}"))?;
        let mut seen = std::collections::BTreeSet::new();
        let mut distinct = |name: &str, key: &[u8]| {
            if seen.insert(key.to_vec()) { Ok(()) } else { Err(format!("{name}: the same as another key")) }
        };
        let mut signatures = |name: &str, texts: &[String]| {
            let read = |text: &String| {
                let pkcs8 = BASE64.decode(text.trim()).map_err(|_error| format!("{name}: not base64"))?;
                let pkcs8 = Zeroizing::new(pkcs8);
                let public = signature::public_key(&pkcs8)
                    .ok_or_else(|| format!("{name}: not an Ed25519 PKCS#8 key"))?;
                distinct(name, &public).map(|()| pkcs8)
            };
            texts.iter().map(read).collect::<Result<Vec<_>, String>>()
        };
        let signing = signatures("signing_keys", &document.signing_keys)?;
        let anchor = signatures("anchor_keys", &document.anchor_keys)?;
        if signing.is_empty() {
            return Err("signing_keys: at least one is needed".into());
        }
        let field = by_id(("field_keys", "field_key"), &document.field_keys, None)?;
        let index = by_id(("index_keys", "index_key"), &document.index_keys, document.index_key.as_ref())?;
        let peppers = by_id(("peppers", "pepper"), &document.peppers, document.pepper.as_ref())?;
        for (name, keys) in [("field_keys", &field), ("index_keys", &index), ("peppers", &peppers)] {
            for key in keys.values() {
                distinct(name, key)?;
            }
        }
        let highest = peppers.keys().next_back().copied();
        let current = document.current_pepper.or(highest).filter(|id| peppers.contains_key(id));
        let current = current.ok_or("peppers: there is no current one")?;
        let secrets = peppers.into_iter().map(|(id, pepper)| (id, Zeroizing::new(pepper.to_vec()))).collect();
        let field = FieldKeys::new(
            ring("field_keys", field, document.current_field_key)?,
            ring("index_keys", index, document.current_index_key)?,
        );
        Ok(Self { signing, field: Arc::new(field), peppers: Peppers { current, secrets }, anchor })
    }

    /// Generates a document with new keys.
    pub fn generate() -> Result<String, String> {
        let pair = || {
            let pkcs8 = Zeroizing::new(signature::generate().ok_or("no signing key could be made")?);
            Ok::<_, String>(BASE64.encode(&*pkcs8))
        };
        let fresh = || BASE64.encode(entropy::bytes::<32>());
        let document = Document {
            signing_keys: vec![pair()?],
            field_keys: BTreeMap::from([(1, fresh())]),
            current_field_key: None,
            index_keys: BTreeMap::from([(1, fresh())]),
            index_key: None,
            current_index_key: None,
            peppers: BTreeMap::from([(1, fresh())]),
            pepper: None,
            current_pepper: None,
            anchor_keys: vec![pair()?],
        };
        serde_json::to_string_pretty(&document).map_err(|error| error.to_string())
    }

    /// Reads the key file, or creates it if it does not exist. Only its owner can read it.
    pub fn read_or_make(path: &Path) -> Result<Self, String> {
        if !path.exists() {
            write_private(path, &Self::generate()?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Self::read(path)
    }

    /// Reads the key file. Fails if other users can read it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = |error: std::io::Error| format!("{}: {error}", path.display());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path).map_err(named)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(format!("{}: others may read it; chmod 600", path.display()));
            }
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(named)?);
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_keys_document_is_accepted() {
        assert!(Keys::parse(&Keys::generate().unwrap()).is_ok());
    }

    #[test]
    fn a_keys_document_of_an_earlier_version_has_no_anchor_keys() {
        let mut document: serde_json::Value = serde_json::from_str(&Keys::generate().unwrap()).unwrap();
        let _ = document.as_object_mut().unwrap().remove("anchor_keys").unwrap();
        assert!(Keys::parse(&document.to_string()).unwrap().anchor.is_empty());
    }

    #[test]
    fn weak_repeated_and_missing_keys_are_refused() {
        let mut document: serde_json::Value = serde_json::from_str(&Keys::generate().unwrap()).unwrap();
        let good = document.clone();
        let zeros = BASE64.encode([0; 32]);
        let pepper = good["peppers"]["1"].clone();
        for (member, value) in [
            ("peppers", serde_json::json!({"1": zeros})),
            ("peppers", serde_json::json!({})),
            ("pepper", good["field_keys"]["1"].clone()),
            ("current_pepper", serde_json::json!(2)),
            ("index_keys", serde_json::json!({"1": "c2hvcnQ="})),
            ("index_keys", serde_json::json!({"1": pepper})),
            ("index_keys", serde_json::json!({"1": good["index_keys"]["1"], "2": good["index_keys"]["1"]})),
            ("current_index_key", serde_json::json!(2)),
            ("field_keys", serde_json::json!({})),
            ("field_keys", serde_json::json!({"1": pepper})),
            ("current_field_key", serde_json::json!(0)),
            ("signing_keys", serde_json::json!([])),
            ("signing_keys", serde_json::json!(["AAAA"])),
            ("anchor_keys", serde_json::json!(["AAAA"])),
            ("anchor_keys", good["signing_keys"].clone()),
            ("extra", serde_json::json!(1)),
        ] {
            document[member] = value;
            assert!(Keys::parse(&document.to_string()).is_err(), "{member}");
            document = good.clone();
        }
    }

    #[test]
    fn the_keys_of_earlier_versions_are_key_1() {
        let mut document: serde_json::Value = serde_json::from_str(&Keys::generate().unwrap()).unwrap();
        let new = Keys::parse(&document.to_string()).unwrap();
        for (single, several) in [("index_key", "index_keys"), ("pepper", "peppers")] {
            document[single] = document[several]["1"].take();
            document.as_object_mut().unwrap().remove(several);
        }
        let old = Keys::parse(&document.to_string()).unwrap();
        assert_eq!(old.peppers.secrets[&1], new.peppers.secrets[&1]);
        assert_eq!(old.field.index("ssn", "1").unwrap(), new.field.index("ssn", "1").unwrap());
    }
}
