//! A user's membership in an organization: roles, permissions, and status (domain sections 3 and
//! 4.2).

use std::collections::BTreeSet;

use crate::ground::id::{MembershipId, OrganizationId, UserId};
use crate::ground::plan_code::PlanCode;
use crate::organizations::organization::OrganizationKind;
use crate::vocabulary;

vocabulary! {
    /// The role of a member in an organization. The rights of several roles add up.
    pub enum Role {
        /// Invites users and grants roles.
        OrganizationAdministrator = "organization_administrator",
        /// Manages the agents' work assignments and their access to Medicaid IDs (domain rule
        ///
        CaAdminManager = "ca_admin_manager",
        /// Prepares and submits applications.
        CredentialingAgent = "credentialing_agent",
        /// Uses the portal as the permissions allow.
        AccountUser = "account_user",
    }
}

vocabulary! {
    /// What a member can access, called access levels in the plans' documents (domain section 3.3).
    pub enum Permission {
        /// Visits, medications, immunizations, labs, and care gaps.
        HealthRecords = "health_records",
        /// Claims.
        Claims = "claims",
        /// Makes the member an account manager, who can enable, disable, change permissions, and
        /// invite.
        ManageAccount = "manage_account",
        /// A patient's eligibility.
        Eligibility = "eligibility",
        /// Health risk or needs assessments and notifications of pregnancy.
        Assessments = "assessments",
        /// Authorizations.
        Authorizations = "authorizations",
        /// The record viewer that some plans offer.
        HealthPassport = "health_passport",
    }
}

impl Permission {
    /// Whether it shows patients' data.
    #[must_use]
    pub const fn shows_patient_data(self) -> bool {
        match self {
            Self::HealthRecords
            | Self::Claims
            | Self::Eligibility
            | Self::Assessments
            | Self::Authorizations
            | Self::HealthPassport => true,
            Self::ManageAccount => false,
        }
    }
}

vocabulary! {
    /// The status of a membership. Only `active` memberships grant access (domain rule R-174).
    pub enum MembershipStatus {
        /// Invited; the invitation has not been accepted.
        Invited = "invited",
        /// Registered or associated by the user; waiting for an account manager or the plan's staff.
        VerificationPending = "verification_pending",
        /// Enabled; registration is not complete.
        Unverified = "unverified",
        /// Active: the member can use the portal.
        Active = "active",
        /// Disabled; can be enabled again.
        Disabled = "disabled",
        /// Revoked. Final, except that a user can repeat a claim that the plan's staff rejected.
        Revoked = "revoked",
    }
}

vocabulary! {
    /// What must happen before a membership becomes active.
    pub enum NextStep {
        /// The plan's staff must confirm the user as the administrator of the provider account.
        PlanConfirmation = "plan_confirmation",
        /// An account manager or the plan's staff must verify the user.
        Verification = "verification",
        /// The user must complete the registration with the emailed link.
        Registration = "registration",
    }
}

/// What must happen before a membership with that status becomes active; `None` if it is active, or
/// if the user cannot expect it. In provider accounts, only an unconfirmed first administrator waits
/// (domain rule R-203).
#[must_use]
pub const fn next_step(kind: OrganizationKind, status: MembershipStatus) -> Option<NextStep> {
    match (status, kind) {
        (MembershipStatus::VerificationPending, OrganizationKind::ProviderAccount) => {
            Some(NextStep::PlanConfirmation)
        }
        (MembershipStatus::VerificationPending, _) => Some(NextStep::Verification),
        (MembershipStatus::Unverified, _) => Some(NextStep::Registration),
        _ => None,
    }
}

/// One membership of the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// The organization.
    pub organization: OrganizationId,
    /// The organization's kind.
    pub kind: OrganizationKind,
    /// The organization's plan.
    pub plan: PlanCode,
    /// The status.
    pub status: MembershipStatus,
    /// The roles held.
    pub roles: Vec<Role>,
    /// The permissions held.
    pub permissions: Vec<Permission>,
}

