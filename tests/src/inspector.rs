//! Direct access to the tables, bypassing the portal.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};

/// Columns that record the use of sessions and the first view of notices. The fingerprint ignores
/// them.
const NOTES_OF_USE: [&str; 4] =
    ["sessions.last_seen_at", "sessions.seen_generation", "sessions.version", "notifications.first_seen_at"];

/// A separate connection to the database, and whether it has prepared the fingerprint query.
pub struct Inspector(AnyInspector, bool);

enum AnyInspector {
    Sqlite(diesel::SqliteConnection),
    Postgres(PgConnection),
}

/// A row with one text column.
#[derive(diesel::QueryableByName)]
pub(crate) struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(crate) value: String,
}

impl Inspector {
    /// Opens a separate connection.
    #[must_use]
    pub fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => {
                let mut connection = diesel::SqliteConnection::establish(path).unwrap();
                connection.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                Self(AnyInspector::Sqlite(connection), false)
            }
            None => Self(AnyInspector::Postgres(PgConnection::establish(url).unwrap()), false),
        }
    }

    /// The texts in the column `value` of a query.
    #[must_use]
    pub fn texts(&mut self, query: &str) -> Vec<String> {
        let query = diesel::sql_query(query);
        let rows: Vec<Text> = match &mut self.0 {
            AnyInspector::Sqlite(connection) => query.load(connection).unwrap(),
            AnyInspector::Postgres(connection) => query.load(connection).unwrap(),
        };
        rows.into_iter().map(|row| row.value).collect()
    }

    /// The only text in the column `value` of a query.
    #[must_use]
    pub fn one_text(&mut self, query: &str) -> String {
        let mut texts = self.texts(query);
        assert_eq!(texts.len(), 1, "{query}");
        texts.remove(0)
    }

    /// The number of rows, for example of `"users WHERE lock_reason = 'staff'"`.
    #[must_use]
    pub fn count(&mut self, rows: &str) -> i64 {
        self.one_text(&format!("SELECT CAST(count(*) AS text) AS value FROM {rows}")).parse().unwrap()
    }

    /// Executes SQL statements.
    pub fn run(&mut self, statements: &str) {
        match &mut self.0 {
            AnyInspector::Sqlite(connection) => connection.batch_execute(statements).unwrap(),
            AnyInspector::Postgres(connection) => connection.batch_execute(statements).unwrap(),
        }
    }

    /// Executes a statement. Returns the number of affected rows.
    pub fn execute(&mut self, statement: &str) -> usize {
        let statement = diesel::sql_query(statement);
        match &mut self.0 {
            AnyInspector::Sqlite(connection) => statement.execute(connection).unwrap(),
            AnyInspector::Postgres(connection) => statement.execute(connection).unwrap(),
        }
    }

    /// The names of all tables.
    #[must_use]
    pub fn tables(&mut self) -> Vec<String> {
        let query = match &self.0 {
            AnyInspector::Sqlite(_) => {
                "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            AnyInspector::Postgres(_) => {
                "SELECT table_name::text AS value FROM information_schema.tables \
                 WHERE table_schema = 'public' ORDER BY table_name"
            }
        };
        self.texts(query)
    }

    /// A fingerprint of every row of every table, except attempt counters, read events, and
    /// columns that record use.
    #[must_use]
    pub fn fingerprint(&mut self) -> String {
        // Cached for the whole run, because asking PostgreSQL for the columns takes longer than
        // reading the tables. A table that a test creates is therefore not included.
        static QUERIES: [OnceLock<String>; 2] = [const { OnceLock::new() }; 2];
        let known = &QUERIES[usize::from(matches!(self.0, AnyInspector::Sqlite(_)))];
        let query = known.get().cloned().unwrap_or_else(|| self.whole_tables());
        let query = known.get_or_init(|| query);
        let mut parts = match &mut self.0 {
            AnyInspector::Sqlite(_) => self.texts(query),
            AnyInspector::Postgres(connection) => {
                if !std::mem::replace(&mut self.1, true) {
                    connection.batch_execute(&format!("PREPARE fingerprint AS {query}")).unwrap();
                }
                self.texts("EXECUTE fingerprint")
            }
        };
        parts.sort();
        parts.join("\n")
    }

    /// The query that returns one row per table.
    fn whole_tables(&mut self) -> String {
        let columns = match &self.0 {
            AnyInspector::Postgres(_) => {
                "SELECT table_name || '.' || column_name AS value FROM information_schema.columns \
                 WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
            }
            AnyInspector::Sqlite(_) => {
                "SELECT m.name || '.' || c.name AS value FROM sqlite_schema AS m, pragma_table_info(m.name) AS c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
            }
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for column in self.texts(columns) {
            let (table, name) = column.split_once('.').unwrap();
            // Refused attempts change the counters by design, and reads are recorded.
            let is_bookkeeping = ["attempt_counters", "read_events"].contains(&table);
            if !is_bookkeeping && !NOTES_OF_USE.contains(&column.as_str()) {
                tables.entry(table.into()).or_default().push(name.into());
            }
        }
        let of_table = |(table, columns): (String, Vec<String>)| match &self.0 {
            AnyInspector::Postgres(_) => {
                let rows = format!("SELECT ROW({})::text AS r FROM {table}", columns.join(", "));
                let all =
                    format!("SELECT coalesce(md5(string_agg(r, '|' ORDER BY r)), '') FROM ({rows}) AS t");
                format!("SELECT '{table}=' || ({all}) AS value")
            }
            AnyInspector::Sqlite(_) => {
                let row = columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>();
                let rows = format!("SELECT {} AS r FROM {table} ORDER BY 1", row.join(" || ',' || "));
                format!(
                    "SELECT '{table}=' || (SELECT coalesce(group_concat(r, '|'), '') FROM ({rows})) AS value"
                )
            }
        };
        tables.into_iter().map(of_table).collect::<Vec<_>>().join(" UNION ALL ")
    }
}
