//! How much of an application a user can see.

use crate::Instant;
use crate::applications::application::WithdrawalKind;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::id::{MembershipId, OrganizationId, UserId};
use crate::ground::plan_code::{PlanCode, PlanScope};
use crate::identity::user::PlatformRole;
use crate::organizations::actor::Actor;
use crate::organizations::membership::Role;

/// Whether `actor` sees notices about that organization's applications even without agent access to
/// the Medicaid ID.
///
/// True for its CA Admin Managers and administrators, and for operators (domain rule R-046).
#[must_use]
pub fn reads_without_access(actor: &Actor, organization: OrganizationId) -> bool {
    let manages = |role| actor.has_role(organization, role);
    manages(Role::CaAdminManager) || manages(Role::OrganizationAdministrator) || actor.is_operator()
}

/// The facts about an application that decide who can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationOwnership {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The plan of that organization.
    pub plan: PlanCode,
    /// The assigned agent.
    pub assigned_to: MembershipId,
    /// The person who started it.
    pub initiated_by: UserId,
    /// The status.
    pub status: ApplicationStatus,
    /// Whether it was ever submitted. A draft that was withdrawn for inactivity was not.
    pub was_filed: bool,
    /// Whether the organization's agents have access to the Medicaid ID it is about (domain rule
    ///
    pub agents_have_access: bool,
    /// The kind and time of its withdrawal, if withdrawn.
    pub withdrawal: Option<(WithdrawalKind, Instant)>,
}

/// How much of an application a user can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The complete application.
    Visible,
    /// Only its existence: the organization's agents have no access to the Medicaid ID it is about
    /// (domain rule R-046).
    AccessNotGranted,
    /// Nothing: the response is that for a nonexistent application.
    Hidden,
}

/// How much of this application `actor` can see.
///
/// Operators, and the organization's CA Admin Managers and administrators, see it. The department's
/// reviewers for its plan see it once it has been submitted (domain rule R-208). The assigned agent
/// and the initiator see it while they are members of the organization and its agents have access to
/// the Medicaid ID.
#[must_use]
pub fn sight_of_application(actor: &Actor, application: &ApplicationOwnership) -> Sight {
    let reader = ApplicationReader::of(actor);
    if reader.sees_everywhere(application) || reader.managed.contains(&application.organization) {
        return Sight::Visible;
    }
    match (reader.works_on(application), application.agents_have_access) {
        (true, true) => Sight::Visible,
        (true, false) => Sight::AccessNotGranted,
        (false, _) => Sight::Hidden,
    }
}

/// A user as a reader of applications: the lists that decide about one application here, and about
/// many in a database query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationReader {
    /// The user.
    pub user: UserId,
    /// The statuses in which the reader sees the applications of every organization of `plans`. Of a
    /// withdrawn application, the status before the withdrawal must be among them, too.
    pub everywhere: Vec<ApplicationStatus>,
    /// The plans to which `everywhere` applies.
    pub plans: PlanScope,
    /// The organizations of which the reader sees every application.
    pub managed: Vec<OrganizationId>,
    /// The reader's memberships as a credentialing agent.
    pub own_memberships: Vec<MembershipId>,
    /// The organizations the reader is an active member of.
    pub member_of: Vec<OrganizationId>,
}

