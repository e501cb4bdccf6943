//! GET /applications/{application_id}/documents

use actix_web::{get, web};
use portal_domain::ground::id::DocumentId;
use portal_domain::platform::read_event::ReadAction;

use super::view::{DocumentList, DocumentView, actions, scan_status};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::PurposeHeader;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, NotFoundProblems, PageQuery, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;
use crate::operations::applications::applications::{ApplicationPath, looked, visible};

/// List the documents of an application
///
/// In the order in which they were added. Removed documents are omitted.
#[utoipa::path(
    tag = "documents",
    params(ApplicationPath, PurposeHeader, PageQuery),
    responses(
        (status = 200, body = DocumentList, description = "The documents.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/applications/{application_id}/documents")]
pub async fn list_documents(
    caller: May<ViewApplications>,
    path: web::Path<ApplicationPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let application = visible(tx, call, path.application_id)?;
            call.looks_at([looked(ReadAction::ApplicationDocumentsListed, &application)])?;
            let page = PageRequest::new(query.limit, query.cursor, format!("documents {}", application.id));
            let after = page.after::<DocumentId>()?;
            let found = tx.documents().page(application.id, after, page.limit())?;
            let next_cursor = page.next(&found, |document| document.id);
            let actions = actions(call, &application);
            let views = found.items.into_iter().map(|document| {
                let status = scan_status(call, &document);
                DocumentView::of(document, status, actions.clone())
            });
            call.list(&DocumentList { items: views.collect(), next_cursor })
        })
        .await
}
