//! Embedded schema migrations: one folder per engine, with the same names in both.

use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::{QueryResult, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::{AnyConnection, Engine};
use crate::database::Database;
use crate::error::StoreError;

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// The advisory lock held while migrating PostgreSQL, so that instances starting at the same time
/// migrate one after the other.
const ADVISORY_LOCK: i64 = 0x0070_6f72_7461_6c00;

/// The state of the schema found, compared with the one this version needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// The schema is up to date.
    Current,
    /// Migrations are pending.
    Behind {
        /// The number of pending migrations.
        pending: usize,
    },
    /// A newer version has migrated the schema.
    Unknown {
        /// A migration unknown to this version.
        version: String,
    },
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Schema(error.to_string())
}

#[derive(diesel::QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

/// The versions applied so far. Queried directly, because the migration library would first create
/// its table, and the runtime role need not have the permission to do so.
const APPLIED: &str = "SELECT version FROM __diesel_schema_migrations";

fn state_of<DB: diesel::backend::Backend>(
    applied: QueryResult<Vec<Applied>>,
    source: &impl MigrationSource<DB>,
) -> Result<SchemaState, StoreError> {
    let applied: Vec<MigrationVersion<'static>> = match applied {
        Ok(rows) => rows.into_iter().map(|row| row.version.into()).collect(),
        Err(error) if no_such_table(&error) => vec![],
        Err(error) => return Err(error.into()),
    };
    let known: Vec<MigrationVersion<'static>> = source
        .migrations()
        .map_err(failed)?
        .iter()
        .map(|migration| migration.name().version().as_owned())
        .collect();
    if let Some(unknown) = applied.iter().find(|version| !known.contains(version)) {
        return Ok(SchemaState::Unknown { version: unknown.to_string() });
    }
    match known.iter().filter(|version| !applied.contains(version)).count() {
        0 => Ok(SchemaState::Current),
        pending => Ok(SchemaState::Behind { pending }),
    }
}

fn no_such_table(error: &diesel::result::Error) -> bool {
    let text = error.to_string();
    text.contains("no such table") || text.contains("does not exist")
}

impl Database {
    /// Compares the schema found with the one this version needs.
    pub fn schema_state(&self) -> Result<SchemaState, StoreError> {
        match &mut *self.connection()? {
            AnyConnection::Postgres(connection) => {
                state_of::<diesel::pg::Pg>(sql_query(APPLIED).load(connection), &POSTGRES)
            }
            AnyConnection::Sqlite(connection) => {
                state_of::<diesel::sqlite::Sqlite>(sql_query(APPLIED).load(connection), &SQLITE)
            }
        }
    }

    /// Runs the pending migrations and returns their number. Several instances may call it
    /// concurrently.
    pub fn migrate(&self) -> Result<usize, StoreError> {
        match &mut *self.connection()? {
            AnyConnection::Postgres(connection) => {
                connection.batch_execute(&format!(
                    "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock({ADVISORY_LOCK})"
                ))?;
                let ran = connection.run_pending_migrations(POSTGRES).map(|ran| ran.len()).map_err(failed);
                connection.batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"))?;
                ran
            }
            AnyConnection::Sqlite(connection) => {
                connection.run_pending_migrations(SQLITE).map(|ran| ran.len()).map_err(failed)
            }
        }
    }

    /// Reverts every migration, newest first. For tests of the down scripts.
    pub fn revert_all_migrations(&self) -> Result<usize, StoreError> {
        match &mut *self.connection()? {
            AnyConnection::Postgres(connection) => {
                connection.revert_all_migrations(POSTGRES).map(|reverted| reverted.len()).map_err(failed)
            }
            AnyConnection::Sqlite(connection) => {
                connection.revert_all_migrations(SQLITE).map(|reverted| reverted.len()).map_err(failed)
            }
        }
    }
}

/// The names of an engine's migrations, in order.
#[must_use]
pub fn names(engine: Engine) -> Vec<String> {
    fn of<DB: diesel::backend::Backend>(source: &impl MigrationSource<DB>) -> Vec<String> {
        let all = source.migrations().unwrap_or_default();
        all.iter().map(|migration| migration.name().to_string()).collect()
    }
    match engine {
        Engine::Sqlite => of::<diesel::sqlite::Sqlite>(&SQLITE),
        Engine::Postgres => of::<diesel::pg::Pg>(&POSTGRES),
    }
}
