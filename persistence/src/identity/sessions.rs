//! Sessions and refresh tokens. The session row is the authority: what it says holds on the very next request.

use std::collections::BTreeMap;

use crate::query::RunQueryDsl;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::session::{MAX_SESSIONS_PER_USER, SessionEnd};
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::membership::{Membership, MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::column::Sql;
pub use crate::database::Sessions;
use crate::dialect::hurried;
use crate::error::{StoreError, exactly, known};
use crate::organizations::memberships::ROLE;
use crate::page::Page;
use crate::schema::{membership_rights, memberships, organizations, sessions, user_platform_roles, users};

/// A session with the person behind it, as of this very moment.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// Who acts.
    pub actor: Actor,
    /// The person's address.
    pub email: String,
    /// When it started.
    pub started_at: Instant,
    /// When it was last used, to the minute.
    pub last_seen_at: Instant,
    /// Whether it was ended.
    pub ended: bool,
    /// Whether the person is locked or disabled.
    pub barred: bool,
    /// The newest generation of tokens that was used.
    pub seen_generation: i64,
    /// When the person showed a second factor in it, if they did.
    pub second_factor_at: Option<Instant>,
    /// The account the person works in at present, as they chose it; the membership may have ended since.
    pub active_membership: Option<MembershipId>,
}

/// One row of a person's session inventory.
#[derive(Clone, Debug, Queryable)]
pub struct SessionEntry {
    /// Its id.
    pub id: SessionId,
    /// When it started.
    pub started_at: Instant,
    /// When it was last used, to the minute.
    pub last_seen_at: Instant,
    /// The device, as it described itself.
    pub device: String,
    /// The address it signed in from.
    pub ip_address: String,
    /// Counts every change of the row.
    pub version: i64,
}

/// A session to be started, with its first refresh token.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The device, as it describes itself.
    pub device: String,
    /// The address it signs in from.
    pub ip_address: String,
    /// SHA-256 of the first refresh token.
    pub token_hash: Vec<u8>,
}

#[derive(Queryable)]
struct LiveRow {
    session: SessionId,
    user: UserId,
    started_at: Instant,
    last_seen_at: Instant,
    ended_at: Option<Instant>,
    seen_generation: i64,
    second_factor_at: Option<Instant>,
    active_membership: Option<MembershipId>,
    email: String,
    first_name: String,
    last_name: String,
    lock_reason: Option<LockReason>,
    disabled_at: Option<Instant>,
    platform_role: Option<PlatformRole>,
    membership: Option<MembershipId>,
    organization: Option<OrganizationId>,
    organization_kind: Option<OrganizationKind>,
    plan: Option<PlanCode>,
    status: Option<MembershipStatus>,
    right_kind: Option<String>,
    right: Option<String>,
}

