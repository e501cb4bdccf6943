//! What a running portal is made of: one struct, no globals.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::session::SessionLifetimes;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::{Database, Moment, Options, StatementObserver};
use tokio::sync::watch;

use crate::background::mail::Mailer;
use crate::http::auth::password::Passwords;
use crate::http::auth::token::Tokens;
use crate::http::limits::Limits;
use crate::http::problem::Problem;
use crate::http::request_id;
use crate::portal::clock::Clock;
use crate::portal::entropy;
use crate::portal::keys::Keys;
use crate::portal::plans::Plans;
use crate::portal::turns::Turns;
use crate::server::settings::Settings;

/// So many requests may wait for the database; more are turned away.
const QUEUE: usize = 512;

/// A running portal.
pub struct Portal {
    /// The settings it was started with.
    pub settings: Settings,
    /// What time it is.
    pub clock: Arc<Clock>,
    /// The database.
    pub database: Arc<Database>,
    /// Access tokens.
    pub tokens: Tokens,
    /// Password hashing.
    pub passwords: Arc<Passwords>,
    /// Traffic limits.
    pub limits: Limits,
    /// How mails leave.
    pub mailer: Mailer,
    /// The plan profiles.
    pub plans: Arc<Plans>,
    turns: Turns,
    draining: watch::Sender<bool>,
}

impl Portal {
    /// Puts a portal together; touches neither network nor database yet.
    pub fn new(
        settings: Settings,
        keys: Keys,
        clock: Arc<Clock>,
        observer: Option<StatementObserver>,
    ) -> Result<Self, String> {
        let overrides = settings.plans_file.as_ref().map(std::fs::read_to_string).transpose();
        let overrides = overrides.map_err(|error| format!("plans_file: {error}"))?;
        let plans = Plans::load(overrides.as_deref()).map_err(|fault| format!("plans_file: {fault}"))?;
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
            tokens: Tokens::new(settings.issuer(), &keys.signing, SessionLifetimes::default())?,
            passwords: Arc::new(Passwords::new(keys.pepper, settings.password_cost)?),
            limits: Limits::new(settings.rate_limits),
            mailer: Mailer::from_settings(&settings)?,
            plans: Arc::new(plans),
            database: Arc::new(database),
            turns: Turns::new(usize::try_from(settings.pool_size).unwrap_or(1), QUEUE),
            draining: watch::Sender::new(false),
            settings,
            clock,
        })
    }

    /// A plan's profile.
    pub fn plan(&self, code: PlanCode) -> Result<&PlanProfile, Problem> {
        self.plans.get(code).ok_or_else(|| {
            Problem::new(crate::http::problem::Code::internal_error, "the plan has no profile")
        })
    }

    /// The present, by both clocks.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { business: self.clock.now(), session: self.clock.session_now() }
    }

    /// Takes work to the blocking pool: the one hop of a request. Waits for a free database connection first, so that an
    /// overload is answered instead of piling up.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        // Boxed so that the code behind it is compiled once for each type of result, not once for each caller.
        self.blocking_box(Box::new(work)).await
    }

    async fn blocking_box<T: Send + 'static>(
        &self,
        work: Box<dyn FnOnce() -> Result<T, Problem> + Send>,
    ) -> Result<T, Problem> {
        let turn = self.turns.take().await?;
        // The request's id and span go along, so that what is logged there can be found.
        let (id, span) = (request_id::current(), tracing::Span::current());
        web::block(move || {
            let _turn = turn;
            request_id::within(id, || span.in_scope(work))
        })
        .await?
    }

    /// From now on the portal says that it is not ready, while requests under way are finished.
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

    /// Rests so long, or until the portal shuts down.
    pub async fn rest(&self, time: Duration) {
        let _woken = tokio::time::timeout(time, self.drained()).await;
    }
}
