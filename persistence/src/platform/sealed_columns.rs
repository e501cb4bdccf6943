//! Every column with sealed values, to seal and index old values with the current keys (decision
//! 0039).
//!
//! A batch finds values by their key id, so that an interrupted run is resumed by running again.
//! Documents have a column for that id, because SQLite would read whole files to find it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Nullable};
use portal_domain::ground::id::{DocumentId, UserId};
use uuid::Uuid;

use crate::column::{Sql, SqlId};
use crate::connection::Engine;
pub use crate::database::SealedColumns;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::field_keys::{FIRST_INDEX_KEY, FieldKeys, Place};
use crate::query::RunQueryDsl;
use crate::schema::users;
use crate::sealed_content::clear_content;

/// A row of any table. The type of the id does not matter: the columns have the same type.
type RowId = DocumentId;

/// Users in one transaction.
const USERS: i64 = 500;

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $table:literal $column:literal,)+) => {
        /// A column with sealed values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum SealedColumn {
            $($(#[$doc])* $variant,)+
        }

        impl SealedColumn {
            /// All columns.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The table and the column.
            #[must_use]
            pub const fn names(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($table, $column),)+ }
            }
        }
    };
}

columns! {
    /// Tax IDs of organizations.
    OrganizationTaxIds = "organizations" "tax_id_sealed",
    /// Social Security numbers of Medicaid IDs.
    MedicaidIdSsns = "medicaid_ids" "ssn_sealed",
    /// Tax IDs of Medicaid IDs.
    MedicaidIdTaxIds = "medicaid_ids" "fein_sealed",
    /// Tax IDs in applications.
    ApplicationTaxIds = "applications" "tax_id_sealed",
    /// Tax IDs of provider records.
    ProviderRecordTaxIds = "provider_records" "tax_id_sealed",
    /// Secrets of second factors.
    SecondFactorSecrets = "mfa_methods" "secret_sealed",
    /// Queued emails.
    QueuedEmails = "outbox_mails" "content_sealed",
    /// Self-service requests.
    SelfServiceRequests = "self_service_requests" "content_sealed",
    /// Contents of documents.
    DocumentContents = "document_contents" "content",
}

impl SealedColumn {
    const fn id(self) -> &'static str {
        match self {
            Self::DocumentContents => "document_id",
            _ => "id",
        }
    }

    /// The column with the blind index of the value, and the purpose of the index.
    #[must_use]
    pub const fn index(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::OrganizationTaxIds | Self::ProviderRecordTaxIds => Some(("tax_id_index", "tax_id")),
            Self::MedicaidIdSsns => Some(("ssn_index", "ssn")),
            Self::MedicaidIdTaxIds => Some(("fein_index", "tax_id")),
            _ => None,
        }
    }

    /// The SQL for the id of the field key of a value, as stored: four bytes or a number.
    pub(crate) fn field_key(self) -> String {
        match self {
            Self::DocumentContents => "sealed_with".into(),
            _ => format!("substr({}, 2, 4)", self.names().1),
        }
    }

    /// The condition that a value is not sealed, or not indexed, with the current keys.
    fn is_outdated(self, engine: Engine, keys: &FieldKeys) -> String {
        let (_, column) = self.names();
        if self == Self::DocumentContents {
            return format!("sealed_with IS DISTINCT FROM {}", keys.sealing());
        }
        let sealed = format!("{} <> {}", self.field_key(), literal(engine, keys.sealing()));
        let outdated = match self.index() {
            Some((index, _)) => {
                format!("({sealed} OR {} <> {})", index_key(engine, index), literal(engine, keys.indexing()))
            }
            None => sealed,
        };
        format!("{column} IS NOT NULL AND {outdated}")
    }

    fn place(self, row: RowId) -> Place {
        let (table, column) = self.names();
        Place { table, column, row: row.uuid() }
    }

    /// Rows in one transaction: few enough not to block others for long, and few large files in
    /// memory.
    const fn batch(self) -> i64 {
        match self {
            Self::DocumentContents => 4,
            _ => 100,
        }
    }
}

/// A key id in SQL, as four bytes.
pub(crate) fn literal(engine: Engine, key: u32) -> String {
    match engine {
        Engine::Sqlite => format!("X'{key:08x}'"),
        Engine::Postgres => format!("'\\x{key:08x}'::bytea"),
    }
}

/// The SQL for the id of the key of a blind index, as four bytes.
pub(crate) fn index_key(engine: Engine, column: &str) -> String {
    format!(
        "CASE length({column}) WHEN 16 THEN {} ELSE substr({column}, 1, 4) END",
        literal(engine, FIRST_INDEX_KEY)
    )
}

/// The result of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// The number of values sealed with the current key.
    pub done: usize,
    /// The rows whose values could not be opened.
    pub unreadable: Vec<Uuid>,
    /// The row after which the next batch begins, if there may be one.
    pub next: Option<Uuid>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlId)]
    id: RowId,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
    /// The hash of a document that is stored in clear.
    #[diesel(sql_type = Nullable<Binary>)]
    sha256: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A value sealed with the current key, and its index.
type Renewed = (RowId, Vec<u8>, Option<Vec<u8>>);

