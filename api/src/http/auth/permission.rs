//! What the callers of an operation must be allowed to do.

use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::policy::OrganizationAction;
/// What a handler's callers must be allowed to do at all.
pub trait Permission: 'static {
    /// The action, where it is one within an organization.
    const ACTION: Option<OrganizationAction>;
    /// The roles outside any organization one of which is needed; none are where this is empty.
    const PLATFORM: &'static [PlatformRole] = &[];
    /// Whether it may be done by somebody who still has to register the second factor they need (domain rule R-111).
    const WITHOUT_SECOND_FACTOR: bool = false;
}

/// Being signed in is enough.
pub struct UsePortal;

/// Search an agent's work, reassign it, see earlier reassignments.
pub struct ManageWorkAssignments;

/// Give all agents access to an individual Medicaid ID, or take it away.
pub struct ManageAgentAccess;

/// Make and revoke calendars of an organization's due dates.
pub struct ManageCalendarFeeds;

/// Decide about applications, for the department.
pub struct ReviewApplications;

/// Verify callers, for the support center.
pub struct VerifyCallers;

/// Read an organization's audit trail.
pub struct ViewAuditEvents;

/// Look after an organization's members and invite people.
pub struct ManageMembers;

/// Look after the installation.
pub struct OperateSystem;

/// Set up the first registrants of practices.
pub struct VerifyRegistrations;

/// Being signed in is enough, even for somebody who still has to register a second factor: see who they are, end their
/// sessions, register it.
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
