//! GET /notifications

use actix_web::get;
use portal_domain::Instant;
use portal_domain::ground::id::NotificationId;
use portal_persistence::applications::notifications::Only;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::seen::note_seen;
use super::view::{NotificationList, reader, shown};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ReadOwnNotifications;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// The query of the notification list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationQuery {
    /// `true` for unread notifications only.
    #[serde(default)]
    pub unread: Option<bool>,
    /// `true` for unresolved notifications only.
    #[serde(default)]
    pub unresolved: Option<bool>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// List your notifications
///
/// Newest first, resolved ones included. Texts about a provider are withheld while agents lack
/// access to the Medicaid ID. Listing a notification for the first time records `first_seen_at`.
#[utoipa::path(
    tag = "notifications",
    params(NotificationQuery),
    responses(
        (status = 200, body = NotificationList, description = "Your notifications.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, ValueProblems,
    ),
)]
#[get("/notifications")]
pub async fn list_notifications(
    caller: May<ReadOwnNotifications>,
    query: Query<NotificationQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let only =
                Only { unread: query.unread.unwrap_or(false), unresolved: query.unresolved.unwrap_or(false) };
            let binding = format!("notifications {} {only:?}", call.actor.user);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(Instant, NotificationId)>()?;
            let mut found = tx.notifications().list(&reader(&call.actor), only, after, page.limit())?;
            note_seen(tx, &mut found.items)?;
            let next_cursor = page.next(&found, |notice| (notice.created_at, notice.id));
            let items = shown(tx, call, found.items)?;
            call.list(&NotificationList { items, next_cursor })
        })
        .await
}
