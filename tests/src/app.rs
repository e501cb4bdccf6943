//! A portal for one test, with real HTTP, its own database, and a clock that only the test
//! advances.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, OnceLock};

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use chrono::Duration;
use portal_api::portal::clock::Clock;
use portal_api::portal::keys::Keys;
use portal_api::portal::settings::Settings;
use portal_api::portal::state::Portal;
use portal_api::server::serve::{self, Contract};
use portal_domain::Instant;
use portal_domain::ground::id::{SessionId, UserId};
use portal_persistence::identity::sessions::NewSession;
use portal_persistence::{Engine, StoreError, Tx};

use crate::client::Client;
use crate::database::{self, TestDatabase};
use crate::inspector::Inspector;

/// The time at which every test starts.
pub const BEGINNING: &str = "2026-02-01T17:00:00Z";

/// A running portal.
pub struct TestApp {
    /// The database engine.
    pub engine: Engine,
    /// The portal's state.
    pub portal: Data<Portal>,
    /// Its clock.
    pub clock: Arc<Clock>,
    /// The address it listens on.
    pub address: SocketAddr,
    statements: Arc<Mutex<Vec<String>>>,
    handle: ServerHandle,
    inspector: Mutex<Option<Inspector>>,
    database: TestDatabase,
}

/// Fresh keys as JSON, generated once per run.
fn keys() -> &'static str {
    static KEYS: OnceLock<String> = OnceLock::new();
    KEYS.get_or_init(|| Keys::generate().unwrap())
}

/// Runs a test on a portal with that engine, unless the engine is excluded.
pub fn on(engine: Engine, start: impl FnOnce(Engine) -> TestApp, test: impl FnOnce(&TestApp)) {
    if database::is_tested(engine) {
        test(&start(engine));
    }
}

/// The API contract, created once per run because generating it takes longer than most tests.
#[must_use]
pub fn contract(demo: bool) -> Contract {
    static CONTRACTS: [OnceLock<Contract>; 2] = [const { OnceLock::new() }; 2];
    CONTRACTS[usize::from(demo)].get_or_init(|| Contract::new(demo).unwrap()).clone()
}

