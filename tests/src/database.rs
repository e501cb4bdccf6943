//! Databases for tests: a copied file or a cloned PostgreSQL database, each migrated once for the whole run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};
use portal_api::entropy;
use portal_persistence::field_keys::{FieldKeys, Key};
use portal_persistence::{Database, Engine, Options};
use tempfile::TempDir;

/// A database of its own for one test.
pub struct TestDatabase {
    /// How to reach it.
    pub url: String,
    _folder: Option<TempDir>,
    // Dropped with the test: hundreds of databases would fill the memory they live in.
    _cluster: Option<ClusterDatabase>,
}

/// A database of the cluster, dropped with this.
struct ClusterDatabase(String);

impl Drop for ClusterDatabase {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.0);
        let mut admin = postgres().admin.lock().unwrap_or_else(PoisonError::into_inner);
        // A test that fails here would hide why it really failed.
        let _ = diesel::sql_query(drop).execute(&mut *admin);
    }
}

/// Opens a database the way the portal does.
#[must_use]
pub fn open(url: &str) -> Database {
    let keys = FieldKeys::new([(1, Key::new(entropy::bytes()))].into(), Key::new(entropy::bytes())).unwrap();
    Database::open(Options {
        url: url.into(),
        pool_size: 2,
        pool_wait: Duration::from_secs(10),
        field_keys: Arc::new(keys),
        entropy: entropy::fill,
        observer: None,
    })
    .unwrap()
}

impl TestDatabase {
    /// An empty, migrated database.
    #[must_use]
    pub fn migrated(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("portal.db");
                std::fs::copy(sqlite_template(), &path).unwrap();
                Self { url: format!("sqlite://{}", path.display()), _folder: Some(folder), _cluster: None }
            }
            Engine::Postgres => postgres().create("portal_template"),
        }
    }

    /// An empty database without any table.
    #[must_use]
    pub fn bare(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("portal.db");
                Self { url: format!("sqlite://{}", path.display()), _folder: Some(folder), _cluster: None }
            }
            Engine::Postgres => postgres().create("template0"),
        }
    }
}

fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.db");
        open(&format!("sqlite://{}", path.display())).migrate().unwrap();
        (folder, path)
    });
    path
}

/// Whether there is a PostgreSQL to test on. Without one this says so; with `REQUIRE_POSTGRES` set it fails instead.
#[must_use]
pub fn postgres_is_at_hand() -> bool {
    static AT_HAND: OnceLock<bool> = OnceLock::new();
    *AT_HAND.get_or_init(|| {
        let at_hand = std::env::var_os("TEST_POSTGRES_URL").is_some() || binaries().is_some();
        if !at_hand {
            let message = "PostgreSQL IS NOT TESTED: no TEST_POSTGRES_URL, and no initdb in PATH or /usr/lib/postgresql";
            assert!(std::env::var_os("REQUIRE_POSTGRES").is_none(), "{message}");
            // Straight to the terminal: what a passing test prints is otherwise swallowed.
            let _ = writeln!(std::io::stderr(), "\n*** {message} ***\n");
        }
        at_hand
    })
}

fn binaries() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH").and_then(|paths| {
        std::env::split_paths(&paths)
            .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
    });
    in_path.or_else(|| {
        let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .filter(|folder| folder.join("initdb").is_file())
            .collect();
        versions.sort();
        versions.pop()
    })
}

/// Whether a cluster with some databases fits there; containers often give shared memory 64 MiB.
fn is_roomy(folder: &str) -> bool {
    let answer = Command::new("df").args(["-Pk", folder]).output();
    let text = answer.map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned()).unwrap_or_default();
    let available = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    available.is_some_and(|kib| kib > 2 * 1024 * 1024)
}

struct Postgres {
    /// The URL of a database, with `{}` for its name.
    pattern: String,
    admin: Mutex<PgConnection>,
    created: AtomicU32,
    run: String,
    // Its standard input is the leash: when this process ends, however it ends, the server stops.
    _leash: Option<Child>,
}

fn postgres() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = match std::env::var("TEST_POSTGRES_URL") {
            Ok(url) => Postgres::connect(database_pattern(&url), &url, None),
            Err(_) => Postgres::throw_away(),
        };
        let template = server.url_of("portal_template");
        let mut admin = server.admin.lock().unwrap();
        admin.batch_execute("DROP DATABASE IF EXISTS portal_template").unwrap();
        admin.batch_execute("CREATE DATABASE portal_template ENCODING 'UTF8' TEMPLATE template0").unwrap();
        drop(admin);
        open(&template).migrate().unwrap();
        server
    })
}

/// `postgres://user@host/name?options` with `{}` in place of the name.
fn database_pattern(url: &str) -> String {
    let (base, options) =
        url.split_once('?').map_or((url, String::new()), |(base, rest)| (base, format!("?{rest}")));
    let (server, _name) = base.rsplit_once('/').expect("TEST_POSTGRES_URL must end in /name");
    format!("{server}/{{}}{options}")
}

impl Postgres {
    fn connect(pattern: String, url: &str, leash: Option<Child>) -> Self {
        let admin = Mutex::new(PgConnection::establish(url).expect("PostgreSQL answers"));
        let run = entropy::bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { pattern, admin, created: AtomicU32::new(0), run, _leash: leash }
    }

