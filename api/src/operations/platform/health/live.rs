//! GET /livez

use actix_web::get;

use super::HealthView;
use crate::auth::caller::public;
use crate::openapi::AnyProblems;
use crate::reply::Answered;

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
