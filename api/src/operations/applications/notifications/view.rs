//! Bodies about notifications.

use chrono::{DateTime, Utc};
use portal_domain::applications::notification::Channel;
use portal_domain::applications::visibility::reads_without_access;
use portal_domain::ground::id::{ApplicationId, NotificationId, OrganizationId, ReassignmentId};
use portal_domain::ground::notice::NotificationKind;
use portal_domain::organizations::actor::Actor;
use portal_persistence::Tx;
use portal_persistence::applications::notifications::{Notification, Reader};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::page::list_view;
use crate::http::problem::Problem;

/// A notification.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ntf_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "kind": "application_reassigned_to_you",
    "text": "Application APP1234 for Doe, John was reassigned to you from Marcus Webb.",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "reassignment_id": "rea_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "channel": "dashboard",
    "created_at": "2026-02-01T12:00:00Z",
    "first_seen_at": "2026-02-01T13:20:00Z"
}))]
pub struct NotificationView {
    /// The ID.
    pub id: NotificationId,
    /// The kind.
    pub kind: NotificationKind,
    /// The text to display.
    pub text: String,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The application that it concerns; absent if it concerns none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    /// The reassignment that caused it or assigned the application to you; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reassignment_id: Option<ReassignmentId>,
    /// The days without activity that triggered the warning; absent for other kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_days: Option<i64>,
    /// The delivery channel.
    pub channel: Channel,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was first shown to you; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen_at: Option<DateTime<Utc>>,
    /// When you marked it as read; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<DateTime<Utc>>,
    /// When a warning was resolved, by activity or by the withdrawal; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<DateTime<Utc>>,
}

list_view! {
    /// Your notifications, newest first.
    NotificationList of NotificationView
}

/// The user's notifications: those of organizations with an active membership, or for operators
/// all.
pub(crate) fn reader(actor: &Actor) -> Reader {
    let organizations = (!actor.is_operator()).then(|| actor.active_organizations());
    Reader { user: actor.user, organizations }
}

/// Replaces the text while the recipient has no access (domain rule R-046).
const WITHHELD: &str = "This notice is about an application that you have no access to now.";

/// Notifications as their recipient may see them now. Texts about a provider are withheld without
/// access to that provider's Medicaid ID.
pub(crate) fn shown<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    mut notices: Vec<Notification>,
) -> Result<Vec<NotificationView>, Problem> {
    let needs_access = |notice: &&Notification| !reads_without_access(&call.actor, notice.organization);
    let asked: Vec<_> = notices.iter().filter(needs_access).filter_map(|notice| notice.application).collect();
    if !asked.is_empty() {
        let withheld = tx.applications().without_access(&asked)?;
        for notice in &mut notices {
            if notice.application.is_some_and(|application| withheld.contains(&application)) {
                notice.text = WITHHELD.to_owned();
            }
        }
    }
    Ok(notices.into_iter().map(Into::into).collect())
}

impl From<Notification> for NotificationView {
    fn from(notification: Notification) -> Self {
        Self {
            id: notification.id,
            kind: notification.kind,
            text: notification.text,
            organization_id: notification.organization,
            application_id: notification.application,
            reassignment_id: notification.reassignment,
            threshold_days: notification.threshold_days,
            channel: notification.channel,
            created_at: notification.created_at,
            first_seen_at: notification.first_seen_at,
            read_at: notification.read_at,
            resolved_at: notification.resolved_at,
        }
    }
}
