//! GET /livez

use actix_web::get;

use super::HealthView;
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;

/// Is the process alive
///
/// Touches nothing, not even the database: restart the process when this does not answer.
#[utoipa::path(
    tag = "health",
    operation_id = "getLiveness",
    responses((status = 200, body = HealthView, description = "It is."), AnyProblems),
    security(()),
)]
#[get("/livez")]
pub async fn get_liveness() -> Answered {
    public(&HealthView { status: "ok" })
}
