//! Databases for tests, copied from a file or a PostgreSQL database that is prepared once per run.

use std::collections::VecDeque;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};
use portal_api::portal::entropy;
use portal_persistence::field_keys::{FieldKeys, Key, KeyRing};
use portal_persistence::{Database, Engine, Options, grants};
use tempfile::TempDir;

use crate::inspector::{Inspector, Text};
use crate::processes::{as_server, leash, own};

/// A separate database for one test.
pub struct TestDatabase {
    /// Its URL, with every right.
    pub url: String,
    /// Its URL for the portal: on PostgreSQL, with the documented rights of the serving role only.
    pub serving_url: String,
    _folder: Option<TempDir>,
    // Dropped with the test, because hundreds of databases would exhaust memory.
    cluster: Option<ClusterDatabase>,
}

/// A database of the PostgreSQL cluster, dropped soon after this value.
struct ClusterDatabase(String);

impl Drop for ClusterDatabase {
    fn drop(&mut self) {
        let server = postgres();
        let mut finished = server.finished.lock().unwrap_or_else(PoisonError::into_inner);
        finished.push_back(std::mem::take(&mut self.0));
        while finished.len() > server.kept
            && let Some(name) = finished.pop_front()
        {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            // A panic here would hide the real failure of the test.
            let _ = diesel::sql_query(drop).execute(&mut *server.admin());
        }
    }
}

/// Opens a database as the portal does.
#[must_use]
pub fn open(url: &str) -> Database {
    let ring = || KeyRing::new([(1, Key::new(entropy::bytes()))].into(), None).unwrap();
    let keys = FieldKeys::new(ring(), ring());
    Database::open(Options {
        url: url.into(),
        pool_size: 2,
        pool_wait: Duration::from_secs(10),
        field_keys: Arc::new(keys),
        entropy: entropy::fill,
        observer: None,
        mail_queued: None,
    })
    .unwrap()
}

/// A template database that tests get copies of.
pub enum Template {
    /// The path of the file.
    Sqlite(PathBuf),
    /// The name of a database in the PostgreSQL cluster.
    Postgres(String),
}

impl TestDatabase {
    /// A database that someone else created and removes.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), serving_url: url.to_owned(), _folder: None, cluster: None }
    }

    /// An empty, migrated database.
    #[must_use]
    pub fn migrated(engine: Engine) -> Self {
        static SQLITE: OnceLock<Template> = OnceLock::new();
        static POSTGRES: OnceLock<Template> = OnceLock::new();
        let template = match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        Self::copy_of(template.get_or_init(|| {
            let bare = Self::bare(engine);
            open(&bare.url).migrate().unwrap();
            if engine == Engine::Postgres {
                Inspector::open(&bare.url).run(&grants(SERVING_ROLE));
            }
            bare.template("migrated")
        }))
    }

    /// The same database, for another server. This value must outlive that server.
    #[must_use]
    pub fn shared(&self) -> Self {
        Self { url: self.url.clone(), serving_url: self.serving_url.clone(), _folder: None, cluster: None }
    }

    /// A database without tables.
    #[must_use]
    pub fn bare(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::file(|_path| ()),
            Engine::Postgres => postgres().create("template0"),
        }
    }

    /// A copy of the template.
    #[must_use]
    pub fn copy_of(template: &Template) -> Self {
        match template {
            Template::Sqlite(original) => Self::file(|path| {
                std::fs::copy(original, path).unwrap();
            }),
            Template::Postgres(name) => postgres().create(name),
        }
    }

    /// Saves the content of this database for [`Self::copy_of`].
    ///
    /// On PostgreSQL, this ends every connection to it, because only a database without connections
    /// can be copied.
    #[must_use]
    pub fn template(&self, name: &str) -> Template {
        match &self.cluster {
            None => {
                let path = run_folder().join(format!("{name}.template.db"));
                Inspector::open(&self.url).run(&format!("VACUUM INTO '{}'", path.display()));
                Template::Sqlite(path)
            }
            Some(ClusterDatabase(own)) => {
                let template = format!("portal_template_{name}");
                let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
                for statement in [format!("DROP DATABASE IF EXISTS {template}"), format!("{end} = '{own}'")] {
                    postgres().admin().batch_execute(&statement).unwrap();
                }
                postgres().copy(own, &template);
                Template::Postgres(template)
            }
        }
    }

    /// Passes a new role of the PostgreSQL server to the work, and drops it afterward.
    pub fn with_role(&self, name: &str, work: impl FnOnce(&str)) {
        create_role(&mut postgres().admin(), name);
        work(name);
        Inspector::open(&self.url).run(&format!("DROP OWNED BY {name}; DROP ROLE {name}"));
    }

    fn file(fill: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir_in(run_folder()).unwrap();
        let path = folder.path().join("portal.db");
        fill(&path);
        let url = format!("sqlite://{}", path.display());
        Self { serving_url: url.clone(), url, _folder: Some(folder), cluster: None }
    }
}