    /// A cluster in memory where there is some, run as `postgres` when we are root (the server refuses root).
    #[expect(clippy::zombie_processes, reason = "the server ends with this process, by its leash")]
    fn throw_away() -> Self {
        let bin = binaries().expect("PostgreSQL is at hand");
        let parent = if is_roomy("/dev/shm") { PathBuf::from("/dev/shm") } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("portal-pg-").tempdir_in(parent).unwrap().keep();
        let shown = folder.display().to_string();
        let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        if root {
            assert!(Command::new("chown").args(["postgres", &shown]).status().unwrap().success());
        }
        let as_server = |script: &str| {
            let mut command = if root { Command::new("runuser") } else { Command::new("sh") };
            if root {
                command.args(["-u", "postgres", "--", "sh"]);
            }
            command.args(["-c", script]).current_dir("/");
            command
        };
        let init = format!(
            "{}/initdb -D {shown}/data -U postgres -A trust -E UTF8 --no-sync --locale=C.UTF-8 >/dev/null",
            bin.display()
        );
        assert!(as_server(&init).status().unwrap().success(), "initdb");
        let serve = format!(
            "{}/postgres -D {shown}/data -k {shown} -c listen_addresses= -c fsync=off -c full_page_writes=off \
             -c synchronous_commit=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off \
             >{shown}/log 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf {shown}",
            bin.display()
        );
        let leash = as_server(&serve).stdin(Stdio::piped()).spawn().unwrap();
        let pattern = format!("postgres://postgres@localhost/{{}}?host={}", shown.replace('/', "%2F"));
        let url = pattern.replace("{}", "postgres");
        for _ in 0..200 {
            if PgConnection::establish(&url).is_ok() {
                return Self::connect(pattern, &url, Some(leash));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start: see {shown}/log");
    }

    fn url_of(&self, name: &str) -> String {
        self.pattern.replace("{}", name)
    }

    fn create(&self, template: &str) -> TestDatabase {
        let number = self.created.fetch_add(1, Ordering::SeqCst);
        let name = format!("portal_{}_{number}", self.run);
        let mut admin = self.admin.lock().unwrap_or_else(PoisonError::into_inner);
        diesel::sql_query(format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .execute(&mut *admin)
            .unwrap();
        TestDatabase { url: self.url_of(&name), _folder: None, _cluster: Some(ClusterDatabase(name)) }
    }
}

/// A look at the tables from outside.
pub struct Inspector(AnyInspector, Option<Vec<(String, String)>>);

enum AnyInspector {
    Sqlite(diesel::SqliteConnection),
    Postgres(PgConnection),
}

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

impl Inspector {
    /// Opens a connection of its own.
    #[must_use]
    pub fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => {
                Self(AnyInspector::Sqlite(diesel::SqliteConnection::establish(path).unwrap()), None)
            }
            None => Self(AnyInspector::Postgres(PgConnection::establish(url).unwrap()), None),
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

    /// Every row of every table in one text, but for the columns (`table.column`) that change without meaning anything.
    #[must_use]
    pub fn fingerprint(&mut self, except: &[&str]) -> String {
        let queries = match self.1.take() {
            Some(queries) => queries,
            None => self.whole_tables(except),
        };
        // All tables in one statement: the grid takes thousands of fingerprints.
        let each: Vec<_> =
            queries.iter().map(|(table, query)| format!("SELECT '{table}=' || ({query}) AS value")).collect();
        let mut parts = self.texts(&each.join(" UNION ALL "));
        parts.sort();
        self.1 = Some(queries);
        parts.join("\n")
    }

    /// For each table the query that reads all of it.
    fn whole_tables(&mut self, except: &[&str]) -> Vec<(String, String)> {
        let tables = self.tables();
        let query_of = |table: String| {
            let columns = match &self.0 {
                AnyInspector::Postgres(_) => format!(
                    "SELECT column_name::text AS value FROM information_schema.columns \
                     WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
                ),
                AnyInspector::Sqlite(_) => format!("SELECT name AS value FROM pragma_table_info('{table}')"),
            };
            let columns: Vec<_> = self.texts(&columns);
            let kept =
                columns.iter().filter(|column| !except.contains(&format!("{table}.{column}").as_str()));
            let query = match &self.0 {
                AnyInspector::Postgres(_) => {
                    let row = kept.map(|column| format!("coalesce({column}::text, '-')")).collect::<Vec<_>>();
                    let row = row.join(" || ',' || ");
                    format!(
                        "SELECT coalesce(md5(string_agg({row}, '|' ORDER BY {row})), '') AS value FROM {table}"
                    )
                }
                AnyInspector::Sqlite(_) => {
                    let row =
                        kept.map(|column| format!("quote({column})")).collect::<Vec<_>>().join(" || ',' || ");
                    format!(
                        "SELECT coalesce(group_concat(r, '|'), '') AS value FROM (SELECT {row} AS r FROM {table} ORDER BY 1)"
                    )
                }
            };
            (table, query)
        };
        // Wrong guesses are counted though they are refused: that is what the counters are for.
        tables.into_iter().filter(|table| table != "attempt_counters").map(query_of).collect()
    }
}
