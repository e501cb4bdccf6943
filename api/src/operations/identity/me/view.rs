//! Bodies about the person who calls.

use chrono::{DateTime, Duration, Utc};
use portal_domain::Instant;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::session::SessionLifetimes;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::menu::{AdministrationEntry, AdministrationItem, MenuEntry, MenuItem};
use portal_persistence::identity::sessions::SessionEntry;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;

/// The person who calls.
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
    /// Your id.
    pub id: UserId,
    /// Your name.
    pub name: String,
    /// Your first name.
    pub first_name: String,
    /// Your last name.
    pub last_name: String,
    /// Your e-mail address.
    pub email: String,
    /// Your telephone number, ten digits; absent when none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9]{10}$")]
    pub telephone: Option<String>,
    /// Roles outside any organization.
    pub platform_roles: Vec<PlatformRole>,
    /// Your memberships, whatever their status.
    pub memberships: Vec<MembershipView>,
    /// The membership you work in at present, if you chose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub active_account: Option<MembershipId>,
    /// Whether you need a second factor, and have one.
    pub second_factor: SecondFactorView,
    /// The menu that belongs to you, in its order. No entry leads to a refusal, once you have the second factor you need.
    pub menu: Vec<MenuItemView>,
    /// The session you are using.
    pub session_id: SessionId,
}

/// An entry of the menu.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MenuItemView {
    /// The entry.
    pub code: MenuEntry,
    /// What screens call it.
    pub label: &'static str,
    /// What stands below it; only Administration has anything.
    pub entries: Vec<AdministrationItemView>,
}

/// An entry below Administration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdministrationItemView {
    /// The entry.
    pub code: AdministrationEntry,
    /// What screens call it.
    pub label: &'static str,
    /// The organizations in which you may do that now.
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

/// Whether somebody needs a second factor, and has one.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct SecondFactorView {
    /// Whether your roles need one: without it a session can do nothing but register it.
    pub required: bool,
    /// Whether you have one that counts.
    pub registered: bool,
}

/// A membership of the person who calls.
#[derive(Serialize, ToSchema)]
pub struct MembershipView {
    /// The membership.
    pub id: MembershipId,
    /// The organization.
    pub organization: OrganizationBrief,
    /// The roles held.
    pub roles: Vec<Role>,
    /// The permissions held.
    pub permissions: Vec<Permission>,
    /// Where it stands; only `active` ones count.
    pub status: MembershipStatus,
}

/// An organization in a few words.
#[derive(Serialize, ToSchema)]
pub struct OrganizationBrief {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrganizationKind,
    /// The plan it belongs to.
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
    /// Its id.
    pub id: SessionId,
    /// Whether it is the one you are using.
    pub current: bool,
    /// The device, as it described itself.
    pub device: String,
    /// The address it signed in from.
    pub ip_address: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
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

/// Sessions that started or were last used before these instants are over by time.
pub(super) fn over_before(lifetimes: SessionLifetimes, now: Instant) -> (Instant, Instant) {
    let before = |time: Duration| now - time;
    (before(lifetimes.absolute), before(lifetimes.idle))
}
