//! The id of the current request, on whichever thread its work runs.

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the current request; empty outside a request.
#[must_use]
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs work on another thread as part of the request with this id.
pub fn within<T>(id: String, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(id, work)
}

/// Runs a future as part of the request with this id.
pub async fn scope<T>(id: String, work: impl Future<Output = T>) -> T {
    CURRENT.scope(id, work).await
}
