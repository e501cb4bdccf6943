//! GET /me/sessions

use actix_web::get;
use portal_domain::Instant;
use portal_domain::ground::id::SessionId;

use super::view::{SessionList, SessionView, over_before};
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, PageQuery, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List your sessions
///
/// Your current sessions on all devices, newest first.
#[utoipa::path(
    tag = "me",
    params(PageQuery),
    responses(
        (status = 200, body = SessionList, description = "Your sessions.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, ValueProblems,
    ),
)]
#[get("/me/sessions")]
pub async fn list_my_sessions(caller: May<RegisterFactor>, query: Query<PageQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let binding = format!("sessions {}", call.actor.user);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let lifetimes = call.services().tokens.lifetimes();
            let after = page.after::<(Instant, SessionId)>()?;
            let over = over_before(lifetimes, call.session_now);
            let found = tx.sessions().list(call.actor.user, over, after, page.limit())?;
            let next_cursor = page.next(&found, |entry| (entry.started_at, entry.id));
            let view = |entry| SessionView::of(entry, call.actor.session, lifetimes);
            call.list(&SessionList { items: found.items.into_iter().map(view).collect(), next_cursor })
        })
        .await
}
