//! Bodies about users, for operators.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::identity::user::LockReason;
use portal_domain::identity::user_administration::{Circumstances, UserState, obstacles};
use portal_domain::organizations::membership::MembershipStatus;
use portal_persistence::Tx;
use portal_persistence::identity::user_administration::UserEntry;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::actions::ActionView;
use crate::http::auth::call::Call;
use crate::http::auth::permission::ManageUsers;
use crate::http::page::list_view;
use crate::http::problem::Problem;
use crate::operations::identity::platform_role::PlatformRoleView;

/// A user in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 4,
    "name": "Grace Oyelaran",
    "email": "grace.oyelaran@dms.example",
    "state": "active",
    "platform_roles": [{"role": "dms_reviewer", "plan": "ky"}],
    "has_password": true,
    "second_factors": 1,
    "last_login_at": "2026-01-20T10:27:25Z",
    "created_at": "2025-11-03T15:00:00Z"
}))]
pub struct UserSummaryView {
    /// The ID.
    pub id: UserId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The name, "First Last".
    pub name: String,
    /// The email address with which the user signs in.
    pub email: String,
    /// Whether the user can sign in.
    pub state: UserState,
    /// Why the login is locked; absent if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock_reason: Option<LockReason>,
    /// When the login was locked; absent if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_at: Option<DateTime<Utc>>,
    /// When the user was disabled; absent if they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<DateTime<Utc>>,
    /// The platform roles, each for one plan or for all plans.
    pub platform_roles: Vec<PlatformRoleView>,
    /// Whether the user ever set a password.
    pub has_password: bool,
    /// The number of second factors, including those not yet confirmed.
    pub second_factors: i64,
    /// When the user last signed in; absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login_at: Option<DateTime<Utc>>,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
}

list_view! {
    /// Users, in the order of their creation.
    UserList of UserSummaryView
}

impl UserSummaryView {
    pub(super) fn of(entry: &UserEntry) -> Self {
        Self {
            id: entry.user.id,
            version: entry.version,
            name: entry.user.name.clone(),
            email: entry.user.email.as_str().to_owned(),
            state: entry.user.state(),
            lock_reason: entry.user.lock,
            locked_at: entry.locked_at,
            disabled_at: entry.disabled_at,
            platform_roles: entry.user.roles.iter().copied().map(Into::into).collect(),
            has_password: entry.user.has_password,
            second_factors: i64::try_from(entry.user.factors.len()).unwrap_or(i64::MAX),
            last_login_at: entry.last_login_at,
            created_at: entry.created_at,
        }
    }
}

/// A membership of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_name": "Bluegrass Family Health Group",
    "status": "active"
}))]
pub struct UserMembershipView {
    /// The membership.
    pub id: MembershipId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The status.
    pub status: MembershipStatus,
}

/// A user, with memberships and possible actions.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 4,
    "name": "Grace Oyelaran",
    "email": "grace.oyelaran@dms.example",
    "state": "active",
    "platform_roles": [{"role": "dms_reviewer", "plan": "ky"}],
    "has_password": true,
    "second_factors": 1,
    "last_login_at": "2026-01-20T10:27:25Z",
    "created_at": "2025-11-03T15:00:00Z",
    "memberships": [],
    "sole_administrator_of": [],
    "actions": [{"action": "lock", "allowed": true, "reasons": []}]
}))]
pub struct UserView {
    /// The data that lists show.
    #[serde(flatten)]
    pub summary: UserSummaryView,
    /// The memberships, in every status.
    pub memberships: Vec<UserMembershipView>,
    /// The organizations of which the user is the only administrator. If the user is disabled, you
    /// can appoint another member.
    pub sole_administrator_of: Vec<OrganizationId>,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

impl UserView {
    pub(super) fn load(tx: &mut Tx<'_>, call: &Call<ManageUsers>, user: UserId) -> Result<Self, Problem> {
        let (entry, other_operators) = tx.users().managed(user)?.ok_or_else(Problem::not_found)?;
        let circumstances =
            Circumstances { actor: Some(call.actor.user), user: &entry.user, other_operators };
        let actions = obstacles(&circumstances)
            .into_iter()
            .map(|(action, refusals)| {
                ActionView::new(action.as_str(), refusals.iter().map(|refusal| refusal.as_str()).collect())
            })
            .collect();
        let membership = |(id, organization_id, organization_name, status)| UserMembershipView {
            id,
            organization_id,
            organization_name,
            status,
        };
        Ok(Self {
            summary: UserSummaryView::of(&entry),
            memberships: tx.memberships().of_user(user)?.into_iter().map(membership).collect(),
            sole_administrator_of: tx.members().sole_administrations(user)?,
            actions,
        })
    }
}
