//! Which keys are in use, and which ones are missing.

use std::collections::BTreeMap;

use portal_persistence::platform::key_uses::{KeyKind, KeyUse};

use crate::portal::failure::Failure;
use crate::portal::state::Portal;

/// A key of the key document, or one that stored values need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyState {
    /// The kind.
    pub kind: KeyKind,
    /// The id; `None` for values in clear.
    pub id: Option<u32>,
    /// Whether the key is in the key document.
    pub present: bool,
    /// Whether new values are made with it.
    pub current: bool,
    /// The columns with values that were made with it, and how many.
    pub uses: Vec<(String, i64)>,
}

impl KeyState {
    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> String {
        let kind = match self.kind {
            KeyKind::Field => "field key",
            KeyKind::Index => "index key",
            KeyKind::Pepper => "pepper",
        };
        self.id.map_or_else(|| "in clear".to_owned(), |id| format!("{kind} {id}"))
    }

    /// The number of values that were made with it.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.uses.iter().map(|(_, count)| count).sum()
    }

    /// Whether stored values need the key, and it is not in the key document.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        !self.present && self.id.is_some() && self.count() > 0
    }
}

/// Every key of the key document, and every key that stored values need.
pub fn key_states(portal: &Portal) -> Result<Vec<KeyState>, Failure> {
    let keys = portal.database.field_keys();
    let rings = [
        (KeyKind::Field, keys.field_ring().ids()),
        (KeyKind::Index, keys.index_ring().ids()),
        (KeyKind::Pepper, portal.passwords.pepper_ids()),
    ];
    let mut states = BTreeMap::new();
    for (kind, (ids, current)) in rings {
        for id in ids {
            let state = KeyState { kind, id: Some(id), present: true, current: id == current, uses: vec![] };
            states.insert((kind, Some(id)), state);
        }
    }
    let uses = portal.database.read(portal.moment(), |tx| tx.sealed_columns().key_uses())?;
    for KeyUse { kind, key, values, count } in uses {
        let unknown = KeyState { kind, id: key, present: false, current: false, uses: vec![] };
        states.entry((kind, key)).or_insert(unknown).uses.push((values, count));
    }
    Ok(states.into_values().collect())
}
