//! Bodies about organizations.

use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::policy::{self, OrganizationAction};
use portal_persistence::organizations::organizations::Organization;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::actions::ActionView;
use crate::http::page::list_view;

/// An organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "name": "Bluegrass Family Health Group",
    "kind": "provider_group",
    "plan": "ky",
    "tax_id_masked": "**-***4321",
    "active_group_medicaid_ids": 1,
    "actions": [{"action": "manage_work_assignments", "allowed": true, "reasons": []}]
}))]
pub struct OrganizationView {
    /// The ID.
    pub id: OrganizationId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
    /// The organization's plan.
    pub plan: PlanCode,
    /// The tax ID, masked except for the last four digits; absent if none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id_masked: Option<String>,
    /// The number of active group Medicaid IDs that it owns. Without one, the CA Admin Manager role
    /// is suspended.
    pub active_group_medicaid_ids: i64,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// Organizations, by name.
    OrganizationList of OrganizationView
}

impl OrganizationView {
    pub(super) fn of(organization: Organization, actor: &Actor) -> Self {
        let facts = organization.facts;
        let action = |action: &OrganizationAction| {
            let reasons = policy::judge(actor, *action, &facts).err().map(|refusal| refusal.reasons());
            ActionView::new(action.as_str(), reasons.unwrap_or_default())
        };
        Self {
            actions: OrganizationAction::ALL.iter().map(action).collect(),
            id: facts.id,
            version: organization.version,
            name: facts.name,
            kind: facts.kind,
            plan: facts.plan,
            tax_id_masked: organization.tax_id_masked,
            active_group_medicaid_ids: facts.active_group_medicaid_ids,
        }
    }
}
