//! How much of an application a user can see.

use crate::Instant;
use crate::applications::application::WithdrawalKind;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::id::{MembershipId, OrganizationId, UserId};
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
    manages(Role::CaAdminManager)
        || manages(Role::OrganizationAdministrator)
        || actor.is_any(&[PlatformRole::Operator])
}

/// The facts about an application that decide who can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationOwnership {
    /// The organization it belongs to.
    pub organization: OrganizationId,
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
/// reviewers see it once it has been submitted. The assigned agent and the initiator see it while
/// they are members of the organization and its agents have access to the Medicaid ID.
#[must_use]
pub fn sight_of_application(actor: &Actor, application: &ApplicationOwnership) -> Sight {
    let reviewer = actor.is_any(&[PlatformRole::DmsReviewer]) && application.was_filed;
    let membership = actor.membership_in(application.organization);
    let manages = membership.is_some_and(|membership| {
        membership.has_role(Role::CaAdminManager) || membership.has_role(Role::OrganizationAdministrator)
    });
    if reviewer || manages || actor.is_any(&[PlatformRole::Operator]) {
        return Sight::Visible;
    }
    let works_on_it = membership.is_some_and(|membership| {
        (membership.id == application.assigned_to && membership.has_role(Role::CredentialingAgent))
            || actor.user == application.initiated_by
    });
    match (works_on_it, application.agents_have_access) {
        (true, true) => Sight::Visible,
        (true, false) => Sight::AccessNotGranted,
        (false, _) => Sight::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::SessionId;
    use crate::ground::plan_code::PlanCode;
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
    fn a_reviewer_sees_an_application_only_once_it_was_filed() {
        let mut reviewer = member(MembershipStatus::Revoked, &[]);
        reviewer.platform_roles = vec![PlatformRole::DmsReviewer];
        let application = |status, was_filed| ApplicationOwnership {
            organization: organization(1).id,
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
        // A draft that was withdrawn for inactivity never reached the department.
        assert_eq!(
            sight_of_application(&reviewer, &application(ApplicationStatus::Withdrawn, false)),
            Sight::Hidden
        );
    }

    #[test]
    fn an_agent_sees_what_is_assigned_to_them_and_what_they_started() {
        let agent = member(MembershipStatus::Active, &[Role::CredentialingAgent]);
        let own = ApplicationOwnership {
            organization: organization(1).id,
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
    fn r_046_a_15_without_access_an_agent_sees_nothing_and_a_manager_everything() {
        let agent = member(MembershipStatus::Active, &[Role::CredentialingAgent]);
        let own = ApplicationOwnership {
            organization: organization(1).id,
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
