//! Metrics in the Prometheus format and health checks, on a separate address.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::{App, HttpResponse, HttpServer, web};
use actix_web_prom::{PrometheusMetrics, PrometheusMetricsBuilder};
use prometheus::{Encoder, IntGauge, Registry, TextEncoder};

use crate::portal::state::Portal;
pub(crate) struct Metrics {
    pub(crate) middleware: PrometheusMetrics,
    registry: Registry,
    connections: IntGauge,
    idle_connections: IntGauge,
}

pub(crate) fn other(error: impl std::fmt::Display) -> std::io::Error {
    std::io::Error::other(error.to_string())
}

/// The same as on the public address, but served by a thread of its own.
async fn readiness(portal: web::Data<Portal>) -> HttpResponse {
    if portal.is_draining() || !portal.database_responds() {
        HttpResponse::ServiceUnavailable().finish()
    } else {
        HttpResponse::Ok().finish()
    }
}

impl Metrics {
    pub(crate) fn new() -> std::io::Result<Self> {
        let registry = Registry::new();
        let middleware = PrometheusMetricsBuilder::new("portal")
            .registry(registry.clone())
            .mask_unmatched_patterns("(none)")
            .exclude("/livez")
            .exclude("/readyz")
            .build()
            .map_err(other)?;
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help).map_err(other)?;
            registry.register(Box::new(gauge.clone())).map_err(other)?;
            Ok::<_, std::io::Error>(gauge)
        };
        Ok(Self {
            middleware,
            connections: gauge("portal_database_connections", "Open database connections.")?,
            idle_connections: gauge("portal_database_connections_idle", "Open connections that are idle.")?,
            registry,
        })
    }

    /// Serves metrics and health checks on a separate address, which must not be public.
    pub(crate) fn serve(&self, bind: SocketAddr, portal: web::Data<Portal>) -> std::io::Result<()> {
        let gauges = Arc::new((self.connections.clone(), self.idle_connections.clone()));
        let registry = self.registry.clone();
        let server = HttpServer::new(move || {
            let (registry, gauges, portal) = (registry.clone(), Arc::clone(&gauges), portal.clone());
            let health = portal.clone();
            let answer = move || {
                let (open, idle) = portal.database.connections();
                gauges.0.set(i64::from(open));
                gauges.1.set(i64::from(idle));
                let mut text = Vec::new();
                let written = TextEncoder::new().encode(&registry.gather(), &mut text);
                std::future::ready(match written {
                    Ok(()) => HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text),
                    Err(_) => HttpResponse::InternalServerError().finish(),
                })
            };
            App::new()
                .app_data(health)
                .route("/metrics", web::get().to(answer))
                .route("/livez", web::get().to(HttpResponse::Ok))
                .route("/readyz", web::get().to(readiness))
        })
        .workers(1)
        .disable_signals()
        .bind(bind)?
        .run();
        actix_web::rt::spawn(server);
        Ok(())
    }
}