impl ApplicationReader {
    /// The user as a reader.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        let operates = actor.is_operator();
        let plans = actor.plans_served(&[PlatformRole::DmsReviewer, PlatformRole::Operator]);
        let reviews = !plans.codes().is_empty();
        let sees = |status| operates || (reviews && status != ApplicationStatus::InProgress);
        let holds = |role| actor.memberships.iter().filter(move |membership| membership.has_role(role));
        let managers = holds(Role::CaAdminManager).chain(holds(Role::OrganizationAdministrator));
        Self {
            user: actor.user,
            everywhere: ApplicationStatus::ALL.iter().copied().filter(|status| sees(*status)).collect(),
            plans,
            managed: managers.map(|membership| membership.organization).collect(),
            own_memberships: holds(Role::CredentialingAgent).map(|membership| membership.id).collect(),
            member_of: actor.active_organizations(),
        }
    }

    /// Whether a platform role shows the application.
    fn sees_everywhere(&self, application: &ApplicationOwnership) -> bool {
        let sees = |status| self.everywhere.contains(&status);
        // A draft that was withdrawn for inactivity never reached the department.
        self.plans.contains(application.plan)
            && sees(application.status)
            && (application.was_filed || sees(ApplicationStatus::InProgress))
    }

    /// Whether the reader works on the application, if the organization's agents may.
    fn works_on(&self, application: &ApplicationOwnership) -> bool {
        self.own_memberships.contains(&application.assigned_to)
            || (application.initiated_by == self.user && self.member_of.contains(&application.organization))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::SessionId;
    use crate::identity::user::HeldRole;
    use crate::organizations::membership::{Membership, MembershipStatus};
    use crate::organizations::organization::{OrganizationFacts, OrganizationKind};

    fn member(status: MembershipStatus, roles: &[Role]) -> Actor {
        Actor {
            user: UserId::from_uuid(Uuid::from_u128(2)),
            session: SessionId::from_uuid(Uuid::from_u128(3)),
            name: "Debi Henderson".into(),
            platform_roles: vec![],
            memberships: vec![Membership {
                id: MembershipId::from_uuid(Uuid::from_u128(4)),
                organization: organization(1).id,
                kind: organization(1).kind,
                plan: organization(1).plan,
                status,
                roles: roles.to_vec(),
                permissions: vec![],
            }],
        }
    }

    fn organization(active_group_medicaid_ids: i64) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::from_uuid(Uuid::from_u128(1)),
            name: "Bluegrass".into(),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            active_group_medicaid_ids,
        }
    }

    #[test]
    fn a_reviewer_sees_an_application_only_after_its_submission() {
        let mut reviewer = member(MembershipStatus::Revoked, &[]);
        reviewer.platform_roles = vec![HeldRole::of_plan(PlatformRole::DmsReviewer, PlanCode::Ky)];
        let application = |status, was_filed| ApplicationOwnership {
            organization: organization(1).id,
            plan: PlanCode::Ky,
            assigned_to: MembershipId::from_uuid(Uuid::from_u128(9)),
            initiated_by: UserId::from_uuid(Uuid::from_u128(9)),
            status,
            was_filed,
            agents_have_access: false,
            withdrawal: None,
        };
        assert_eq!(
            sight_of_application(&reviewer, &application(ApplicationStatus::InProgress, false)),
            Sight::Hidden
        );
        assert_eq!(
            sight_of_application(&reviewer, &application(ApplicationStatus::Submitted, true)),
            Sight::Visible
        );
        // A draft that was withdrawn for inactivity was never submitted.
        assert_eq!(
            sight_of_application(&reviewer, &application(ApplicationStatus::Withdrawn, false)),
            Sight::Hidden
        );
    }

    #[test]
    fn r_208_a_reviewer_sees_the_applications_of_its_plan_only() {
        let mut reviewer = member(MembershipStatus::Revoked, &[]);
        reviewer.platform_roles = vec![HeldRole::of_plan(PlatformRole::DmsReviewer, PlanCode::Cca)];
        let of = |plan| ApplicationOwnership {
            organization: organization(1).id,
            plan,
            assigned_to: MembershipId::from_uuid(Uuid::from_u128(9)),
            initiated_by: UserId::from_uuid(Uuid::from_u128(9)),
            status: ApplicationStatus::Submitted,
            was_filed: true,
            agents_have_access: false,
            withdrawal: None,
        };
        for plan in PlanCode::ALL {
            let expected = if *plan == PlanCode::Cca { Sight::Visible } else { Sight::Hidden };
            assert_eq!(sight_of_application(&reviewer, &of(*plan)), expected, "{plan}");
        }
    }

    #[test]
    fn a_list_covers_the_statuses_and_organizations_that_the_readers_roles_allow() {
        let mut actor = member(MembershipStatus::Active, &[Role::CredentialingAgent]);
        let agent = ApplicationReader::of(&actor);
        assert_eq!(agent.everywhere, []);
        assert_eq!(agent.own_memberships, [actor.memberships[0].id]);
        assert_eq!((agent.managed, agent.member_of), (vec![], vec![organization(1).id]));

        actor.platform_roles = vec![HeldRole::of_plan(PlatformRole::DmsReviewer, PlanCode::Cca)];
        let ApplicationReader { everywhere: reviewed, plans, .. } = ApplicationReader::of(&actor);
        assert_eq!(plans, PlanScope::Only(vec![PlanCode::Cca]));
        assert_eq!(reviewed.len(), ApplicationStatus::ALL.len() - 1);
        assert!(!reviewed.contains(&ApplicationStatus::InProgress));
        actor.platform_roles.push(HeldRole::of_all_plans(PlatformRole::Operator));
        let operator = ApplicationReader::of(&actor);
        assert_eq!(
            (operator.everywhere.as_slice(), operator.plans),
            (ApplicationStatus::ALL, PlanScope::All)
        );

        let former = ApplicationReader::of(&member(MembershipStatus::Disabled, Role::ALL));
        assert_eq!((former.managed, former.own_memberships, former.member_of), (vec![], vec![], vec![]));
    }

    #[test]
    fn an_agent_sees_assigned_and_initiated_applications() {
        let agent = member(MembershipStatus::Active, &[Role::CredentialingAgent]);
        let own = ApplicationOwnership {
            organization: organization(1).id,
            plan: PlanCode::Ky,
            assigned_to: agent.memberships[0].id,
            initiated_by: UserId::from_uuid(Uuid::from_u128(9)),
            status: ApplicationStatus::InProgress,
            was_filed: false,
            agents_have_access: true,
            withdrawal: None,
        };
        let elsewhere =
            ApplicationOwnership { assigned_to: MembershipId::from_uuid(Uuid::from_u128(8)), ..own };
        assert_eq!(sight_of_application(&agent, &own), Sight::Visible);
        assert_eq!(sight_of_application(&agent, &elsewhere), Sight::Hidden);
        let started = ApplicationOwnership { initiated_by: agent.user, ..elsewhere };
        assert_eq!(sight_of_application(&agent, &started), Sight::Visible);
    }

    #[test]
    fn r_046_a_15_without_access_agents_see_no_application_and_managers_see_all() {
        let agent = member(MembershipStatus::Active, &[Role::CredentialingAgent]);
        let own = ApplicationOwnership {
            organization: organization(1).id,
            plan: PlanCode::Ky,
            assigned_to: agent.memberships[0].id,
            initiated_by: agent.user,
            status: ApplicationStatus::InProgress,
            was_filed: false,
            agents_have_access: false,
            withdrawal: None,
        };
        assert_eq!(sight_of_application(&agent, &own), Sight::AccessNotGranted);
        for role in [Role::CaAdminManager, Role::OrganizationAdministrator] {
            let manager = member(MembershipStatus::Active, &[role]);
            assert_eq!(sight_of_application(&manager, &own), Sight::Visible, "{role}");
        }
    }
}