impl Membership {
    /// Whether this is an active membership with that role.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.status == MembershipStatus::Active && self.roles.contains(&role)
    }

    /// Whether this is an active membership with that permission.
    #[must_use]
    pub fn has_permission(&self, permission: Permission) -> bool {
        self.status == MembershipStatus::Active && self.permissions.contains(&permission)
    }
}

/// A member who is or was a credentialing agent, and may have applications assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The membership id, which identifies an agent in the API.
    pub id: MembershipId,
    /// The person.
    pub user: UserId,
    /// The person's name, "First Last".
    pub name: String,
    /// The status of the membership.
    pub status: MembershipStatus,
    /// Whether the membership has the credentialing agent role.
    pub is_credentialing_agent: bool,
}

impl Agent {
    /// Whether this member can receive work: an active credentialing agent (domain rule R-025).
    #[must_use]
    pub fn may_receive_work(&self) -> bool {
        self.is_credentialing_agent && self.status == MembershipStatus::Active
    }
}

/// A member who may have to be notified in place of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// The organization.
    pub organization: OrganizationId,
    /// The person.
    pub user: UserId,
    /// The person's name, "First Last".
    pub name: String,
    /// One of [`NOTIFIED_ROLES`].
    pub role: Role,
}

/// The roles whose active holders are notified when an agent cannot act on an event, the preferred
/// one first (domain section 7, N-04 and N-05).
pub const NOTIFIED_ROLES: [Role; 2] = [Role::CaAdminManager, Role::OrganizationAdministrator];

/// The managers to notify in each organization, out of the active holders of [`NOTIFIED_ROLES`]: its
/// CA Admin Managers or, without any, its administrators. The order stays the same.
#[must_use]
pub fn managers_to_notify(mut holders: Vec<Manager>) -> Vec<Manager> {
    let [preferred, _] = NOTIFIED_ROLES;
    let preferring: BTreeSet<OrganizationId> =
        holders.iter().filter(|holder| holder.role == preferred).map(|holder| holder.organization).collect();
    holders.retain(|holder| holder.role == preferred || !preferring.contains(&holder.organization));
    holders
}

/// A permission as a plan describes it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionEntry {
    /// The permission.
    pub code: Permission,
    /// The name that the plan's screens use.
    pub label: String,
    /// What it allows, as described by the plan.
    pub description: String,
}

/// Whether `entries` includes the permission (domain rule R-183).
#[must_use]
pub fn offers(entries: &[PermissionEntry], permission: Permission) -> bool {
    entries.iter().any(|entry| entry.code == permission)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn r_203_an_unconfirmed_administrator_waits_for_the_plan_s_staff() {
        let pending = MembershipStatus::VerificationPending;
        let account = OrganizationKind::ProviderAccount;
        assert_eq!(next_step(account, pending), Some(NextStep::PlanConfirmation));
        assert_eq!(next_step(OrganizationKind::TinPractice, pending), Some(NextStep::Verification));
        assert_eq!(next_step(account, MembershipStatus::Unverified), Some(NextStep::Registration));
        for status in [MembershipStatus::Active, MembershipStatus::Disabled, MembershipStatus::Revoked] {
            assert_eq!(next_step(account, status), None, "{status}");
        }
    }

    #[test]
    fn administrators_are_notified_only_if_there_is_no_ca_admin_manager() {
        let holder = |organization, user, role| Manager {
            organization: OrganizationId::from_uuid(Uuid::from_u128(organization)),
            user: UserId::from_uuid(Uuid::from_u128(user)),
            name: format!("Person {user}"),
            role,
        };
        let (manager, administrator) = (Role::CaAdminManager, Role::OrganizationAdministrator);
        let holders = vec![
            holder(1, 1, administrator),
            holder(1, 2, manager),
            holder(1, 3, manager),
            holder(2, 4, administrator),
            holder(2, 5, administrator),
        ];
        let notified: Vec<u128> =
            managers_to_notify(holders).iter().map(|manager| manager.user.uuid().as_u128()).collect();
        assert_eq!(notified, [2, 3, 4, 5]);
        assert_eq!(managers_to_notify(vec![]), []);
    }
}
