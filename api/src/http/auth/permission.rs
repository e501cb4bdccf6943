//! The permissions that operations require.

use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::policy::OrganizationAction;
/// A permission that a handler requires of its callers.
pub trait Permission: 'static {
    /// The action within an organization; `None` if the permission is not about one.
    const ACTION: Option<OrganizationAction>;
    /// The platform roles, one of which is required. If empty, no platform role is required.
    const PLATFORM: &'static [PlatformRole] = &[];
    /// Whether users have the permission before registering a second factor that they need (domain
    /// rule R-111).
    const WITHOUT_SECOND_FACTOR: bool = false;
}

/// Use the portal. Every signed-in user may.
pub struct UsePortal;

/// Search an agent's work, reassign it, and view earlier reassignments.
pub struct ManageWorkAssignments;

/// Grant all agents access to an individual Medicaid ID, or remove it.
pub struct ManageAgentAccess;

/// Create and revoke calendar feeds of an organization's due dates.
pub struct ManageCalendarFeeds;

/// Decide on applications, for the department.
pub struct ReviewApplications;

/// Verify callers, for the support center.
pub struct VerifyCallers;

/// Read an organization's audit trail.
pub struct ViewAuditEvents;

/// Manage an organization's members, and invite people.
pub struct ManageMembers;

/// Operate the installation.
pub struct OperateSystem;

/// Verify the first registrants of practices.
pub struct VerifyRegistrations;

/// View the own user, end own sessions, and register a second factor. Every signed-in user may,
/// even before registering a second factor that they need.
pub struct RegisterFactor;

impl Permission for UsePortal {
    const ACTION: Option<OrganizationAction> = None;
}

impl Permission for ManageWorkAssignments {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageWorkAssignments);
}

impl Permission for ManageAgentAccess {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageAgentAccess);
}

impl Permission for ManageCalendarFeeds {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageCalendarFeeds);
}

impl Permission for ReviewApplications {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::DmsReviewer];
}

impl Permission for VerifyCallers {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::Support];
}

impl Permission for ViewAuditEvents {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ViewAuditEvents);
}

impl Permission for ManageMembers {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageMembers);
}

impl Permission for OperateSystem {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::Operator];
}

impl Permission for VerifyRegistrations {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::PlanStaff];
}

impl Permission for RegisterFactor {
    const ACTION: Option<OrganizationAction> = None;
    const WITHOUT_SECOND_FACTOR: bool = true;
}
