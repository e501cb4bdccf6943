//! GET /organizations/{organization_id}/read-events

use actix_web::{get, web};
use portal_domain::Instant;
use portal_domain::ground::id::ReadEventId;

use super::view::{ReadEventList, ReadEventQuery};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewAuditEvents;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List who read an organization's data
///
/// For the organization's administrators and account managers, and for operators. Newest first. It
/// shows downloads of documents, searches for individuals, and everything that staff of the plan,
/// the department, and the installation read, with their purpose.
#[utoipa::path(
    tag = "audit",
    params(OrganizationPath, ReadEventQuery),
    responses(
        (status = 200, body = ReadEventList, description = "The recorded reads.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/read-events")]
pub async fn list_organization_read_events(
    caller: May<ViewAuditEvents>,
    path: web::Path<OrganizationPath>,
    query: Query<ReadEventQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let filter = query.filter(Some(organization));
            let page = PageRequest::new(query.limit, query.cursor, format!("reads {filter:?}"));
            let found =
                tx.read_events().list(&filter, page.after::<(Instant, ReadEventId)>()?, page.limit())?;
            let next_cursor = page.next(&found, |event| (event.occurred_at, event.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&ReadEventList { items, next_cursor })
        })
        .await
}
