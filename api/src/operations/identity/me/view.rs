//! Bodies about the current user.

use chrono::{DateTime, Duration, Utc};
use portal_domain::Instant;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::session::SessionLifetimes;
use portal_domain::organizations::membership::{MembershipStatus, NextStep, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::menu::{AdministrationEntry, AdministrationItem, MenuEntry, MenuItem};
use portal_persistence::identity::sessions::SessionEntry;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;
use crate::operations::identity::platform_role::PlatformRoleView;

/// The current user.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "name": "Debi Henderson",
    "first_name": "Debi",
    "last_name": "Henderson",
    "email": "debi.henderson@bluegrass.example",
    "telephone": "5025550142",
    "platform_roles": [],
    "memberships": [{
        "id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "organization": {"id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Bluegrass Family Health Group", "kind": "provider_group", "plan": "ky"},
        "roles": ["ca_admin_manager"],
        "permissions": [],
        "status": "active"
    }],
    "second_factor": {"required": true, "registered": true},
    "menu": [
        {"code": "dashboard", "label": "Dashboard", "entries": []},
        {"code": "application", "label": "Application", "entries": []},
        {"code": "correspondence", "label": "Correspondence", "entries": []},
        {"code": "administration", "label": "Administration", "entries": [
            {
                "code": "manage_work_assignments",
                "label": "Manage Credentialing Agent Work Assignments",
                "organization_ids": ["org_01k2zqj5t8e4vbx9m3c7w6r1hd"]
            },
            {
                "code": "manage_agent_access",
                "label": "Manage Credentialing Agents Association with the Medicaid ID",
                "organization_ids": ["org_01k2zqj5t8e4vbx9m3c7w6r1hd"]
            }
        ]}
    ],
    "session_id": "ses_01k2zqj5t8e4vbx9m3c7w6r1hd"
}))]
pub struct MeView {
    /// Your ID.
    pub id: UserId,
    /// Your name.
    pub name: String,
    /// Your first name.
    pub first_name: String,
    /// Your last name.
    pub last_name: String,
    /// Your email address.
    pub email: String,
    /// Your telephone number, ten digits; absent if none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{10}$")]
    pub telephone: Option<String>,
    /// Your roles outside any organization, each for one plan or for all plans.
    pub platform_roles: Vec<PlatformRoleView>,
    /// Your memberships, in any status.
    pub memberships: Vec<MembershipView>,
    /// The membership that you work in; absent unless you chose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_account: Option<MembershipId>,
    /// Whether you need a second factor, and whether you have one.
    pub second_factor: SecondFactorView,
    /// Your menu, in order. Every entry leads to operations you can use, once you have a required
    /// second factor.
    pub menu: Vec<MenuItemView>,
    /// The session you are using.
    pub session_id: SessionId,
}

/// A menu entry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MenuItemView {
    /// The entry.
    pub code: MenuEntry,
    /// The label on screens.
    pub label: &'static str,
    /// The entries below it; only Administration has any.
    pub entries: Vec<AdministrationItemView>,
}

/// A menu entry below Administration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdministrationItemView {
    /// The entry.
    pub code: AdministrationEntry,
    /// The label on screens.
    pub label: &'static str,
    /// The organizations in which you can use it now.
    pub organization_ids: Vec<OrganizationId>,
}

impl From<MenuItem> for MenuItemView {
    fn from(item: MenuItem) -> Self {
        Self {
            code: item.entry,
            label: item.entry.label(),
            entries: item.below.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<AdministrationItem> for AdministrationItemView {
    fn from(item: AdministrationItem) -> Self {
        Self { code: item.entry, label: item.entry.label(), organization_ids: item.organizations }
    }
}

/// Whether a user needs a second factor, and has one.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct SecondFactorView {
    /// Whether your roles require one. Until it is registered, a session can do nothing else.
    pub required: bool,
    /// Whether you have one that counts.
    pub registered: bool,
}

/// A membership of the current user.
#[derive(Serialize, ToSchema)]
pub struct MembershipView {
    /// The membership.
    pub id: MembershipId,
    /// The organization.
    pub organization: OrganizationBrief,
    /// The roles.
    pub roles: Vec<Role>,
    /// The permissions.
    pub permissions: Vec<Permission>,
    /// The status; only `active` memberships grant rights.
    pub status: MembershipStatus,
    /// What must happen before it becomes active; absent if nothing can be expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
}

/// An organization, in brief.
#[derive(Serialize, ToSchema)]
pub struct OrganizationBrief {
    /// The ID.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
    /// The organization's plan.
    pub plan: PlanCode,
}

/// One of your sessions.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ses_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "current": true,
    "device": "Mozilla/5.0",
    "ip_address": "127.0.0.1",
    "started_at": "2026-02-01T12:00:00Z",
    "last_seen_at": "2026-02-01T12:05:00Z",
    "ends_at": "2026-02-02T00:00:00Z"
}))]
pub struct SessionView {
    /// The ID.
    pub id: SessionId,
    /// Whether it is the session of this request.
    pub current: bool,
    /// The device's `User-Agent`, truncated to 200 characters.
    pub device: String,
    /// The IP address of the sign-in.
    pub ip_address: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last used, accurate to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// The latest time at which it ends.
    pub ends_at: DateTime<Utc>,
}

list_view! {
    /// Your sessions, newest first.
    SessionList of SessionView
}

impl SessionView {
    pub(super) fn of(entry: SessionEntry, current: SessionId, lifetimes: SessionLifetimes) -> Self {
        Self {
            current: entry.id == current,
            id: entry.id,
            device: entry.device,
            ip_address: entry.ip_address,
            started_at: entry.started_at,
            last_seen_at: entry.last_seen_at,
            ends_at: entry.started_at + lifetimes.absolute,
        }
    }
}

/// The instants that separate ended sessions: those started before the first, or last used before
/// the second, have ended.
pub(super) fn over_before(lifetimes: SessionLifetimes, now: Instant) -> (Instant, Instant) {
    let before = |time: Duration| now - time;
    (before(lifetimes.absolute), before(lifetimes.idle))
}
