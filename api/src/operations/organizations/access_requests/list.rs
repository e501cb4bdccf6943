//! GET /organizations/{organization_id}/access-requests

use actix_web::{get, web};
use portal_domain::Instant;
use portal_domain::ground::id::AccessRequestId;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::organizations::access_requests::OpenAccessRequest;

use super::view::AccessRequestList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, PageQuery, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List access requests
///
/// Requires `manage_members`. Unanswered requests for access to the account, newest first. Inviting
/// a user answers their request.
#[utoipa::path(
    tag = "provider accounts",
    params(OrganizationPath, PurposeHeader, PageQuery),
    responses(
        (status = 200, body = AccessRequestList, description = "The open requests.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/access-requests")]
pub async fn list_access_requests(
    caller: May<ManageMembers>,
    path: web::Path<OrganizationPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let binding = format!("access requests {organization}");
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(Instant, AccessRequestId)>()?;
            let found = tx.access_requests().list_open(organization, after, page.limit())?;
            let next_cursor = page.next(&found, |request| (request.created_at, request.id));
            let looked = |request: &OpenAccessRequest| {
                Looked::at(ReadAction::AccessRequestViewed, request.id, Some(organization)).of(request.user)
            };
            call.looks_at(found.items.iter().map(looked))?;
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&AccessRequestList { items, next_cursor })
        })
        .await
}
