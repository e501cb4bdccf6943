//! The portal's menu: the entries a user sees, by their permissions (flow F-28, ambiguity A-12).

use crate::ground::id::OrganizationId;
use crate::ground::plan_code::PlanCode;
use crate::identity::user::PlatformRole;
use crate::organizations::actor::Actor;
use crate::organizations::membership::Role;
use crate::organizations::organization::OrganizationFacts;
use crate::organizations::policy::{OrganizationAction, judge};
use crate::vocabulary;

vocabulary! {
    /// An entry of the portal's menu.
    pub enum MenuEntry {
        /// The user's pending work.
        Dashboard = "dashboard",
        /// The list of applications.
        Application = "application",
        /// Changes to enrolled providers' data.
        Maintenance = "maintenance",
        /// Correspondence.
        Correspondence = "correspondence",
        /// The functions of a CA Admin Manager.
        Administration = "administration",
    }
}

vocabulary! {
    /// An entry below "Administration".
    pub enum AdministrationEntry {
        /// Reassign work between agents.
        ManageWorkAssignments = "manage_work_assignments",
        /// Grant all agents access to an individual Medicaid ID, or remove it.
        ManageAgentAccess = "manage_agent_access",
    }
}

/// The roles that see applications.
const WORKS_WITH_APPLICATIONS: [Role; 3] =
    [Role::CredentialingAgent, Role::CaAdminManager, Role::OrganizationAdministrator];

impl MenuEntry {
    /// The entry's label on the portal's screens.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::Application => "Application",
            Self::Maintenance => "Maintenance",
            Self::Correspondence => "Correspondence",
            Self::Administration => "Administration",
        }
    }
}

impl AdministrationEntry {
    /// The entry's label in the job aid.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ManageWorkAssignments => "Manage Credentialing Agent Work Assignments",
            Self::ManageAgentAccess => "Manage Credentialing Agents Association with the Medicaid ID",
        }
    }

    const fn action(self) -> OrganizationAction {
        match self {
            Self::ManageWorkAssignments => OrganizationAction::ManageWorkAssignments,
            Self::ManageAgentAccess => OrganizationAction::ManageAgentAccess,
        }
    }
}

/// A menu entry that the user sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    /// The entry.
    pub entry: MenuEntry,
    /// The entries below it. Only "Administration" has any.
    pub below: Vec<AdministrationItem>,
}

/// An entry below "Administration" that the user sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdministrationItem {
    /// The entry.
    pub entry: AdministrationEntry,
    /// The organizations in which the user may use it now.
    pub organizations: Vec<OrganizationId>,
}

