//! The single rule for granting and removing authority (decision D-09).
//!
//! The actor must be able to grant everything that the member holds before and after the change.
//! Invitations, roles, permissions, enabling, disabling, removing, and resetting all use it.

use std::collections::BTreeSet;

use crate::identity::user::PlatformRole;
use crate::organizations::actor::Actor;
use crate::organizations::membership::{Permission, Role};
use crate::organizations::organization::{OrganizationFacts, OrganizationKind};

/// The rights of a member in one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// The roles held.
    pub roles: BTreeSet<Role>,
    /// The permissions held.
    pub permissions: BTreeSet<Permission>,
}

impl Rights {
    /// Creates rights from these roles and permissions.
    pub fn new(
        roles: impl IntoIterator<Item = Role>,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Self {
        Self { roles: roles.into_iter().collect(), permissions: permissions.into_iter().collect() }
    }

    /// Whether `others` contains all of these rights.
    #[must_use]
    pub fn within(&self, others: &Self) -> bool {
        self.roles.is_subset(&others.roles) && self.permissions.is_subset(&others.permissions)
    }

    /// The union of both.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        Self {
            roles: self.roles.union(&others.roles).copied().collect(),
            permissions: self.permissions.union(&others.permissions).copied().collect(),
        }
    }

    /// Whether the holder manages the members of an organization of that kind.
    #[must_use]
    pub fn administer(&self, kind: OrganizationKind) -> bool {
        match administering_right(kind) {
            Right::Role(role) => self.roles.contains(&role),
            Right::Permission(permission) => self.permissions.contains(&permission),
        }
    }
}

impl Rights {
    /// Whether they include a top right of an organization of that kind that `before` lacks: to manage
    /// its members, or all agents' work. Granting one requires a step-up (decision D-09).
    #[must_use]
    pub fn gain_top_right(&self, before: &Self, kind: OrganizationKind) -> bool {
        let manager = Role::CaAdminManager;
        (self.administer(kind) && !before.administer(kind))
            || (self.roles.contains(&manager) && !before.roles.contains(&manager))
    }
}

/// One right of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// A role.
    Role(Role),
    /// A permission.
    Permission(Permission),
}

/// The right to manage the members of an organization of that kind: practices have account managers,
/// all others have administrators.
#[must_use]
pub const fn administering_right(kind: OrganizationKind) -> Right {
    match kind {
        OrganizationKind::TinPractice => Right::Permission(Permission::ManageAccount),
        _ => Right::Role(Role::OrganizationAdministrator),
    }
}

/// The roles available in organizations of that kind.
#[must_use]
pub fn roles_of(kind: OrganizationKind) -> &'static [Role] {
    match kind {
        OrganizationKind::TinPractice => &[Role::AccountUser],
        OrganizationKind::ProviderAccount => &[Role::OrganizationAdministrator, Role::AccountUser],
        // A third-party organization never has a CA Admin Manager (domain rule R-004).
        OrganizationKind::ThirdPartyCredentialing => {
            &[Role::OrganizationAdministrator, Role::CredentialingAgent, Role::AccountUser]
        }
        OrganizationKind::ProviderGroup | OrganizationKind::Entity | OrganizationKind::IndividualProvider => {
            Role::ALL
        }
    }
}

/// The rights that `actor` can grant, and therefore remove, in this organization.
///
/// Empty except for administrators of an organization or account, account managers of a practice,
/// and, in practices, the staff of the organization's plan.
#[must_use]
pub fn grantable(actor: &Actor, organization: &OrganizationFacts) -> Rights {
    let kind = organization.kind;
    let held = actor.membership_in(organization.id).map_or_else(Rights::default, |membership| {
        Rights::new(membership.roles.iter().copied(), membership.permissions.iter().copied())
    });
    let staff =
        kind == OrganizationKind::TinPractice && actor.serves(&[PlatformRole::PlanStaff], organization.plan);
    if held.administer(kind) || staff {
        Rights::new(roles_of(kind).iter().copied(), Permission::ALL.iter().copied())
    } else {
        Rights::default()
    }
}

