//! Members who have not signed in for long, and what becomes of them. The rule is the domain's; here it is a condition on
//! columns, so that those who have never signed in are found like everybody else.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::member_inactivity::baseline;
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::{DisabledReason, MembershipStatus};

use crate::column::Sql;
use crate::database::Members;
use crate::dialect::{load_held, load_locked};
use crate::error::StoreError;
use crate::query::RunQueryDsl;
use crate::schema::{memberships, organizations, users};

/// Who disables for inactivity, where a member's history has an address.
const SYSTEM: &str = "system";

/// An active member who has not signed in for long.
#[derive(Clone, Debug)]
pub struct IdleMember {
    /// The membership.
    pub membership: MembershipId,
    /// The organization.
    pub organization: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The person.
    pub user: UserId,
    /// The person's name, "First Last".
    pub name: String,
    /// The person's email address.
    pub email: String,
    /// From when on the days count (domain rule R-178).
    pub baseline: Instant,
    /// The membership's version.
    pub version: i64,
}

type Row = (
    MembershipId,
    OrganizationId,
    String,
    UserId,
    String,
    String,
    String,
    Option<Instant>,
    Option<Instant>,
    Instant,
    i64,
);

fn idle_member(row: Row) -> IdleMember {
    let (
        membership,
        organization,
        organization_name,
        user,
        first,
        last,
        email,
        login,
        enabled,
        created,
        version,
    ) = row;
    IdleMember {
        membership,
        organization,
        organization_name,
        user,
        name: format!("{first} {last}"),
        email,
        baseline: baseline(login, enabled, created),
        version,
    }
}

