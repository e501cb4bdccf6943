//! Bodies about associations to confirm.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{AssociationId, MembershipId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::association_confirmation::{ConfirmationCause, ConfirmationStatus};
use portal_domain::organizations::provider_record::ProviderRecordType;
use portal_persistence::organizations::association_confirmations::StoredConfirmation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;

/// An association of a user with a provider account that plan staff confirm.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "asc_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "status": "waiting",
    "cause": "first_administrator",
    "plan": "cca",
    "username": "CCA100234",
    "provider_name": "Amara Whitfield",
    "provider_type": "practitioner",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "name": "Amara Whitfield",
    "email": "amara.whitfield@harborlight.example",
    "requested_at": "2026-02-01T12:00:00Z"
}))]
pub struct PlanAssociationView {
    /// The ID.
    pub id: AssociationId,
    /// Whether it waits, is confirmed, or is rejected.
    pub status: ConfirmationStatus,
    /// Why it must be confirmed.
    pub cause: ConfirmationCause,
    /// The plan.
    pub plan: PlanCode,
    /// The username: the Provider ID.
    pub username: String,
    /// The provider's name on file with the plan.
    pub provider_name: String,
    /// Practitioner or group.
    pub provider_type: ProviderRecordType,
    /// The provider account; absent if it does not exist yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The user's membership in it; absent until the user has accepted the provider agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership_id: Option<MembershipId>,
    /// The user's name.
    pub name: String,
    /// The user's email address.
    pub email: String,
    /// When it began to wait.
    pub requested_at: DateTime<Utc>,
    /// When it was confirmed or rejected; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

list_view! {
    /// Associations that plan staff confirm, oldest first.
    PlanAssociationList of PlanAssociationView
}

impl PlanAssociationView {
    /// The version of the representation: an association is decided once.
    pub(super) const fn version(&self) -> i64 {
        match self.status {
            ConfirmationStatus::Waiting => 1,
            ConfirmationStatus::Confirmed | ConfirmationStatus::Rejected => 2,
        }
    }
}

impl From<StoredConfirmation> for PlanAssociationView {
    fn from(stored: StoredConfirmation) -> Self {
        Self {
            id: stored.id,
            status: stored.status,
            cause: stored.cause,
            plan: stored.plan,
            username: stored.provider_id,
            provider_name: stored.provider.display(),
            provider_type: stored.provider.provider_type(),
            organization_id: stored.organization,
            membership_id: stored.membership.map(|(id, _)| id),
            name: stored.name,
            email: stored.email.to_string(),
            requested_at: stored.requested_at,
            decided_at: stored.decided_at,
            reason: stored.reason,
        }
    }
}