/// The folder for this run's files, in memory if possible, because SQLite waits for the disk at
/// every commit.
fn run_folder() -> &'static Path {
    static FOLDER: OnceLock<(PathBuf, ChildStdin)> = OnceLock::new();
    let (path, _leash) = FOLDER.get_or_init(|| {
        let path =
            tempfile::Builder::new().prefix("portal-tests-").tempdir_in(roomy_folder()).unwrap().keep();
        let mut remove = Command::new("sh");
        remove.args(["-c", &format!("cat >/dev/null; rm -rf '{}'", path.display())]);
        (path, leash(&mut remove))
    });
    path
}

/// Whether tests run on this engine.
///
/// `PORTAL_TEST_ENGINES` lists the engines, separated by commas; the default is both. PostgreSQL is
/// tested only if it is available.
#[must_use]
pub fn is_tested(engine: Engine) -> bool {
    let engines = std::env::var("PORTAL_TEST_ENGINES").unwrap_or_else(|_| "sqlite,postgres".into());
    let engines = engines.split(',').map(|name| match name {
        "sqlite" => Engine::Sqlite,
        "postgres" => Engine::Postgres,
        other => panic!("PORTAL_TEST_ENGINES may name sqlite and postgres, not {other:?}"),
    });
    engines.fold(false, |found, named| found | (named == engine))
        && (engine == Engine::Sqlite || postgres_is_available())
}

/// Whether PostgreSQL is available.
///
/// If not, prints a message, or panics if `REQUIRE_POSTGRES` is set.
fn postgres_is_available() -> bool {
    static AVAILABLE: OnceLock<bool> = OnceLock::new();
    *AVAILABLE.get_or_init(|| {
        let available = std::env::var_os("TEST_POSTGRES_URL").is_some() || binaries().is_some();
        if !available {
            let message = "PostgreSQL IS NOT TESTED: no TEST_POSTGRES_URL, and no initdb in PATH or /usr/lib/postgresql";
            assert!(std::env::var_os("REQUIRE_POSTGRES").is_none(), "{message}");
            // Write to standard error directly, because the output of passing tests is captured.
            let _ = writeln!(std::io::stderr(), "\n*** {message} ***\n");
        }
        available
    })
}

pub(crate) fn binaries() -> Option<PathBuf> {
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

/// Shared memory if it has room for the databases of a run, otherwise the temporary folder.
pub(crate) fn roomy_folder() -> PathBuf {
    if is_roomy("/dev/shm") { PathBuf::from("/dev/shm") } else { std::env::temp_dir() }
}

/// Whether the folder has more than 2 GiB free. Containers often have only 64 MiB of shared memory.
fn is_roomy(folder: &str) -> bool {
    let answer = Command::new("df").args(["-Pk", folder]).output();
    let text = answer.map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned()).unwrap_or_default();
    let available = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    available.is_some_and(|kib| kib > 2 * 1024 * 1024)
}

/// The role that serves the portal in tests, and its password if the server asks for one.
const SERVING_ROLE: &str = "portal_serving";
const SERVING_PASSWORD: &str = "only-for-tests";

