//! Self-registration of members under the tax ID of a practice.

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::{MembershipId, OrganizationId};

/// A registrant became a member, pending verification.
#[must_use]
pub fn received(organization: OrganizationId, membership: MembershipId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::RegistrationReceived, membership))
}

/// A member completed the registration with its link.
#[must_use]
pub fn completed(organization: OrganizationId, membership: MembershipId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::RegistrationCompleted, membership))
}
