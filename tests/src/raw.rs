//! The stored bytes of a database, as a thief of its file or dump reads them.

use portal_domain::ground::id::DocumentId;
use portal_persistence::Engine;
use serde_json::Value;

use crate::app::TestApp;

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

impl TestApp {
    /// Whether the files of the database, or on PostgreSQL a dump of its tables, contain these bytes.
    #[must_use]
    pub fn raw_database_contains(&self, bytes: &[u8]) -> bool {
        match self.engine {
            Engine::Sqlite => {
                let path = self.database().url.trim_start_matches("sqlite://");
                let files = [path.to_owned(), format!("{path}-wal")];
                let files = files.iter().filter_map(|file| std::fs::read(file).ok());
                files.into_iter().any(|file| file.windows(bytes.len()).any(|window| window == bytes))
            }
            Engine::Postgres => {
                let mut inspector = self.inspector();
                let (text, hexadecimal) = (String::from_utf8_lossy(bytes), hexadecimal(bytes));
                inspector.tables().iter().any(|table| {
                    let rows = format!("SELECT CAST(ROW(t.*) AS text) AS value FROM {table} AS t");
                    let rows = inspector.texts(&rows);
                    rows.iter().any(|row| row.contains(&*text) || row.contains(&hexadecimal))
                })
            }
        }
    }

    /// A value in SQL.
    #[must_use]
    pub fn sql_bytes(&self, bytes: &[u8]) -> String {
        match self.engine {
            Engine::Sqlite => format!("X'{}'", hexadecimal(bytes)),
            Engine::Postgres => format!("'\\x{}'::bytea", hexadecimal(bytes)),
        }
    }

    fn row_of(&self, document: &Value) -> String {
        let id: DocumentId = document["id"].as_str().unwrap().parse().unwrap();
        match self.engine {
            Engine::Sqlite => format!("document_id = {}", self.sql_bytes(id.uuid().as_bytes())),
            Engine::Postgres => format!("document_id = '{}'", id.uuid()),
        }
    }

    /// The stored content of a document.
    #[must_use]
    pub fn stored_content(&self, document: &Value) -> Vec<u8> {
        let content = match self.engine {
            Engine::Sqlite => "lower(hex(content))",
            Engine::Postgres => "encode(content, 'hex')",
        };
        let row = self.row_of(document);
        let query = format!("SELECT {content} AS value FROM document_contents WHERE {row}");
        bytes_of(&self.inspector().one_text(&query))
    }

    /// Replaces the stored content of a document, bypassing the portal.
    pub fn replace_content(&self, document: &Value, content: &[u8]) {
        let (content, row) = (self.sql_bytes(content), self.row_of(document));
        let statement = format!("UPDATE document_contents SET content = {content} WHERE {row}");
        assert_eq!(self.inspector().execute(&statement), 1);
    }

    /// Stores the content of a document in clear, as an earlier version did.
    pub fn store_in_clear(&self, document: &Value, content: &[u8]) {
        self.replace_content(document, content);
        let row = self.row_of(document);
        let statement = format!("UPDATE document_contents SET sealed_with = NULL WHERE {row}");
        assert_eq!(self.inspector().execute(&statement), 1);
    }
}
