//! GET /livez

use actix_web::get;

use super::HealthView;
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;

/// Check liveness
///
/// Accesses nothing, not even the database. Restart the process if it does not respond.
#[utoipa::path(
    tag = "health",
    responses((status = 200, body = HealthView, description = "The process is alive."), AnyProblems),
    security(()),
)]
#[get("/livez")]
pub async fn get_liveness() -> Answered {
    public(&HealthView { status: "ok" })
}
