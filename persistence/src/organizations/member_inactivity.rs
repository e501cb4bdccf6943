//! Inactive members: finding them, disabling them and locking their logins. The domain defines the
//! rule; here it is a condition on columns, which also finds members who have never signed in.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::member_inactivity::baseline;
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::MembershipStatus;

use crate::column::Sql;
use crate::database::Members;
use crate::dialect::{load_held, load_locked};
use crate::error::StoreError;
use crate::identity::users::UserName;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{memberships, organizations, users};

/// The actor recorded for inactivity, in place of an email address, in a member's history.
const SYSTEM: &str = "system";

/// An active member who has been inactive.
#[derive(Clone, Debug)]
pub struct IdleMember {
    /// The membership.
    pub membership: MembershipId,
    /// The organization.
    pub organization: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The user.
    pub user: UserId,
    /// The user's name, "First Last".
    pub name: String,
    /// The user's email address.
    pub email: String,
    /// The instant from which days of inactivity count (domain rule R-178).
    pub baseline: Instant,
    /// The membership's version.
    pub version: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct Row {
    #[diesel(column_name = id)]
    membership: MembershipId,
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    #[diesel(select_expression = organizations::name)]
    organization_name: String,
    #[diesel(column_name = user_id)]
    user: UserId,
    #[diesel(embed)]
    name: UserName,
    #[diesel(select_expression = users::email)]
    email: String,
    #[diesel(select_expression = users::last_login_at)]
    last_login_at: Option<Instant>,
    enabled_at: Option<Instant>,
    created_at: Instant,
    version: i64,
}

impl From<Row> for IdleMember {
    fn from(row: Row) -> Self {
        Self {
            membership: row.membership,
            organization: row.organization,
            organization_name: row.organization_name,
            user: row.user,
            name: row.name.to_string(),
            email: row.email,
            baseline: baseline(row.last_login_at, row.enabled_at, row.created_at),
            version: row.version,
        }
    }
}

/// Active members of a plan whose baseline is before `$before`: creation, enablement and last
/// sign-in are all before it.
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
        idle!($plan, $before).select(Row::as_select()).into_boxed()
    };
}

impl Members<'_, '_> {
    /// Active members of a plan whose baseline is before `baseline_before`, ordered by membership
    /// id, starting after `after`.
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
        Ok(rows.into_iter().map(IdleMember::from).collect())
    }

    /// Like [`Self::idle`], without members whose login is locked or who are disabled everywhere.
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
        Ok(rows.into_iter().map(IdleMember::from).collect())
    }

    /// The number of active members of a plan whose baseline is before `baseline_before`.
    pub fn count_idle(&mut self, plan: PlanCode, baseline_before: Instant) -> Result<i64, StoreError> {
        Ok(idle!(plan, baseline_before).count().get_result(self.tx.connection)?)
    }

    /// The number of active members of a plan.
    pub fn count_active(&mut self, plan: PlanCode) -> Result<i64, StoreError> {
        Ok(memberships::table
            .inner_join(organizations::table)
            .filter(organizations::plan.eq(Sql(plan)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .count()
            .get_result(self.tx.connection)?)
    }

    /// Of these members, those who still have not signed in. Their organizations and logins are
    /// locked: until the transaction ends, no other transaction changes the organizations' members,
    /// and sign-ins wait.
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

    /// Disables a member for inactivity and adds an entry to the history. The condition repeats the
    /// facts found, so a member who was disabled or enabled meanwhile is unchanged. Returns whether
    /// the member was disabled.
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

    /// Of these members, those who were not admitted or enabled in any organization since
    /// `baseline_before`. All organizations share one login, so it is locked only if no other
    /// membership needs it.
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

    /// Locks a login for inactivity (ambiguity A-23), unless it is already locked or was used
    /// meanwhile. Returns whether it was locked.
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
