//! Bodies about notices.

use chrono::{DateTime, Utc};
use portal_domain::applications::notification::{Channel, NotificationKind};
use portal_domain::applications::visibility::reads_without_access;
use portal_domain::ground::id::{ApplicationId, NotificationId, OrganizationId, ReassignmentId};
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::actor::Actor;
use portal_persistence::Tx;
use portal_persistence::applications::notifications::{Notification, Reader};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::page::list_view;
use crate::http::problem::Problem;

/// A notice.
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
    /// The reassignment that caused it, or by which you have the application; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reassignment_id: Option<ReassignmentId>,
    /// The days without activity that it warns of; absent unless it is such a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub threshold_days: Option<i64>,
    /// How it reaches you.
    pub channel: Channel,
    /// When it was posted.
    pub created_at: DateTime<Utc>,
    /// When it was first shown to you.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub first_seen_at: Option<DateTime<Utc>>,
    /// When you read it; absent as long as you have not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_at: Option<DateTime<Utc>>,
    /// When a warning was settled, by activity or by the withdrawal; absent as long as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub resolved_at: Option<DateTime<Utc>>,
}

list_view! {
    /// Your notices, newest first.
    NotificationList of NotificationView
}

/// Whose notices: those of the organizations the person is an active member of, and all of an operator.
pub(crate) fn reader(actor: &Actor) -> Reader {
    let organizations = (!actor.is_any(&[PlatformRole::Operator])).then(|| actor.active_organizations());
    Reader { user: actor.user, organizations }
}

/// What a notice says where its reader may not know more (domain rule R-046).
const WITHHELD: &str = "This notice is about an application that you have no access to now.";

/// Notices as their reader may see them now: what they say of a provider goes with the access to that provider's Medicaid ID.
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
