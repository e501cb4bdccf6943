//! GET /readyz

use actix_web::get;

use super::HealthView;
use crate::http::auth::anonymous::Anonymous;
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Answered;

/// Check readiness
///
/// Returns 503 while the database does not respond, and once the process shuts down. The process
/// checks its database every second. This operation returns the latest result and waits for nothing.
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
    if !caller.services().database_responds() {
        return Err(Problem::new(Code::unavailable, "the database does not respond"));
    }
    public(&HealthView { status: "ok" })
}
