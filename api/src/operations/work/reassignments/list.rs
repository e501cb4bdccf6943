//! GET /organizations/{organization_id}/reassignments

use actix_web::{get, web};
use portal_domain::Instant;
use portal_domain::ground::id::ReassignmentId;

use super::view::{ReassignmentList, ReassignmentSummary, agents_of};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, PageQuery, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List reassignments
///
/// For CA Admin Managers. Newest first: who moved how many applications between which agents.
#[utoipa::path(
    tag = "work assignments",
    params(OrganizationPath, PageQuery),
    responses(
        (status = 200, body = ReassignmentList, description = "The reassignments.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/reassignments")]
pub async fn list_reassignments(
    caller: May<ManageWorkAssignments>,
    path: web::Path<OrganizationPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let page =
                PageRequest::new(query.limit, query.cursor, format!("reassignments {}", organization.id));
            let after = page.after::<(Instant, ReassignmentId)>()?;
            let found = tx.reassignments().list(organization.id, after, page.limit())?;
            let agents = agents_of(tx, organization.id, &found.items)?;
            let next_cursor = page.next(&found, |one| (one.created_at, one.id));
            let views = found.items.iter().map(|one| ReassignmentSummary::of(one, &agents, call.now));
            call.list(&ReassignmentList { items: views.collect::<Result<_, _>>()?, next_cursor })
        })
        .await
}
