//! Bodies about associations, and problems for refused ones.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{AssociationId, MembershipId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::association::Agreement;
use portal_domain::organizations::membership::{MembershipStatus, NextStep, Role};
use portal_domain::organizations::organization::OrganizationKind;
use serde::Serialize;
use utoipa::ToSchema;

/// The result of step 1 of 2: the data match. You have no rights before step 2.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "association_id": "asc_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "step": 1,
    "of": 2,
    "agreement": {"version": "2024-01", "text": "By accepting the Provider Agreement you confirm …"},
    "expires_at": "2026-02-01T12:15:00Z"
}))]
pub struct AssociationView {
    /// The association to complete.
    pub association_id: AssociationId,
    /// The completed step.
    pub step: i64,
    /// The number of steps.
    pub of: i64,
    /// The agreement to accept.
    pub agreement: AgreementView,
    /// When step 2 expires; exclusive.
    pub expires_at: DateTime<Utc>,
}

/// The agreement to accept.
#[derive(Serialize, ToSchema)]
pub struct AgreementView {
    /// The version of the text.
    pub version: String,
    /// The text.
    pub text: String,
}

impl From<&Agreement> for AgreementView {
    fn from(agreement: &Agreement) -> Self {
        Self { version: agreement.version.clone(), text: agreement.text.clone() }
    }
}

/// The result of step 2 of 2: you are the Administrator of the provider account, or will be when the
/// plan's staff have confirmed you.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "provider_account": {
        "id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "name": "Amara Whitfield",
        "kind": "provider_account",
        "plan": "cca",
        "username": "CCA100234"
    },
    "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "role": "organization_administrator",
    "status": "verification_pending",
    "next_step": "plan_confirmation"
}))]
pub struct AssociationCompletedView {
    /// The account.
    pub provider_account: ProviderAccountView,
    /// Your membership in the account; use it to switch.
    pub membership_id: MembershipId,
    /// Your role in the account, once `status` is `active`.
    pub role: Role,
    /// The status of your membership; only `active` memberships grant rights.
    pub status: MembershipStatus,
    /// What must happen before it becomes active; absent if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
}

/// A provider account, in brief.
#[derive(Serialize, ToSchema)]
pub struct ProviderAccountView {
    /// The ID of the organization.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
    /// The organization's plan.
    pub plan: PlanCode,
    /// The username: the Provider ID.
    pub username: String,
}
