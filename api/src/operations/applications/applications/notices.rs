//! GET /applications/{application_id}/notices

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use portal_domain::Instant;
use portal_domain::applications::notification::Channel;
use portal_domain::ground::id::{NotificationId, ReassignmentId};
use portal_domain::ground::notice::NotificationKind;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::applications::notifications::NotificationHistoryEntry;
use serde::Serialize;
use utoipa::ToSchema;

use super::found::{looked, visible};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::PurposeHeader;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, NotFoundProblems, PageQuery, SignedInProblems, ValueProblems};
use crate::http::page::{PageRequest, list_view};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;

/// A notification about an application.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ntf_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "recipient_name": "Priya Nair",
    "channel": "dashboard",
    "kind": "auto_withdrawal_warning",
    "threshold_days": 60,
    "text": "Application APP0543 (Enrollment) for Doe, John had no activity for 60 days. It will be automatically withdrawn if there is no activity for 120 days, on 2026-05-02.",
    "created_at": "2026-03-03T09:30:02Z",
    "first_seen_at": "2026-03-03T14:12:45Z",
    "forwarded": {"reassignment_id": "rea_01k2zqj5t8e4vbx9m3c7w6r1hd"}
}))]
pub struct ApplicationNoticeView {
    /// The ID.
    pub id: NotificationId,
    /// The recipient's name at that time.
    pub recipient_name: String,
    /// The delivery channel.
    pub channel: Channel,
    /// The kind.
    pub kind: NotificationKind,
    /// The days without activity that triggered the warning; absent for other kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_days: Option<i64>,
    /// The displayed text.
    pub text: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was first shown to the recipient; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen_at: Option<DateTime<Utc>>,
    /// When the recipient marked it as read; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<DateTime<Utc>>,
    /// When a warning was resolved, by activity or by the withdrawal; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<DateTime<Utc>>,
    /// Why it went to this recipient instead of the previous agent. Absent if the application was
    /// not reassigned before, or if the notification is about the reassignment itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<ForwardedView>,
}

/// Why a notification went to another agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"reassignment_id": "rea_01k2zqj5t8e4vbx9m3c7w6r1hd"}))]
pub struct ForwardedView {
    /// The reassignment that assigned the application to the recipient.
    pub reassignment_id: ReassignmentId,
}

list_view! {
    /// The notifications about an application, newest first.
    ApplicationNoticeList of ApplicationNoticeView
}

impl From<NotificationHistoryEntry> for ApplicationNoticeView {
    fn from(entry: NotificationHistoryEntry) -> Self {
        let about_the_move = entry.kind == NotificationKind::ApplicationReassignedToYou;
        let forwarded_by = entry.reassignment.filter(|_| !about_the_move);
        Self {
            id: entry.id,
            recipient_name: entry.recipient_name,
            channel: entry.channel,
            kind: entry.kind,
            threshold_days: entry.threshold_days,
            text: entry.text,
            created_at: entry.created_at,
            first_seen_at: entry.first_seen_at,
            read_at: entry.read_at,
            resolved_at: entry.resolved_at,
            forwarded: forwarded_by.map(|reassignment_id| ForwardedView { reassignment_id }),
        }
    }
}

/// List the notifications about an application
///
/// The notification history, newest first: every notification, its recipient, and when they first
/// saw it. It proves that a warning preceded a withdrawal, and who received it.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, PurposeHeader, PageQuery),
    responses(
        (status = 200, body = ApplicationNoticeList, description = "The notifications.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/applications/{application_id}/notices")]
pub async fn list_application_notices(
    caller: May<ViewApplications>,
    path: web::Path<ApplicationPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let application = visible(tx, call, path.application_id)?;
            call.looks_at([looked(ReadAction::ApplicationNoticesViewed, &application)])?;
            let page = PageRequest::new(query.limit, query.cursor, format!("notices of {}", application.id));
            let after = page.after::<(Instant, NotificationId)>()?;
            let found = tx.notifications().notification_history(application.id, after, page.limit())?;
            let next_cursor = page.next(&found, |entry| (entry.created_at, entry.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&ApplicationNoticeList { items, next_cursor })
        })
        .await
}
