//! A request's session with its user: current roles, memberships and rights.

use std::collections::BTreeMap;

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{HeldRole, LockReason, PlatformRole};
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::membership::{Membership, MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::column::Sql;
use crate::error::{StoreError, known};
use crate::identity::sessions::Sessions;
use crate::identity::users::UserName;
use crate::organizations::memberships::ROLE;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{membership_rights, memberships, organizations, sessions, user_platform_roles, users};

/// A session with its user, in their current state.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// The user who acts.
    pub actor: Actor,
    /// The user's email address.
    pub email: String,
    /// When it started.
    pub started_at: Instant,
    /// When it was last used, with a precision of one minute.
    pub last_seen_at: Instant,
    /// Whether the session was ended.
    pub ended: bool,
    /// Whether the user is locked or disabled.
    pub barred: bool,
    /// The latest generation of tokens used.
    pub seen_generation: i64,
    /// When the user last provided a second factor in it, if ever.
    pub second_factor_at: Option<Instant>,
    /// When the user last gave the password in it after signing in, if ever.
    pub password_at: Option<Instant>,
    /// The membership of the user's active account, as chosen. The membership may have ended since.
    pub active_membership: Option<MembershipId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct LiveRow {
    #[diesel(column_name = id)]
    session: SessionId,
    #[diesel(select_expression = users::id)]
    user: UserId,
    started_at: Instant,
    last_seen_at: Instant,
    ended_at: Option<Instant>,
    seen_generation: i64,
    second_factor_at: Option<Instant>,
    password_at: Option<Instant>,
    #[diesel(column_name = active_membership_id)]
    active_membership: Option<MembershipId>,
    #[diesel(select_expression = users::email)]
    email: String,
    #[diesel(embed)]
    name: UserName,
    #[diesel(select_expression = users::lock_reason)]
    lock_reason: Option<LockReason>,
    #[diesel(select_expression = users::disabled_at)]
    disabled_at: Option<Instant>,
    #[diesel(select_expression = user_platform_roles::role.nullable())]
    platform_role: Option<PlatformRole>,
    #[diesel(select_expression = user_platform_roles::plan.nullable())]
    platform_role_plan: Option<PlanCode>,
    #[diesel(select_expression = memberships::id.nullable())]
    membership: Option<MembershipId>,
    #[diesel(select_expression = memberships::organization_id.nullable())]
    organization: Option<OrganizationId>,
    #[diesel(select_expression = organizations::kind.nullable())]
    organization_kind: Option<OrganizationKind>,
    #[diesel(select_expression = organizations::plan.nullable())]
    plan: Option<PlanCode>,
    #[diesel(select_expression = memberships::status.nullable())]
    status: Option<MembershipStatus>,
    #[diesel(select_expression = membership_rights::kind.nullable())]
    right_kind: Option<String>,
    #[diesel(select_expression = membership_rights::name.nullable())]
    right: Option<String>,
}

impl Sessions<'_, '_> {
    /// The session with its user, roles and memberships, in one query. Every authenticated request
    /// runs it first.
    pub fn live(&mut self, id: SessionId) -> Result<Option<LiveSession>, StoreError> {
        let rows: Vec<LiveRow> = sessions::table
            .inner_join(users::table)
            .left_join(user_platform_roles::table.on(user_platform_roles::user_id.eq(users::id)))
            .left_join(memberships::table.on(memberships::user_id.eq(users::id)))
            .left_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
            .left_join(membership_rights::table.on(membership_rights::membership_id.eq(memberships::id)))
            .filter(sessions::id.eq(Sql(id)))
            .order(memberships::id)
            .select(LiveRow::as_select())
            .load(self.tx.connection)?;
        live_session(rows)
    }
}

fn live_session(rows: Vec<LiveRow>) -> Result<Option<LiveSession>, StoreError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut session = LiveSession {
        actor: Actor {
            user: first.user,
            session: first.session,
            name: first.name.to_string(),
            platform_roles: vec![],
            memberships: vec![],
        },
        email: first.email.clone(),
        started_at: first.started_at,
        last_seen_at: first.last_seen_at,
        ended: first.ended_at.is_some(),
        barred: first.lock_reason.is_some() || first.disabled_at.is_some(),
        seen_generation: first.seen_generation,
        second_factor_at: first.second_factor_at,
        password_at: first.password_at,
        active_membership: first.active_membership,
    };
    let mut memberships: BTreeMap<MembershipId, Membership> = BTreeMap::new();
    for row in &rows {
        if let Some(role) = row.platform_role {
            let held = HeldRole { role, plan: row.platform_role_plan };
            if !session.actor.platform_roles.contains(&held) {
                session.actor.platform_roles.push(held);
            }
        }
        let (Some(id), Some(organization), Some(status)) = (row.membership, row.organization, row.status)
        else {
            continue;
        };
        let (Some(kind), Some(plan)) = (row.organization_kind, row.plan) else { continue };
        let membership = memberships.entry(id).or_insert_with(|| Membership {
            id,
            organization,
            kind,
            plan,
            status,
            roles: vec![],
            permissions: vec![],
        });
        let (Some(kind), Some(name)) = (&row.right_kind, &row.right) else { continue };
        // With several platform roles, the join repeats each right.
        if kind == ROLE {
            let role = known(Role::parse(name), "membership_rights", "name", name)?;
            if !membership.roles.contains(&role) {
                membership.roles.push(role);
            }
        } else {
            let permission = known(Permission::parse(name), "membership_rights", "name", name)?;
            if !membership.permissions.contains(&permission) {
                membership.permissions.push(permission);
            }
        }
    }
    session.actor.platform_roles.sort();
    session.actor.memberships = memberships
        .into_values()
        .map(|mut membership| {
            membership.roles.sort();
            membership.permissions.sort();
            membership
        })
        .collect();
    Ok(Some(session))
}
