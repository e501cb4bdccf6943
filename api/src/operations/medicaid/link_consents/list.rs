//! GET /organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents

use actix_web::{get, web};
use portal_domain::Instant;
use portal_domain::ground::id::LinkConsentId;

use super::found::{Individual, LinkConsentsPath};
use super::view::LinkConsentList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageLinkConsents;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, PageQuery, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List the consents to link an individual
///
/// Newest first. Revoked and expired consents are omitted. The individual's own organization sees
/// every consent; others see those that they gave. For the callers who may consent.
#[utoipa::path(
    tag = "medicaid ids",
    params(LinkConsentsPath, PageQuery),
    responses(
        (status = 200, body = LinkConsentList, description = "The consents.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents")]
pub async fn list_link_consents(
    caller: May<ManageLinkConsents>,
    path: web::Path<LinkConsentsPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let individual = Individual::find(tx, call, *path)?;
            let binding = format!("link consents {} {}", path.organization_id, path.medicaid_id);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(Instant, LinkConsentId)>()?;
            let found =
                tx.link_consents().list(individual.record.id, individual.giver(), after, page.limit())?;
            let next_cursor = page.next(&found, |consent| (consent.given_at, consent.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&LinkConsentList { items, next_cursor })
        })
        .await
}
