//! Every column with sealed values, to seal old values with the current field key (decision 0039).
//!
//! A batch finds values by their key id, so that an interrupted run is resumed by running again.
//! Documents have a column for that id, because SQLite would read whole files to find it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary};
use portal_domain::ground::id::DocumentId;
use uuid::Uuid;

use crate::column::{Sql, SqlId};
pub use crate::database::SealedColumns;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::field_keys::Place;
use crate::query::RunQueryDsl;
use crate::sealed_content::clear_content;

/// A row of any table. The type of the id does not matter: the columns have the same type.
type RowId = DocumentId;

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

    /// The condition that a value is not sealed with the key that `$1` names.
    fn is_outdated(self) -> String {
        match self {
            Self::DocumentContents => "sealed_with IS DISTINCT FROM $1".into(),
            _ => {
                let (_, column) = self.names();
                format!("{column} IS NOT NULL AND substr({column}, 2, 4) <> $1")
            }
        }
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
    #[diesel(sql_type = diesel::sql_types::Nullable<Binary>)]
    sha256: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Binds the id of the current key in the form in which the column has it.
macro_rules! with_key {
    ($column:expr, $key:expr, $query:expr, $query_with_key:ident => $run:expr) => {
        match $column {
            SealedColumn::DocumentContents => {
                let $query_with_key = $query.bind::<BigInt, _>(i64::from($key));
                $run
            }
            _ => {
                let $query_with_key = $query.bind::<Binary, _>($key.to_be_bytes().to_vec());
                $run
            }
        }
    };
}

impl SealedColumns<'_, '_> {
    /// The number of values that are not sealed with the current key.
    pub fn outdated(&mut self, column: SealedColumn) -> Result<i64, StoreError> {
        let key = self.tx.field_keys.sealing();
        let (table, _) = column.names();
        let text = format!("SELECT count(*) AS count FROM {table} WHERE {}", column.is_outdated());
        let counted: Count = with_key!(column, key, sql_query(text), query => {
            on!(&mut *self.tx.connection, c => query.get_result(c)?)
        });
        Ok(counted.count)
    }

    /// Seals a batch of values with the current key, after the row `after`. Values that cannot be
    /// opened stay as they are.
    pub fn reseal_some(&mut self, column: SealedColumn, after: Option<Uuid>) -> Result<Resealed, StoreError> {
        let rows = self.locked(column, after)?;
        let full = i64::try_from(rows.len()).is_ok_and(|found| found >= column.batch());
        let mut batch =
            Resealed { next: rows.last().map(|row| row.id.uuid()).filter(|_| full), ..Resealed::default() };
        let mut sealed = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id;
            match self.resealed(column, row) {
                Ok(value) => sealed.push((id, value)),
                Err(StoreError::Sealed(_) | StoreError::Damaged { .. }) => batch.unreadable.push(id.uuid()),
                Err(error) => return Err(error),
            }
        }
        batch.done = sealed.len();
        self.store(column, sealed)?;
        Ok(batch)
    }

    /// The next outdated rows, locked until the transaction ends.
    fn locked(&mut self, column: SealedColumn, after: Option<Uuid>) -> Result<Vec<Row>, StoreError> {
        let key = self.tx.field_keys.sealing();
        let ((table, value), id) = (column.names(), column.id());
        let hash = match column {
            SealedColumn::DocumentContents => {
                "CASE WHEN sealed_with IS NULL THEN (SELECT sha256 FROM documents WHERE documents.id = document_id) END"
            }
            _ => "NULL",
        };
        let text = format!(
            "SELECT {id} AS id, {value} AS sealed, {hash} AS sha256 FROM {table} \
             WHERE {} AND {id} > $2 ORDER BY {id} LIMIT $3",
            column.is_outdated()
        );
        let after = RowId::from_uuid(after.unwrap_or_default());
        let text = match &*self.tx.connection {
            crate::connection::AnyConnection::Postgres(_) => format!("{text} FOR NO KEY UPDATE"),
            crate::connection::AnyConnection::Sqlite(_) => text,
        };
        Ok(with_key!(column, key, sql_query(text), query => {
            let query = query.bind::<SqlId, _>(Sql(after)).bind::<BigInt, _>(column.batch());
            on!(&mut *self.tx.connection, c => query.load(c)?)
        }))
    }

    /// The value, sealed with the current key.
    fn resealed(&self, column: SealedColumn, row: Row) -> Result<Vec<u8>, StoreError> {
        let (keys, entropy, place) = (self.tx.field_keys, self.tx.entropy, column.place(row.id));
        if column != SealedColumn::DocumentContents {
            return keys.seal(place, &*keys.open(place, &row.sealed)?, entropy);
        }
        let content = match row.sha256 {
            Some(sha256) => clear_content(place, row.sealed, &sha256)?,
            None => keys.open_content(place, row.sealed)?,
        };
        keys.seal_content(place, &content, entropy)
    }

    fn store(&mut self, column: SealedColumn, values: Vec<(RowId, Vec<u8>)>) -> Result<(), StoreError> {
        if values.is_empty() {
            return Ok(());
        }
        let ((table, value), id, count) = (column.names(), column.id(), values.len());
        let key_id = match column {
            SealedColumn::DocumentContents => format!(", sealed_with = {}", self.tx.field_keys.sealing()),
            _ => String::new(),
        };
        let rows: Vec<_> = (0..count).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect();
        let text = format!(
            "UPDATE {table} SET {value} = new_values.column2{key_id} \
             FROM (VALUES {}) AS new_values WHERE {table}.{id} = new_values.column1",
            rows.join(", ")
        );
        let updated = on!(&mut *self.tx.connection, c => {
            let mut query = sql_query(text).into_boxed();
            for (row, sealed) in values {
                query = query.bind::<SqlId, _>(Sql(row)).bind::<Binary, _>(sealed);
            }
            query.execute(c)?
        });
        exactly(count, updated, "sealed values")
    }
}
