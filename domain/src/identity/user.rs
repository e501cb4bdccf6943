//! Users: platform roles and locks.

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{OrganizationId, UserId};
use crate::vocabulary;

vocabulary! {
    /// A role on the platform, outside any organization.
    pub enum PlatformRole {
        /// A member of the plan's staff: verifies original registrants and assists users.
        PlanStaff = "plan_staff",
        /// A reviewer who decides applications for the Department for Medicaid Services.
        DmsReviewer = "dms_reviewer",
        /// A support agent who answers calls.
        Support = "support",
        /// An operator of the installation.
        Operator = "operator",
    }
}

vocabulary! {
    /// The reason a login is locked.
    pub enum LockReason {
        /// Inactive for too long.
        Inactivity = "inactivity",
        /// Locked by an operator.
        Staff = "staff",
    }
}

/// A user changed their profile; `fields` are the names of what changed, not the values.
#[must_use]
pub fn profile_updated(user: UserId, fields: Vec<String>) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::ProfileUpdated, user);
    Effects::recorded_as(event.with("fields", Detail::List(fields)))
}

/// The command line created a user, as a member of an organization or of none.
#[must_use]
pub fn created(user: UserId, organization: Option<OrganizationId>) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::UserCreated, user))
}
