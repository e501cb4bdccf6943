//! A concurrency limit: a number of tasks run, a number wait, and further tasks are refused at
//! once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A number of permits with a bounded queue.
pub struct ConcurrencyLimit {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
}

/// Refused because the queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overloaded;

impl std::fmt::Display for Overloaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too many requests are waiting")
    }
}

/// A place in the queue, which is released on drop. A disconnect of the client drops it, too.
struct Waiting<'t>(&'t AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ConcurrencyLimit {
    /// Allows `running` tasks at a time, at least one, and `queue` waiting tasks.
    #[must_use]
    pub fn new(running: usize, queue: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(running.max(1))), waiting: AtomicUsize::new(0), queue }
    }

    /// Waits for a permit. Fails if the queue is full. Keep the permit with the work, not with the
    /// request: work on the blocking pool continues after the client disconnects.
    pub async fn acquire(&self) -> Result<OwnedSemaphorePermit, Overloaded> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        if before >= self.queue {
            return Err(Overloaded);
        }
        Arc::clone(&self.permits).acquire_owned().await.map_err(|_closed| Overloaded)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_client_that_disconnects_leaves_the_queue() {
        let limit = ConcurrencyLimit::new(1, 2);
        let permit = limit.acquire().now_or_never().unwrap().unwrap();
        for _ in 0..100 {
            assert!(limit.acquire().now_or_never().is_none(), "the waiting request is dropped");
        }
        drop(permit);
        assert!(limit.acquire().now_or_never().unwrap().is_ok());
    }

    #[test]
    fn a_full_queue_refuses_requests() {
        let limit = ConcurrencyLimit::new(1, 1);
        let _permit = limit.acquire().now_or_never().unwrap().unwrap();
        let mut first = Box::pin(limit.acquire());
        assert!(first.as_mut().now_or_never().is_none());
        let refused = limit.acquire().now_or_never().unwrap();
        assert_eq!(refused.unwrap_err(), Overloaded);
    }
}
