//! Self-service requests. The response is the same whatever the outcome (decision D-11): a worker
//! processes the request later.

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::SelfServiceRequestId;
use crate::ground::plan_code::PlanCode;
use crate::vocabulary;

vocabulary! {
    /// The kind of a self-service request.
    pub enum SelfServiceKind {
        /// An account under a tax ID.
        Registration = "registration",
        /// A link to set a new password.
        PasswordReset = "password_reset",
        /// Access to a provider account.
        AccessRequest = "access_request",
        /// A claim to act for a provider, after too many failures at its Provider ID.
        AssociationReview = "association_review",
    }
}

/// A request as stored until it is processed. It is sealed because it may contain a tax ID.
// No `Debug`: a tax ID must not reach a log.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SelfServiceRequest {
    /// An account under a tax ID (domain rule R-173).
    Registration {
        /// The plan.
        plan: PlanCode,
        /// The tax ID, nine digits.
        tax_id: String,
        /// The email address as entered.
        email: String,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
        /// The telephone number, ten digits.
        telephone: Option<String>,
    },
    /// A link to set a new password.
    PasswordReset {
        /// The email address as entered.
        email: String,
    },
    /// Access to a provider account (domain rule R-136).
    AccessRequest {
        /// The requester.
        user: crate::ground::id::UserId,
        /// The plan.
        plan: PlanCode,
        /// The Provider ID as entered.
        provider_id: String,
        /// The requester's message.
        message: Option<String>,
    },
    /// A claim to act for a provider, after too many failures at its Provider ID (domain rule
    ///
    AssociationReview {
        /// The person.
        user: crate::ground::id::UserId,
        /// The plan.
        plan: PlanCode,
        /// The first and last name of a practitioner.
        practitioner: Option<(String, String)>,
        /// The name of a group.
        group_name: Option<String>,
        /// The tax ID, nine digits.
        tax_id: String,
        /// The Provider ID as entered.
        provider_id: String,
        /// The ZIP code as entered.
        zip: String,
    },
}

impl SelfServiceRequest {
    /// The kind of the request.
    #[must_use]
    pub const fn kind(&self) -> SelfServiceKind {
        match self {
            Self::Registration { .. } => SelfServiceKind::Registration,
            Self::PasswordReset { .. } => SelfServiceKind::PasswordReset,
            Self::AccessRequest { .. } => SelfServiceKind::AccessRequest,
            Self::AssociationReview { .. } => SelfServiceKind::AssociationReview,
        }
    }
}

/// A request was received. It is recorded whatever comes of it.
#[must_use]
pub fn received(kind: SelfServiceKind, request: SelfServiceRequestId) -> Effects {
    let action = match kind {
        SelfServiceKind::Registration => AuditAction::RegistrationRequested,
        SelfServiceKind::PasswordReset => AuditAction::PasswordResetRequested,
        SelfServiceKind::AccessRequest => AuditAction::AccessRequested,
        SelfServiceKind::AssociationReview => AuditAction::AssociationReviewRequested,
    };
    Effects::recorded_as(AuditEvent::bare(None, action, request))
}
