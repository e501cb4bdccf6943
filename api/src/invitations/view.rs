//! Bodies about invitations.

use chrono::{DateTime, Utc};
use portal_domain::Instant;
use portal_domain::id::{InvitationId, OrganizationId};
use portal_domain::invitation::{ShownInvitationStatus, role_name};
use portal_domain::membership::{Permission, Role};
use portal_persistence::invitations::StoredInvitation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::ActionView;
use crate::page::list_view;

/// The application that invitations are for, as the mail names it (domain rule R-007).
pub const APPLICATION_NAME: &str = "Partner Portal";

/// An invitation. Its link is in the mail alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "inv_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "email": "nora.fields@bluegrass.example",
    "role": "ca_admin_manager",
    "role_name": "AdminManager",
    "application_name": "Partner Portal",
    "permissions": [],
    "status": "pending",
    "invited_by": "Katherine Tully",
    "created_at": "2026-02-01T12:00:00Z",
    "expires_at": "2026-02-04T12:00:00Z",
    "actions": [{"action": "resend", "allowed": true, "reasons": []}]
}))]
pub struct InvitationView {
    /// Its id.
    pub id: InvitationId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// Counts every change.
    pub version: i64,
    /// Whom it is for.
    pub email: String,
    /// The first name the inviter gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub first_name: Option<String>,
    /// The last name the inviter gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_name: Option<String>,
    /// The role offered.
    pub role: Role,
    /// The role as the mail names it.
    pub role_name: &'static str,
    /// The application as the mail names it.
    pub application_name: &'static str,
    /// The permissions offered with it.
    pub permissions: Vec<Permission>,
    /// Where it stands now.
    pub status: ShownInvitationStatus,
    /// Who invited.
    pub invited_by: String,
    /// When the mail was posted.
    pub created_at: DateTime<Utc>,
    /// From this instant on the link does not work.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted, cancelled or superseded; absent while it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub settled_at: Option<DateTime<Utc>>,
    /// What you may do to it, and why not.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// Invitations, newest first.
    InvitationList of InvitationView
}

impl InvitationView {
    pub(crate) fn of(stored: StoredInvitation, now: Instant) -> Self {
        let status = stored.invitation.shown_status(now);
        let open = matches!(status, ShownInvitationStatus::Pending | ShownInvitationStatus::Expired);
        let against = || if open { vec![] } else { vec!["invalid_transition"] };
        let (first_name, last_name) = stored.name.unzip();
        Self {
            id: stored.invitation.id,
            organization_id: stored.invitation.organization,
            version: stored.version,
            email: stored.invitation.email.as_str().to_owned(),
            first_name,
            last_name,
            role: stored.invitation.offer.role,
            role_name: role_name(stored.invitation.offer.role),
            application_name: APPLICATION_NAME,
            permissions: stored.invitation.offer.permissions.iter().copied().collect(),
            status,
            invited_by: stored.created_by_name,
            created_at: stored.created_at,
            expires_at: stored.invitation.expires_at,
            settled_at: stored.settled_at,
            actions: vec![ActionView::new("resend", against()), ActionView::new("cancel", against())],
        }
    }
}
