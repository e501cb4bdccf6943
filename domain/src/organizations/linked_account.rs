//! Accounts that are linked to one login.

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::{MembershipId, OrganizationId};

/// A user switched to another of their accounts.
#[must_use]
pub fn switched(organization: OrganizationId, membership: MembershipId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::ActiveAccountChanged, membership))
}
