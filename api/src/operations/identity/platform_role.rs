//! Platform roles in responses.

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use serde::Serialize;
use utoipa::ToSchema;

/// A platform role that a user holds, for one plan or for all plans.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(example = json!({"role": "dms_reviewer", "plan": "ky"}))]
pub struct PlatformRoleView {
    /// The role.
    pub role: PlatformRole,
    /// The plan for which the user holds it; absent if it is for all plans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanCode>,
}

impl From<HeldRole> for PlatformRoleView {
    fn from(HeldRole { role, plan }: HeldRole) -> Self {
        Self { role, plan }
    }
}
