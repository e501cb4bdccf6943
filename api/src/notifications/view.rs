//! Bodies about notices.

use chrono::{DateTime, Utc};
use portal_domain::id::{ApplicationId, NotificationId, OrganizationId, ReassignmentId};
use portal_domain::notification::NotificationKind;
use portal_domain::policy::Actor;
use portal_persistence::notifications::{Notification, Reader};
use serde::Serialize;
use utoipa::ToSchema;

use crate::page::list_view;

/// A notice.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ntf_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "kind": "application_reassigned_to_you",
    "text": "Application APP1234 for Doe, John was reassigned to you from Marcus Webb.",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "reassignment_id": "rea_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "created_at": "2026-02-01T12:00:00Z"
}))]
pub struct NotificationView {
    /// Its id.
    pub id: NotificationId,
    /// What it is about.
    pub kind: NotificationKind,
    /// The sentence to show.
    pub text: String,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// The application it is about; absent when it is about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub application_id: Option<ApplicationId>,
    /// The reassignment that caused it; absent when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reassignment_id: Option<ReassignmentId>,
    /// When it was posted.
    pub created_at: DateTime<Utc>,
    /// When you read it; absent as long as you have not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_at: Option<DateTime<Utc>>,
}

list_view! {
    /// Your notices, newest first.
    NotificationList of NotificationView
}

/// Whose notices: those of the organizations the person is an active member of, and all of a person who works for the
/// platform.
pub(super) fn reader(actor: &Actor) -> Reader {
    let organizations = actor.platform_roles.is_empty().then(|| actor.active_organizations());
    Reader { user: actor.user, organizations }
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
            created_at: notification.created_at,
            read_at: notification.read_at,
        }
    }
}
