//! Turns: so many pieces of work at a time, so many waiting, and the rest is turned away at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::problem::{Code, Problem};

/// A number of turns with a bounded queue before them.
pub struct Turns {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
}

/// Somebody who waits; counted until it is dropped, which also happens when the client goes away.
struct Waiting<'t>(&'t AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Turns {
    /// So many at a time, and so many waiting.
    #[must_use]
    pub fn new(at_a_time: usize, queue: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_a_time.max(1))), waiting: AtomicUsize::new(0), queue }
    }

    /// Waits for a turn. Keep it with the work, not with the request: work on the blocking pool goes on when the client
    /// has gone.
    pub async fn take(&self) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let overloaded = || Problem::new(Code::overloaded, "too many requests are waiting");
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        if before >= self.queue {
            return Err(overloaded());
        }
        Arc::clone(&self.permits).acquire_owned().await.map_err(|_closed| overloaded())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn whoever_stops_waiting_leaves_the_queue() {
        let turns = Turns::new(1, 2);
        let taken = turns.take().now_or_never().unwrap().unwrap();
        for _ in 0..100 {
            assert!(turns.take().now_or_never().is_none(), "waits, and is dropped");
        }
        drop(taken);
        assert!(turns.take().now_or_never().unwrap().is_ok());
    }

    #[test]
    fn a_full_queue_turns_away() {
        let turns = Turns::new(1, 1);
        let _taken = turns.take().now_or_never().unwrap().unwrap();
        let mut first = Box::pin(turns.take());
        assert!(first.as_mut().now_or_never().is_none());
        let refused = turns.take().now_or_never().unwrap();
        assert_eq!(refused.unwrap_err().code(), Code::overloaded);
    }
}
