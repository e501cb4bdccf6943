//! Paths and bodies of operations on users.

use portal_domain::ground::id::UserId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::operations::ground::person::email_address;
use crate::operations::ground::text::explanation;

/// The path of a user.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// The user.
    pub user_id: UserId,
}

/// Why an operator changes a user.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The user reported a stolen laptop."}))]
pub struct ChangeUserRequest {
    /// The reason, for the audit trail: 1 to 2,000 characters, without a Social Security number.
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: String,
}

/// A platform role to grant or revoke, for which plan, and why.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "dms_reviewer", "plan": "ky", "reason": "The reviewer left the department."}))]
pub struct PlatformRoleRequest {
    /// The platform role.
    pub role: PlatformRole,
    /// The plan. If absent, a role is granted for all plans, and revoked for every plan for which the
    /// user holds it. Operators always act for all plans.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub plan: Option<PlanCode>,
    /// The reason, for the audit trail: 1 to 2,000 characters, without a Social Security number.
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: String,
}

impl PlatformRoleRequest {
    /// The role for the plan.
    pub(super) const fn held(&self) -> HeldRole {
        HeldRole { role: self.role, plan: self.plan }
    }
}

/// The new email address of a user, and why it changes.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "marcus.webb@newoffice.example", "reason": "The old mailbox was hijacked."}))]
pub struct SetEmailRequest {
    /// The new address, with which the user then signs in.
    #[validate(custom(function = email_address))]
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// The reason, for the audit trail: 1 to 2,000 characters, without a Social Security number.
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: String,
}
