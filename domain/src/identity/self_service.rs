//! What strangers may ask for. The answer is the same whatever comes of it (decision D-11): a worker looks into it later.

use crate::ground::plan_code::PlanCode;
use crate::vocabulary;

vocabulary! {
    /// What was asked for.
    pub enum SelfServiceKind {
        /// An account under a tax id.
        Registration = "registration",
        /// A link to set a new password.
        PasswordReset = "password_reset",
        /// Access to a provider account.
        AccessRequest = "access_request",
    }
}

/// A request as kept until it is looked into; sealed, because it may hold a tax id.
// No `Debug`, for the same reason.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SelfServiceRequest {
    /// An account under a tax id (domain rule R-173).
    Registration {
        /// The plan.
        plan: PlanCode,
        /// Nine digits.
        tax_id: String,
        /// The address given.
        email: String,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
        /// Telephone, ten digits.
        telephone: Option<String>,
    },
    /// A link to set a new password.
    PasswordReset {
        /// The address given.
        email: String,
    },
    /// Access to a provider account (domain rule R-136).
    AccessRequest {
        /// Who asks.
        user: crate::ground::id::UserId,
        /// The plan.
        plan: PlanCode,
        /// The Provider ID given.
        provider_id: String,
        /// What they wrote.
        message: Option<String>,
    },
}

impl SelfServiceRequest {
    /// What was asked for.
    #[must_use]
    pub const fn kind(&self) -> SelfServiceKind {
        match self {
            Self::Registration { .. } => SelfServiceKind::Registration,
            Self::PasswordReset { .. } => SelfServiceKind::PasswordReset,
            Self::AccessRequest { .. } => SelfServiceKind::AccessRequest,
        }
    }
}
