//! The state of a running portal, in one struct.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use actix_web::error::BlockingError;
use actix_web::web;
use portal_domain::applications::document::MAX_BYTES;
use portal_domain::identity::session::SessionLifetimes;
use portal_persistence::{Database, Options, StatementObserver};
use tokio::sync::{Notify, watch};

use crate::portal::audit_anchor::AuditAnchor;
use crate::portal::clock::Clock;
use crate::portal::concurrency_limit::{ConcurrencyLimit, Overloaded};
use crate::portal::keys::Keys;
use crate::portal::passwords::Passwords;
use crate::portal::plans::Plans;
use crate::portal::rate_limits::Limits;
use crate::portal::services::Services;
use crate::portal::settings::Settings;
use crate::portal::tokens::Tokens;
use crate::portal::transfer_memory::TransferMemory;
use crate::portal::{entropy, request_id};

/// The number of requests that may wait for the database; further ones are refused.
const QUEUE: usize = 512;

/// The memory for files in transfer, in bytes.
const TRANSFERS: usize = 256 * 1024 * 1024;

/// A user's share of it: two files of the maximum size and many small ones.
const TRANSFERS_OF_USER: usize = 2 * MAX_BYTES + 1024 * 1024;

/// A running portal: its services and its database.
pub struct Portal {
    /// The database.
    pub database: Arc<Database>,
    /// The record of the audit chains outside the database.
    pub audit_anchor: AuditAnchor,
    services: Arc<Services>,
    permits: ConcurrencyLimit,
}

impl Deref for Portal {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
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
        let mail_queued = Arc::new(Notify::new());
        let notify = Arc::clone(&mail_queued);
        let database = Database::open(Options {
            url: settings.database_url.clone(),
            pool_size: settings.pool_size,
            pool_wait: Duration::from_secs(1),
            field_keys: Arc::clone(&keys.field),
            entropy: entropy::fill,
            observer,
            mail_queued: Some(Arc::new(move || notify.notify_one())),
        })
        .map_err(|error| error.to_string())?;
        Ok(Self {
            database: Arc::new(database),
            audit_anchor: AuditAnchor::new(settings.audit_anchor.as_deref(), keys.anchor)?,
            permits: ConcurrencyLimit::new(usize::try_from(settings.pool_size).unwrap_or(1), QUEUE),
            services: Arc::new(Services {
                tokens: Tokens::new(settings.base(), &keys.signing, SessionLifetimes::default())?,
                passwords: Arc::new(Passwords::new(keys.peppers, settings.password_cost)?),
                limits: Limits::new(settings.rate_limits),
                plans: Arc::new(plans),
                transfer_memory: Arc::new(TransferMemory::new(TRANSFERS, TRANSFERS_OF_USER)),
                mail_queued,
                draining: watch::Sender::new(false),
                database_responds: AtomicBool::new(true),
                settings,
                clock,
            }),
        })
    }

    /// Everything but the database.
    #[must_use]
    pub fn services(&self) -> Arc<Services> {
        Arc::clone(&self.services)
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
}
