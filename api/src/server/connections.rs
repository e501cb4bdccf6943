//! Limits of connections: how many there are, in all and from one address, and how long a client
//! may take to read a response.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::portal::rate_limits::subscriber;
use crate::portal::settings::Settings;

/// Clients that read more slowly than this many bytes a second are disconnected, once they have used
/// up their time.
const SLOWEST: u64 = 16 * 1024;

/// The response to a connection above a limit. No request was read, so it has no request ID.
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n\
                         content-length: 0\r\n\r\n";

/// The open connections of a server.
pub(super) struct Connections {
    limit: usize,
    limit_per_address: usize,
    /// Proxies have the connections of many clients, so only the first limit applies to them.
    proxies: Vec<IpNet>,
    patience: Duration,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// The place of one connection, which is released on drop.
struct Place {
    connections: Arc<Connections>,
    network: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.connections.open();
        open.all = open.all.saturating_sub(1);
        if let Some(count) = open.by_network.get_mut(&self.network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_network.remove(&self.network);
            }
        }
    }
}

impl Connections {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            limit: settings.max_connections,
            limit_per_address: settings.max_connections_per_address,
            proxies: settings.trusted_proxies.clone(),
            patience: Duration::from_secs(settings.response_stall_seconds.into()),
            open: Mutex::default(),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let is_proxy = self.proxies.iter().any(|network| network.contains(&address));
        let network = subscriber(address);
        let mut open = self.open();
        let from_network = open.by_network.get(&network).copied().unwrap_or_default();
        if open.all >= self.limit || (!is_proxy && from_network >= self.limit_per_address) {
            return None;
        }
        open.all += 1;
        open.by_network.insert(network, from_network + 1);
        Some(Place { connections: Arc::clone(self), network })
    }

    /// Admits a new connection, or refuses it with a short response.
    pub(super) fn admit(self: &Arc<Self>, stream: TcpStream) -> io::Result<(Watched, Option<SocketAddr>)> {
        let address = stream.peer_addr()?;
        match self.place(address.ip()) {
            Some(place) => {
                let pace = Pace::new(self.patience);
                Ok((Watched { stream, pace, _place: place }, Some(address)))
            }
            None => {
                // Fits the empty buffer of a new connection.
                let _written = stream.into_std().and_then(|mut stream| stream.write(REFUSAL));
                Err(io::Error::other("too many connections"))
            }
        }
    }
}

/// A connection that ends when its client reads too slowly.
pub(super) struct Watched {
    stream: TcpStream,
    pace: Pace,
    _place: Place,
}

/// The time that writing may still be blocked. What the client reads adds to it, up to the limit.
struct Pace {
    patience: Duration,
    left: Duration,
    blocked_since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    const fn new(patience: Duration) -> Self {
        Self { patience, left: patience, blocked_since: None, timer: None }
    }

    /// Counts bytes that the client made room for.
    fn sent(&mut self, bytes: usize) {
        if let Some(since) = self.blocked_since.take() {
            self.unblocked(since.elapsed(), bytes);
        }
        self.timer = None;
    }

    fn unblocked(&mut self, after: Duration, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let earned = Duration::from_millis(bytes.saturating_mul(1000) / SLOWEST);
        self.left = self.left.saturating_sub(after).saturating_add(earned).min(self.patience);
    }

    /// Writing is blocked. Ready once it was blocked for too long.
    fn poll_exhausted(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let left = self.left;
        let since = *self.blocked_since.get_or_insert_with(Instant::now);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(since + left)));
        timer.as_mut().poll(context)
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Ready(written) => {
                if let Ok(count) = &written {
                    self.pace.sent(*count);
                }
                Poll::Ready(written)
            }
            Poll::Pending => {
                ready!(self.pace.poll_exhausted(context));
                // Discards what the system would otherwise keep for the client.
                let _reset = self.stream.set_zero_linger();
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(limit: usize, per_address: usize, proxies: &str) -> Arc<Connections> {
        let environment = [
            ("PORTAL_MAX_CONNECTIONS".to_owned(), limit.to_string()),
            ("PORTAL_MAX_CONNECTIONS_PER_ADDRESS".to_owned(), per_address.to_string()),
            ("PORTAL_TRUSTED_PROXIES".to_owned(), proxies.to_owned()),
        ];
        Arc::new(Connections::new(&Settings::load(environment, false).unwrap()))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn connections_are_counted_by_address_or_ipv6_64_prefix() {
        let connections = connections(10, 2, "");
        let places = ["203.0.113.7", "::ffff:203.0.113.7"].map(|one| connections.place(address(one)));
        assert!(places.iter().all(Option::is_some));
        assert!(connections.place(address("203.0.113.7")).is_none());
        let other = connections.place(address("203.0.113.8"));
        assert!(other.is_some());
        let subscriber = ["2001:db8:0:1::1", "2001:db8:0:1::2"].map(|one| connections.place(address(one)));
        assert!(subscriber.iter().all(Option::is_some));
        assert!(connections.place(address("2001:db8:0:1:ffff::3")).is_none());
        drop(places);
        assert!(connections.place(address("203.0.113.7")).is_some());
    }

    #[test]
    fn only_the_limit_of_all_connections_applies_to_trusted_proxies() {
        let connections = connections(3, 1, "10.0.0.0/8");
        let places = [(); 3].map(|()| connections.place(address("10.1.2.3")));
        assert!(places.iter().all(Option::is_some));
        assert!(connections.place(address("10.1.2.3")).is_none());
        assert!(connections.place(address("203.0.113.7")).is_none());
        drop(places);
        assert_eq!(connections.open().all, 0);
        assert!(connections.open().by_network.is_empty());
    }

    #[test]
    fn reading_adds_to_the_time_that_writing_may_be_blocked_up_to_the_limit() {
        let mut pace = Pace::new(Duration::from_secs(10));
        pace.unblocked(Duration::from_secs(9), 0);
        assert_eq!(pace.left, Duration::from_secs(1));
        pace.unblocked(Duration::ZERO, 32 * 1024);
        assert_eq!(pace.left, Duration::from_secs(3));
        pace.unblocked(Duration::ZERO, 1024 * 1024);
        assert_eq!(pace.left, Duration::from_secs(10), "never more than the limit");
        pace.unblocked(Duration::from_secs(11), 0);
        assert_eq!(pace.left, Duration::ZERO);
    }
}
