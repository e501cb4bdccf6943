//! GET /organizations/{organization_id}/work-assignments

use actix_web::{get, web};
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::MembershipId;
use portal_persistence::applications::applications::WorkPlace;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::{WorkAssignmentList, WorkAssignmentView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::problem::Problem;
use crate::http::reply::Answered;

/// The query of an agent's work assignments.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkAssignmentQuery {
    /// The agent; may be a disabled or former member.
    pub agent_id: MembershipId,
    /// Only these types; repeat the parameter for several. All eight by default.
    #[serde(default)]
    #[param(style = Form, explode, min_items = 1)]
    pub application_type: Option<Vec<ApplicationType>>,
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

/// List an agent's open applications
///
/// For CA Admin Managers. Returns the applications of this organization that are assigned to the
/// agent and can move, by date of initiation, then number. Their status is in progress, submitted,
/// returned to provider, or DMS review in progress.
#[utoipa::path(
    tag = "work assignments",
    params(OrganizationPath, WorkAssignmentQuery),
    responses(
        (status = 200, body = WorkAssignmentList, description = "The agent's open applications.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/work-assignments")]
pub async fn list_work_assignments(
    caller: May<ManageWorkAssignments>,
    path: web::Path<OrganizationPath>,
    query: Query<WorkAssignmentQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let agent = tx.memberships().agents_by_id(organization.id, &[query.agent_id])?;
            let agent = agent.first().ok_or_else(Problem::not_found)?.id;
            let mut types = query.application_type.unwrap_or_default();
            types.sort_unstable();
            types.dedup();
            let binding = format!("work {} {agent} {types:?}", organization.id);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<WorkPlace>()?;
            let found =
                tx.applications().list_open_of_agent(organization.id, agent, &types, after, page.limit())?;
            let next_cursor = page.next(&found, |a| (a.date_of_initiation, a.application_number.clone()));
            let plan = call.plan(organization.plan)?;
            let view = |application| WorkAssignmentView::of(application, plan, call.now);
            call.list(&WorkAssignmentList { items: found.items.into_iter().map(view).collect(), next_cursor })
        })
        .await
}