/// A person's sessions that are neither ended nor over by time.
macro_rules! live_entries {
    ($user:expr, $over_before:expr) => {
        sessions::table
            .filter(sessions::user_id.eq(Sql($user)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::started_at.gt(Sql($over_before.0)))
            .filter(sessions::last_seen_at.gt(Sql($over_before.1)))
            .select((
                sessions::id,
                sessions::started_at,
                sessions::last_seen_at,
                sessions::device,
                sessions::ip_address,
                sessions::version,
            ))
    };
}
impl Sessions<'_, '_> {
    /// The session with the person, their roles and memberships: one query, the first of every request.
    pub fn live(&mut self, id: SessionId) -> Result<Option<LiveSession>, StoreError> {
        let rows: Vec<LiveRow> = sessions::table
            .inner_join(users::table)
            .left_join(user_platform_roles::table.on(user_platform_roles::user_id.eq(users::id)))
            .left_join(memberships::table.on(memberships::user_id.eq(users::id)))
            .left_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
            .left_join(membership_rights::table.on(membership_rights::membership_id.eq(memberships::id)))
            .filter(sessions::id.eq(Sql(id)))
            .order(memberships::id)
            .select((
                sessions::id,
                users::id,
                sessions::started_at,
                sessions::last_seen_at,
                sessions::ended_at,
                sessions::seen_generation,
                sessions::second_factor_at,
                sessions::active_membership_id,
                users::email,
                users::first_name,
                users::last_name,
                users::lock_reason,
                users::disabled_at,
                user_platform_roles::role.nullable(),
                memberships::id.nullable(),
                memberships::organization_id.nullable(),
                organizations::kind.nullable(),
                organizations::plan.nullable(),
                memberships::status.nullable(),
                membership_rights::kind.nullable(),
                membership_rights::name.nullable(),
            ))
            .load(self.tx.connection)?;
        live_session(rows)
    }

    /// Notes that the session was used, and with which generation of tokens. Does not wait long for other writers.
    pub fn touch(&mut self, id: SessionId, generation: i64) -> Result<(), StoreError> {
        let now = self.tx.session_now;
        hurried(self.tx.connection, |connection| {
            // A slow request with older tokens must not take back what a newer one noted.
            let session = sessions::table
                .find(Sql(id))
                .filter(sessions::ended_at.is_null())
                .filter(sessions::seen_generation.le(generation));
            diesel::update(session)
                .set((
                    sessions::last_seen_at.eq(Sql(now)),
                    sessions::seen_generation.eq(generation),
                    sessions::version.eq(sessions::version + 1),
                ))
                .execute(connection)
        })?;
        Ok(())
    }

    /// Starts a session. When the person has too many, the oldest ones end.
    pub fn start(&mut self, new: &NewSession) -> Result<(), StoreError> {
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(Sql(new.id)),
                sessions::user_id.eq(Sql(new.user)),
                sessions::started_at.eq(Sql(self.tx.session_now)),
                sessions::last_seen_at.eq(Sql(self.tx.session_now)),
                sessions::generation.eq(1),
                sessions::seen_generation.eq(0),
                sessions::device.eq(&new.device),
                sessions::ip_address.eq(&new.ip_address),
                sessions::version.eq(1),
            ))
            .execute(self.tx.connection)?;
        self.add_token(new.id, 1, &new.token_hash)?;
        // The one just started is kept in any case, whatever the clock says about the others.
        let others = sessions::table
            .filter(sessions::user_id.eq(Sql(new.user)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::id.ne(Sql(new.id)));
        let kept: Vec<SessionId> = others
            .order((sessions::started_at.desc(), sessions::id.desc()))
            .limit(i64::try_from(MAX_SESSIONS_PER_USER - 1).unwrap_or(i64::MAX))
            .select(sessions::id)
            .load(self.tx.connection)?;
        if kept.len() == MAX_SESSIONS_PER_USER - 1 {
            diesel::update(others.filter(sessions::id.ne_all(kept.into_iter().map(Sql))))
                .set(ended(self.tx.session_now, SessionEnd::TooMany))
                .execute(self.tx.connection)?;
        }
        Ok(())
    }

    /// A person's live sessions, newest first, after that place. `over_before` are the starts and last uses before which
    /// a session is over by time alone.
    pub fn list(
        &mut self,
        user: UserId,
        over_before: (Instant, Instant),
        after: Option<(Instant, SessionId)>,
        limit: i64,
    ) -> Result<Page<SessionEntry>, StoreError> {
        let mut query = live_entries!(user, over_before).into_boxed();
        if let Some((started_at, id)) = after {
            query = query.filter(
                sessions::started_at
                    .lt(Sql(started_at))
                    .or(sessions::started_at.eq(Sql(started_at)).and(sessions::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((sessions::started_at.desc(), sessions::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// One of a person's live sessions.
    pub fn find(
        &mut self,
        user: UserId,
        over_before: (Instant, Instant),
        id: SessionId,
    ) -> Result<Option<SessionEntry>, StoreError> {
        Ok(live_entries!(user, over_before)
            .filter(sessions::id.eq(Sql(id)))
            .first(self.tx.connection)
            .optional()?)
    }

    /// Ends one session. Not an error when it was ended before: returns whether this did it.
    pub fn end(&mut self, id: SessionId, reason: SessionEnd) -> Result<bool, StoreError> {
        let updated = diesel::update(sessions::table.find(Sql(id)).filter(sessions::ended_at.is_null()))
            .set(ended(self.tx.session_now, reason))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Ends all of a person's sessions; returns how many.
    pub fn end_all(&mut self, user: UserId, reason: SessionEnd) -> Result<usize, StoreError> {
        self.end_all_but(user, None, reason)
    }

    /// Ends all of a person's sessions, except the one they are using; returns how many.
    pub fn end_all_but(
        &mut self,
        user: UserId,
        keep: Option<SessionId>,
        reason: SessionEnd,
    ) -> Result<usize, StoreError> {
        let now = self.tx.session_now;
        let open =
            sessions::table.filter(sessions::user_id.eq(Sql(user))).filter(sessions::ended_at.is_null());
        Ok(match keep {
            Some(kept) => diesel::update(open.filter(sessions::id.ne(Sql(kept))))
                .set(ended(now, reason))
                .execute(self.tx.connection)?,
            None => diesel::update(open).set(ended(now, reason)).execute(self.tx.connection)?,
        })
    }

    /// Notes that the person showed a second factor in this session.
    pub fn note_second_factor(&mut self, id: SessionId) -> Result<(), StoreError> {
        let open = sessions::table.find(Sql(id)).filter(sessions::ended_at.is_null());
        let updated = diesel::update(open)
            .set((
                sessions::second_factor_at.eq(Some(Sql(self.tx.session_now))),
                sessions::version.eq(sessions::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "session")
    }

    /// Notes in which of their accounts the person works in this session, or that they chose none.
    pub fn set_active_membership(
        &mut self,
        id: SessionId,
        membership: Option<MembershipId>,
    ) -> Result<(), StoreError> {
        let open = sessions::table.find(Sql(id)).filter(sessions::ended_at.is_null());
        let updated = diesel::update(open)
            .set((
                sessions::active_membership_id.eq(membership.map(Sql)),
                sessions::version.eq(sessions::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "session")
    }
}

type Ended = (
    diesel::dsl::Eq<sessions::ended_at, Option<Sql<Instant>>>,
    diesel::dsl::Eq<sessions::end_reason, Option<Sql<SessionEnd>>>,
    diesel::dsl::Eq<sessions::version, diesel::dsl::Add<sessions::version, i64>>,
);

fn ended(now: Instant, reason: SessionEnd) -> Ended {
    (
        sessions::ended_at.eq(Some(Sql(now))),
        sessions::end_reason.eq(Some(Sql(reason))),
        sessions::version.eq(sessions::version + 1),
    )
}

fn live_session(rows: Vec<LiveRow>) -> Result<Option<LiveSession>, StoreError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut session = LiveSession {
        actor: Actor {
            user: first.user,
            session: first.session,
            name: format!("{} {}", first.first_name, first.last_name),
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
        active_membership: first.active_membership,
    };
    let mut memberships: BTreeMap<MembershipId, Membership> = BTreeMap::new();
    for row in &rows {
        if let Some(role) = row.platform_role
            && !session.actor.platform_roles.contains(&role)
        {
            session.actor.platform_roles.push(role);
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
        // With several platform roles the join repeats each right.
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
