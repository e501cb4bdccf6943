//! Users, as operators see and change them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MfaMethodId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::session::SessionEnd;
use portal_domain::identity::user::{HeldRole, LockReason, PlatformRole};
use portal_domain::identity::user_administration::{ManagedUser, UserChange, UserDecision, UserState};

use crate::column::Sql;
use crate::database::Users;
use crate::dialect::{ROWS, load_locked};
use crate::error::{StoreError, exactly};
use crate::identity::users::{UserName, stored_address};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{mfa_methods, user_platform_roles, users};

/// A user in the list of operators.
#[derive(Clone, Debug)]
pub struct UserEntry {
    /// The user.
    pub user: ManagedUser,
    /// When the login was locked; `None` if it is not.
    pub locked_at: Option<Instant>,
    /// When the user was disabled; `None` if they are not.
    pub disabled_at: Option<Instant>,
    /// When the user last signed in; `None` if never.
    pub last_login_at: Option<Instant>,
    /// When the user was created.
    pub created_at: Instant,
    /// Incremented on every change of the row, except sign-ins and rehashed passwords.
    pub version: i64,
}

/// Which users a list has.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Only the user with this email address.
    pub email: Option<String>,
    /// Only users with this platform role, for any plan.
    pub role: Option<PlatformRole>,
    /// Only users in this state.
    pub state: Option<UserState>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    id: UserId,
    #[diesel(embed)]
    name: UserName,
    email: String,
    lock_reason: Option<LockReason>,
    locked_at: Option<Instant>,
    disabled_at: Option<Instant>,
    last_login_at: Option<Instant>,
    password_hash: Option<String>,
    created_at: Instant,
    version: i64,
}

/// The users with these ids, by id, which is also the order in which they are locked.
macro_rules! users_by_id {
    ($ids:expr) => {
        users::table.filter(users::id.eq_any($ids)).order(users::id).select(Row::as_select())
    };
}

/// The rows of a role that a user holds.
macro_rules! held_by {
    ($user:expr, $role:expr) => {
        user_platform_roles::table
            .filter(user_platform_roles::user_id.eq(Sql($user)))
            .filter(user_platform_roles::role.eq(Sql($role)))
    };
}

impl Users<'_, '_> {
    /// The user with this id, and the number of other operators who can sign in.
    pub fn managed(&mut self, id: UserId) -> Result<Option<(UserEntry, usize)>, StoreError> {
        let ids = self.ids_with_operators(id)?;
        let rows: Vec<Row> = users_by_id!(ids).load(self.tx.connection)?;
        self.among_operators(id, rows)
    }

    /// Like [`Self::managed`], but the user and the operators stay locked until the transaction ends,
    /// so that two operators cannot lock out each other.
    pub fn lock_managed(&mut self, id: UserId) -> Result<Option<(UserEntry, usize)>, StoreError> {
        let ids = self.ids_with_operators(id)?;
        let query = users_by_id!(ids);
        let rows: Vec<Row> = load_locked!(&mut *self.tx.connection, query)?;
        self.among_operators(id, rows)
    }

