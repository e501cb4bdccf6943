//! Background work: email, self-service, scans of documents, housekeeping, and jobs.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use futures_util::FutureExt;

use crate::background::{audit_anchor, housekeeping, jobs, scan, self_service};
use crate::portal::failure::Failure;
use crate::portal::state::Portal;
/// The delay before work that panicked is restarted.
const RESTART: Duration = Duration::from_secs(1);

/// Runs work until the portal shuts down. Restarts it after a panic, so that one error does not
/// end, for example, all delivery of email.
pub(crate) async fn keep_going<W: Future<Output = ()>>(
    name: &'static str,
    portal: web::Data<Portal>,
    work: impl Fn(web::Data<Portal>) -> W,
) {
    while !portal.is_draining() {
        if AssertUnwindSafe(work(portal.clone())).catch_unwind().await.is_ok() {
            return;
        }
        tracing::error!(work = name, "background work panicked; it restarts");
        portal.pause(RESTART).await;
    }
}

/// How long the database may take to respond to a check.
const RESPONSE: Duration = Duration::from_secs(2);

/// Checks every second whether the database responds. Health checks only read the result.
pub(crate) async fn watch_database(portal: web::Data<Portal>) {
    loop {
        portal.pause(Duration::from_secs(1)).await;
        if portal.is_draining() {
            return;
        }
        let database = Arc::clone(&portal.database);
        let mut check = std::pin::pin!(web::block(move || database.responds()));
        let in_time = tokio::time::timeout(RESPONSE, check.as_mut()).await;
        let responds = match in_time {
            Ok(responds) => responds.is_ok_and(|responds| responds),
            Err(_elapsed) => {
                portal.set_database_responds(false);
                // The next check begins when this one has ended.
                check.await.is_ok_and(|responds| responds)
            }
        };
        portal.set_database_responds(responds);
    }
}

/// Processes self-service requests every second.
pub(crate) async fn process_requests(portal: web::Data<Portal>) {
    while !portal.is_draining() {
        let inner = portal.clone();
        let processed = portal.blocking(move || self_service::process_requests(&inner)).await;
        if let Err(failure) = processed {
            tracing::warn!(%failure, "self-service requests could not be processed");
        }
        portal.pause(Duration::from_secs(1)).await;
    }
}

/// Scans uploaded documents, if there is a scanner.
pub(crate) async fn scan_documents(portal: web::Data<Portal>) {
    if let Some(scanner) = portal.settings.scanner() {
        scan::run(portal, scanner).await;
    }
}

/// Deletes expired data every minute.
pub(crate) async fn tidy(portal: web::Data<Portal>) {
    for minute in 0_u64.. {
        portal.pause(Duration::from_secs(60)).await;
        if portal.is_draining() {
            return;
        }
        portal.limits.tidy();
        let inner = portal.clone();
        let purge = move || {
            let hourly = minute % 60 == 0;
            Ok::<_, Failure>(if hourly {
                housekeeping::purge(&inner)
            } else {
                housekeeping::purge_often(&inner)
            })
        };
        match portal.blocking(purge).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "expired rows were deleted"),
            Err(failure) => tracing::warn!(%failure, "housekeeping failed"),
        }
    }
}

/// Records the heads of the audit chains every ten minutes.
pub(crate) async fn anchor(portal: web::Data<Portal>) {
    while !portal.is_draining() {
        portal.pause(Duration::from_secs(600)).await;
        anchor_now(&portal).await;
    }
}

/// Records the heads of the audit chains.
pub(crate) async fn anchor_now(portal: &web::Data<Portal>) {
    let inner = portal.clone();
    match portal.blocking(move || Ok::<_, Failure>(audit_anchor::record(&inner))).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(error, "the audit anchor was not written"),
        Err(failure) => tracing::error!(%failure, "the audit anchor was not written"),
    }
}

/// Runs due jobs, every minute unless set otherwise. Jobs can take long, so nothing else waits for
/// them.
pub(crate) async fn run_jobs(portal: web::Data<Portal>) {
    while !portal.is_draining() {
        portal.pause(portal.settings.job_interval()).await;
        jobs::tick(&portal).await;
    }
}
