//! Which members require a second factor (domain rule R-111, decision D-12).

use crate::ground::plan_code::PlanCode;
use crate::identity::user::HeldRole;
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

/// Whether a user with these memberships and platform roles needs a second factor.
///
/// Every platform role and every permission that shows patients' data requires one (domain rule
/// Each membership's plan names further roles and permissions. Only active memberships
/// count. If `policy_of` returns `None` for a plan, its members need a second factor.
#[must_use]
pub fn second_factor_required<'p>(
    memberships: &[Membership],
    platform_roles: &[HeldRole],
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
    let shows_patient_data =
        |membership: &Membership| membership.permissions.iter().any(|held| held.shows_patient_data());
    !platform_roles.is_empty()
        || memberships
            .iter()
            .filter(|membership| membership.status == MembershipStatus::Active)
            .any(|membership| shows_patient_data(membership) || by_plan(membership))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::{MembershipId, OrganizationId};
    use crate::identity::user::PlatformRole;
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
        assert!(!required(member(active, &[Role::AccountUser], &[])));
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
    fn r_216_permissions_that_show_patients_data_need_a_second_factor_whatever_the_plan_says() {
        let policy = SecondFactorPolicy { required_for_roles: vec![], required_for_permissions: vec![] };
        for permission in Permission::ALL {
            let holder = member(MembershipStatus::Active, &[Role::AccountUser], &[*permission]);
            let required = second_factor_required(&[holder], &[], |_plan| Some(&policy));
            assert_eq!(required, *permission != Permission::ManageAccount, "{permission}");
            let former = member(MembershipStatus::Disabled, &[Role::AccountUser], &[*permission]);
            assert!(!second_factor_required(&[former], &[], |_plan| Some(&policy)), "{permission}");
        }
    }

    #[test]
    fn r_111_r_216_every_platform_role_needs_a_second_factor() {
        for role in PlatformRole::ALL {
            assert!(
                second_factor_required(&[], &[HeldRole::of_plan(*role, PlanCode::Cca)], |_plan| None),
                "{role}"
            );
        }
        assert!(!second_factor_required(&[], &[], |_plan| None));
    }
}
