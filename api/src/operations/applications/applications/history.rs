//! GET /applications/{application_id}/history

use actix_web::{get, web};
use portal_domain::platform::read_event::ReadAction;

use super::found::{looked, visible};
use super::view::HistoryEntryList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::PurposeHeader;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, NotFoundProblems, PageQuery, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;

/// List the history of an application
///
/// Newest first: who did what and when, and between which agents the application moved.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, PurposeHeader, PageQuery),
    responses(
        (status = 200, body = HistoryEntryList, description = "The history.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/applications/{application_id}/history")]
pub async fn list_application_history(
    caller: May<ViewApplications>,
    path: web::Path<ApplicationPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let application = visible(tx, call, path.application_id)?;
            call.looks_at([looked(ReadAction::ApplicationHistoryViewed, &application)])?;
            let page = PageRequest::new(query.limit, query.cursor, format!("history {}", application.id));
            let after = page.after::<i64>()?;
            let found = tx.applications().history(application.id, after, page.limit())?;
            let next_cursor = page.next(&found, |entry| entry.version_after);
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&HistoryEntryList { items, next_cursor })
        })
        .await
}
