//! GET /organizations/{organization_id}/lifecycle-forecast

use std::collections::BTreeMap;

use actix_web::{get, web};
use chrono::{Datelike, Days, NaiveDate};
use portal_domain::Instant;
use portal_domain::applications::forecast::{
    ForecastEntry, MAX_APPLICATIONS, MAX_DAYS, USUAL_DAYS, forecast,
};
use portal_domain::applications::inactivity::LifecycleAction;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::MembershipId;
use portal_domain::platform::plan::PlanProfile;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};

/// The query of a forecast.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForecastQuery {
    /// The first day, in the plan's time zone; today by default.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day, inclusive, at most 366 days after `from`; 120 days after it by default.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

/// The automatic events of an organization's applications if there is no activity.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "from": "2026-02-01",
    "to": "2026-06-01",
    "items": [{
        "on": "2026-03-03",
        "action": "warn",
        "threshold_days": 60,
        "agent": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
        "application_type": "enrollment",
        "count": 3
    }],
    "truncated": false
}))]
pub struct LifecycleForecastView {
    /// The first day.
    pub from: NaiveDate,
    /// The last day, inclusive.
    pub to: NaiveDate,
    /// The events by day, agent, type, and action.
    pub items: Vec<ForecastItemView>,
    /// Whether the organization has more than 5,000 inactive applications. If so, only those
    /// inactive longest are counted.
    pub truncated: bool,
}

/// Events of one kind on one day, for one agent's applications of one type.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "on": "2026-03-03",
    "action": "warn",
    "threshold_days": 60,
    "agent": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
    "application_type": "enrollment",
    "count": 3
}))]
pub struct ForecastItemView {
    /// The day in the plan's time zone. Withdrawals that await an operator's confirmation are due
    /// today.
    pub on: NaiveDate,
    /// The event.
    pub action: LifecycleAction,
    /// The days without activity that trigger a warning; absent for a withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_days: Option<u32>,
    /// The agent now assigned to the applications.
    pub agent: ForecastAgentView,
    /// The application type.
    pub application_type: ApplicationType,
    /// The number of applications.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// An agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"}))]
pub struct ForecastAgentView {
    /// The ID of the agent's membership, which identifies the agent in requests.
    pub id: MembershipId,
    /// The agent's name.
    pub name: String,
}

/// The requested period, or the default one.
fn days(query: ForecastQuery, plan: &PlanProfile, now: Instant) -> Result<(NaiveDate, NaiveDate), Problem> {
    let from = query.from.unwrap_or_else(|| local_date(now, plan.time_zone));
    let usual = || from.checked_add_days(Days::new(USUAL_DAYS.into())).unwrap_or(NaiveDate::MAX);
    let to = query.to.unwrap_or_else(usual);
    let is_common = |date: NaiveDate| (1..=9999).contains(&date.year());
    let mut violations = Vec::new();
    if !is_common(from) {
        violations.push(FieldError::of("from", "range", "must be in the years 1 to 9999"));
    }
    if !is_common(to) || !(0..=MAX_DAYS).contains(&(to - from).num_days()) {
        let text = format!("must be 0 to {MAX_DAYS} days after `from`, in the years 1 to 9999");
        violations.push(FieldError::of("to", "range", text));
    }
    if violations.is_empty() { Ok((from, to)) } else { Err(Problem::invalid(violations)) }
}

/// Forecast warnings and withdrawals
///
/// For CA Admin Managers. Counts inactivity warnings and automatic withdrawals by day, assuming no
/// further activity. Today is included. At most 5,000 applications are counted, those inactive
/// longest.
#[utoipa::path(
    tag = "dashboard",
    params(OrganizationPath, ForecastQuery),
    responses(
        (status = 200, body = LifecycleForecastView, description = "The forecast."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/lifecycle-forecast")]
pub async fn get_lifecycle_forecast(
    caller: May<ManageWorkAssignments>,
    path: web::Path<OrganizationPath>,
    query: Query<ForecastQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let plan = call.plan(organization.plan)?;
            let (from, to) = days(query, plan, call.now)?;
            let found = tx.applications().withdrawable_of(organization.id, MAX_APPLICATIONS)?;
            let (withdrawable, names): (Vec<_>, BTreeMap<_, _>) =
                found.items.into_iter().map(|(one, name)| (one, (one.agent, name))).unzip();
            let entries = forecast(&plan.inactivity, withdrawable, (from, to), call.now, plan.time_zone);
            let items = entries.into_iter().map(|one| item(one, &names)).collect();
            Reply::ok(&LifecycleForecastView { from, to, items, truncated: found.has_more })
        })
        .await
}

fn item(entries: ForecastEntry, names: &BTreeMap<MembershipId, String>) -> ForecastItemView {
    let ForecastEntry { event, agent, application_type, count } = entries;
    ForecastItemView {
        on: event.on,
        action: event.action,
        threshold_days: event.threshold_days,
        agent: ForecastAgentView { id: agent, name: names.get(&agent).cloned().unwrap_or_default() },
        application_type,
        count,
    }
}
