//! The body of the dashboard.

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, OrganizationId};
use portal_persistence::applications::applications::Application;
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::applications::applications::ApplicationSummary;
use crate::operations::applications::notifications::NotificationView;

/// Your dashboard.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "items": [{
        "id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "version": 1,
        "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "application_type": "enrollment",
        "application_number": "APP0543",
        "medicaid_id": "4444444",
        "provider_name": "Smith, Jane",
        "provider_type": {"code": "78", "label": "Advanced Practice Registered Nurse (APRN)"},
        "npi": "258963147",
        "npi_valid": false,
        "date_of_initiation": "2023-08-02",
        "application_status": "in_progress",
        "assigned_to": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
        "days_inactive": 31,
        "days_until_withdrawal": 89,
        "lifecycle": {"last_activity_at": "2026-01-01T15:00:00Z", "next": [{"action": "withdraw", "on": "2026-05-01"}]},
        "actions": [{"action": "save", "allowed": true, "reasons": []}]
    }],
    "more": false,
    "counts": [{"application_status": "in_progress", "count": 1}],
    "stranded": [{
        "id": "app_01k2zqj5t8e4vbx9m3c7w6r1he",
        "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "application_type": "maintenance",
        "application_number": "APP0544",
        "application_status": "in_progress",
        "reason": "access_not_granted"
    }],
    "stranded_count": 1,
    "notices": [{
        "id": "ntf_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "kind": "auto_withdrawal_warning",
        "text": "Application APP0543 (Enrollment) for Smith, Jane has had no activity for 31 days.",
        "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "application_id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "threshold_days": 30,
        "channel": "dashboard",
        "created_at": "2026-02-01T09:30:00Z",
        "first_seen_at": "2026-02-01T12:00:00Z"
    }],
    "unread_notices": 1,
    "past_due_revalidations": 0
}))]
pub struct DashboardView {
    /// Open applications that are assigned to you and that you can work on, those inactive longest
    /// first; at most 50.
    pub items: Vec<ApplicationSummary>,
    /// Whether there are more. `GET /applications?assigned_to_me=true` lists all of them.
    pub more: bool,
    /// The total numbers by status; statuses without applications are omitted.
    pub counts: Vec<StatusCountView>,
    /// Open applications that are assigned to you but that you cannot work on: the organization's
    /// agents have no access to the Medicaid ID. Those inactive longest first; at most 50.
    pub stranded: Vec<StrandedItemView>,
    /// The total number of stranded applications.
    pub stranded_count: i64,
    /// Unread notifications and unresolved warnings, newest first; at most 20.
    pub notices: Vec<NotificationView>,
    /// The number of unread notifications.
    pub unread_notices: i64,
    /// The number of past-due revalidations in all your organizations. `GET
    /// /reports/past-due-revalidations` lists them.
    pub past_due_revalidations: i64,
}

/// The number of applications in a status.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct StatusCountView {
    /// The status.
    pub application_status: ApplicationStatus,
    /// The number of applications.
    pub count: i64,
}

/// An application that is assigned to you but that you cannot see. Ask a CA Admin Manager to grant
/// access or to reassign it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StrandedItemView {
    /// The ID.
    pub id: ApplicationId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number; leading zeros are significant.
    pub application_number: String,
    /// The status.
    pub application_status: ApplicationStatus,
    /// Why you cannot see it, as a problem code.
    pub reason: &'static str,
}

impl StrandedItemView {
    /// Shows no provider data, because the caller has no access.
    pub(super) fn of(application: Application, reason: &'static str) -> Self {
        Self {
            id: application.id,
            organization_id: application.organization,
            application_type: application.application_type,
            application_number: application.application_number,
            application_status: application.status,
            reason,
        }
    }
}
