//! POST /sandbox/clock/advance

use actix_web::{post, web};
use chrono::{DateTime, Days, Duration, Utc};
use portal_domain::ground::plan_code::PlanCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::SandboxPortal;
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
    /// The number of calendar days in Kentucky. The time of day there stays the same, even across a
    /// change to or from daylight saving time.
    #[validate(range(min = 1, max = 3650, code = "range", message = "must be 1 to 3650"))]
    #[schema(minimum = 1, maximum = 3650)]
    pub days: i64,
}

/// The nights on which jobs run one after another; limited by the deadline of a request.
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

/// The duration until the time of day in Kentucky is the same, this number of days later. Days of
/// 24 hours could miss a day across a change to or from daylight saving time.
fn time_of(portal: &Portal, days: i64) -> Duration {
    let plain = Duration::days(days);
    let now = portal.clock.now();
    let later = portal.plans.get(PlanCode::Ky).and_then(|plan| {
        let days = Days::new(u64::try_from(days).ok()?);
        now.with_timezone(&plan.time_zone).checked_add_days(days)
    });
    later.map_or(plain, |later| later.with_timezone(&Utc) - now)
}

/// The time in the sandbox.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"now": "2026-03-03T12:00:00Z"}))]
pub struct ClockView {
    /// The current time that the day rules use.
    pub now: DateTime<Utc>,
}

/// Advance the clock
///
/// Lets days pass one by one for everything that counts days, such as applications and members.
/// Each night, the jobs that have something to do run, so notices and withdrawals happen on their
/// days. Of a longer time, jobs run only on the last 130 nights, as after a downtime. Sessions and
/// tokens are not affected. A reset or a restart of the server sets the clock back to the present.
#[utoipa::path(
    tag = "sandbox",
    request_body = AdvanceClockRequest,
    responses((status = 200, body = ClockView, description = "What time it is now."), AnyProblems, BodyProblems),
    security(()),
)]
#[post("/sandbox/clock/advance")]
pub async fn advance_clock(sandbox: web::Data<SandboxPortal>, body: Json<AdvanceClockRequest>) -> Answered {
    let portal = sandbox.portal.clone();
    sandbox.portal.blocking(move || let_pass(&portal, body.0.days)).await?;
    public(&ClockView { now: sandbox.portal.clock.now() })
}
