//! Bodies about members.

use chrono::{DateTime, Utc};
use portal_domain::Instant;
use portal_domain::ground::calendar;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MemberHistoryEntryId, MembershipId, OrganizationId, SessionId};
use portal_domain::organizations::member::{self, Circumstances, Member, Update};
use portal_domain::organizations::member_inactivity;
use portal_domain::organizations::member_words::{MemberAction, MemberHistoryAction, MemberStatus};
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::identity::sessions::SessionEntry;
use portal_persistence::organizations::members::{MemberEntry, MemberHistoryEntry};
use portal_persistence::organizations::organizations::Organization;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::actions::ActionView;
use crate::http::page::list_view;

/// A member of an organization, as managers see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 3,
    "email": "jeremy.huang@riverbend.example",
    "name": "Jeremy Huang",
    "first_name": "Jeremy",
    "last_name": "Huang",
    "telephone": "1231231234",
    "tax_id_masked": "**-***4321",
    "status": "active",
    "verified": true,
    "roles": ["account_user"],
    "permissions": ["claims", "eligibility"],
    "last_login_at": "2026-01-20T10:27:25Z",
    "inactive_days": 12,
    "disables_on": "2026-04-20",
    "member_since": "2025-11-03T15:00:00Z",
    "comment_max": 200,
    "actions": [{"action": "disable_user", "allowed": true, "reasons": []}]
}))]
pub struct MemberView {
    /// The membership.
    pub id: MembershipId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The version of the membership; incremented on every change.
    pub version: i64,
    /// The email address.
    pub email: String,
    /// The name, "First Last".
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Telephone, ten digits; absent if unknown or not visible to you.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// The organization's tax ID, masked except for the last four digits; absent if none is on
    /// file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id_masked: Option<String>,
    /// The status. `locked` means that the login is blocked until the password is reset.
    pub status: MemberStatus,
    /// Whether an account manager or the plan has verified the person in this organization; not the
    /// opposite of the status `unverified`.
    pub verified: bool,
    /// Why the member is disabled; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<DisabledReason>,
    /// The roles.
    pub roles: Vec<Role>,
    /// The permissions.
    pub permissions: Vec<Permission>,
    /// When the user last signed in; absent if never, or if not visible to you.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login_at: Option<DateTime<Utc>>,
    /// Calendar days in the plan's time zone since the last sign-in or enabling.
    pub inactive_days: i64,
    /// The day on which the member is disabled without another sign-in; absent if that does not
    /// happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disables_on: Option<chrono::NaiveDate>,
    /// The start of the membership.
    pub member_since: DateTime<Utc>,
    /// The maximum length of a comment. Count Unicode code points, not UTF-16 units:
    /// `[...text].length`.
    pub comment_max: i64,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// Members, by last name.
    MemberList of MemberView
}

impl MemberView {
    pub(super) fn of(
        entry: &MemberEntry,
        organization: &Organization,
        circumstances: &Circumstances<'_>,
        (now, plan): (Instant, &PlanProfile),
    ) -> Self {
        let last_login_at = entry.last_login_at.filter(|_| shows_last_login(&entry.member));
        let baseline = member_inactivity::baseline(last_login_at, entry.enabled_at, entry.created_at);
        Self {
            id: entry.member.id,
            organization_id: organization.facts.id,
            version: entry.version,
            email: entry.email.clone(),
            name: entry.name(),
            first_name: entry.first_name.clone(),
            last_name: entry.last_name.clone(),
            telephone: entry.telephone.clone().filter(|_| shows_telephone(&entry.member)),
            tax_id_masked: organization.tax_id_masked.clone(),
            status: entry.member.shown_status(),
            verified: entry.member.verified,
            disabled_reason: entry.member.disabled_reason,
            roles: entry.member.rights.roles.iter().copied().collect(),
            permissions: entry.member.rights.permissions.iter().copied().collect(),
            last_login_at,
            inactive_days: calendar::days_between(baseline, now, plan.time_zone).max(0),
            disables_on: disables_on(entry, plan, baseline),
            member_since: entry.created_at,
            comment_max: i64::try_from(plan.members.comment_max).unwrap_or(i64::MAX),
            actions: actions(entry, circumstances),
        }
    }
}

// Data from other organizations is hidden from an organization that the user is not, or no longer, a
// member of. The list of members must not filter by hidden data either.

/// Whether the organization sees when the user last signed in.
pub(super) const fn shows_last_login(member: &Member) -> bool {
    member.used_the_portal()
}

/// Whether the organization sees the telephone number, which a registrant gave.
pub(super) fn shows_telephone(member: &Member) -> bool {
    member.used_the_portal() || member.status == MembershipStatus::VerificationPending
}

fn disables_on(entry: &MemberEntry, plan: &PlanProfile, baseline: Instant) -> Option<chrono::NaiveDate> {
    let days = plan.members.disable_after_days?;
    (entry.member.status == MembershipStatus::Active)
        .then(|| member_inactivity::disables_on(baseline, days, plan.time_zone))
}

fn actions(entry: &MemberEntry, circumstances: &Circumstances<'_>) -> Vec<ActionView> {
    let offered = |action: &&MemberAction| member::is_offered(**action, circumstances.organization.kind);
    let view = |action: &MemberAction| {
        let refusals = member::examine(*action, circumstances, &entry.member, &Update::default());
        ActionView::new(action.as_str(), refusals.iter().map(|refusal| refusal.as_str()).collect())
    };
    MemberAction::ALL.iter().filter(offered).map(view).collect()
}

/// An entry in a member's history, with the comment on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mhe_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "action": "update_user_roles",
    "number": 3,
    "actor_email": "lena.ortiz@riverbend.example",
    "occurred_at": "2026-02-01T12:00:00Z",
    "comment": "Moved to billing."
}))]
pub struct MemberCommentView {
    /// The ID.
    pub id: MemberHistoryEntryId,
    /// The action.
    pub action: MemberHistoryAction,
    /// The number of the entry, from 1 for each member.
    pub number: i64,
    /// The actor's email address at that time.
    pub actor_email: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The unchanged comment; absent if there is none. Display it as text, never as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

list_view! {
    /// A member's history, newest first.
    MemberCommentList of MemberCommentView
}

impl From<MemberHistoryEntry> for MemberCommentView {
    fn from(entry: MemberHistoryEntry) -> Self {
        Self {
            id: entry.id,
            action: entry.action,
            number: entry.number,
            actor_email: entry.actor_email,
            occurred_at: entry.occurred_at,
            comment: entry.comment,
        }
    }
}

/// A session of a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ses_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "device": "Mozilla/5.0",
    "started_at": "2026-02-01T12:00:00Z",
    "last_seen_at": "2026-02-01T12:05:00Z"
}))]
pub struct MemberSessionView {
    /// The ID.
    pub id: SessionId,
    /// The device's `User-Agent`, truncated to 200 characters.
    pub device: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last used, accurate to the minute.
    pub last_seen_at: DateTime<Utc>,
}

list_view! {
    /// A member's sessions, newest first.
    MemberSessionList of MemberSessionView
}

impl From<SessionEntry> for MemberSessionView {
    fn from(entry: SessionEntry) -> Self {
        Self {
            id: entry.id,
            device: entry.device,
            started_at: entry.started_at,
            last_seen_at: entry.last_seen_at,
        }
    }
}
