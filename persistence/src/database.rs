//! The connection pool, and the transaction in which requests run.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::r2d2::{Pool, PooledConnection};
use portal_domain::Instant;
use portal_domain::ground::id::{Id, Kind};

use crate::Busy;
use crate::connection::{AnyConnection, Engine, Manager, StatementObserver};
use crate::dialect;
use crate::done::Done;
use crate::error::{Constraint, StoreError, is_english};
use crate::field_keys::FieldKeys;
use crate::probe::Probe;

/// Options for opening a database.
#[derive(Clone)]
pub struct Options {
    /// `sqlite://path` or `postgres://…`.
    pub url: String,
    /// The maximum number of connections.
    pub pool_size: u32,
    /// How long a caller waits for a connection.
    pub pool_wait: Duration,
    /// Seals and opens Social Security and tax numbers.
    pub field_keys: Arc<FieldKeys>,
    /// Fills a buffer with random bytes.
    pub entropy: fn(&mut [u8]),
    /// Receives every statement, without its parameters.
    pub observer: Option<StatementObserver>,
    /// Called after the commit of every transaction that queued a mail.
    pub mail_queued: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// A database of either engine.
pub struct Database {
    engine: Engine,
    pool: Pool<Manager>,
    probe: Probe,
    pool_size: u32,
    field_keys: Arc<FieldKeys>,
    entropy: fn(&mut [u8]),
    mail_queued: Option<Arc<dyn Fn() + Send + Sync>>,
    // SQLite allows one writer at a time. Waiting on this mutex is fairer and cheaper than polling
    // in SQLite's busy handler.
    writer: Mutex<()>,
}

/// The current time of a unit of work. Day rules use the business clock; sessions use the session
/// clock, which a sandbox does not advance.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time recorded in rows and used by day rules.
    pub business: Instant,
    /// The time that decides whether sessions and tokens are valid.
    pub session: Instant,
}

impl From<Instant> for Moment {
    fn from(now: Instant) -> Self {
        Self { business: now, session: now }
    }
}

/// The maximum number of attempts for a write that loses a race against another transaction.
const ATTEMPTS: usize = 3;

