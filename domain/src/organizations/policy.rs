//! Who may do what. One module for the write path, for `actions[]` in answers and for the permission grid.

use crate::Instant;
use crate::applications::application::{ApplicationStatus, WithdrawalKind};
use crate::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use crate::identity::user::PlatformRole;
use crate::organizations::delegation;
use crate::organizations::membership::{Membership, MembershipStatus, Permission, Role};
use crate::organizations::organization::{IneligibilityReason, OrganizationFacts};
use crate::vocabulary;

/// The person who calls, as the database knows them at this very request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The session used.
    pub session: SessionId,
    /// The person's name, "First Last".
    pub name: String,
    /// Roles outside any organization.
    pub platform_roles: Vec<PlatformRole>,
    /// Every membership, active or not.
    pub memberships: Vec<Membership>,
}

vocabulary! {
    /// Something a person may do in an organization.
    pub enum OrganizationAction {
        /// Search an agent's work and reassign it; see earlier reassignments.
        ManageWorkAssignments = "manage_work_assignments",
        /// Give all agents access to an individual Medicaid ID, or take it away (domain rules ).
        ManageAgentAccess = "manage_agent_access",
        /// Make and revoke calendars of its due dates, whose addresses are secret.
        ManageCalendarFeeds = "manage_calendar_feeds",
        /// Look after its members: invite, verify, enable, disable, set roles and permissions.
        ManageMembers = "manage_members",
        /// Read the organization's audit trail.
        ViewAuditEvents = "view_audit_events",
    }
}

/// Why an action is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The caller holds none of the roles that may do this (domain rule R-001).
    RoleRequired,
    /// The organization may not use the CA Admin Manager role now (domain rules ).
    OrganizationNotEligible(Vec<IneligibilityReason>),
}

impl Refusal {
    /// The refusal's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RoleRequired => "role_required",
            Self::OrganizationNotEligible(_) => "organization_not_eligible",
        }
    }

    /// The reasons behind the refusal, for a screen that explains a grey button.
    #[must_use]
    pub fn reasons(&self) -> Vec<&'static str> {
        match self {
            Self::RoleRequired => vec![self.code()],
            Self::OrganizationNotEligible(reasons) => reasons.iter().map(|reason| reason.as_str()).collect(),
        }
    }
}

impl Actor {
    /// The active membership in that organization, if there is one.
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

    /// Whether the person holds one of these roles outside any organization.
    #[must_use]
    pub fn is_any(&self, roles: &[PlatformRole]) -> bool {
        self.platform_roles.iter().any(|role| roles.contains(role))
    }

    /// Whether every organization is visible: plan staff, support and operators look after all of them.
    #[must_use]
    pub fn sees_every_organization(&self) -> bool {
        self.is_any(&[PlatformRole::PlanStaff, PlatformRole::Support, PlatformRole::Operator])
    }

    /// Whether the organization exists for this person at all. What is not visible answers like what does not exist.
    #[must_use]
    pub fn sees_organization(&self, organization: OrganizationId) -> bool {
        self.sees_every_organization() || self.membership_in(organization).is_some()
    }

    fn has_role(&self, organization: OrganizationId, role: Role) -> bool {
        self.membership_in(organization).is_some_and(|membership| membership.has_role(role))
    }
}

/// Decides whether `actor` may do `action` in an organization that is visible to them.
pub fn judge(
    actor: &Actor,
    action: OrganizationAction,
    organization: &OrganizationFacts,
) -> Result<(), Refusal> {
    match action {
        OrganizationAction::ManageWorkAssignments | OrganizationAction::ManageAgentAccess => {
            may_use_the_manager_role(actor, organization)
        }
        OrganizationAction::ManageCalendarFeeds => {
            // An administrator can always stop what a manager began.
            if actor.has_role(organization.id, Role::OrganizationAdministrator) {
                return Ok(());
            }
            may_use_the_manager_role(actor, organization)
        }
        OrganizationAction::ManageMembers => may_manage_members(actor, organization),
        OrganizationAction::ViewAuditEvents => may_view_audit_events(actor, organization),
    }
}

/// Decides whether `actor` may do `action` in any organization at all: the coarse gate before anything is loaded.
pub fn may_at_all(actor: &Actor, action: OrganizationAction) -> Result<(), Refusal> {
    let somewhere = match action {
        OrganizationAction::ManageWorkAssignments | OrganizationAction::ManageAgentAccess => {
            actor.memberships.iter().any(|membership| membership.has_role(Role::CaAdminManager))
        }
        OrganizationAction::ManageCalendarFeeds => actor.memberships.iter().any(|membership| {
            membership.has_role(Role::CaAdminManager) || membership.has_role(Role::OrganizationAdministrator)
        }),
        OrganizationAction::ManageMembers => {
            actor.is_any(&[PlatformRole::PlanStaff])
                || actor.memberships.iter().any(|membership| {
                    membership.has_role(Role::OrganizationAdministrator)
                        || membership.has_permission(Permission::ManageAccount)
                })
        }
        OrganizationAction::ViewAuditEvents => {
            actor.is_any(&[PlatformRole::Operator])
                || actor.memberships.iter().any(|membership| {
                    membership.has_role(Role::OrganizationAdministrator)
                        || membership.has_permission(Permission::ManageAccount)
                })
        }
    };
    if somewhere { Ok(()) } else { Err(Refusal::RoleRequired) }
}