/// Whether an actor who can grant `grantable` may change `before` to `after`.
///
/// The two can be equal: enabling, disabling, or resetting a member is also refused if the member
/// holds more than the actor can grant.
#[must_use]
pub fn may_confer(grantable: &Rights, before: &Rights, after: &Rights) -> bool {
    let nothing = grantable.roles.is_empty() && grantable.permissions.is_empty();
    !nothing && before.within(grantable) && after.within(grantable)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
    use crate::ground::plan_code::PlanCode;
    use crate::organizations::membership::{Membership, MembershipStatus};

    fn organization(kind: OrganizationKind) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::from_uuid(Uuid::from_u128(1)),
            name: "Bluegrass".into(),
            kind,
            plan: PlanCode::Ky,
            active_group_medicaid_ids: 1,
        }
    }

    fn actor(kind: OrganizationKind, status: MembershipStatus, rights: &Rights) -> Actor {
        Actor {
            user: UserId::from_uuid(Uuid::from_u128(2)),
            session: SessionId::from_uuid(Uuid::from_u128(3)),
            name: "Katherine Tully".into(),
            platform_roles: vec![],
            memberships: vec![Membership {
                id: MembershipId::from_uuid(Uuid::from_u128(4)),
                organization: organization(kind).id,
                kind,
                plan: PlanCode::Ky,
                status,
                roles: rights.roles.iter().copied().collect(),
                permissions: rights.permissions.iter().copied().collect(),
            }],
        }
    }

    #[test]
    fn d_09_only_a_new_right_to_manage_members_or_all_work_is_a_top_right() {
        let none = Rights::default();
        let administrator = Rights::new([Role::OrganizationAdministrator], []);
        let account_manager = Rights::new([Role::AccountUser], [Permission::ManageAccount]);
        let agent = Rights::new([Role::CredentialingAgent, Role::AccountUser], [Permission::Claims]);
        let group = OrganizationKind::ProviderGroup;
        assert!(administrator.gain_top_right(&none, group));
        assert!(Rights::new([Role::CaAdminManager], []).gain_top_right(&agent, group));
        assert!(account_manager.gain_top_right(&none, OrganizationKind::TinPractice));
        assert!(!account_manager.gain_top_right(&none, group), "it administers practices only");
        assert!(!administrator.gain_top_right(&administrator, group), "nothing is gained");
        assert!(!agent.gain_top_right(&none, group));
    }

    #[test]
    fn account_managers_administer_practices_and_administrators_all_other_organizations() {
        let manager = Rights::new([], [Permission::ManageAccount]);
        let administrator = Rights::new([Role::OrganizationAdministrator], []);
        for kind in OrganizationKind::ALL {
            let practice = *kind == OrganizationKind::TinPractice;
            assert_eq!(manager.administer(*kind), practice, "{kind}");
            assert_eq!(administrator.administer(*kind), !practice, "{kind}");
        }
    }

    #[test]
    fn r_005_only_an_organization_administrator_can_grant_roles() {
        let kind = OrganizationKind::ProviderGroup;
        for role in Role::ALL {
            let actor = actor(kind, MembershipStatus::Active, &Rights::new([*role], []));
            let grants = grantable(&actor, &organization(kind));
            assert_eq!(!grants.roles.is_empty(), *role == Role::OrganizationAdministrator, "{role}");
        }
    }

    #[test]
    fn r_004_the_ca_admin_manager_role_cannot_be_granted_in_a_third_party_organization() {
        let kind = OrganizationKind::ThirdPartyCredentialing;
        let administrator = Rights::new([Role::OrganizationAdministrator], []);
        let grants = grantable(&actor(kind, MembershipStatus::Active, &administrator), &organization(kind));
        assert!(!grants.roles.contains(&Role::CaAdminManager));
    }

    #[test]
    fn r_170_only_an_active_account_manager_can_grant_permissions_and_no_higher_role() {
        let kind = OrganizationKind::TinPractice;
        let manager = Rights::new([Role::AccountUser], [Permission::ManageAccount]);
        for status in MembershipStatus::ALL {
            let grants = grantable(&actor(kind, *status, &manager), &organization(kind));
            assert_eq!(!grants.permissions.is_empty(), *status == MembershipStatus::Active, "{status}");
            assert!(!grants.roles.contains(&Role::OrganizationAdministrator));
        }
    }

    #[test]
    fn d_09_the_rights_before_and_after_a_change_must_be_grantable() {
        let grants = Rights::new([Role::AccountUser], Permission::ALL.iter().copied());
        let user = Rights::new([Role::AccountUser], [Permission::Claims]);
        let administrator = Rights::new([Role::OrganizationAdministrator], []);
        assert!(may_confer(&grants, &user, &Rights::default()));
        assert!(!may_confer(&grants, &user, &administrator));
        assert!(
            !may_confer(&grants, &administrator, &user),
            "removing a right requires the same authority as granting it"
        );
        assert!(!may_confer(&Rights::default(), &Rights::default(), &Rights::default()));
    }
}
