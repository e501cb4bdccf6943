//! Bodies about correspondence.

use chrono::{DateTime, Utc};
use portal_domain::ground::correspondence::Direction;
use portal_domain::ground::id::{ApplicationId, CorrespondenceId, MedicaidIdId, OrganizationId};
use portal_persistence::applications::correspondence::StoredCorrespondence;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;

/// A message between a provider and the department about an application.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "cor_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "direction": "to_provider",
    "subject": "Enrollment APP0543 was returned for correction",
    "body": "Enrollment APP0543 for Smith, Jane was returned for correction. Reason: The license on screen 2.2 has expired.",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_number": "APP0543",
    "medicaid_id_record": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "sent_at": "2026-02-01T12:00:00Z"
}))]
pub struct CorrespondenceView {
    /// The ID.
    pub id: CorrespondenceId,
    /// The direction.
    pub direction: Direction,
    /// The subject line.
    pub subject: String,
    /// The text; display it as text, never as HTML.
    pub body: String,
    /// The organization that sent or received it.
    pub organization_id: OrganizationId,
    /// The application that it concerns.
    pub application_id: ApplicationId,
    /// The application number; leading zeros are significant.
    pub application_number: String,
    /// The record ID of the Medicaid ID that it concerns; absent if none was on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medicaid_id_record: Option<MedicaidIdId>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

list_view! {
    /// Correspondence, newest first.
    CorrespondenceList of CorrespondenceView
}

impl From<StoredCorrespondence> for CorrespondenceView {
    fn from(entry: StoredCorrespondence) -> Self {
        Self {
            id: entry.id,
            direction: entry.direction,
            subject: entry.subject,
            body: entry.body,
            organization_id: entry.organization,
            application_id: entry.application,
            application_number: entry.application_number,
            medicaid_id_record: entry.medicaid_id,
            sent_at: entry.sent_at,
        }
    }
}
