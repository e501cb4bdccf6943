//! GET /organizations

use actix_web::get;

use super::view::{OrganizationList, OrganizationView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewOrganizations;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, PageQuery, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List organizations
///
/// The organizations that you are an active member of, by name. Plan staff and support also see those
/// of their plans, operators all.
#[utoipa::path(
    tag = "organizations",
    params(PageQuery),
    responses(
        (status = 200, body = OrganizationList, description = "The organizations.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, ValueProblems,
    ),
)]
#[get("/organizations")]
pub async fn list_organizations(caller: May<ViewOrganizations>, query: Query<PageQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let page =
                PageRequest::new(query.limit, query.cursor, format!("organizations {}", call.actor.user));
            let reader = call.actor.organization_reader();
            let found = tx.organizations().list(&reader, page.after()?, page.limit())?;
            let next_cursor = page.next(&found, |o| (o.name_key.clone(), o.facts.id));
            let view = |organization| OrganizationView::of(organization, &call.actor);
            call.list(&OrganizationList { items: found.items.into_iter().map(view).collect(), next_cursor })
        })
        .await
}
