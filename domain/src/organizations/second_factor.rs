//! Which members require a second factor (domain rule R-111, decision D-12).

use crate::ground::plan_code::PlanCode;
use crate::identity::user::PlatformRole;
use crate::organizations::membership::{Membership, MembershipStatus, Permission, Role};
/// Which members need a second factor for any request (domain rule R-111, decision D-12).
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorPolicy {
    /// Roles that require a second factor.
    pub required_for_roles: Vec<Role>,
    /// Permissions that require a second factor.
    pub required_for_permissions: Vec<Permission>,
}

/// Platform roles that always require a second factor: those that run the installation, review
/// applications, or set up first registrants.
const ALWAYS: [PlatformRole; 3] =
    [PlatformRole::Operator, PlatformRole::DmsReviewer, PlatformRole::PlanStaff];

/// Whether a user with these memberships and platform roles needs a second factor.
///
/// Only active memberships count. Each membership's plan names the roles and permissions. If
/// `policy_of` returns `None` for a plan, its members need a second factor.
#[must_use]
pub fn second_factor_required<'p>(
    memberships: &[Membership],
    platform_roles: &[PlatformRole],
    policy_of: impl Fn(PlanCode) -> Option<&'p SecondFactorPolicy>,
) -> bool {
    let by_plan = |membership: &Membership| {
        policy_of(membership.plan).is_none_or(|policy| {
            membership.roles.iter().any(|role| policy.required_for_roles.contains(role))
                || membership
                    .permissions
                    .iter()
                    .any(|permission| policy.required_for_permissions.contains(permission))
        })
    };
    platform_roles.iter().any(|role| ALWAYS.contains(role))
        || memberships.iter().filter(|membership| membership.status == MembershipStatus::Active).any(by_plan)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::{MembershipId, OrganizationId};
    use crate::organizations::membership::{Permission, Role};
    use crate::organizations::organization::OrganizationKind;

    fn member(status: MembershipStatus, roles: &[Role], permissions: &[Permission]) -> Membership {
        Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(1)),
            organization: OrganizationId::from_uuid(Uuid::from_u128(2)),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            status,
            roles: roles.to_vec(),
            permissions: permissions.to_vec(),
        }
    }

    #[test]
    fn r_111_active_members_with_roles_or_permissions_named_by_the_plan_need_a_second_factor() {
        let policy = SecondFactorPolicy {
            required_for_roles: vec![Role::CaAdminManager],
            required_for_permissions: vec![Permission::ManageAccount],
        };
        let required = |membership| second_factor_required(&[membership], &[], |_plan| Some(&policy));
        let active = MembershipStatus::Active;
        assert!(required(member(active, &[Role::CaAdminManager], &[])));
        assert!(required(member(active, &[Role::AccountUser], &[Permission::ManageAccount])));
        assert!(!required(member(active, &[Role::AccountUser], &[Permission::Claims])));
        for status in MembershipStatus::ALL.iter().filter(|status| **status != active) {
            assert!(!required(member(*status, &[Role::CaAdminManager], &[])), "{status}");
        }
        let unknown = [member(active, &[Role::AccountUser], &[])];
        assert!(
            second_factor_required(&unknown, &[], |_plan| None),
            "an unknown plan requires a second factor"
        );
    }

    #[test]
    fn r_111_operators_reviewers_and_plan_staff_always_need_a_second_factor() {
        for role in PlatformRole::ALL {
            let required = second_factor_required(&[], &[*role], |_plan| None);
            assert_eq!(required, *role != PlatformRole::Support, "{role}");
        }
        assert!(!second_factor_required(&[], &[], |_plan| None));
    }
}
