//! The rights that operations require.

use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::policy::OrganizationAction;

/// A right that a handler requires of its callers.
pub trait Permission: 'static {
    /// The action within an organization; `None` if the right is not about one.
    const ACTION: Option<OrganizationAction> = None;
    /// The platform roles, one of which is required for the plan of the resource. If empty, no
    /// platform role is required.
    const PLATFORM: &'static [PlatformRole] = &[];
    /// Whether users have the right before registering a second factor that they need (domain rule
    ///
    const WITHOUT_SECOND_FACTOR: bool = false;
}

macro_rules! rights {
    ($($(#[$meta:meta])* $right:ident { $($constant:ident: $type:ty = $value:expr)? })+) => {
        $(
            $(#[$meta])*
            pub struct $right;

            impl Permission for $right {
                $(const $constant: $type = $value;)?
            }
        )+
    };
}

// Rights within one organization.
rights! {
    /// Search an agent's work, reassign it, and view earlier reassignments.
    ManageWorkAssignments { ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageWorkAssignments) }
    /// Grant all agents access to an individual Medicaid ID, or remove it.
    ManageAgentAccess { ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageAgentAccess) }
    /// Consent to links of individual Medicaid IDs to groups, and revoke these consents.
    ManageLinkConsents { ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageLinkConsents) }
    /// Create and revoke calendar feeds of an organization's due dates.
    ManageCalendarFeeds { ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageCalendarFeeds) }
    /// Read an organization's audit trail.
    ViewAuditEvents { ACTION: Option<OrganizationAction> = Some(OrganizationAction::ViewAuditEvents) }
    /// Manage an organization's members, and invite people.
    ManageMembers { ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageMembers) }
}

// Rights of platform roles.
rights! {
    /// Decide on applications, for the department.
    ReviewApplications { PLATFORM: &'static [PlatformRole] = &[PlatformRole::DmsReviewer] }
    /// Verify callers, for the support center.
    VerifyCallers { PLATFORM: &'static [PlatformRole] = &[PlatformRole::Support] }
    /// Operate the installation.
    OperateSystem { PLATFORM: &'static [PlatformRole] = &[PlatformRole::Operator] }
    /// View and change all users of the installation.
    ManageUsers { PLATFORM: &'static [PlatformRole] = &[PlatformRole::Operator] }
    /// Verify the first registrants of practices.
    VerifyRegistrations { PLATFORM: &'static [PlatformRole] = &[PlatformRole::PlanStaff] }
    /// Confirm the first administrators of provider accounts.
    ConfirmAssociations { PLATFORM: &'static [PlatformRole] = &[PlatformRole::PlanStaff] }
}

// Rights of every user. What exactly a user may see or do depends on the resource, and is decided by
// its rule.
rights! {
    /// View the own user, end own sessions, and register a second factor, even before registering a
    /// second factor that the user needs.
    RegisterFactor { WITHOUT_SECOND_FACTOR: bool = true }
    /// Change the own name, telephone number and password.
    UpdateOwnUser {}
    /// Read the own notifications.
    ReadOwnNotifications {}
    /// Link provider accounts to the own login, and switch between them.
    LinkAccounts {}
    /// View the organizations that the user belongs to.
    ViewOrganizations {}
    /// View the dashboard, whose cards depend on the user's roles.
    ViewDashboard {}
    /// View applications, according to
    /// [`sight_of_application`](portal_domain::applications::visibility::sight_of_application).
    ViewApplications {}
    /// Start, save, submit and withdraw applications that the user may work on.
    PrepareApplications {}
    /// View the Medicaid IDs, revalidations and requirements that concern the user.
    ViewMedicaidIds {}
    /// Check licenses for an application that the user may view.
    CheckLicenses {}
    /// Invite people, according to
    /// [`examine`](portal_domain::organizations::invitation::examine).
    InviteMembers {}
    /// Associate the own login with a provider account, or request access to one.
    AssociateProviderAccounts {}
}
