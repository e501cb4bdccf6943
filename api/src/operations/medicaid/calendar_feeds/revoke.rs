//! DELETE /organizations/{organization_id}/calendar-feeds/{calendar_feed_id}

use actix_web::{delete, web};
use portal_domain::medicaid::calendar_feed;

use super::view::{CalendarFeedPath, CalendarFeedView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageCalendarFeeds;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems, VersionHeader,
    VersionProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply, require_match};

/// Revoke a calendar of due dates
///
/// For CA Admin Managers and administrators. The URL stops working immediately. Programs keep what
/// they have read.
#[utoipa::path(
    tag = "dashboard",
    params(CalendarFeedPath, VersionHeader),
    responses(
        (status = 204, description = "The calendar was revoked."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, VersionProblems,
    ),
)]
#[delete("/organizations/{organization_id}/calendar-feeds/{calendar_feed_id}")]
pub async fn revoke_calendar_feed(
    caller: May<ManageCalendarFeeds>,
    path: web::Path<CalendarFeedPath>,
) -> Answered {
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let feed = tx.calendar_feeds().find(organization, path.calendar_feed_id)?;
            let view = CalendarFeedView::from(feed.ok_or_else(Problem::not_found)?);
            require_match(call.if_match(), view.version, &view)?;
            tx.calendar_feeds().revoke(view.id, view.version)?;
            let done = tx.commit_effects(&calendar_feed::revoked(organization, view.id), &call.author())?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
