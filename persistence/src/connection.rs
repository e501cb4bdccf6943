//! The connection to either engine, and the pool manager that opens it by URL scheme.

use std::fmt::Write;
use std::sync::Arc;

use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{Connection, ConnectionError, ConnectionResult, PgConnection, SqliteConnection};

use crate::postgres_tls::TlsConnector;

/// A connection to either engine. Never open it through `establish`. The derived method tries each
/// engine in turn and would take a PostgreSQL URL for a file name when the server is down.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

impl AnyConnection {
    /// The engine.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Postgres(_) => Engine::Postgres,
            Self::Sqlite(_) => Engine::Sqlite,
        }
    }
}

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, `sqlite://path`.
    Sqlite,
    /// PostgreSQL, `postgres://…`.
    Postgres,
}

impl Engine {
    /// The engine that a database URL names.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        if url.starts_with("sqlite://") {
            Some(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Some(Self::Postgres)
        } else {
            None
        }
    }
}

/// A callback that receives every statement sent, without its parameters.
pub type StatementObserver = Arc<dyn Fn(&str) + Send + Sync>;

/// Opens connections for the pool.
#[derive(Clone)]
pub struct Manager {
    pub(crate) engine: Engine,
    pub(crate) url: String,
    /// Opens connections if the URL asks for TLS.
    pub(crate) tls: Option<Arc<TlsConnector>>,
    pub(crate) observer: Option<StatementObserver>,
}

impl Manager {
    /// A manager of connections to this database. Fails if the URL cannot be used.
    pub(crate) fn new(
        engine: Engine,
        url: String,
        observer: Option<StatementObserver>,
        entropy: fn(&mut [u8]),
    ) -> Result<Self, String> {
        let tls = match engine {
            Engine::Postgres => TlsConnector::of(&url, entropy)?.map(Arc::new),
            Engine::Sqlite => None,
        };
        Ok(Self { engine, url, tls, observer })
    }
}

/// Opens a connection and configures the session as the rest of the crate requires.
fn open(manager: &Manager) -> ConnectionResult<AnyConnection> {
    let url = manager.url.as_str();
    match manager.engine {
        Engine::Sqlite => {
            let path = url.strip_prefix("sqlite://").unwrap_or(url);
            let mut connection = SqliteConnection::establish(path)?;
            // One pragma per statement, and the timeout first: changing the journal mode takes a
            // lock.
            for pragma in [
                "PRAGMA busy_timeout = 5000",
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
                "PRAGMA trusted_schema = OFF",
            ] {
                connection.batch_execute(pragma).map_err(ConnectionError::CouldntSetupConfiguration)?;
            }
            Ok(AnyConnection::Sqlite(connection))
        }
        Engine::Postgres => {
            let mut connection = match &manager.tls {
                Some(tls) => tls.establish()?,
                None => PgConnection::establish(url)?,
            };
            connection
                .batch_execute(
                    "SET statement_timeout = '5s'; SET lock_timeout = '2s'; \
                     SET idle_in_transaction_session_timeout = '10s'; SET TIME ZONE 'UTC'",
                )
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(AnyConnection::Postgres(connection))
        }
    }
}

struct Observed(StatementObserver);

impl Instrumentation for Observed {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            // The text continues with the bound values: personal data, token hashes, files. They
            // are not even formatted.
            let mut text = UpToBinds(String::new());
            let _cut_off = write!(text, "{query}");
            (self.0)(text.0.split(BINDS).next().unwrap_or_default());
        }
    }
}

const BINDS: &str = " -- binds";

/// Captures the text before the bound values, and stops formatting there.
struct UpToBinds(String);

impl Write for UpToBinds {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        self.0.push_str(part);
        if self.0.contains(BINDS) { Err(std::fmt::Error) } else { Ok(()) }
    }
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        let mut connection = open(self).map_err(diesel::r2d2::Error::ConnectionError)?;
        if let Some(observer) = &self.observer {
            connection.set_instrumentation(Observed(Arc::clone(observer)));
        }
        Ok(connection)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), Self::Error> {
        match connection {
            // A file cannot disconnect, and a ping would cost a statement each time.
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Postgres(connection) => connection.ping().map_err(diesel::r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        connection.is_broken() || std::thread::panicking()
    }
}
