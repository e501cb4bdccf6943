//! The caller, loaded from the database for each request.

use crate::ground::id::{OrganizationId, SessionId, UserId};
use crate::identity::user::PlatformRole;
use crate::organizations::membership::{Membership, MembershipStatus, Role};
/// The caller, loaded from the database for each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The session that authenticates the request.
    pub session: SessionId,
    /// The person's name, "First Last".
    pub name: String,
    /// The platform roles.
    pub platform_roles: Vec<PlatformRole>,
    /// All memberships, active or not.
    pub memberships: Vec<Membership>,
}

impl Actor {
    /// The active membership in that organization, if any.
    #[must_use]
    pub fn membership_in(&self, organization: OrganizationId) -> Option<&Membership> {
        self.memberships
            .iter()
            .find(|m| m.organization == organization && m.status == MembershipStatus::Active)
    }

    /// The organizations the person is an active member of.
    #[must_use]
    pub fn active_organizations(&self) -> Vec<OrganizationId> {
        let active = self.memberships.iter().filter(|m| m.status == MembershipStatus::Active);
        active.map(|membership| membership.organization).collect()
    }

    /// Whether the person has one of these platform roles.
    #[must_use]
    pub fn is_any(&self, roles: &[PlatformRole]) -> bool {
        self.platform_roles.iter().any(|role| roles.contains(role))
    }

    /// Whether every organization is visible: true for plan staff, support, and operators, who
    /// serve all organizations.
    #[must_use]
    pub fn sees_every_organization(&self) -> bool {
        self.is_any(&[PlatformRole::PlanStaff, PlatformRole::Support, PlatformRole::Operator])
    }

    /// Whether the organization is visible to this person. Invisible organizations get the same
    /// response as nonexistent ones.
    #[must_use]
    pub fn sees_organization(&self, organization: OrganizationId) -> bool {
        self.sees_every_organization() || self.membership_in(organization).is_some()
    }

    /// Whether the person is an active member of that organization with that role.
    #[must_use]
    pub fn has_role(&self, organization: OrganizationId, role: Role) -> bool {
        self.membership_in(organization).is_some_and(|membership| membership.has_role(role))
    }
}
