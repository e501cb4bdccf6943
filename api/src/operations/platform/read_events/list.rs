//! GET /read-events

use actix_web::get;
use portal_domain::Instant;
use portal_domain::ground::id::ReadEventId;

use super::view::{ReadEventList, ReadEventQuery};
use crate::http::auth::caller::May;
use crate::http::auth::permission::OperateSystem;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, RightProblems, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List who read personal data
///
/// For operators. Newest first. To find who looked at an application, a Medicaid ID, a member, or a
/// user, send its ID as `object`.
#[utoipa::path(
    tag = "audit",
    params(ReadEventQuery),
    responses(
        (status = 200, body = ReadEventList, description = "The recorded reads.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, ValueProblems,
    ),
)]
#[get("/read-events")]
pub async fn list_read_events(caller: May<OperateSystem>, query: Query<ReadEventQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let filter = query.filter(None);
            let page = PageRequest::new(query.limit, query.cursor, format!("reads {filter:?}"));
            let found =
                tx.read_events().list(&filter, page.after::<(Instant, ReadEventId)>()?, page.limit())?;
            let next_cursor = page.next(&found, |event| (event.occurred_at, event.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&ReadEventList { items, next_cursor })
        })
        .await
}
