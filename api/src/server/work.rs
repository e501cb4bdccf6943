//! Work beside the requests: mail, self-service, housekeeping, jobs.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::web;
use futures_util::FutureExt;

use crate::background::{housekeeping, jobs, self_service};
use crate::portal::failure::Failure;
use crate::portal::state::Portal;
/// How long work that panicked rests before it begins again.
const RESTART: Duration = Duration::from_secs(1);

/// Has work done until the portal shuts down: a panic is an error to be looked into, not the end of all mail.
pub(crate) async fn keep_going<W: Future<Output = ()>>(
    name: &'static str,
    portal: web::Data<Portal>,
    work: impl Fn(web::Data<Portal>) -> W,
) {
    while !portal.is_draining() {
        if AssertUnwindSafe(work(portal.clone())).catch_unwind().await.is_ok() {
            return;
        }
        tracing::error!(work = name, "work beside the requests panicked; it begins again");
        portal.pause(RESTART).await;
    }
}

/// Looks into what strangers asked for, each second.
pub(crate) async fn process_requests(portal: web::Data<Portal>) {
    while !portal.is_draining() {
        let inner = portal.clone();
        match portal.blocking(move || self_service::process_requests(&inner)).await {
            Ok(0) => {}
            Ok(_) => portal.wake_mail(),
            Err(failure) => tracing::warn!(%failure, "requests could not be looked into"),
        }
        portal.pause(Duration::from_secs(1)).await;
    }
}

/// Each minute: forgets what is over.
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
            Ok(rows) => tracing::debug!(rows, "what was kept long enough is gone"),
            Err(failure) => tracing::warn!(%failure, "nothing could be tidied up"),
        }
    }
}

/// Runs the jobs whose time has come, each minute unless told otherwise. They may take long, so nothing else waits for them.
pub(crate) async fn run_jobs(portal: web::Data<Portal>) {
    while !portal.is_draining() {
        portal.pause(portal.settings.job_interval()).await;
        jobs::tick(&portal).await;
    }
}