impl Database {
    /// Creates the pool. Connections are opened on demand.
    pub fn open(options: Options) -> Result<Self, StoreError> {
        let engine = Engine::of(&options.url).ok_or_else(|| {
            StoreError::Unavailable("the URL must start with sqlite:// or postgres://".into())
        })?;
        let manager = Manager::new(engine, options.url, options.observer, options.entropy)
            .map_err(|error| StoreError::Unavailable(format!("database URL: {error}")))?;
        let pool = Pool::builder()
            .max_size(options.pool_size)
            .min_idle(Some(0))
            .connection_timeout(options.pool_wait)
            .test_on_check_out(true)
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build_unchecked(manager.clone());
        Ok(Self {
            engine,
            probe: Probe::new(manager),
            pool,
            pool_size: options.pool_size,
            field_keys: options.field_keys,
            entropy: options.entropy,
            mail_queued: options.mail_queued,
            writer: Mutex::new(()),
        })
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The maximum number of connections.
    #[must_use]
    pub const fn pool_size(&self) -> u32 {
        self.pool_size
    }

    /// The number of open connections, and how many of them are idle.
    #[must_use]
    pub fn connections(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }

    pub(crate) fn connection(&self) -> Result<PooledConnection<Manager>, StoreError> {
        self.pool.get().map_err(|error| {
            if self.pool.state().connections >= self.pool_size {
                StoreError::Busy(Busy::PoolExhausted)
            } else {
                StoreError::Unavailable(error.to_string())
            }
        })
    }

    /// The keys of sealed values and blind indexes.
    #[must_use]
    pub fn field_keys(&self) -> &FieldKeys {
        &self.field_keys
    }

    /// Whether the database responds. Does not wait for a connection of the pool. Blocks.
    #[must_use]
    pub fn responds(&self) -> bool {
        self.probe.responds()
    }

    /// Whether commits are durable, as production requires.
    pub fn is_durable(&self) -> Result<bool, StoreError> {
        Ok(dialect::is_durable(&mut *self.connection()?)?)
    }

    /// Whether the database reports errors in English, which [`StoreError`] needs to classify them.
    pub fn has_english_messages(&self) -> Result<bool, StoreError> {
        Ok(dialect::message_locale(&mut *self.connection()?)?.is_none_or(|locale| is_english(&locale)))
    }

    /// Runs `work` on a connection for reading. Blocks. `now` is the time the work runs at.
    pub fn read<T, E: From<StoreError>>(
        &self,
        now: impl Into<Moment>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.connection()?;
        work(&mut self.tx(&mut connection, now.into()))
    }

    /// Runs `work` in one write transaction, which is committed or rolled back as a whole, and
    /// returns its answer. Blocks. The work proves with [`Done`] that it stored its effects.
    ///
    /// Work that loses a race against a concurrent transaction is retried from the start, so it
    /// must have no effect outside the transaction.
    pub fn write<T, E>(
        &self,
        now: impl Into<Moment>,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<(T, Done), E>,
    ) -> Result<T, E>
    where
        E: From<StoreError> + AsStoreError,
    {
        self.write_unrecorded(now, |tx| work(tx).map(|(answer, Done(()))| answer))
    }

    /// The same for bookkeeping that is not recorded in the audit trail: attempt counters, leases,
    /// the outbox, session use, retention. What users decide goes through [`Self::write`].
    pub fn write_unrecorded<T, E>(
        &self,
        now: impl Into<Moment>,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError> + AsStoreError,
    {
        let now = now.into();
        let _writer = match self.engine {
            Engine::Sqlite => Some(self.writer.lock().unwrap_or_else(PoisonError::into_inner)),
            Engine::Postgres => None,
        };
        let mut connection = self.connection()?;
        let mut attempt = 1;
        loop {
            match self.attempt(&mut connection, now, &mut work) {
                Err(error) if attempt < ATTEMPTS && error.as_store_error().is_some_and(is_lost_race) => {
                    attempt += 1
                }
                outcome => return outcome,
            }
        }
    }

    fn attempt<T, E: From<StoreError>>(
        &self,
        connection: &mut AnyConnection,
        now: Moment,
        // A trait object, so that this is compiled once per result type instead of once per caller.
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        dialect::begin_write(connection).map_err(StoreError::from)?;
        // A panic in `work` drops the connection in the middle of its transaction. `has_broken`
        // keeps it out of the pool.
        let mut tx = self.tx(connection, now);
        let outcome = work(&mut tx);
        let mail_queued = self.mail_queued.as_ref().filter(|_| tx.mail_queued);
        match outcome {
            Ok(done) => match dialect::commit(connection) {
                Ok(()) => {
                    if let Some(notify) = mail_queued {
                        notify();
                    }
                    Ok(done)
                }
                Err(error) => {
                    let error = StoreError::from(error);
                    drop(dialect::roll_back(connection));
                    Err(error.into())
                }
            },
            Err(refused) => {
                dialect::roll_back(connection).map_err(StoreError::from)?;
                Err(refused)
            }
        }
    }

    fn tx<'c>(&'c self, connection: &'c mut AnyConnection, now: Moment) -> Tx<'c> {
        Tx {
            connection,
            now: now.business,
            session_now: now.session,
            field_keys: &self.field_keys,
            entropy: self.entropy,
            mail_queued: false,
        }
    }
}

/// An error that may contain a storage error, so that a write can decide whether to retry.
pub trait AsStoreError {
    /// The storage error inside, if there is one.
    fn as_store_error(&self) -> Option<&StoreError>;
}

impl AsStoreError for StoreError {
    fn as_store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

fn is_lost_race(error: &StoreError) -> bool {
    match error {
        StoreError::Busy(busy) => busy.is_lost_race(),
        StoreError::Taken(Constraint::ApplicationNumber | Constraint::MedicaidId) => true,
        _ => false,
    }
}

/// A borrowed connection, with the current time, the field keys and a source of ids. It provides
/// the repositories.
pub struct Tx<'c> {
    pub(crate) connection: &'c mut AnyConnection,
    pub(crate) now: Instant,
    pub(crate) session_now: Instant,
    pub(crate) field_keys: &'c FieldKeys,
    pub(crate) entropy: fn(&mut [u8]),
    /// Whether the transaction queued a mail.
    pub(crate) mail_queued: bool,
}

impl Tx<'_> {
    /// The business time of the work.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Generates a new id.
    pub fn new_id<K: Kind>(&mut self) -> Id<K> {
        let mut random = [0; 10];
        (self.entropy)(&mut random);
        Id::new(u64::try_from(self.now.timestamp_millis()).unwrap_or_default(), random)
    }

    /// Removes this transaction's time limits. For imports, never for requests.
    pub fn lift_time_limits(&mut self) -> Result<(), StoreError> {
        Ok(dialect::lift_time_limits(self.connection)?)
    }
}

macro_rules! repositories {
    ($($(#[$meta:meta])* $name:ident: $repository:ident,)+) => {
        $(
            /// A repository that borrows the transaction.
            pub struct $repository<'t, 'c> {
                pub(crate) tx: &'t mut Tx<'c>,
            }
        )+

        impl<'c> Tx<'c> {
            $(
                $(#[$meta])*
                pub fn $name(&mut self) -> $repository<'_, 'c> {
                    $repository { tx: self }
                }
            )+
        }
    };
}

repositories! {
    /// Requests for access to provider accounts.
    access_requests: AccessRequests,
    /// Agent access to Medicaid IDs.
    agent_access: AgentAccess,
    /// Applications and their history.
    applications: Applications,
    /// Associations that the plan's staff confirm.
    association_confirmations: AssociationConfirmations,
    /// The audit trail.
    audit: Audit,
    /// Calendar feeds of due dates, looked up by their secret URLs.
    calendar_feeds: CalendarFeeds,
    /// Verifications of callers.
    caller_verifications: CallerVerifications,
    /// Correspondence.
    correspondence: Correspondence,
    /// Documents of applications, with their content.
    documents: Documents,
    /// Responses kept for retried requests.
    idempotency: Idempotency,
    /// Consents to links of individuals to groups.
    link_consents: LinkConsents,
    /// Medicaid IDs on file.
    medicaid_ids: MedicaidIds,
    /// What the database is used for.
    instance: Instance,
    /// Invitations and invite lists.
    invitations: Invitations,
    /// Job leases and runs.
    jobs: Jobs,
    /// Second factors, recovery codes, and challenges between the password and the second factor.
    mfa: Mfa,
    /// Members as shown to their managers, and their history.
    members: Members,
    /// Memberships and agents.
    memberships: Memberships,
    /// In-app notifications.
    notifications: Notifications,
    /// One-time links.
    one_time_tokens: OneTimeTokens,
    /// Organizations.
    organizations: Organizations,
    /// Mails to deliver.
    outbox: Outbox,
    /// The plans' provider records, and the associations of users with them.
    provider_records: ProviderRecords,
    /// Providers from the national registry.
    providers: Providers,
    /// Recorded reads of personal data.
    read_events: ReadEvents,
    /// Reassignment batches.
    reassignments: Reassignments,
    /// Columns with sealed values.
    sealed_columns: SealedColumns,
    /// Self-service requests.
    self_service: SelfService,
    /// Failed sign-in attempts, and trusted devices.
    sign_in_attempts: SignInAttempts,
    /// Sessions and refresh tokens.
    sessions: Sessions,
    /// Users.
    users: Users,
}
