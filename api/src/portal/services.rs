//! What a running portal shares, except for its database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::Moment;
use tokio::sync::{Notify, watch};

use crate::portal::clock::Clock;
use crate::portal::passwords::Passwords;
use crate::portal::plans::{MissingPlan, Plans};
use crate::portal::rate_limits::Limits;
use crate::portal::settings::Settings;
use crate::portal::tokens::Tokens;
use crate::portal::transfer_memory::TransferMemory;

/// The settings, clock, keys, limits and plans of a running portal. Operations get this instead of
/// the [`Portal`](super::state::Portal), because they reach the database through the guard only.
pub struct Services {
    /// The settings that the portal was started with.
    pub settings: Settings,
    /// The clock.
    pub clock: Arc<Clock>,
    /// Issues and verifies access tokens.
    pub tokens: Tokens,
    /// Hashes and verifies passwords.
    pub passwords: Arc<Passwords>,
    /// The rate limits.
    pub limits: Limits,
    /// The plan profiles.
    pub plans: Arc<Plans>,
    /// The memory for files in transfer.
    pub transfer_memory: Arc<TransferMemory>,
    pub(super) mail_queued: Arc<Notify>,
    pub(super) draining: watch::Sender<bool>,
    /// Whether the database responded when it was last checked.
    pub(super) database_responds: AtomicBool,
}

impl Services {
    /// The profile of a plan.
    pub fn plan(&self, code: PlanCode) -> Result<&PlanProfile, MissingPlan> {
        self.plans.get(code).ok_or(MissingPlan(code))
    }

    /// The current time by both clocks.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { business: self.clock.now(), session: self.clock.session_now() }
    }

    /// Waits until a transaction that queued an email is committed.
    pub async fn mail_queued(&self) {
        self.mail_queued.notified().await;
    }

    /// Starts the shutdown: the portal reports that it is not ready, while requests in progress
    /// finish.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether the database responded when it was last checked, which was about a second ago.
    #[must_use]
    pub fn database_responds(&self) -> bool {
        self.database_responds.load(Ordering::SeqCst)
    }

    /// Records whether the database responds.
    pub fn set_database_responds(&self, responds: bool) {
        if self.database_responds.swap(responds, Ordering::SeqCst) != responds {
            if responds {
                tracing::info!("the database responds again");
            } else {
                tracing::error!("the database does not respond");
            }
        }
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