/// Builds a user's menu. `organizations` are the user's organizations, and `has_applications`
/// reports whether a plan supports applications.
///
/// No entry leads to a refusal. "Maintenance" is present only for users who may submit maintenance,
/// which is why only one of the job aid's screenshots shows it.
#[must_use]
pub fn menu(
    actor: &Actor,
    organizations: &[OrganizationFacts],
    has_applications: impl Fn(PlanCode) -> bool,
) -> Vec<MenuItem> {
    let holds = |role: Role| {
        let mut memberships = actor.memberships.iter();
        memberships.any(|membership| membership.has_role(role) && has_applications(membership.plan))
    };
    let works = WORKS_WITH_APPLICATIONS.into_iter().any(holds);
    let reviewed = actor.plans_served(&[PlatformRole::DmsReviewer, PlatformRole::Operator]);
    let looks = reviewed.codes().iter().any(|plan| has_applications(*plan));
    let administration = |entry: AdministrationEntry| {
        let usable = organizations.iter().filter(|organization| {
            has_applications(organization.plan) && judge(actor, entry.action(), organization).is_ok()
        });
        let organizations: Vec<_> = usable.map(|organization| organization.id).collect();
        (!organizations.is_empty()).then_some(AdministrationItem { entry, organizations })
    };
    let below: Vec<_> = AdministrationEntry::ALL.iter().copied().filter_map(administration).collect();
    let has = |entry: MenuEntry| match entry {
        // Domain rule R-174: a user who awaits verification, or is disabled everywhere, may use no
        // function of the portal.
        MenuEntry::Dashboard => !actor.active_organizations().is_empty() || !actor.platform_roles.is_empty(),
        MenuEntry::Application | MenuEntry::Correspondence => works || looks,
        MenuEntry::Maintenance => holds(Role::CredentialingAgent),
        MenuEntry::Administration => !below.is_empty(),
    };
    let entries = MenuEntry::ALL.iter().copied().filter(|entry| has(*entry));
    entries
        .map(|entry| MenuItem {
            entry,
            below: if entry == MenuEntry::Administration { below.clone() } else { vec![] },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::{MembershipId, SessionId, UserId};
    use crate::identity::user::HeldRole;
    use crate::organizations::membership::{Membership, MembershipStatus};
    use crate::organizations::organization::OrganizationKind;

    fn organization(number: u128, plan: PlanCode) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::from_uuid(Uuid::from_u128(number)),
            name: "Bluegrass".into(),
            kind: OrganizationKind::ProviderGroup,
            plan,
            active_group_medicaid_ids: 1,
        }
    }

    fn person(platform_roles: &[HeldRole], memberships: Vec<Membership>) -> Actor {
        Actor {
            user: UserId::from_uuid(Uuid::from_u128(1)),
            session: SessionId::from_uuid(Uuid::from_u128(2)),
            name: "Debi Henderson".into(),
            platform_roles: platform_roles.to_vec(),
            memberships,
        }
    }

    fn member(organization: &OrganizationFacts, status: MembershipStatus, roles: &[Role]) -> Membership {
        Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(3)),
            organization: organization.id,
            kind: organization.kind,
            plan: organization.plan,
            status,
            roles: roles.to_vec(),
            permissions: vec![],
        }
    }

    fn labels(actor: &Actor, organizations: &[OrganizationFacts]) -> Vec<&'static str> {
        let items = menu(actor, organizations, |plan| plan == PlanCode::Ky);
        items.iter().map(|item| item.entry.label()).collect()
    }

    #[test]
    fn a_12_a_managers_menu_matches_the_first_screenshot() {
        let group = organization(7, PlanCode::Ky);
        let actor = person(&[], vec![member(&group, MembershipStatus::Active, &[Role::CaAdminManager])]);
        assert_eq!(
            labels(&actor, std::slice::from_ref(&group)),
            ["Dashboard", "Application", "Correspondence", "Administration"]
        );
        let items = menu(&actor, std::slice::from_ref(&group), |_| true);
        let below: Vec<_> = items.iter().flat_map(|item| &item.below).collect();
        assert_eq!(
            below.iter().map(|item| item.entry.label()).collect::<Vec<_>>(),
            [
                "Manage Credentialing Agent Work Assignments",
                "Manage Credentialing Agents Association with the Medicaid ID",
            ]
        );
        assert!(below.iter().all(|item| item.organizations == [group.id]));
    }

    #[test]
    fn a_12_the_menu_of_a_manager_who_is_also_an_agent_matches_the_second_screenshot() {
        let group = organization(7, PlanCode::Ky);
        let roles = [Role::CaAdminManager, Role::CredentialingAgent];
        let actor = person(&[], vec![member(&group, MembershipStatus::Active, &roles)]);
        assert_eq!(
            labels(&actor, &[group]),
            ["Dashboard", "Application", "Maintenance", "Correspondence", "Administration"]
        );
    }

    #[test]
    fn r_003_administration_requires_an_own_group_medicaid_id() {
        let without = OrganizationFacts { active_group_medicaid_ids: 0, ..organization(7, PlanCode::Ky) };
        let with = organization(8, PlanCode::Ky);
        let manages = |organization| member(organization, MembershipStatus::Active, &[Role::CaAdminManager]);
        let actor = person(&[], vec![manages(&without)]);
        assert_eq!(
            labels(&actor, std::slice::from_ref(&without)),
            ["Dashboard", "Application", "Correspondence"]
        );
        let actor = person(&[], vec![manages(&without), manages(&with)]);
        let items = menu(&actor, &[without, with.clone()], |_| true);
        let below: Vec<_> = items.iter().flat_map(|item| &item.below).collect();
        assert_eq!(below.len(), 2, "one pair of entries for all organizations");
        assert!(below.iter().all(|item| item.organizations == [with.id]));
    }

    #[test]
    fn r_174_users_without_an_active_membership_have_no_menu() {
        let group = organization(7, PlanCode::Ky);
        for status in MembershipStatus::ALL.iter().filter(|status| **status != MembershipStatus::Active) {
            let actor = person(&[], vec![member(&group, *status, Role::ALL)]);
            assert!(labels(&actor, std::slice::from_ref(&group)).is_empty(), "{status}");
        }
    }

    #[test]
    fn members_of_plans_without_applications_and_staff_have_reduced_menus() {
        let practice = organization(7, PlanCode::Lhcc);
        let actor = person(
            &[],
            vec![member(&practice, MembershipStatus::Active, &[Role::OrganizationAdministrator])],
        );
        assert_eq!(labels(&actor, &[practice]), ["Dashboard"]);
        let reviewer = person(&[HeldRole::of_all_plans(PlatformRole::DmsReviewer)], vec![]);
        assert_eq!(labels(&reviewer, &[]), ["Dashboard", "Application", "Correspondence"]);
        // Domain rule R-208.
        let of_lhcc = person(&[HeldRole::of_plan(PlatformRole::DmsReviewer, PlanCode::Lhcc)], vec![]);
        assert_eq!(labels(&of_lhcc, &[]), ["Dashboard"]);
        let support = person(&[HeldRole::of_all_plans(PlatformRole::Support)], vec![]);
        assert_eq!(labels(&support, &[]), ["Dashboard"]);
    }
}