impl TestApp {
    /// Starts a portal on an empty database of that engine.
    #[must_use]
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, false, &[])
    }

    /// Starts the sandbox on SQLite.
    #[must_use]
    pub fn start_sandbox() -> Self {
        let app = Self::start_with(Engine::Sqlite, true, &[]);
        portal_api::sandbox::fill(&app.portal, false).unwrap();
        app
    }

    /// Starts a portal on this database.
    #[must_use]
    pub fn start_on(database: TestDatabase) -> Self {
        Self::run(database, false, &[])
    }

    /// Starts a portal with additional settings, named without the `PORTAL_` prefix.
    #[must_use]
    pub fn start_with(engine: Engine, demo: bool, further: &[(&str, &str)]) -> Self {
        Self::run(TestDatabase::migrated(engine), demo, further)
    }

    /// Starts another server on the database of this one, with other settings.
    #[must_use]
    pub fn beside(&self, further: &[(&str, &str)]) -> Self {
        Self::run(self.database.shared(), false, further)
    }

    fn run(database: TestDatabase, demo: bool, further: &[(&str, &str)]) -> Self {
        let mut environment: BTreeMap<&str, &str> = [
            ("BIND", "127.0.0.1:0"),
            ("METRICS_BIND", "off"),
            ("DATABASE_URL", database.serving_url.as_str()),
            ("WORKERS", "2"),
            ("MAX_CONNECTIONS", "100000"),
            ("MAX_CONNECTIONS_PER_ADDRESS", "100000"),
            ("KEYS", keys()),
            ("REQUESTS_PER_SECOND", "1000000"),
            ("REQUEST_BURST", "1000000"),
            ("SIGN_INS_PER_MINUTE", "1000000"),
            ("SIGN_IN_BURST", "1000000"),
            ("SELF_SERVICE_PER_HOUR", "1000000"),
            ("INVITATIONS_PER_HOUR", "1000000"),
            ("PASSWORD_MEMORY_KIB", "64"),
            ("PASSWORD_ITERATIONS", "1"),
            ("SECOND_FACTOR", "offered"),
        ]
        .into();
        environment.extend(further.iter().copied());
        let environment =
            environment.into_iter().map(|(key, value)| (format!("PORTAL_{key}"), value.to_owned()));
        let settings = Settings::load(environment, demo).unwrap();
        let clock = Arc::new(Clock::standing_at(BEGINNING.parse().unwrap()));
        let statements = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&statements);
        let observer = Arc::new(move |statement: &str| recorded.lock().unwrap().push(statement.to_owned()));
        let keys = Keys::parse(settings.keys.as_deref().unwrap()).unwrap();
        let portal = Portal::new(settings, keys, Arc::clone(&clock), Some(observer)).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let listening = serve::listen(portal, contract(demo)).unwrap();
                sender.send((listening.address, listening.portal, listening.server.handle())).unwrap();
                listening.server.await.unwrap();
            });
        });
        let (address, portal, handle) = receiver.recv().unwrap();
        Self {
            engine: portal.database.engine(),
            portal,
            clock,
            address,
            statements,
            handle,
            inspector: Mutex::new(None),
            database,
        }
    }

    /// The base URL.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client without a token.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base(), None)
    }

    /// A client with this access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(&self.base(), Some(token.into()))
    }

    /// Starts a session for a user; returns its id and an access token.
    #[must_use]
    pub fn session_of(&self, user: UserId) -> (SessionId, String) {
        let session = self.write(|tx| {
            let id: SessionId = tx.new_id();
            tx.sessions().start(&NewSession {
                id,
                user,
                device: "test".into(),
                ip_address: "127.0.0.1".into(),
                token_hash: id.to_string().into_bytes(),
            })?;
            Ok(id)
        });
        let now = self.clock.session_now();
        let token = self.portal.tokens.issue((user, session), 1, now, now).unwrap();
        (session, token)
    }

    /// A client signed in as this user.
    #[must_use]
    pub fn signed_in(&self, user: UserId) -> Client {
        self.with_token(&self.session_of(user).1)
    }

    /// Writes directly to the database, to set up fixtures.
    pub fn write<T>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.portal.database.write_unrecorded(self.portal.moment(), work).unwrap()
    }

    /// Reads directly from the database.
    pub fn read<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.portal.database.read(self.portal.moment(), work).unwrap()
    }

    /// The current time of the business clock.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Advances the clock.
    pub fn advance(&self, time: Duration) {
        self.clock.pass(time);
    }

    /// Sets the clock to this time, for example `"2026-02-01T17:00:00Z"`.
    pub fn advance_to(&self, time: &str) {
        self.advance(time.parse::<Instant>().unwrap() - self.now());
    }

    /// Clears the recorded SQL statements.
    pub fn forget_statements(&self) {
        self.statements.lock().unwrap().clear();
    }

    /// The recorded SQL statements, without those that manage connections and transactions.
    #[must_use]
    pub fn statements(&self) -> Vec<String> {
        let housekeeping = ["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET ", "SELECT 1"];
        let recorded = self.statements.lock().unwrap().clone();
        recorded
            .into_iter()
            .filter(|text| !housekeeping.iter().any(|start| text.starts_with(start)))
            .collect()
    }

    /// A fingerprint of all tables, for comparison; see [`Inspector::fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.with_inspector(Inspector::fingerprint)
    }

    /// Its database.
    #[must_use]
    pub const fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// A separate connection to the database.
    #[must_use]
    pub fn inspector(&self) -> Inspector {
        Inspector::open(&self.database.url)
    }

    /// Uses a separate connection to the database, which stays open.
    pub(crate) fn with_inspector<T>(&self, work: impl FnOnce(&mut Inspector) -> T) -> T {
        let mut inspector = self.inspector.lock().unwrap();
        work(inspector.get_or_insert_with(|| Inspector::open(&self.database.url)))
    }

    /// The number of rows; see [`Inspector::count`].
    #[must_use]
    pub fn count(&self, rows: &str) -> i64 {
        self.with_inspector(|inspector| inspector.count(rows))
    }

    /// The number of audit events.
    #[must_use]
    pub fn audit_events(&self) -> i64 {
        self.count("audit_events")
    }
}

/// All connections of the pool, held until this value is dropped.
pub struct HeldConnections {
    released: Arc<(Mutex<bool>, Condvar)>,
    holders: Vec<std::thread::JoinHandle<()>>,
}

impl TestApp {
    /// Takes every connection of the pool, which simulates a database that does not respond.
    #[must_use]
    pub fn hold_every_connection(&self) -> HeldConnections {
        let released = Arc::new((Mutex::new(false), Condvar::new()));
        let (sender, receiver) = std::sync::mpsc::channel();
        let count = self.portal.database.pool_size();
        let hold = |_| {
            let (database, released, sender) =
                (Arc::clone(&self.portal.database), Arc::clone(&released), sender.clone());
            let moment = self.portal.moment();
            std::thread::spawn(move || {
                let held: Result<(), StoreError> = database.read(moment, |_tx| {
                    sender.send(()).unwrap();
                    let (flag, changed) = &*released;
                    drop(changed.wait_while(flag.lock().unwrap(), |released| !*released).unwrap());
                    Ok(())
                });
                held.unwrap();
            })
        };
        let holders = (0..count).map(hold).collect();
        (0..count).for_each(|_| receiver.recv().unwrap());
        HeldConnections { released, holders }
    }
}

impl Drop for HeldConnections {
    fn drop(&mut self) {
        *self.released.0.lock().unwrap() = true;
        self.released.1.notify_all();
        self.holders.drain(..).for_each(|holder| holder.join().unwrap());
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}
