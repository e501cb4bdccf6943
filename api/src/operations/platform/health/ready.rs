//! GET /readyz

use actix_web::get;

use super::HealthView;
use crate::http::auth::anonymous::Anonymous;
use crate::http::openapi::AnyProblems;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Answered, Reply};

/// Check readiness
///
/// Returns 503 while the database does not respond, and once the process shuts down.
#[utoipa::path(
    tag = "health",
    responses((status = 200, body = HealthView, description = "The process accepts requests."), AnyProblems),
    security(()),
)]
#[get("/readyz")]
pub async fn get_readiness(caller: Anonymous) -> Answered {
    if caller.services().is_draining() {
        return Err(Problem::new(Code::unavailable, "the process is shutting down"));
    }
    caller
        .read(|tx, _services| {
            tx.ping()?;
            Reply::ok(&HealthView { status: "ok" })
        })
        .await
}
