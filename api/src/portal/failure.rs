//! Errors of background work. Requests are answered with problem documents instead.

use actix_web::error::BlockingError;
use portal_persistence::{AsStoreError, StoreError};

use crate::portal::concurrency_limit::Overloaded;
use crate::portal::plans::MissingPlan;

/// Why background work did not finish. Its open transaction was rolled back.
#[derive(Debug)]
pub enum Failure {
    /// The database reported an error.
    Store(StoreError),
    /// Too much work is waiting.
    Overloaded(Overloaded),
    /// A plan in the database has no profile.
    MissingPlan(MissingPlan),
    /// Another instance is running the job.
    JobRunning,
    /// The process is shutting down.
    ShuttingDown,
    /// A row that was just written is missing.
    Inconsistent(&'static str),
    /// The work panicked or was canceled.
    Panicked,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Overloaded(overloaded) => overloaded.fmt(f),
            Self::MissingPlan(missing) => missing.fmt(f),
            Self::JobRunning => f.write_str("another instance runs the job now"),
            Self::ShuttingDown => f.write_str("the process is shutting down"),
            Self::Inconsistent(what) => f.write_str(what),
            Self::Panicked => f.write_str("the work panicked or was cancelled"),
        }
    }
}

impl std::error::Error for Failure {}

impl AsStoreError for Failure {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Logs a storage error that operators must know of. Lost races and taken names are not logged,
/// because the response reports them.
pub fn log_store_error(error: &StoreError) {
    match error {
        StoreError::Stale(_) | StoreError::Taken(_) => {}
        StoreError::Busy(_) => tracing::warn!(%error, "storage is busy"),
        StoreError::Unavailable(_) => tracing::error!(%error, "storage is unavailable"),
        _ => tracing::error!(%error, "storage failed"),
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        log_store_error(&error);
        Self::Store(error)
    }
}

impl From<Overloaded> for Failure {
    fn from(overloaded: Overloaded) -> Self {
        Self::Overloaded(overloaded)
    }
}

impl From<MissingPlan> for Failure {
    fn from(missing: MissingPlan) -> Self {
        Self::MissingPlan(missing)
    }
}

impl From<BlockingError> for Failure {
    fn from(_: BlockingError) -> Self {
        tracing::error!("work on the blocking pool was canceled or panicked");
        Self::Panicked
    }
}
