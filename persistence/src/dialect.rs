//! Every place where the engines differ in SQL.

use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use portal_domain::Instant;

use crate::connection::AnyConnection;
use crate::query::RunQueryDsl;

/// Rows of one statement: keeps it below the engines' limits on parameters (32,766 on SQLite).
pub(crate) const ROWS: usize = 1000;

/// Runs one expression on whichever connection it is: for what the enum cannot do itself (ON CONFLICT, batch inserts).
macro_rules! on {
    ($connection:expr, $inner:ident => $body:expr) => {
        match $connection {
            $crate::connection::AnyConnection::Postgres($inner) => $body,
            $crate::connection::AnyConnection::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use on;

/// Loads rows and keeps them from being changed by others until the transaction ends: row locks on PostgreSQL; on SQLite
/// a writing transaction has the database to itself already.
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

/// Loads rows that others may read and hold too, but not change until the transaction ends.
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

/// Begins a writing transaction. SQLite must ask for its write lock at once: a deferred transaction that reads first
/// fails when another writer came in between, and the busy timeout does not help there.
pub fn begin_write(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN"),
        AnyConnection::Sqlite(inner) => {
            AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE")
        }
    }
}

/// Commits what [`begin_write`] began.
pub fn commit(connection: &mut AnyConnection) -> QueryResult<()> {
    on!(connection, inner => AnsiTransactionManager::commit_transaction(inner))
}

/// Rolls back what [`begin_write`] began.
pub fn roll_back(connection: &mut AnyConnection) -> QueryResult<()> {
    on!(connection, inner => AnsiTransactionManager::rollback_transaction(inner))
}

/// Does something that is better left out than waited for: SQLite's busy handler, which would hold a reader up as long
/// as somebody writes, is cut short for it.
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

/// Lets the statements of this transaction take as long as they need; for imports, never for requests.
pub fn lift_time_limits(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(inner) => inner.batch_execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
        ),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// The present by the database's clock, which is this machine's where the database is a file.
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

/// Whether the engine really writes through to the disk when it commits.
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
        // Set by us on every connection.
        AnyConnection::Sqlite(_) => Ok(true),
    }
}
