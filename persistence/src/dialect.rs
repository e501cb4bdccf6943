//! Everything that differs between the engines' SQL.

use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use portal_domain::Instant;

use crate::connection::AnyConnection;
use crate::query::RunQueryDsl;

/// The maximum number of rows per statement. It keeps a statement below the engines' limits on
/// parameters (32,766 on SQLite).
pub(crate) const ROWS: usize = 1000;

/// Evaluates an expression on the inner connection, for operations that the enum does not support
/// (ON CONFLICT, batch inserts).
macro_rules! on {
    ($connection:expr, $inner:ident => $body:expr) => {
        match $connection {
            $crate::connection::AnyConnection::Postgres($inner) => $body,
            $crate::connection::AnyConnection::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use on;

/// Loads rows and locks them against changes until the transaction ends. PostgreSQL locks the rows;
/// on SQLite a write transaction already excludes other writers.
macro_rules! load_locked {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::connection::AnyConnection::Postgres(inner) => {
                diesel::QueryDsl::for_no_key_update($query).load(inner)
            }
            $crate::connection::AnyConnection::Sqlite(inner) => {
                $crate::query::RunQueryDsl::load($query, inner)
            }
        }
    };
}
pub(crate) use load_locked;

/// Loads rows with a shared lock: until the transaction ends, other transactions may read and
/// share-lock them, but not change them.
macro_rules! load_held {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::connection::AnyConnection::Postgres(inner) => {
                diesel::QueryDsl::for_share($query).load(inner)
            }
            $crate::connection::AnyConnection::Sqlite(inner) => {
                $crate::query::RunQueryDsl::load($query, inner)
            }
        }
    };
}
pub(crate) use load_held;

/// Begins a write transaction. SQLite must take its write lock immediately. A deferred transaction
/// that reads first fails if another writer commits in between, and the busy timeout does not
/// prevent that.
pub fn begin_write(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN"),
        AnyConnection::Sqlite(inner) => {
            AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE")
        }
    }
}

/// Commits the transaction started by [`begin_write`].
pub fn commit(connection: &mut AnyConnection) -> QueryResult<()> {
    on!(connection, inner => AnsiTransactionManager::commit_transaction(inner))
}

/// Rolls back the transaction started by [`begin_write`].
pub fn roll_back(connection: &mut AnyConnection) -> QueryResult<()> {
    on!(connection, inner => AnsiTransactionManager::rollback_transaction(inner))
}

/// Runs optional work with a short lock timeout. Otherwise SQLite's busy handler would delay a
/// reader for as long as another connection writes.
pub fn with_short_timeout<T>(
    connection: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
) -> QueryResult<T> {
    let patience = |connection: &mut AnyConnection, pragma: &str| match connection {
        AnyConnection::Postgres(_) => Ok(()),
        AnyConnection::Sqlite(inner) => inner.batch_execute(pragma),
    };
    patience(connection, "PRAGMA busy_timeout = 20")?;
    let done = work(connection);
    patience(connection, "PRAGMA busy_timeout = 5000")?;
    done
}

/// Removes the time limits of this transaction's statements. For imports, never for requests.
pub fn lift_time_limits(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(inner) => inner.batch_execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
        ),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// The current time by the database's clock, to the second. For SQLite, this is the local machine's
/// clock.
pub fn present(connection: &mut AnyConnection) -> QueryResult<Instant> {
    #[derive(diesel::QueryableByName)]
    struct Present {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seconds: i64,
    }
    let present: Present = match connection {
        AnyConnection::Postgres(inner) => {
            let query = "SELECT CAST(extract(epoch FROM clock_timestamp()) AS bigint) AS seconds";
            diesel::sql_query(query).get_result(inner)?
        }
        AnyConnection::Sqlite(inner) => {
            let query = "SELECT CAST(strftime('%s', 'now') AS INTEGER) AS seconds";
            diesel::sql_query(query).get_result(inner)?
        }
    };
    Ok(Instant::from_timestamp_secs(present.seconds).unwrap_or_default())
}

/// The locale in which PostgreSQL reports errors; `None` for SQLite, which knows English only.
pub fn message_locale(connection: &mut AnyConnection) -> QueryResult<Option<String>> {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    match connection {
        AnyConnection::Postgres(inner) => {
            let query = "SELECT current_setting('lc_messages') AS value";
            let setting: Setting = diesel::sql_query(query).get_result(inner)?;
            Ok(Some(setting.value))
        }
        AnyConnection::Sqlite(_) => Ok(None),
    }
}

/// Whether the engine flushes to disk when it commits.
pub fn is_durable(connection: &mut AnyConnection) -> QueryResult<bool> {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    match connection {
        AnyConnection::Postgres(inner) => {
            let query = "SELECT current_setting('fsync') || current_setting('full_page_writes') || \
                         (current_setting('synchronous_commit') <> 'off')::text AS value";
            let setting: Setting = diesel::sql_query(query).get_result(inner)?;
            Ok(setting.value == "onontrue")
        }
        // `open` sets `synchronous = FULL` on every connection.
        AnyConnection::Sqlite(_) => Ok(true),
    }
}