/// Active members of a plan whose baseline lies before that instant: none of the three instants reaches it.
macro_rules! idle {
    ($plan:expr, $before:expr) => {
        memberships::table
            .inner_join(organizations::table)
            .inner_join(users::table)
            .filter(organizations::plan.eq(Sql($plan)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(memberships::created_at.lt(Sql($before)))
            .filter(memberships::enabled_at.is_null().or(memberships::enabled_at.lt(Some(Sql($before)))))
            .filter(users::last_login_at.is_null().or(users::last_login_at.lt(Some(Sql($before)))))
    };
}

macro_rules! idle_rows {
    ($plan:expr, $before:expr) => {
        idle!($plan, $before)
            .select((
                memberships::id,
                memberships::organization_id,
                organizations::name,
                memberships::user_id,
                users::first_name,
                users::last_name,
                users::email,
                users::last_login_at,
                memberships::enabled_at,
                memberships::created_at,
                memberships::version,
            ))
            .into_boxed()
    };
}

impl Members<'_, '_> {
    /// Active members of a plan whose baseline lies before that instant, by membership id, after that one.
    pub fn idle(
        &mut self,
        plan: PlanCode,
        baseline_before: Instant,
        after: Option<MembershipId>,
        limit: i64,
    ) -> Result<Vec<IdleMember>, StoreError> {
        let mut query = idle_rows!(plan, baseline_before);
        if let Some(after) = after {
            query = query.filter(memberships::id.gt(Sql(after)));
        }
        let rows: Vec<Row> = query.order(memberships::id).limit(limit).load(self.tx.connection)?;
        Ok(rows.into_iter().map(idle_member).collect())
    }

    /// The same, without those whose login is locked or who are disabled everywhere.
    pub fn idle_and_open(
        &mut self,
        plan: PlanCode,
        baseline_before: Instant,
        after: Option<MembershipId>,
        limit: i64,
    ) -> Result<Vec<IdleMember>, StoreError> {
        let mut query = idle_rows!(plan, baseline_before)
            .filter(users::lock_reason.is_null())
            .filter(users::disabled_at.is_null());
        if let Some(after) = after {
            query = query.filter(memberships::id.gt(Sql(after)));
        }
        let rows: Vec<Row> = query.order(memberships::id).limit(limit).load(self.tx.connection)?;
        Ok(rows.into_iter().map(idle_member).collect())
    }

    /// How many active members of a plan have a baseline before that instant.
    pub fn count_idle(&mut self, plan: PlanCode, baseline_before: Instant) -> Result<i64, StoreError> {
        Ok(idle!(plan, baseline_before).count().get_result(self.tx.connection)?)
    }

    /// How many active members a plan has.
    pub fn count_active(&mut self, plan: PlanCode) -> Result<i64, StoreError> {
        Ok(memberships::table
            .inner_join(organizations::table)
            .filter(organizations::plan.eq(Sql(plan)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .count()
            .get_result(self.tx.connection)?)
    }

    /// Those who still have not signed in, with their organizations locked and their logins held: until the transaction
    /// ends nobody else changes the members of the organizations, and a sign-in waits.
    pub fn still_idle(
        &mut self,
        idle: Vec<IdleMember>,
        baseline_before: Instant,
    ) -> Result<Vec<IdleMember>, StoreError> {
        let organizations_of: Vec<_> = idle.iter().map(|member| Sql(member.organization)).collect();
        let query = organizations::table
            .filter(organizations::id.eq_any(organizations_of))
            .order(organizations::id)
            .select(organizations::id);
        let _locked: Vec<OrganizationId> = load_locked!(&mut *self.tx.connection, query)?;
        let users_of: Vec<_> = idle.iter().map(|member| Sql(member.user)).collect();
        let query = users::table
            .filter(users::id.eq_any(users_of))
            .filter(users::last_login_at.is_null().or(users::last_login_at.lt(Some(Sql(baseline_before)))))
            .order(users::id)
            .select(users::id);
        let held: Vec<UserId> = load_held!(&mut *self.tx.connection, query)?;
        Ok(idle.into_iter().filter(|member| held.contains(&member.user)).collect())
    }

    /// Disables a member for inactivity, with an entry in the history. The condition repeats what was found, so whoever was
    /// disabled or enabled meanwhile is left alone; returns whether this did it.
    pub fn disable_idle(
        &mut self,
        member: &IdleMember,
        baseline_before: Instant,
    ) -> Result<bool, StoreError> {
        let idle = memberships::table
            .find(Sql(member.membership))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(memberships::version.eq(member.version))
            .filter(memberships::created_at.lt(Sql(baseline_before)))
            .filter(
                memberships::enabled_at.is_null().or(memberships::enabled_at.lt(Some(Sql(baseline_before)))),
            );
        let updated = diesel::update(idle)
            .set((
                memberships::status.eq(Sql(MembershipStatus::Disabled)),
                memberships::disabled_reason.eq(Some(Sql(DisabledReason::Inactivity))),
                memberships::version.eq(member.version + 1),
            ))
            .execute(self.tx.connection)?;
        if updated == 0 {
            return Ok(false);
        }
        self.add_history(member.membership, MemberHistoryAction::DisabledForInactivity, None, SYSTEM, None)?;
        Ok(true)
    }

    /// Those among them who were not let in anywhere since that instant: a login is one for all organizations, so it is
    /// locked only where nobody counts on it.
    pub fn idle_everywhere(
        &mut self,
        idle: Vec<IdleMember>,
        baseline_before: Instant,
    ) -> Result<Vec<IdleMember>, StoreError> {
        let users_of: Vec<_> = idle.iter().map(|member| Sql(member.user)).collect();
        let awaited: Vec<UserId> = memberships::table
            .filter(memberships::user_id.eq_any(users_of))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(
                memberships::created_at
                    .ge(Sql(baseline_before))
                    .or(memberships::enabled_at.ge(Some(Sql(baseline_before)))),
            )
            .select(memberships::user_id)
            .load(self.tx.connection)?;
        Ok(idle.into_iter().filter(|member| !awaited.contains(&member.user)).collect())
    }

    /// Locks a login for inactivity (ambiguity A-23), unless it is locked or was used meanwhile; returns whether this did
    /// it.
    pub fn lock_idle(&mut self, member: &IdleMember, baseline_before: Instant) -> Result<bool, StoreError> {
        let idle = users::table
            .find(Sql(member.user))
            .filter(users::lock_reason.is_null())
            .filter(users::last_login_at.is_null().or(users::last_login_at.lt(Some(Sql(baseline_before)))));
        let updated = diesel::update(idle)
            .set((
                users::lock_reason.eq(Some(Sql(LockReason::Inactivity))),
                users::locked_at.eq(Some(Sql(self.tx.now))),
                users::version.eq(users::version + 1),
            ))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }
}
