//! GET /organizations/{organization_id}/credentialing-agents

use std::collections::BTreeMap;

use actix_web::{get, web};
use portal_domain::ground::id::MembershipId;
use portal_domain::work::workload::{Workload, WorkloadCell};
use portal_persistence::organizations::memberships::AgentPlace;

use super::view::{CredentialingAgentList, CredentialingAgentView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, PageQuery, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List credentialing agents with their workload
///
/// For CA Admin Managers. Returns all current and former credentialing agents of the organization,
/// for the drop-down lists of the reassignment screen. Open applications are counted by type and
/// status. Disabled and former members are included, because their work needs another agent.
/// `actions` says who can receive work.
#[utoipa::path(
    tag = "work assignments",
    params(OrganizationPath, PageQuery),
    responses(
        (status = 200, body = CredentialingAgentList, description = "The agents.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/credentialing-agents")]
pub async fn list_credentialing_agents(
    caller: May<ManageWorkAssignments>,
    path: web::Path<OrganizationPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let plan = call.plan(organization.plan)?;
            let page = PageRequest::new(query.limit, query.cursor, format!("agents {}", organization.id));
            let after = page.after::<AgentPlace>()?;
            let found = tx.memberships().list_agents(organization.id, after, page.limit())?;
            let ids: Vec<MembershipId> = found.items.iter().map(|(agent, _)| agent.id).collect();
            let at_risk = plan.inactivity.at_risk(call.now, plan.time_zone);
            let mut cells: BTreeMap<MembershipId, Vec<WorkloadCell>> = BTreeMap::new();
            for (agent, cell) in tx.applications().workload(organization.id, &ids, at_risk)? {
                cells.entry(agent).or_default().push(cell);
            }
            let next_cursor = page.next(&found, |(_, place)| place.clone());
            let items = found.items.into_iter().map(|(agent, _)| {
                let workload: Workload = cells.remove(&agent.id).unwrap_or_default().into_iter().collect();
                CredentialingAgentView::of(agent, workload)
            });
            call.list(&CredentialingAgentList { items: items.collect(), next_cursor })
        })
        .await
}
