//! POST /notifications/{notification_id}/read

use actix_web::{post, web};
use portal_domain::applications::notification;
use portal_domain::ground::id::NotificationId;
use portal_persistence::Done;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{NotificationView, reader, shown};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ReadOwnNotifications;
use crate::http::openapi::{AnyProblems, NotFoundProblems, SignedInProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// The path of a notification.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct NotificationPath {
    /// The notification.
    pub notification_id: NotificationId,
}

/// Mark a notification as read
///
/// Repeating it changes nothing: the time of the first reading stays. It needs no `Idempotency-Key`.
/// Reading a warning does not resolve it.
#[utoipa::path(
    tag = "notifications",
    params(NotificationPath),
    responses(
        (status = 200, body = NotificationView, description = "The notification.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, NotFoundProblems,
    ),
)]
#[post("/notifications/{notification_id}/read")]
pub async fn read_notification(
    caller: May<ReadOwnNotifications>,
    path: web::Path<NotificationPath>,
) -> Answered {
    let id = path.notification_id;
    caller
        .write_unkept(move |tx, call| {
            let found = tx.notifications().find(&reader(&call.actor), id)?;
            let mut notice = found.ok_or_else(Problem::not_found)?;
            let mut done = Done::unchanged();
            if notice.read_at.is_none() && tx.notifications().mark_read(id)? {
                notice.read_at = Some(call.now);
                notice.first_seen_at = notice.first_seen_at.or(Some(call.now));
                done = tx.commit_effects(&notification::read(notice.organization, id), &call.author())?;
            }
            let notice = shown(tx, call, vec![notice])?.pop().ok_or_else(Problem::not_found)?;
            Ok(done.with(Reply::resource(&notice, 2)?))
        })
        .await
}
