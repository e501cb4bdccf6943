//! POST /sandbox/clock/advance

use actix_web::{post, web};
use chrono::{DateTime, Days, Duration, Utc};
use portal_domain::ground::plan_code::PlanCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::background::jobs;
use crate::http::auth::caller::public;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems};
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::portal::state::Portal;

/// How far to advance the clock.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"days": 30}))]
pub struct AdvanceClockRequest {
    /// Calendar days in Kentucky: the clock shows the same hour there, also across a change of the clocks.
    #[validate(range(min = 1, max = 3650, code = "range", message = "must be 1 to 3650"))]
    #[schema(minimum = 1, maximum = 3650)]
    pub days: i64,
}

/// Nights in which jobs are run one after the other; the request has to be answered within its deadline.
const NIGHTS: i64 = 130;

fn let_pass(portal: &Portal, days: i64) -> Result<(), Problem> {
    let nights = days.min(NIGHTS);
    if days > nights {
        portal.clock.advance(time_of(portal, days - nights));
    }
    for night in (0..nights).rev() {
        portal.clock.advance(time_of(portal, 1));
        jobs::run_after_advance(portal, night > 0)?;
    }
    Ok(())
}

/// How long it takes until the clocks in Kentucky show the same hour so many days later. Days of 24 hours would miss a day
/// where the clocks change in between.
fn time_of(portal: &Portal, days: i64) -> Duration {
    let plain = Duration::days(days);
    let now = portal.clock.now();
    let later = portal.plans.get(PlanCode::Ky).and_then(|plan| {
        let days = Days::new(u64::try_from(days).ok()?);
        now.with_timezone(&plan.time_zone).checked_add_days(days)
    });
    later.map_or(plain, |later| later.with_timezone(&Utc) - now)
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
/// Days pass one by one for applications, members and whatever else counts days, and each night the jobs run that have
/// something to do: notices and withdrawals come on their days. Of a longer time only the last 130 nights are told, as after a
/// downtime. Sessions and tokens do not notice. A reset, or a restart of the server, takes the clock back to the present.
#[utoipa::path(
    tag = "sandbox",
    operation_id = "advanceClock",
    request_body = AdvanceClockRequest,
    responses((status = 200, body = ClockView, description = "What time it is now."), AnyProblems, BodyProblems),
    security(()),
)]
#[post("/sandbox/clock/advance")]
pub async fn advance_clock(portal: web::Data<Portal>, body: Json<AdvanceClockRequest>) -> Answered {
    let inner = portal.clone();
    portal.blocking(move || let_pass(&inner, body.0.days)).await?;
    public(&ClockView { now: portal.clock.now() })
}
