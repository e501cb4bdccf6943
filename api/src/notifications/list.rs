//! GET /notifications

use actix_web::get;
use portal_domain::Instant;
use portal_domain::id::NotificationId;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::{NotificationList, reader};
use crate::auth::caller::{May, UsePortal};
use crate::extract::Query;
use crate::openapi::{AnyProblems, SignedInProblems, ValueProblems};
use crate::page::PageRequest;
use crate::reply::Answered;

/// The query of the list of notices.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationQuery {
    /// `true` for those you have not read.
    #[serde(default)]
    #[param(nullable = false)]
    pub unread: Option<bool>,
    /// How many items, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(nullable = false, minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(nullable = false, min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// List my notices
///
/// Newest first.
#[utoipa::path(
    tag = "notifications",
    operation_id = "listNotifications",
    params(NotificationQuery),
    responses(
        (status = 200, body = NotificationList, description = "Your notices.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, ValueProblems,
    ),
)]
#[get("/notifications")]
pub async fn list_notifications(caller: May<UsePortal>, query: Query<NotificationQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let unread = query.unread.unwrap_or(false);
            let binding = format!("notifications {} {unread}", call.actor.user);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(Instant, NotificationId)>()?;
            let found = tx.notifications().list(&reader(&call.actor), unread, after, page.limit())?;
            let next_cursor = page.next(&found, |notice| (notice.created_at, notice.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&NotificationList { items, next_cursor })
        })
        .await
}
