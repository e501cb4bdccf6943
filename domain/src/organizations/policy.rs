//! Who may do what in an organization.
//!
//! The write path, `actions[]` in responses, and the permission grid all use this module.

use crate::ground::id::OrganizationId;
use crate::identity::user::PlatformRole;
use crate::organizations::actor::Actor;
use crate::organizations::delegation;
use crate::organizations::membership::{Permission, Role};
use crate::organizations::organization::{IneligibilityReason, OrganizationFacts};
use crate::vocabulary;

vocabulary! {
    /// An action that a user can take in an organization.
    pub enum OrganizationAction {
        /// Search an agent's work, reassign it, and list earlier reassignments.
        ManageWorkAssignments = "manage_work_assignments",
        /// Grant all agents access to an individual Medicaid ID, or remove it (domain rules R-002,
        ///
        ManageAgentAccess = "manage_agent_access",
        /// Consent to links of individual Medicaid IDs to groups of other organizations (domain rule
        ///
        ManageLinkConsents = "manage_link_consents",
        /// Create and revoke calendar feeds of its due dates, which have secret URLs.
        ManageCalendarFeeds = "manage_calendar_feeds",
        /// Manage its members: invite, verify, enable, disable, and set roles and permissions.
        ManageMembers = "manage_members",
        /// Read the organization's audit trail.
        ViewAuditEvents = "view_audit_events",
    }
}

/// Why an action is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The caller has none of the roles that allow the action (domain rule R-001).
    RoleRequired,
    /// The CA Admin Manager role is suspended in the organization (domain rules ).
    OrganizationNotEligible(Vec<IneligibilityReason>),
}

impl Refusal {
    /// The machine-readable code of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RoleRequired => "role_required",
            Self::OrganizationNotEligible(_) => "organization_not_eligible",
        }
    }

    /// The reasons for the refusal, for a screen that explains a disabled button.
    #[must_use]
    pub fn reasons(&self) -> Vec<&'static str> {
        match self {
            Self::RoleRequired => vec![self.code()],
            Self::OrganizationNotEligible(reasons) => reasons.iter().map(|reason| reason.as_str()).collect(),
        }
    }
}

/// Decides whether `actor` may do `action` in an organization visible to them.
pub fn judge(
    actor: &Actor,
    action: OrganizationAction,
    organization: &OrganizationFacts,
) -> Result<(), Refusal> {
    match action {
        OrganizationAction::ManageWorkAssignments | OrganizationAction::ManageAgentAccess => {
            may_use_the_manager_role(actor, organization)
        }
        OrganizationAction::ManageLinkConsents => {
            // Which Medicaid IDs each of them may consent for is decided by
            // `medicaid::link_consent`.
            if manages_the_account(actor, organization.id) {
                return Ok(());
            }
            may_use_the_manager_role(actor, organization)
        }
        OrganizationAction::ManageCalendarFeeds => {
            // Administrators can revoke a manager's feed even while the manager role is suspended.
            if actor.has_role(organization.id, Role::OrganizationAdministrator) {
                return Ok(());
            }
            may_use_the_manager_role(actor, organization)
        }
        OrganizationAction::ManageMembers => may_manage_members(actor, organization),
        OrganizationAction::ViewAuditEvents => may_view_audit_events(actor, organization),
    }
}

/// Decides whether `actor` may do `action` in any organization: a coarse check before anything is
/// loaded.
pub fn may_at_all(actor: &Actor, action: OrganizationAction) -> Result<(), Refusal> {
    let somewhere = match action {
        OrganizationAction::ManageWorkAssignments | OrganizationAction::ManageAgentAccess => {
            actor.memberships.iter().any(|membership| membership.has_role(Role::CaAdminManager))
        }
        OrganizationAction::ManageCalendarFeeds => actor.memberships.iter().any(|membership| {
            membership.has_role(Role::CaAdminManager) || membership.has_role(Role::OrganizationAdministrator)
        }),
        OrganizationAction::ManageLinkConsents => actor.memberships.iter().any(|membership| {
            membership.has_role(Role::CaAdminManager)
                || membership.has_role(Role::OrganizationAdministrator)
                || membership.has_permission(Permission::ManageAccount)
        }),
        OrganizationAction::ManageMembers => {
            actor.serves_any_plan(&[PlatformRole::PlanStaff])
                || actor.memberships.iter().any(|membership| {
                    membership.has_role(Role::OrganizationAdministrator)
                        || membership.has_permission(Permission::ManageAccount)
                })
        }
        OrganizationAction::ViewAuditEvents => {
            actor.is_operator()
                || actor.memberships.iter().any(|membership| {
                    membership.has_role(Role::OrganizationAdministrator)
                        || membership.has_permission(Permission::ManageAccount)
                })
        }
    };
    if somewhere { Ok(()) } else { Err(Refusal::RoleRequired) }
}

pub(crate) fn may_use_the_manager_role(
    actor: &Actor,
    organization: &OrganizationFacts,
) -> Result<(), Refusal> {
    if !actor.has_role(organization.id, Role::CaAdminManager) {
        return Err(Refusal::RoleRequired);
    }
    match organization.ca_admin_manager_suspensions() {
        reasons if reasons.is_empty() => Ok(()),
        reasons => Err(Refusal::OrganizationNotEligible(reasons)),
    }
}

/// An actor who can grant any role here manages the members. Each action has further conditions
/// ([`crate::organizations::delegation`]).
fn may_manage_members(actor: &Actor, organization: &OrganizationFacts) -> Result<(), Refusal> {
    let grantable = delegation::grantable(actor, organization);
    if grantable.roles.is_empty() { Err(Refusal::RoleRequired) } else { Ok(()) }
}

fn may_view_audit_events(actor: &Actor, organization: &OrganizationFacts) -> Result<(), Refusal> {
    let allowed = manages_the_account(actor, organization.id) || actor.is_operator();
    if allowed { Ok(()) } else { Err(Refusal::RoleRequired) }
}

/// Whether `actor` is an administrator or account manager of the organization.
pub(crate) fn manages_the_account(actor: &Actor, organization: OrganizationId) -> bool {
    actor.membership_in(organization).is_some_and(|membership| {
        membership.has_role(Role::OrganizationAdministrator)
            || membership.has_permission(Permission::ManageAccount)
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::{MembershipId, SessionId, UserId};
    use crate::ground::plan_code::PlanCode;
    use crate::organizations::membership::{Membership, MembershipStatus};
    use crate::organizations::organization::OrganizationKind;

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
    fn r_174_members_who_are_not_active_cannot_do_anything() {
        for status in MembershipStatus::ALL.iter().filter(|status| **status != MembershipStatus::Active) {
            let actor = member(*status, Role::ALL);
            assert!(!actor.sees_organization(&organization(1)), "{status}");
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
}
