//! Key documents with old and new keys, and servers that use them.

use portal_api::background::key_state::{KeyState, key_states};
use portal_api::portal::keys::Keys;
use portal_persistence::platform::key_uses::KeyKind;
use serde_json::{Value, json};

use crate::app::TestApp;

/// The kinds of keys that can be replaced, by their names in the key document.
pub const KINDS: [(&str, &str); 3] =
    [("field_keys", "current_field_key"), ("index_keys", "current_index_key"), ("peppers", "current_pepper")];

/// The key document of this server.
#[must_use]
pub fn keys_of(app: &TestApp) -> Value {
    serde_json::from_str(app.portal.settings.keys.as_deref().unwrap()).unwrap()
}

/// The document with a new key 2 of each of these kinds.
#[must_use]
pub fn with_new(old: &Value, kinds: &[&str]) -> Value {
    let fresh: Value = serde_json::from_str(&Keys::generate().unwrap()).unwrap();
    let mut keys = old.clone();
    for kind in kinds {
        keys[*kind]["2"] = fresh[*kind]["1"].clone();
    }
    keys
}

/// The document in which the old keys stay the current ones.
#[must_use]
pub fn prepared(keys: &Value) -> Value {
    let mut keys = keys.clone();
    for (_, current) in KINDS {
        keys[current] = json!(1);
    }
    keys
}

/// The document without key 1 of these kinds.
#[must_use]
pub fn without_old(keys: &Value, kinds: &[&str]) -> Value {
    let mut keys = keys.clone();
    for kind in kinds {
        keys[*kind].as_object_mut().unwrap().remove("1").unwrap();
    }
    keys
}

impl TestApp {
    /// Another server on the same database, with these keys.
    #[must_use]
    pub fn with_keys(&self, keys: &Value) -> Self {
        self.beside(&[("KEYS", &keys.to_string())])
    }

    /// The number of values that were made with a key.
    #[must_use]
    pub fn values_of(&self, kind: KeyKind, id: u32) -> i64 {
        let states = key_states(&self.portal).unwrap();
        let of_key = states.iter().filter(|state| state.kind == kind && state.id == Some(id));
        of_key.map(KeyState::count).sum()
    }
}
