//! GET /organizations/{organization_id}/calendar-feeds

use actix_web::{get, web};
use portal_domain::Instant;
use portal_domain::ground::id::CalendarFeedId;

use super::view::CalendarFeedList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageCalendarFeeds;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, PageQuery, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List an organization's calendars of due dates
///
/// For CA Admin Managers and administrators. Newest first. Revoked calendars are omitted. So are
/// the URLs: each is shown only once, when the calendar is created.
#[utoipa::path(
    tag = "dashboard",
    params(OrganizationPath, PageQuery),
    responses(
        (status = 200, body = CalendarFeedList, description = "The calendars.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/calendar-feeds")]
pub async fn list_calendar_feeds(
    caller: May<ManageCalendarFeeds>,
    path: web::Path<OrganizationPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let page = PageRequest::new(query.limit, query.cursor, format!("calendar feeds {organization}"));
            let after = page.after::<(Instant, CalendarFeedId)>()?;
            let found = tx.calendar_feeds().list(organization, after, page.limit())?;
            let next_cursor = page.next(&found, |feed| (feed.created_at, feed.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&CalendarFeedList { items, next_cursor })
        })
        .await
}