impl SealedColumns<'_, '_> {
    /// The number of values that are not sealed or not indexed with the current keys.
    pub fn outdated(&mut self, column: SealedColumn) -> Result<i64, StoreError> {
        let (table, _) = column.names();
        let condition = column.is_outdated(self.tx.connection.engine(), self.tx.field_keys);
        let query = sql_query(format!("SELECT count(*) AS count FROM {table} WHERE {condition}"));
        let counted: Count = on!(&mut *self.tx.connection, c => query.get_result(c)?);
        Ok(counted.count)
    }

    /// Seals and indexes a batch of values with the current keys, after the row `after`. Values that cannot be
    /// opened stay as they are.
    pub fn reseal_some(&mut self, column: SealedColumn, after: Option<Uuid>) -> Result<Resealed, StoreError> {
        let rows = self.locked(column, after)?;
        let full = i64::try_from(rows.len()).is_ok_and(|found| found >= column.batch());
        let mut batch =
            Resealed { next: rows.last().map(|row| row.id.uuid()).filter(|_| full), ..Resealed::default() };
        let mut renewed = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id;
            match self.renewed(column, row) {
                Ok((value, index)) => renewed.push((id, value, index)),
                Err(StoreError::Sealed(_) | StoreError::Damaged { .. }) => batch.unreadable.push(id.uuid()),
                Err(error) => return Err(error),
            }
        }
        batch.done = renewed.len();
        self.store(column, renewed)?;
        Ok(batch)
    }

    /// The next outdated rows, locked until the transaction ends.
    fn locked(&mut self, column: SealedColumn, after: Option<Uuid>) -> Result<Vec<Row>, StoreError> {
        let ((table, value), id, engine) = (column.names(), column.id(), self.tx.connection.engine());
        let hash = match column {
            SealedColumn::DocumentContents => {
                "CASE WHEN sealed_with IS NULL THEN (SELECT sha256 FROM documents WHERE documents.id = document_id) END"
            }
            _ => "NULL",
        };
        let text = format!(
            "SELECT {id} AS id, {value} AS sealed, {hash} AS sha256 FROM {table} \
             WHERE {} AND {id} > $1 ORDER BY {id} LIMIT $2{}",
            column.is_outdated(engine, self.tx.field_keys),
            if engine == Engine::Postgres { " FOR NO KEY UPDATE" } else { "" },
        );
        let after = RowId::from_uuid(after.unwrap_or_default());
        let query = sql_query(text).bind::<SqlId, _>(Sql(after)).bind::<BigInt, _>(column.batch());
        Ok(on!(&mut *self.tx.connection, c => query.load(c)?))
    }

    /// The value, sealed with the current key, and its index.
    fn renewed(&self, column: SealedColumn, row: Row) -> Result<(Vec<u8>, Option<Vec<u8>>), StoreError> {
        let (keys, entropy, place) = (self.tx.field_keys, self.tx.entropy, column.place(row.id));
        if column != SealedColumn::DocumentContents {
            let plain = keys.open(place, &row.sealed)?;
            let index = column.index().map(|(_, purpose)| keys.index(purpose, &plain)).transpose()?;
            return Ok((keys.seal(place, &plain, entropy)?, index));
        }
        let content = match row.sha256 {
            Some(sha256) => clear_content(place, row.sealed, &sha256)?,
            None => keys.open_content(place, row.sealed)?,
        };
        Ok((keys.seal_content(place, &content, entropy)?, None))
    }

    fn store(&mut self, column: SealedColumn, values: Vec<Renewed>) -> Result<(), StoreError> {
        if values.is_empty() {
            return Ok(());
        }
        let ((table, value), id, count) = (column.names(), column.id(), values.len());
        let also = match (column, column.index()) {
            (SealedColumn::DocumentContents, _) => {
                format!(", sealed_with = {}", self.tx.field_keys.sealing())
            }
            (_, Some((index, _))) => format!(", {index} = renewed.column3"),
            (_, None) => String::new(),
        };
        let rows: Vec<_> =
            (0..count).map(|n| format!("(${}, ${}, ${})", 3 * n + 1, 3 * n + 2, 3 * n + 3)).collect();
        let text = format!(
            "UPDATE {table} SET {value} = renewed.column2{also} \
             FROM (VALUES {}) AS renewed WHERE {table}.{id} = renewed.column1",
            rows.join(", ")
        );
        let updated = on!(&mut *self.tx.connection, c => {
            let mut query = sql_query(text).into_boxed();
            for (row, sealed, index) in values {
                query = query
                    .bind::<SqlId, _>(Sql(row))
                    .bind::<Binary, _>(sealed)
                    .bind::<Nullable<Binary>, _>(index);
            }
            query.execute(c)?
        });
        exactly(count, updated, "sealed values")
    }

    /// Moves the counts of wrong passwords of a batch of users to the current index key, after the
    /// user `after`. Returns the number moved, and the user after which the next batch begins.
    pub fn move_attempts(&mut self, after: Option<UserId>) -> Result<(usize, Option<UserId>), StoreError> {
        let after = after.unwrap_or_else(|| UserId::from_uuid(Uuid::nil()));
        let some: Vec<(UserId, String)> = users::table
            .filter(users::id.gt(Sql(after)))
            .order(users::id)
            .limit(USERS)
            .select((users::id, users::email))
            .load(self.tx.connection)?;
        let full = i64::try_from(some.len()).is_ok_and(|found| found >= USERS);
        let next = some.last().map(|(id, _)| *id).filter(|_| full);
        let emails: Vec<String> = some.into_iter().map(|(_, email)| email).collect();
        Ok((self.tx.sign_in_attempts().move_to_current_key(&emails)?, next))
    }
}
