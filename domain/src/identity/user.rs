//! Users: platform roles and locks.

use std::fmt;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{OrganizationId, UserId};
use crate::ground::plan_code::PlanCode;
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

/// A platform role that a user holds, for one plan or for all plans (domain rule R-208).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HeldRole {
    /// The role.
    pub role: PlatformRole,
    /// The plan; `None` for all plans. Operators act for all plans.
    pub plan: Option<PlanCode>,
}

impl HeldRole {
    /// The role for all plans.
    #[must_use]
    pub const fn of_all_plans(role: PlatformRole) -> Self {
        Self { role, plan: None }
    }

    /// The role for one plan.
    #[must_use]
    pub const fn of_plan(role: PlatformRole, plan: PlanCode) -> Self {
        Self { role, plan: Some(plan) }
    }

    /// Whether whoever holds this holds `other`, too.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.role == other.role && (self.plan.is_none() || self.plan == other.plan)
    }
}

impl fmt::Display for HeldRole {
    /// The role, and the plan if it is for one only: `support` or `support:cca`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plan {
            None => write!(f, "{}", self.role),
            Some(plan) => write!(f, "{}:{plan}", self.role),
        }
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
