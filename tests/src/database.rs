//! Databases for tests: copies of a file, or of a PostgreSQL database, that is prepared once for the whole run.

use std::collections::VecDeque;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};
use portal_api::portal::entropy;
use portal_persistence::field_keys::{FieldKeys, Key};
use portal_persistence::{Database, Engine, Options};
use tempfile::TempDir;

use crate::inspector::{Inspector, Text};

/// A database of its own for one test.
pub struct TestDatabase {
    /// How to reach it.
    pub url: String,
    _folder: Option<TempDir>,
    // Dropped with the test: hundreds of databases would fill the memory they live in.
    cluster: Option<ClusterDatabase>,
}

/// A database of the cluster, dropped soon after this.
struct ClusterDatabase(String);

impl Drop for ClusterDatabase {
    fn drop(&mut self) {
        let server = postgres();
        let mut over = server.over.lock().unwrap_or_else(PoisonError::into_inner);
        over.push_back(std::mem::take(&mut self.0));
        while over.len() > server.lingering
            && let Some(name) = over.pop_front()
        {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            // A test that fails here would hide why it really failed.
            let _ = diesel::sql_query(drop).execute(&mut *server.admin());
        }
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

/// A database that tests get copies of.
pub enum Template {
    /// A file.
    Sqlite(PathBuf),
    /// The name of a database of the cluster.
    Postgres(String),
}

impl TestDatabase {
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
            bare.template("migrated")
        }))
    }

    /// An empty database without any table.
    #[must_use]
    pub fn bare(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::file(|_path| ()),
            Engine::Postgres => postgres().create("template0"),
        }
    }

    /// A database with the same content.
    #[must_use]
    pub fn copy_of(template: &Template) -> Self {
        match template {
            Template::Sqlite(original) => Self::file(|path| {
                std::fs::copy(original, path).unwrap();
            }),
            Template::Postgres(name) => postgres().create(name),
        }
    }

    /// Keeps what is in this database for [`Self::copy_of`]. Ends every connection to it on PostgreSQL, which copies only
    /// what nobody uses.
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

    fn file(fill: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir_in(run_folder()).unwrap();
        let path = folder.path().join("portal.db");
        fill(&path);
        Self { url: format!("sqlite://{}", path.display()), _folder: Some(folder), cluster: None }
    }
}

/// The folder of this run's files, in memory where there is some: every commit of SQLite waits for the disk.
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

/// Starts a command whose standard input is a leash: it is closed when this process ends, however it ends. In a process
/// group of its own, the command outlives Ctrl-C and can tidy up.
fn leash(command: &mut Command) -> ChildStdin {
    command.process_group(0).stdin(Stdio::piped()).spawn().unwrap().stdin.unwrap()
}

/// Whether tests run on this engine. `PORTAL_TEST_ENGINES` names the engines, separated by commas; without it both are
/// tested, PostgreSQL where it is at hand.
#[must_use]
pub fn is_tested(engine: Engine) -> bool {
    let engines = std::env::var("PORTAL_TEST_ENGINES").unwrap_or_else(|_| "sqlite,postgres".into());
    let engines = engines.split(',').map(|name| match name {
        "sqlite" => Engine::Sqlite,
        "postgres" => Engine::Postgres,
        other => panic!("PORTAL_TEST_ENGINES may name sqlite and postgres, not {other:?}"),
    });
    engines.fold(false, |found, named| found | (named == engine))
        && (engine == Engine::Sqlite || postgres_is_at_hand())
}

/// Whether there is a PostgreSQL to test on. Without one this says so; with `REQUIRE_POSTGRES` set it fails instead.
fn postgres_is_at_hand() -> bool {
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

/// Shared memory where the databases of a run fit there, else the folder of temporary files.
fn roomy_folder() -> PathBuf {
    if is_roomy("/dev/shm") { PathBuf::from("/dev/shm") } else { std::env::temp_dir() }
}

/// Whether there is room for the databases of a run; containers often give shared memory 64 MiB.
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
    /// Such as 150018.
    version: i32,
    created: AtomicU32,
    run: String,
    /// Databases of tests that are over.
    over: Mutex<VecDeque<String>>,
    /// How many of them are kept until the next ones follow: dropping one that is still connected to takes a tenth of a
    /// second. None on a server that outlives the run.
    lingering: usize,
    // When this process ends, the server stops.
    _leash: Option<ChildStdin>,
}

fn postgres() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => Postgres::connect(database_pattern(&url), &url, None),
        Err(_) => Postgres::throw_away(),
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
    fn connect(pattern: String, url: &str, leash: Option<ChildStdin>) -> Self {
        let mut admin = PgConnection::establish(url).expect("PostgreSQL answers");
        // The templates have fixed names: a second run on the same server would take them away from the first one.
        let lock = diesel::sql_query("SELECT pg_try_advisory_lock(8142026)::text AS value");
        let lock: Text = lock.get_result(&mut admin).unwrap();
        assert_eq!(lock.value, "true", "another run of these tests uses this PostgreSQL server");
        let version = diesel::sql_query("SELECT current_setting('server_version_num') AS value");
        let version: Text = version.get_result(&mut admin).unwrap();
        let (admin, version) = (Mutex::new(admin), version.value.parse().unwrap());
        let run = entropy::bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            pattern,
            admin,
            version,
            created: AtomicU32::new(0),
            run,
            over: Mutex::default(),
            lingering: if leash.is_some() { 6 } else { 0 },
            _leash: leash,
        }
    }

    /// A cluster in memory where there is some, run as `postgres` when we are root (the server refuses root).
    fn throw_away() -> Self {
        let bin = binaries().expect("PostgreSQL is at hand");
        let folder = tempfile::Builder::new().prefix("portal-pg-").tempdir_in(roomy_folder()).unwrap().keep();
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
        TestDatabase { url: self.url_of(&name), _folder: None, cluster: Some(ClusterDatabase(name)) }
    }

    /// Copies a database. Copying its files takes half the time of writing them through the log, which is what PostgreSQL
    /// does from version 15 on, unless it is told otherwise.
    fn copy(&self, template: &str, name: &str) {
        let strategy = if self.version >= 150_000 { "STRATEGY FILE_COPY" } else { "" };
        let create = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template} {strategy}");
        self.admin().batch_execute(&create).unwrap();
    }
}
