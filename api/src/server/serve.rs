//! The server: middleware, OpenAPI document, startup, and shutdown.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpResponse, web};
use futures_util::future::join_all;
use utoipa::openapi::{OpenApi, Tag};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::background::jobs::Jobs;
use crate::background::mail::{self, Mailer};
use crate::http::auth::door::GuardedPortal;
use crate::http::extract::path_config;
use crate::http::fallback::{self, PathTable};
use crate::http::{limits, link_page, openapi, openapi_pass, request_id, shell};
use crate::portal::jobs::RunJobs;
use crate::portal::settings::Profile;
use crate::portal::state::Portal;
use crate::sandbox::SandboxPortal;
use crate::server::connections::Connections;
use crate::server::cors::cors;
use crate::server::listener;
use crate::server::metrics::Metrics;
use crate::server::routes;
use crate::server::work::{
    anchor, anchor_now, keep_going, process_requests, run_jobs, scan_documents, tidy, watch_database,
};

/// The time that background work then has to finish. It includes the 30 s that a mail server may
/// take for the email being sent.
const WORK_ENDS: Duration = Duration::from_secs(35);

/// The OpenAPI document; with `demo`, it includes the operations of the sandbox.
#[must_use]
pub fn document(demo: bool) -> OpenApi {
    let mut base = openapi::base();
    if demo {
        let sandbox =
            Tag::builder().name("sandbox").description(Some("Only with `--demo`: start here.")).build();
        base.tags.get_or_insert_default().insert(0, sandbox);
    }
    let (_app, mut document) =
        App::new().into_utoipa_app().openapi(base).configure(routes::documented(demo)).split_for_parts();
    openapi_pass::complete(&mut document);
    document
}

/// The path of the OpenAPI document.
const DOCUMENT_PATH: &str = "/api-docs/openapi.json";

/// The parts of the OpenAPI document that all workers share, and in tests all servers. The document
/// as an object takes megabytes.
#[derive(Clone)]
pub struct Contract {
    demo: bool,
    paths: web::Data<PathTable>,
    text: web::Data<DocumentText>,
}

impl Contract {
    /// Generates the document; with `demo`, it includes the operations of the sandbox.
    pub fn new(demo: bool) -> std::io::Result<Self> {
        let document = document(demo);
        let text = DocumentText(web::Bytes::from(document.to_json()?));
        Ok(Self { demo, paths: web::Data::new(PathTable::of(&document)), text: web::Data::new(text) })
    }
}

/// The serialized document.
struct DocumentText(web::Bytes);

async fn show_document(document: web::Data<DocumentText>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

/// A server that is bound to its address.
pub struct Listening {
    /// Runs until it is stopped.
    pub server: actix_web::dev::Server,
    /// The address on which the server listens.
    pub address: SocketAddr,
    /// The state of the portal.
    pub portal: web::Data<Portal>,
    /// Delivers the portal's emails.
    pub mailer: web::Data<Mailer>,
}

/// Binds the address and builds the server. It answers no requests until it is polled.
pub fn listen(portal: Portal, contract: Contract) -> std::io::Result<Listening> {
    let socket = TcpListener::bind(portal.settings.bind)?;
    let address = socket.local_addr()?;
    let Contract { demo, paths, text } = contract;
    if demo != portal.settings.demo {
        return Err(std::io::Error::other("the contract is not the one of these settings"));
    }
    let workers = match portal.settings.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        workers => workers,
    };
    let mailer = Mailer::from_settings(&portal.settings).map_err(std::io::Error::other)?;
    let (portal, mailer) = (web::Data::new(portal), web::Data::new(mailer));
    let jobs = Jobs { portal: portal.clone() };
    let jobs: web::Data<dyn RunJobs> = web::Data::from(Arc::new(jobs) as Arc<dyn RunJobs>);
    let shared_mailer = mailer.clone();
    let shared = portal.clone();
    let metrics = Metrics::new()?;
    if let Some(metrics_bind) = portal.settings.metrics_bind {
        let named = |error| std::io::Error::other(format!("metrics on {metrics_bind}: {error}"));
        metrics.serve(metrics_bind, portal.clone()).map_err(named)?;
    }
    actix_web::rt::spawn(watch_database(portal.clone()));
    let blocking_threads = usize::try_from(portal.database.pool_size()).unwrap_or(8).max(4);
    let connections = Arc::new(Connections::new(&portal.settings));
    let server = listener::listen(socket, connections, workers, blocking_threads, move || {
        let portal = shared.clone();
        let api_docs = portal.settings.api_docs;
        let swagger_ui = SwaggerUi::new("/swagger-ui/{_:.*}").config(
            Config::new([DOCUMENT_PATH])
                .try_it_out_enabled(true)
                .persist_authorization(portal.settings.swagger_persist_authorization)
                .display_request_duration(true)
                .filter(true)
                .validator_url("none"),
        );
        let cors = cors(&portal.settings);
        let mut transport_security = DefaultHeaders::new();
        if portal.settings.public_base_url.scheme() == "https" {
            transport_security = transport_security
                .add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"));
        }
        // The last layer wrapped is the outermost.
        App::new()
            .configure(routes::served(demo))
            .app_data(web::Data::from(portal.services()))
            .app_data(web::Data::from(Arc::clone(&portal.transfer_memory)))
            .app_data(web::Data::new(SandboxPortal { portal: portal.clone() }))
            .app_data(GuardedPortal::new(portal))
            .app_data(shared_mailer.clone())
            .app_data(jobs.clone())
            .app_data(paths.clone())
            .app_data(path_config())
            .app_data(text.clone())
            .configure(move |routes: &mut web::ServiceConfig| {
                if api_docs {
                    routes
                        .route(DOCUMENT_PATH, web::get().to(show_document))
                        .service(swagger_ui)
                        .service(web::redirect("/", "/swagger-ui/"))
                        .service(web::redirect("/swagger-ui", "/swagger-ui/"));
                }
            })
            .service(
                web::resource("/links/{purpose}")
                    .route(web::get().to(link_page::show))
                    .default_service(web::to(fallback::answer)),
            )
            .default_service(web::to(fallback::answer))
            .wrap(from_fn(limits::limit))
            .wrap(from_fn(shell::negotiate))
            .wrap(from_fn(shell::limit_headers))
            .wrap(from_fn(shell::head_as_get))
            .wrap(from_fn(shell::contain))
            .wrap(cors)
            .wrap(from_fn(shell::harden))
            .wrap(transport_security)
            .wrap(metrics.middleware.clone())
            .wrap(from_fn(request_id::identify))
    })?;
    Ok(Listening { server, address, portal, mailer })
}

