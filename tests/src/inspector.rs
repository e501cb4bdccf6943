//! A look at the tables from outside, past the portal.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};

/// What sessions note of their use, and notices of being seen: columns that change without meaning anything.
const NOTES_OF_USE: [&str; 4] =
    ["sessions.last_seen_at", "sessions.seen_generation", "sessions.version", "notifications.first_seen_at"];

/// A look at the tables from outside; and whether it has prepared the query of its fingerprint.
pub struct Inspector(AnyInspector, bool);

enum AnyInspector {
    Sqlite(diesel::SqliteConnection),
    Postgres(PgConnection),
}

/// A row of one text.
#[derive(diesel::QueryableByName)]
pub(crate) struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(crate) value: String,
}

impl Inspector {
    /// Opens a connection of its own.
    #[must_use]
    pub fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => {
                Self(AnyInspector::Sqlite(diesel::SqliteConnection::establish(path).unwrap()), false)
            }
            None => Self(AnyInspector::Postgres(PgConnection::establish(url).unwrap()), false),
        }
    }

    /// The texts in the column `value` of a query's rows.
    #[must_use]
    pub fn texts(&mut self, query: &str) -> Vec<String> {
        let query = diesel::sql_query(query);
        let rows: Vec<Text> = match &mut self.0 {
            AnyInspector::Sqlite(connection) => query.load(connection).unwrap(),
            AnyInspector::Postgres(connection) => query.load(connection).unwrap(),
        };
        rows.into_iter().map(|row| row.value).collect()
    }

    /// Runs statements.
    pub fn run(&mut self, statements: &str) {
        match &mut self.0 {
            AnyInspector::Sqlite(connection) => connection.batch_execute(statements).unwrap(),
            AnyInspector::Postgres(connection) => connection.batch_execute(statements).unwrap(),
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

    /// Every row of every table in one text, but for what is noted of use.
    #[must_use]
    pub fn fingerprint(&mut self) -> String {
        // Kept for the whole run, because asking PostgreSQL for the columns takes longer than reading the tables. So no test may
        // make a table and expect to find it here.
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

    /// The query that reads every table, each as one row.
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
            // Wrong guesses are counted though they are refused: that is what the counters are for.
            if table != "attempt_counters" && !NOTES_OF_USE.contains(&column.as_str()) {
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
