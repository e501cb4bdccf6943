//! Which keys the stored values were made with, so that an old key can be removed safely.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::connection::Engine;
use crate::database::SealedColumns;
use crate::dialect::on;
use crate::error::StoreError;
use crate::field_keys::FIRST_INDEX_KEY;
use crate::identity::sign_in_attempts::PASSWORD_ACCOUNT;
use crate::platform::sealed_columns::{SealedColumn, index_key};
use crate::query::RunQueryDsl;

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// Seals values.
    Field,
    /// Makes blind indexes.
    Index,
    /// Is mixed into password hashes.
    Pepper,
}

/// The values in one column that were made with one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyUse {
    /// The kind of the key.
    pub kind: KeyKind,
    /// Its id; `None` for values in clear.
    pub key: Option<u32>,
    /// The table and column.
    pub values: String,
    /// The number of values.
    pub count: i64,
}

#[derive(QueryableByName)]
struct Counted {
    /// The id in hexadecimal digits, eight at most.
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// SQL for bytes as hexadecimal digits.
fn digits_of(engine: Engine, bytes: &str) -> String {
    match engine {
        Engine::Sqlite => format!("hex({bytes})"),
        Engine::Postgres => format!("encode({bytes}, 'hex')"),
    }
}

impl SealedColumns<'_, '_> {
    /// The uses of every key.
    pub fn key_uses(&mut self) -> Result<Vec<KeyUse>, StoreError> {
        let engine = self.tx.connection.engine();
        let mut uses = Vec::new();
        for column in SealedColumn::ALL.iter().copied() {
            let (table, name) = column.names();
            let key = match column {
                SealedColumn::DocumentContents if engine == Engine::Postgres => "to_hex(sealed_with)".into(),
                SealedColumn::DocumentContents => "printf('%x', sealed_with)".into(),
                _ => digits_of(engine, &column.field_key()),
            };
            let key = format!("CASE WHEN {} IS NOT NULL THEN {key} END", column.field_key());
            uses.extend(self.counted(KeyKind::Field, table, name, &key, "")?);
            if let Some((index, _)) = column.index() {
                let key = digits_of(engine, &format!("({})", index_key(engine, index)));
                uses.extend(self.counted(KeyKind::Index, table, index, &key, "")?);
            }
        }
        let begins = PASSWORD_ACCOUNT.len();
        let key = format!(
            "CASE length(subject) WHEN {} THEN '{FIRST_INDEX_KEY}' ELSE substr(subject, {}, 8) END",
            begins + 32,
            begins + 1
        );
        let only = format!("AND subject LIKE '{PASSWORD_ACCOUNT}%' AND failures > 0");
        uses.extend(self.counted(KeyKind::Index, "attempt_counters", "subject", &key, &only)?);
        uses.extend(self.pepper_uses(engine)?);
        uses.sort();
        Ok(uses)
    }

    /// The uses of the keys of one column. `key` is the id of the key in hexadecimal digits.
    fn counted(
        &mut self,
        kind: KeyKind,
        table: &str,
        column: &str,
        key: &str,
        only: &str,
    ) -> Result<Vec<KeyUse>, StoreError> {
        let text = format!(
            "SELECT {key} AS key, count(*) AS count FROM {table} WHERE {column} IS NOT NULL {only} GROUP BY 1"
        );
        let found: Vec<Counted> = on!(&mut *self.tx.connection, c => sql_query(text).load(c)?);
        let values = format!("{table}.{column}");
        let parsed = found.into_iter().map(|row| {
            let key = row.key.map(|digits| u32::from_str_radix(&digits, 16)).transpose();
            let key = key.map_err(|_error| StoreError::Sealed("the key id cannot be read"))?;
            Ok(KeyUse { kind, key, values: values.clone(), count: row.count })
        });
        parsed.collect()
    }

    /// A password hash names its pepper as `keyid`, four bytes in Base64, except for the first one.
    fn pepper_uses(&mut self, engine: Engine) -> Result<Vec<KeyUse>, StoreError> {
        let position = match engine {
            Engine::Sqlite => "instr(password_hash, ',keyid=')",
            Engine::Postgres => "strpos(password_hash, ',keyid=')",
        };
        let text = format!(
            "SELECT CASE WHEN {position} > 0 THEN substr(password_hash, {position} + 7, 6) END AS key, \
             count(*) AS count FROM users WHERE password_hash IS NOT NULL GROUP BY 1"
        );
        let found: Vec<Counted> = on!(&mut *self.tx.connection, c => sql_query(text).load(c)?);
        let parsed = found.into_iter().map(|row| {
            let unreadable = StoreError::Sealed("the id of a pepper cannot be read");
            let key = match row.key {
                None => 1,
                Some(text) => pepper_id(&text).ok_or(unreadable)?,
            };
            let values = "users.password_hash".to_owned();
            Ok(KeyUse { kind: KeyKind::Pepper, key: Some(key), values, count: row.count })
        });
        parsed.collect()
    }
}

fn pepper_id(text: &str) -> Option<u32> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD.decode(text).ok()?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_pepper_is_read_from_four_bytes_in_base64() {
        assert_eq!(pepper_id("AAAAAg"), Some(2));
        assert_eq!(pepper_id("/////w"), Some(u32::MAX));
        assert_eq!(pepper_id("AAAA"), None);
        assert_eq!(pepper_id("AAAAA$"), None);
    }
}
