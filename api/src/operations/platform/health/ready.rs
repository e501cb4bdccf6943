//! GET /readyz

use actix_web::{get, web};

use super::HealthView;
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Answered;
use crate::portal::state::Portal;

/// Check readiness
///
/// Returns 503 while the database does not respond, and once the process shuts down.
#[utoipa::path(
    tag = "health",
    operation_id = "getReadiness",
    responses((status = 200, body = HealthView, description = "The process accepts requests."), AnyProblems),
    security(()),
)]
#[get("/readyz")]
pub async fn get_readiness(portal: web::Data<Portal>) -> Answered {
    if portal.is_draining() {
        return Err(Problem::new(Code::unavailable, "the process is shutting down"));
    }
    let inner = portal.clone();
    portal.blocking(move || inner.database.ping().map_err(Problem::from)).await?;
    public(&HealthView { status: "ok" })
}
