//! Accepts connections within their limits, and serves HTTP on them.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::MessageBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;
use socket2::SockRef;

use crate::server::connections::Connections;

/// The time in seconds that requests in progress have to finish at shutdown.
const DRAIN_SECONDS: u64 = 25;

/// The size of the system's buffer for a response, in bytes. Linux doubles it.
const SEND_BUFFER: usize = 128 * 1024;

/// How long a connection may be idle between requests.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a client may take to send the head of a request.
const REQUEST_HEAD: Duration = Duration::from_secs(5);

/// How long a client may take to close a connection.
const DISCONNECT: Duration = Duration::from_secs(1);

/// Builds a server for the app on this listener. The same as `actix_web::HttpServer`, except that
/// each connection is admitted and watched.
pub(super) fn listen<F, I, S, B>(
    listener: TcpListener,
    connections: Arc<Connections>,
    workers: usize,
    blocking_threads: usize,
    app: F,
) -> std::io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: std::fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    // Connections inherit this. A fixed size bounds the system's memory for slow readers, and shows
    // soon whether a client reads.
    SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER)?;
    let builder = Server::build()
        .workers(workers)
        .worker_max_blocking_threads(blocking_threads)
        .shutdown_timeout(DRAIN_SECONDS)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let server = builder.listen("api", listener, move || {
        let stopping = stopping.clone();
        let app = app().into_factory().map_err(|error| error.into().error_response());
        let http = HttpService::build()
            // Closes idle connections at shutdown.
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(REQUEST_HEAD)
            .client_disconnect_timeout(DISCONNECT)
            .h1(map_config(app, |()| AppConfig::default()));
        let connections = Arc::clone(&connections);
        fn_service(move |stream: TcpStream| {
            std::future::ready(connections.admit(stream).map_err(DispatchError::Io))
        })
        .and_then(http)
    })?;
    Ok(server.run())
}