/// Serves until SIGTERM or SIGINT. Then it reports "not ready", finishes what is in progress, and
/// returns.
pub async fn until_told_to_stop(listening: Listening) -> std::io::Result<()> {
    until(listening, told_to_stop()).await
}

/// Serves requests and does background work until `stop` completes. Then it reports "not ready",
/// finishes what is in progress, including emails being sent, and returns.
pub async fn until(listening: Listening, stop: impl Future<Output = ()> + 'static) -> std::io::Result<()> {
    let Listening { server, portal, mailer, .. } = listening;
    let handle = server.handle();
    let work = [
        actix_web::rt::spawn(keep_going("mails", portal.clone(), move |portal| {
            mail::run(portal, mailer.clone())
        })),
        actix_web::rt::spawn(keep_going("requests", portal.clone(), process_requests)),
        actix_web::rt::spawn(keep_going("scans", portal.clone(), scan_documents)),
        actix_web::rt::spawn(keep_going("tidying", portal.clone(), tidy)),
        actix_web::rt::spawn(keep_going("jobs", portal.clone(), run_jobs)),
        actix_web::rt::spawn(keep_going("audit anchor", portal.clone(), anchor)),
    ];
    let stopping = portal.clone();
    actix_web::rt::spawn(async move {
        stop.await;
        tracing::info!("draining");
        stopping.drain();
        // Load balancers need a moment to notice. A developer's machine has none.
        if stopping.settings.profile == Profile::Production {
            actix_web::rt::time::sleep(Duration::from_secs(5)).await;
        }
        handle.stop(true).await;
    });
    let served = server.await;
    // The server can also end by itself.
    portal.drain();
    if tokio::time::timeout(WORK_ENDS, join_all(work)).await.is_err() {
        tracing::warn!("background work did not finish in time");
    }
    // After the last change.
    anchor_now(&portal).await;
    served
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::portal::clock::Clock;
    use crate::portal::keys::Keys;
    use crate::portal::settings::Settings;

    /// A portal that never opens its database.
    fn portal() -> web::Data<Portal> {
        let environment = [
            ("PORTAL_DATABASE_URL", "sqlite://never-opened.db"),
            ("PORTAL_PASSWORD_MEMORY_KIB", "64"),
            ("PORTAL_PASSWORD_ITERATIONS", "1"),
        ];
        let environment = environment.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let settings = Settings::load(environment, false).unwrap();
        let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
        web::Data::new(Portal::new(settings, keys, Arc::new(Clock::system()), None).unwrap())
    }

    #[test]
    fn a_panicking_task_restarts_until_the_portal_shuts_down() {
        let starts = &Cell::new(0);
        let work = move |portal: web::Data<Portal>| async move {
            starts.set(starts.get() + 1);
            if starts.get() > 1 {
                portal.drain();
            }
            panic!("on purpose");
        };
        actix_web::rt::System::new().block_on(keep_going("panicking", portal(), work));
        assert_eq!(starts.get(), 2);
    }

    #[test]
    fn a_pause_ends_when_the_portal_shuts_down() {
        let portal = portal();
        actix_web::rt::System::new().block_on(async {
            let pause = actix_web::rt::spawn({
                let portal = portal.clone();
                async move { portal.pause(Duration::from_secs(3600)).await }
            });
            actix_web::rt::task::yield_now().await;
            portal.drain();
            let ended = tokio::time::timeout(Duration::from_secs(10), pause).await;
            assert!(ended.is_ok());
            portal.pause(Duration::from_secs(3600)).await;
        });
    }
}
