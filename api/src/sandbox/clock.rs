//! POST /sandbox/clock/advance

use actix_web::{post, web};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::app::Portal;
use crate::auth::caller::public;
use crate::extract::Json;
use crate::jobs;
use crate::openapi::{AnyProblems, BodyProblems};
use crate::reply::Answered;

/// How far to advance the clock.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"days": 30}))]
pub struct AdvanceClockRequest {
    /// Days of 24 hours.
    #[validate(range(min = 1, max = 3650, code = "range", message = "must be 1 to 3650"))]
    #[schema(minimum = 1, maximum = 3650)]
    pub days: i64,
}

/// What time it is in the sandbox.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"now": "2026-03-03T12:00:00Z"}))]
pub struct ClockView {
    /// The present, by which the day rules count.
    pub now: DateTime<Utc>,
}

/// Advance the clock
///
/// Days pass for applications, members and whatever else counts days, and the jobs run at once, as they would have in the
/// nights between; sessions and tokens do not notice. A reset, or a restart of the server, takes the clock back to the
/// present.
#[utoipa::path(
    tag = "sandbox",
    operation_id = "advanceClock",
    request_body = AdvanceClockRequest,
    responses((status = 200, body = ClockView, description = "What time it is now."), AnyProblems, BodyProblems),
    security(()),
)]
#[post("/sandbox/clock/advance")]
pub async fn advance_clock(portal: web::Data<Portal>, body: Json<AdvanceClockRequest>) -> Answered {
    portal.clock.advance(Duration::days(body.0.days));
    let inner = portal.clone();
    portal.blocking(move || jobs::run_after_advance(&inner)).await?;
    public(&ClockView { now: portal.clock.now() })
}
