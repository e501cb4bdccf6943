//! The caller, loaded from the database for each request.

use crate::ground::id::{OrganizationId, SessionId, UserId};
use crate::ground::plan_code::{PlanCode, PlanScope};
use crate::identity::user::{HeldRole, PlatformRole};
use crate::organizations::membership::{Membership, MembershipStatus, Role};
use crate::organizations::organization::OrganizationFacts;

/// The caller, loaded from the database for each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The session that authenticates the request.
    pub session: SessionId,
    /// The person's name, "First Last".
    pub name: String,
    /// The platform roles, each for one plan or for all plans.
    pub platform_roles: Vec<HeldRole>,
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

    /// The plans for which the person has one of these platform roles (domain rule R-208).
    #[must_use]
    pub fn plans_served(&self, roles: &[PlatformRole]) -> PlanScope {
        let held = self.platform_roles.iter().filter(|held| roles.contains(&held.role));
        PlanScope::of(held.map(|held| held.plan))
    }

    /// Whether the person has one of these platform roles for that plan (domain rule R-208).
    #[must_use]
    pub fn serves(&self, roles: &[PlatformRole], plan: PlanCode) -> bool {
        let mut held = self.platform_roles.iter();
        held.any(|held| roles.contains(&held.role) && held.plan.is_none_or(|served| served == plan))
    }

    /// Whether the person has one of these platform roles for any plan. A coarse check before
    /// anything is loaded: what a request may reach depends on the plan ([`Self::serves`]).
    #[must_use]
    pub fn serves_any_plan(&self, roles: &[PlatformRole]) -> bool {
        self.platform_roles.iter().any(|held| roles.contains(&held.role))
    }

    /// Whether the person is an operator of the installation, who acts for all plans.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        self.serves_any_plan(&[PlatformRole::Operator])
    }

    /// The person as a reader of organizations. Plan staff and support see those of their plans,
    /// operators all.
    #[must_use]
    pub fn organization_reader(&self) -> OrganizationReader {
        OrganizationReader {
            plans: self.plans_served(&[
                PlatformRole::PlanStaff,
                PlatformRole::Support,
                PlatformRole::Operator,
            ]),
            own: self.active_organizations(),
        }
    }

    /// Whether the organization is visible to this person. Invisible organizations get the same
    /// response as nonexistent ones.
    #[must_use]
    pub fn sees_organization(&self, organization: &OrganizationFacts) -> bool {
        let reader = self.organization_reader();
        reader.plans.contains(organization.plan) || reader.own.contains(&organization.id)
    }

    /// Whether the person is an active member of that organization with that role.
    #[must_use]
    pub fn has_role(&self, organization: OrganizationId, role: Role) -> bool {
        self.membership_in(organization).is_some_and(|membership| membership.has_role(role))
    }
}

/// A user as a reader of organizations: the organizations that a list has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationReader {
    /// The plans of which every organization is visible.
    pub plans: PlanScope,
    /// The organizations that are visible whatever their plan.
    pub own: Vec<OrganizationId>,
}

impl OrganizationReader {
    /// A reader of every organization.
    #[must_use]
    pub const fn of_all() -> Self {
        Self { plans: PlanScope::All, own: vec![] }
    }

    /// A reader of these organizations only.
    #[must_use]
    pub const fn of(organizations: Vec<OrganizationId>) -> Self {
        Self { plans: PlanScope::Only(vec![]), own: organizations }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::organizations::organization::OrganizationKind;

    fn organization(plan: PlanCode) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::from_uuid(Uuid::from_u128(1)),
            name: "Bluegrass".into(),
            kind: OrganizationKind::ProviderGroup,
            plan,
            active_group_medicaid_ids: 1,
        }
    }

    fn holding(platform_roles: &[HeldRole]) -> Actor {
        Actor {
            user: UserId::from_uuid(Uuid::from_u128(2)),
            session: SessionId::from_uuid(Uuid::from_u128(3)),
            name: "Stella Staff".into(),
            platform_roles: platform_roles.to_vec(),
            memberships: vec![],
        }
    }

    #[test]
    fn r_208_staff_and_support_see_the_organizations_of_their_plans_only() {
        for role in [PlatformRole::PlanStaff, PlatformRole::Support] {
            let of_two =
                holding(&[HeldRole::of_plan(role, PlanCode::Cca), HeldRole::of_plan(role, PlanCode::Ahw)]);
            let everywhere = holding(&[HeldRole::of_all_plans(role)]);
            for plan in PlanCode::ALL {
                let served = [PlanCode::Cca, PlanCode::Ahw].contains(plan);
                assert_eq!(of_two.sees_organization(&organization(*plan)), served, "{role} {plan}");
                assert!(everywhere.sees_organization(&organization(*plan)), "{role} {plan}");
            }
        }
        let reviewer = holding(&[HeldRole::of_all_plans(PlatformRole::DmsReviewer)]);
        assert!(!reviewer.sees_organization(&organization(PlanCode::Ky)));
    }

    #[test]
    fn r_208_a_user_has_each_role_for_its_own_plan() {
        let both = holding(&[
            HeldRole::of_plan(PlatformRole::DmsReviewer, PlanCode::Ky),
            HeldRole::of_plan(PlatformRole::Support, PlanCode::Cca),
        ]);
        assert!(both.serves(&[PlatformRole::DmsReviewer], PlanCode::Ky));
        assert!(!both.serves(&[PlatformRole::DmsReviewer], PlanCode::Cca));
        assert!(both.serves(&[PlatformRole::Support], PlanCode::Cca));
        assert!(!both.serves(&[PlatformRole::Support], PlanCode::Ky));
        assert!(!both.is_operator());
    }
}