fn may_use_the_manager_role(actor: &Actor, organization: &OrganizationFacts) -> Result<(), Refusal> {
    if !actor.has_role(organization.id, Role::CaAdminManager) {
        return Err(Refusal::RoleRequired);
    }
    match organization.ca_admin_manager_suspensions() {
        reasons if reasons.is_empty() => Ok(()),
        reasons => Err(Refusal::OrganizationNotEligible(reasons)),
    }
}

/// Whoever can grant anything here looks after the members; what exactly is asked of each action
/// ([`crate::organizations::delegation`]).
fn may_manage_members(actor: &Actor, organization: &OrganizationFacts) -> Result<(), Refusal> {
    let grantable = delegation::grantable(actor, organization);
    if grantable.roles.is_empty() { Err(Refusal::RoleRequired) } else { Ok(()) }
}

fn may_view_audit_events(actor: &Actor, organization: &OrganizationFacts) -> Result<(), Refusal> {
    let manages_account = actor
        .membership_in(organization.id)
        .is_some_and(|membership| membership.has_permission(Permission::ManageAccount));
    let allowed = actor.has_role(organization.id, Role::OrganizationAdministrator)
        || manages_account
        || actor.is_any(&[PlatformRole::Operator]);
    if allowed { Ok(()) } else { Err(Refusal::RoleRequired) }
}

/// Whether `actor` sees what is written about applications of that organization even where its agents have no access to the
/// Medicaid ID: those who manage it, and operators (domain rule R-046).
#[must_use]
pub fn reads_without_access(actor: &Actor, organization: OrganizationId) -> bool {
    let manages = |role| actor.has_role(organization, role);
    manages(Role::CaAdminManager)
        || manages(Role::OrganizationAdministrator)
        || actor.is_any(&[PlatformRole::Operator])
}

/// Whose application it is, for the question who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationOwnership {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The agent who works on it.
    pub assigned_to: MembershipId,
    /// The person who started it.
    pub initiated_by: UserId,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// Whether it was ever filed: a draft that was withdrawn for inactivity was not.
    pub was_filed: bool,
    /// Whether the organization's agents have access to the Medicaid ID it is about (domain rule R-046).
    pub agents_have_access: bool,
    /// How and when it was withdrawn, if it was.
    pub withdrawal: Option<(WithdrawalKind, Instant)>,
}

/// How much of an application somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Visible,
    /// That it exists, and not more: the organization's agents have no access to the Medicaid ID it is about (domain rule
    ///
    AccessNotGranted,
    /// Nothing: the answer is that of an application that does not exist.
    Hidden,
}

/// How much of this application `actor` may see. The organization's CA Admin Managers and administrators, operators, and
/// (once it was filed) the department's reviewers see it. So do the agent it is assigned to and the person who started it
/// while still in the organization, as long as its agents have access to the Medicaid ID it is about.
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
    use crate::organizations::organization::OrganizationKind;
    use crate::platform::plan::PlanCode;

    fn organization(active_group_medicaid_ids: i64) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::from_uuid(Uuid::from_u128(1)),
            name: "Bluegrass".into(),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            active_group_medicaid_ids,
        }
    }

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

    #[test]
    fn r_001_r_002_only_the_ca_admin_manager_manages_work_assignments_and_access() {
        for role in Role::ALL {
            let actor = member(MembershipStatus::Active, &[*role]);
            for action in [OrganizationAction::ManageWorkAssignments, OrganizationAction::ManageAgentAccess] {
                let allowed = judge(&actor, action, &organization(1)).is_ok();
                assert_eq!(allowed, *role == Role::CaAdminManager, "{role} {action}");
            }
        }
    }

    #[test]
    fn r_003_the_role_is_suspended_without_an_own_group_medicaid_id() {
        let actor = member(MembershipStatus::Active, &[Role::CaAdminManager]);
        assert_eq!(
            judge(&actor, OrganizationAction::ManageWorkAssignments, &organization(0)),
            Err(Refusal::OrganizationNotEligible(vec![IneligibilityReason::NoGroupMedicaidId]))
        );
    }

    #[test]
    fn r_174_no_other_status_than_active_can_do_anything() {
        for status in MembershipStatus::ALL.iter().filter(|status| **status != MembershipStatus::Active) {
            let actor = member(*status, Role::ALL);
            assert!(!actor.sees_organization(organization(1).id), "{status}");
            assert!(
                judge(&actor, OrganizationAction::ManageWorkAssignments, &organization(1)).is_err(),
                "{status}"
            );
            assert!(
                judge(&actor, OrganizationAction::ViewAuditEvents, &organization(1)).is_err(),
                "{status}"
            );
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
        // A draft that rested for too long was never the department's.
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
