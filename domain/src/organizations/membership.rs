//! A user's place in an organization: roles, permissions, status (domain sections 3 and 4.2).

use crate::ground::id::{MembershipId, OrganizationId, UserId};
use crate::ground::plan_code::PlanCode;
use crate::organizations::organization::OrganizationKind;
use crate::vocabulary;

vocabulary! {
    /// What a member is in the organization. Rights add up.
    pub enum Role {
        /// Invites people and gives them roles.
        OrganizationAdministrator = "organization_administrator",
        /// Manages the agents' work assignments and their access to Medicaid IDs (domain rule R-002).
        CaAdminManager = "ca_admin_manager",
        /// Prepares and files applications.
        CredentialingAgent = "credentialing_agent",
        /// Uses the portal as far as the permissions go.
        AccountUser = "account_user",
    }
}

vocabulary! {
    /// What a member may reach (access levels of the plans; domain section 3.3).
    pub enum Permission {
        /// Visits, medications, immunizations, labs, care gaps.
        HealthRecords = "health_records",
        /// Claims.
        Claims = "claims",
        /// Makes the member an account manager: enable, disable, change permissions, invite.
        ManageAccount = "manage_account",
        /// A patient's eligibility.
        Eligibility = "eligibility",
        /// Health risk or needs assessments and notifications of pregnancy.
        Assessments = "assessments",
        /// Authorizations.
        Authorizations = "authorizations",
        /// The record viewer some plans offer.
        HealthPassport = "health_passport",
    }
}

vocabulary! {
    /// Where a membership stands. Only `active` may do anything (domain rule R-174).
    pub enum MembershipStatus {
        /// Invited, nobody behind it yet.
        Invited = "invited",
        /// Registered by the user, waiting for an account manager.
        VerificationPending = "verification_pending",
        /// Enabled, registration not completed.
        Unverified = "unverified",
        /// In use.
        Active = "active",
        /// Switched off; may be enabled again.
        Disabled = "disabled",
        /// Removed; final.
        Revoked = "revoked",
    }
}

vocabulary! {
    /// Why a membership is disabled.
    pub enum DisabledReason {
        /// An account manager or administrator did it.
        ByAccountManager = "by_account_manager",
        /// Not used for too long (domain rule R-178).
        Inactivity = "inactivity",
        /// A registration that was turned down.
        Rejected = "rejected",
        /// The plan's staff did it.
        Staff = "staff",
    }
}

/// One membership of the person who calls.
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
    /// Where it stands.
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

/// A member seen as somebody who may hold work: an agent now, or someone who was one and left work behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The membership; agents are addressed by it.
    pub id: MembershipId,
    /// The person.
    pub user: UserId,
    /// The person's name, "First Last".
    pub name: String,
    /// Where the membership stands.
    pub status: MembershipStatus,
    /// Whether the membership has the credentialing agent role.
    pub is_credentialing_agent: bool,
}

impl Agent {
    /// Whether this member may take over work: an active credentialing agent (domain rule R-025).
    #[must_use]
    pub fn may_receive_work(&self) -> bool {
        self.is_credentialing_agent && self.status == MembershipStatus::Active
    }
}

/// A permission in the plan's own words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionEntry {
    /// The permission.
    pub code: Permission,
    /// What the plan's screens call it.
    pub label: String,
    /// What it allows, as the plan's document says.
    pub description: String,
}

/// Whether a plan with these permissions has that one (domain rule R-183).
#[must_use]
pub fn offers(entries: &[PermissionEntry], permission: Permission) -> bool {
    entries.iter().any(|entry| entry.code == permission)
}