/// The URL with this role instead of its own.
#[must_use]
pub fn as_role(url: &str, role: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (authority, path) = rest.split_once('/').expect("a URL with a database");
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{role}:{SERVING_PASSWORD}@{host}/{path}")
}

/// Creates a role that may sign in, unless a previous run did.
fn create_role(admin: &mut PgConnection, role: &str) {
    let statement = format!(
        "DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{SERVING_PASSWORD}'; \
         EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    );
    admin.batch_execute(&statement).unwrap();
}

struct Postgres {
    /// The URL of a database, with `{}` for its name.
    pattern: String,
    admin: Mutex<PgConnection>,
    /// The server version, such as 150018.
    version: i32,
    created: AtomicU32,
    run: String,
    /// Databases of finished tests.
    finished: Mutex<VecDeque<String>>,
    /// The number of finished databases to keep before dropping the oldest.
    ///
    /// Dropping a database with open connections takes 0.1 s. Zero on a server that outlives the
    /// run.
    kept: usize,
    // Stops the server when this process ends.
    _leash: Option<ChildStdin>,
}

fn postgres() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => Postgres::connect(database_pattern(&url), &url, None),
        Err(_) => Postgres::temporary(),
    })
}

/// Converts `postgres://user@host/name?options` to a pattern with `{}` in place of the name.
fn database_pattern(url: &str) -> String {
    let (base, options) =
        url.split_once('?').map_or((url, String::new()), |(base, rest)| (base, format!("?{rest}")));
    let (server, _name) = base.rsplit_once('/').expect("TEST_POSTGRES_URL must end in /name");
    format!("{server}/{{}}{options}")
}

impl Postgres {
    fn connect(pattern: String, url: &str, leash: Option<ChildStdin>) -> Self {
        let mut admin = PgConnection::establish(url).expect("PostgreSQL answers");
        // The templates have fixed names, so two concurrent runs on one server would overwrite each
        // other's.
        let lock = diesel::sql_query("SELECT pg_try_advisory_lock(8142026)::text AS value");
        let lock: Text = lock.get_result(&mut admin).unwrap();
        assert_eq!(lock.value, "true", "another run of these tests uses this PostgreSQL server");
        let version = diesel::sql_query("SELECT current_setting('server_version_num') AS value");
        let version: Text = version.get_result(&mut admin).unwrap();
        create_role(&mut admin, SERVING_ROLE);
        let (admin, version) = (Mutex::new(admin), version.value.parse().unwrap());
        let run = entropy::bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            pattern,
            admin,
            version,
            created: AtomicU32::new(0),
            run,
            finished: Mutex::default(),
            kept: if leash.is_some() { 6 } else { 0 },
            _leash: leash,
        }
    }

    /// Starts a temporary cluster, in memory if possible. Under root, it runs as `postgres`,
    /// because the server refuses root.
    fn temporary() -> Self {
        let bin = binaries().expect("PostgreSQL is available");
        let folder = tempfile::Builder::new().prefix("portal-pg-").tempdir_in(roomy_folder()).unwrap().keep();
        let shown = folder.display().to_string();
        own(&shown);
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
        let leash = leash(&mut as_server(&serve));
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

    fn admin(&self) -> MutexGuard<'_, PgConnection> {
        self.admin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn url_of(&self, name: &str) -> String {
        self.pattern.replace("{}", name)
    }

    fn create(&self, template: &str) -> TestDatabase {
        let number = self.created.fetch_add(1, Ordering::SeqCst);
        let name = format!("portal_{}_{number}", self.run);
        self.copy(template, &name);
        let url = self.url_of(&name);
        let serving_url = as_role(&url, SERVING_ROLE);
        TestDatabase { url, serving_url, _folder: None, cluster: Some(ClusterDatabase(name)) }
    }

    /// Copies a database by its files.
    ///
    /// This takes half the time of copying through the write-ahead log, the default since
    /// PostgreSQL 15.
    fn copy(&self, template: &str, name: &str) {
        let strategy = if self.version >= 150_000 { "STRATEGY FILE_COPY" } else { "" };
        let create = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template} {strategy}");
        self.admin().batch_execute(&create).unwrap();
    }
}
