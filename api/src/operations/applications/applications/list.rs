//! GET /applications

use actix_web::get;
use chrono::NaiveDate;
use portal_domain::Instant;
use portal_domain::applications::visibility::ApplicationReader;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, OrganizationId};
use portal_domain::organizations::actor::Actor;
use portal_domain::platform::plan::PlanProfile;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::applications::applications::{Application, ApplicationFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::found::looked;
use super::lifecycle::LifecycleView;
use super::submit::waiting;
use super::view::{AssigneeView, actions_on};
use crate::http::actions::ActionView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::PurposeHeader;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, SignedInProblems, ValueProblems};
use crate::http::page::{PageRequest, list_view};
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::operations::medicaid::provider_type::ProviderTypeView;

/// The query of the application list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApplicationQuery {
    /// Only applications of this organization.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// Only these types; repeat the parameter for several. All eight by default.
    #[serde(default)]
    #[param(style = Form, explode, min_items = 1)]
    pub application_type: Option<Vec<ApplicationType>>,
    /// Only these statuses; repeat the parameter for several. All by default.
    #[serde(default)]
    #[param(style = Form, explode, min_items = 1)]
    pub application_status: Option<Vec<ApplicationStatus>>,
    /// `true` for applications assigned to you only.
    #[serde(default)]
    pub assigned_to_me: Option<bool>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// An application in a list: the eight columns of the grid, in order, and further fields.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_type": "enrollment",
    "application_number": "APP0543",
    "medicaid_id": "4444444",
    "provider_name": "Smith, Jane",
    "provider_type": {"code": "78", "label": "Advanced Practice Registered Nurse (APRN)"},
    "npi": "258963147",
    "npi_valid": false,
    "date_of_initiation": "2023-08-02",
    "application_status": "in_progress",
    "assigned_to": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
    "days_inactive": 31,
    "days_until_withdrawal": 89,
    "lifecycle": {"last_activity_at": "2026-01-01T15:00:00Z", "next": [{"action": "withdraw", "on": "2026-05-01"}]},
    "actions": [{"action": "save", "allowed": true, "reasons": []}]
}))]
pub struct ApplicationSummary {
    /// The ID.
    pub id: ApplicationId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number; leading zeros are significant.
    pub application_number: String,
    /// The number of the Medicaid ID that it concerns; absent until there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medicaid_id: Option<String>,
    /// The provider's name.
    pub provider_name: String,
    /// The provider type.
    pub provider_type: ProviderTypeView,
    /// The NPI as entered; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// Whether the NPI is valid: ten digits, starting with 1 or 2, with a correct check digit.
    pub npi_valid: bool,
    /// The day it was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The status.
    pub application_status: ApplicationStatus,
    /// The assigned agent.
    pub assigned_to: AssigneeView,
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// Calendar days until the automatic withdrawal; absent in statuses without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_withdrawal: Option<i64>,
    /// The next automatic events.
    pub lifecycle: LifecycleView,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// Applications, newest first.
    ApplicationList of ApplicationSummary
}

/// List applications
///
/// Newest first. You see:
///
/// - as a CA Admin Manager or administrator, all applications of your organizations
/// - as a credentialing agent, those that you started or that are assigned to you, in both
///   cases only if agents have access to the Medicaid ID
/// - as a reviewer of the department, all submitted applications
/// - as an operator, all applications
#[utoipa::path(
    tag = "applications",
    params(ApplicationQuery, PurposeHeader),
    responses(
        (status = 200, body = ApplicationList, description = "The applications.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, ValueProblems,
    ),
)]
#[get("/applications")]
pub async fn list_applications(caller: May<ViewApplications>, query: Query<ApplicationQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let filter = ApplicationFilter {
                organization: query.organization_id,
                types: sorted(query.application_type),
                statuses: sorted(query.application_status),
                assigned_to_me: query.assigned_to_me.unwrap_or(false),
            };
            let binding = format!("applications {} {filter:?}", call.actor.user);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<ApplicationId>()?;
            let reader = ApplicationReader::of(&call.actor);
            let found = tx.applications().list(&reader, &filter, after, page.limit())?;
            let next_cursor = page.next(&found, |application| application.id);
            call.looks_at(found.items.iter().map(|one| looked(ReadAction::ApplicationListed, one)))?;
            let waiting = waiting(tx, &found.items)?;
            let view = |application: Application| {
                let plan = call.plan(application.plan)?;
                let waits = waiting.contains(&application.id);
                Ok(ApplicationSummary::of(application, plan, &call.actor, call.now, waits))
            };
            let items = found.items.into_iter().map(view).collect::<Result<_, Problem>>()?;
            call.list(&ApplicationList { items, next_cursor })
        })
        .await
}

fn sorted<T: Ord>(wanted: Option<Vec<T>>) -> Vec<T> {
    let mut wanted = wanted.unwrap_or_default();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

impl ApplicationSummary {
    pub(crate) fn of(
        application: Application,
        plan: &PlanProfile,
        actor: &Actor,
        now: Instant,
        waits: bool,
    ) -> Self {
        let status = application.status;
        let inactivity = plan.inactivity.inactivity(&application.idle_facts(), now, plan.time_zone);
        Self {
            id: application.id,
            version: application.version,
            organization_id: application.organization,
            application_type: application.application_type,
            lifecycle: LifecycleView::of(&application, plan, now),
            actions: actions_on(&application, plan, actor, now, waits),
            assigned_to: AssigneeView { id: application.assigned_to, name: application.agent_name() },
            application_number: application.application_number,
            medicaid_id: application.medicaid_id,
            provider_name: application.provider_name,
            provider_type: ProviderTypeView {
                code: application.provider_type_code,
                label: application.provider_type_label,
            },
            npi: application.npi,
            npi_valid: application.npi_valid,
            date_of_initiation: application.date_of_initiation,
            application_status: status,
            days_inactive: inactivity.days_inactive,
            days_until_withdrawal: inactivity.days_until_withdrawal,
        }
    }
}