    /// Users by id, starting after `after`.
    pub fn list_managed(
        &mut self,
        filter: &UserFilter,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Page<UserEntry>, StoreError> {
        let mut query = users::table.select(Row::as_select()).into_boxed();
        if let Some(email) = &filter.email {
            query = query.filter(users::email_key.eq(EmailAddress::key_of(email)));
        }
        if let Some(role) = filter.role {
            let holders = user_platform_roles::table
                .filter(user_platform_roles::role.eq(Sql(role)))
                .select(user_platform_roles::user_id);
            query = query.filter(users::id.eq_any(holders));
        }
        query = match filter.state {
            None => query,
            Some(UserState::Active) => {
                query.filter(users::lock_reason.is_null()).filter(users::disabled_at.is_null())
            }
            Some(UserState::Locked) => {
                query.filter(users::lock_reason.is_not_null()).filter(users::disabled_at.is_null())
            }
            Some(UserState::Disabled) => query.filter(users::disabled_at.is_not_null()),
        };
        if let Some(after) = after {
            query = query.filter(users::id.gt(Sql(after)));
        }
        let rows: Vec<Row> = query.order(users::id).limit(limit + 1).load(self.tx.connection)?;
        let Page { items, has_more } = Page::from_rows(rows, limit);
        Ok(Page { items: self.entries(items)?, has_more })
    }

    /// Stores a decision, except for its effects. `unusable_hash` is the hash of a password that
    /// no one knows.
    pub fn apply(&mut self, decision: &UserDecision, unusable_hash: &str) -> Result<(), StoreError> {
        let id = decision.user();
        match decision.change() {
            UserChange::Lock => self.set_lock(id, Some(LockReason::Staff))?,
            UserChange::Unlock => self.set_lock(id, None)?,
            UserChange::Disable => self.set_disabled(id, true)?,
            UserChange::Enable => self.set_disabled(id, false)?,
            UserChange::GrantRole(held) => self.grant_role(id, *held)?,
            UserChange::RevokeRole(held) => self.revoke_role(id, *held)?,
            UserChange::EndSessions => {}
            UserChange::SetEmail(email) => self.set_email(id, email)?,
            UserChange::RemoveFactors => {
                self.tx.mfa().remove_all(id)?;
                self.tx.sign_in_attempts().rebind_codes(id)?;
            }
        }
        if decision.needs_new_password() {
            let person = self.find(id)?.ok_or(StoreError::Stale("user"))?;
            self.set_password(id, unusable_hash)?;
            self.tx.sign_in_attempts().rebind_password(id, &person.email)?;
        }
        if decision.ends_sessions() {
            self.tx.sign_in_attempts().forget_all(id)?;
            self.tx.sessions().end_all(id, SessionEnd::EndedByManager)?;
        }
        Ok(())
    }

    /// Grants a role. For all plans, it replaces the rows for single plans.
    fn grant_role(&mut self, id: UserId, new: HeldRole) -> Result<(), StoreError> {
        if new.plan.is_none() {
            let _replaced = diesel::delete(held_by!(id, new.role)).execute(self.tx.connection)?;
        }
        diesel::insert_into(user_platform_roles::table)
            .values((
                user_platform_roles::user_id.eq(Sql(id)),
                user_platform_roles::role.eq(Sql(new.role)),
                user_platform_roles::plan.eq(new.plan.map(Sql)),
            ))
            .execute(self.tx.connection)?;
        self.count_change(id)
    }

    /// Revokes a role for one plan, or wherever the user holds it.
    fn revoke_role(&mut self, id: UserId, revoked: HeldRole) -> Result<(), StoreError> {
        let held = held_by!(id, revoked.role);
        let deleted = match revoked.plan {
            None => diesel::delete(held).execute(self.tx.connection)?,
            Some(plan) => {
                let of_plan = held.filter(user_platform_roles::plan.eq(Some(Sql(plan))));
                diesel::delete(of_plan).execute(self.tx.connection)?
            }
        };
        if deleted == 0 {
            return Err(StoreError::Stale("platform role"));
        }
        self.count_change(id)
    }

    fn count_change(&mut self, id: UserId) -> Result<(), StoreError> {
        let updated = diesel::update(users::table.find(Sql(id)))
            .set(users::version.eq(users::version + 1))
            .execute(self.tx.connection)?;
        exactly(1, updated, "user")
    }

    /// Changes the email address. Links that went to the old one stop working.
    fn set_email(&mut self, id: UserId, email: &EmailAddress) -> Result<(), StoreError> {
        use crate::identity::one_time_tokens::TokenSubject;
        use portal_domain::identity::one_time_token::TokenPurpose;

        let updated = diesel::update(users::table.find(Sql(id)))
            .set((
                users::email.eq(email.as_str()),
                users::email_key.eq(email.key()),
                users::version.eq(users::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "user")?;
        for purpose in [TokenPurpose::PasswordReset, TokenPurpose::Registration, TokenPurpose::RemoveFactor] {
            self.tx.one_time_tokens().supersede(purpose, TokenSubject::User(id))?;
        }
        Ok(())
    }

    /// The id and those of all operators.
    fn ids_with_operators(&mut self, id: UserId) -> Result<Vec<Sql<UserId>>, StoreError> {
        let operators: Vec<UserId> = user_platform_roles::table
            .filter(user_platform_roles::role.eq(Sql(PlatformRole::Operator)))
            .select(user_platform_roles::user_id)
            .load(self.tx.connection)?;
        let ids: BTreeSet<UserId> = operators.into_iter().chain([id]).collect();
        Ok(ids.into_iter().map(Sql).collect())
    }

    /// The user, and the number of other operators who can sign in. The roles are read after the
    /// users are locked: another transaction may have revoked one meanwhile.
    fn among_operators(
        &mut self,
        id: UserId,
        rows: Vec<Row>,
    ) -> Result<Option<(UserEntry, usize)>, StoreError> {
        let (found, others): (Vec<_>, Vec<_>) =
            self.entries(rows)?.into_iter().partition(|entry| entry.user.id == id);
        let operators = others.iter().filter(|entry| entry.user.is_acting_operator()).count();
        Ok(found.into_iter().next().map(|entry| (entry, operators)))
    }

    /// Adds the platform roles and second factors.
    fn entries(&mut self, rows: Vec<Row>) -> Result<Vec<UserEntry>, StoreError> {
        let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
        let mut roles: BTreeMap<UserId, BTreeSet<HeldRole>> = BTreeMap::new();
        let mut factors: BTreeMap<UserId, Vec<MfaMethodId>> = BTreeMap::new();
        for some in ids.chunks(ROWS) {
            let held: Vec<(UserId, PlatformRole, Option<PlanCode>)> = user_platform_roles::table
                .filter(user_platform_roles::user_id.eq_any(some.iter().copied().map(Sql)))
                .select((user_platform_roles::user_id, user_platform_roles::role, user_platform_roles::plan))
                .load(self.tx.connection)?;
            for (user, role, plan) in held {
                let _ = roles.entry(user).or_default().insert(HeldRole { role, plan });
            }
            let registered: Vec<(UserId, MfaMethodId)> = mfa_methods::table
                .filter(mfa_methods::user_id.eq_any(some.iter().copied().map(Sql)))
                .order(mfa_methods::id)
                .select((mfa_methods::user_id, mfa_methods::id))
                .load(self.tx.connection)?;
            for (user, method) in registered {
                factors.entry(user).or_default().push(method);
            }
        }
        let entry = |row: Row| {
            let email = stored_address(&row.email)?;
            Ok(UserEntry {
                user: ManagedUser {
                    id: row.id,
                    name: row.name.to_string(),
                    email,
                    lock: row.lock_reason,
                    disabled: row.disabled_at.is_some(),
                    roles: roles.remove(&row.id).unwrap_or_default(),
                    factors: factors.remove(&row.id).unwrap_or_default(),
                    has_password: row.password_hash.is_some(),
                },
                locked_at: row.locked_at,
                disabled_at: row.disabled_at,
                last_login_at: row.last_login_at,
                created_at: row.created_at,
                version: row.version,
            })
        };
        rows.into_iter().map(entry).collect()
    }
}
