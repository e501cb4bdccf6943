//! The state of a running portal, in one struct.

use std::sync::Arc;
use std::time::Duration;

use actix_web::error::BlockingError;
use actix_web::web;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::session::SessionLifetimes;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::{Database, Moment, Options, StatementObserver};
use tokio::sync::{Notify, watch};

use crate::portal::clock::Clock;
use crate::portal::concurrency_limit::{ConcurrencyLimit, Overloaded};
use crate::portal::keys::Keys;
use crate::portal::passwords::Passwords;
use crate::portal::plans::{MissingPlan, Plans};
use crate::portal::rate_limits::Limits;
use crate::portal::settings::Settings;
use crate::portal::tokens::Tokens;
use crate::portal::{entropy, request_id};

/// The number of requests that may wait for the database; further ones are refused.
const QUEUE: usize = 512;

/// A running portal.
pub struct Portal {
    /// The settings that the portal was started with.
    pub settings: Settings,
    /// The clock.
    pub clock: Arc<Clock>,
    /// The database.
    pub database: Arc<Database>,
    /// Issues and verifies access tokens.
    pub tokens: Tokens,
    /// Hashes and verifies passwords.
    pub passwords: Arc<Passwords>,
    /// The rate limits.
    pub limits: Limits,
    /// The plan profiles.
    pub plans: Arc<Plans>,
    permits: ConcurrencyLimit,
    mail_posted: Notify,
    draining: watch::Sender<bool>,
}

impl Portal {
    /// Builds a portal. Does not connect to the network or the database yet.
    pub fn new(
        settings: Settings,
        keys: Keys,
        clock: Arc<Clock>,
        observer: Option<StatementObserver>,
    ) -> Result<Self, String> {
        let overrides = settings.plans_file.as_ref().map(std::fs::read_to_string).transpose();
        let overrides = overrides.map_err(|error| format!("plans_file: {error}"))?;
        let plans = Plans::load(overrides.as_deref()).map_err(|error| format!("plans_file: {error}"))?;
        let database = Database::open(Options {
            url: settings.database_url.clone(),
            pool_size: settings.pool_size,
            pool_wait: Duration::from_secs(1),
            field_keys: Arc::clone(&keys.field),
            entropy: entropy::fill,
            observer,
        })
        .map_err(|error| error.to_string())?;
        Ok(Self {
            tokens: Tokens::new(settings.base(), &keys.signing, SessionLifetimes::default())?,
            passwords: Arc::new(Passwords::new(keys.pepper, settings.password_cost)?),
            limits: Limits::new(settings.rate_limits),
            plans: Arc::new(plans),
            database: Arc::new(database),
            permits: ConcurrencyLimit::new(usize::try_from(settings.pool_size).unwrap_or(1), QUEUE),
            mail_posted: Notify::new(),
            draining: watch::Sender::new(false),
            settings,
            clock,
        })
    }

    /// The profile of a plan.
    pub fn plan(&self, code: PlanCode) -> Result<&PlanProfile, MissingPlan> {
        self.plans.get(code).ok_or(MissingPlan(code))
    }

    /// The current time by both clocks.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { business: self.clock.now(), session: self.clock.session_now() }
    }

    /// Runs work on the blocking pool. Waits for a permit first; there are as many as database
    /// connections. Fails if too many requests wait, so that overload does not pile up.
    pub async fn blocking<T, E>(&self, work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + From<BlockingError> + Send + 'static,
    {
        // Boxed so that the code around it is compiled once per result type instead of once per
        // caller.
        self.blocking_box(Box::new(work)).await
    }

    async fn blocking_box<T, E>(&self, work: Box<dyn FnOnce() -> Result<T, E> + Send>) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + From<BlockingError> + Send + 'static,
    {
        let permit = self.permits.acquire().await?;
        // Pass on the request's id and span, so that log lines of the work have them.
        let (id, span) = (request_id::current(), tracing::Span::current());
        web::block(move || {
            let _permit = permit;
            request_id::within(id, || span.in_scope(work))
        })
        .await?
    }

    /// Has posted emails delivered now instead of within a second.
    pub fn wake_mail(&self) {
        self.mail_posted.notify_one();
    }

    /// Waits until an email is posted.
    pub async fn mail_posted(&self) {
        self.mail_posted.notified().await;
    }

    /// Starts the shutdown: the portal reports that it is not ready, while requests in progress
    /// finish.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether the portal is shutting down.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Waits until the portal shuts down.
    pub async fn drained(&self) {
        let mut draining = self.draining.subscribe();
        let _draining = draining.wait_for(|draining| *draining).await;
    }

    /// Pauses for this time, or until the portal shuts down.
    pub async fn pause(&self, time: Duration) {
        let _woken = tokio::time::timeout(time, self.drained()).await;
    }
}
