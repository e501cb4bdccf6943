//! People.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::email::EmailAddress;
use portal_domain::id::UserId;
use portal_domain::user::{LockReason, PlatformRole};

use crate::column::Sql;
pub use crate::database::Users;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::schema::{user_platform_roles, users};

/// What signing in needs to know about a person.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The person.
    pub id: UserId,
    /// The person's name, "First Last".
    pub name: String,
    /// The password's hash in PHC format; none when no password was ever set.
    pub password_hash: Option<String>,
    /// Why the login is locked, if it is.
    pub lock_reason: Option<LockReason>,
    /// When the person was disabled everywhere, if they were.
    pub disabled_at: Option<Instant>,
}

/// A person to be created.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Their id.
    pub id: UserId,
    /// Their address; unique whatever the letter case.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The password's hash in PHC format.
    pub password_hash: Option<String>,
    /// Roles outside any organization.
    pub platform_roles: Vec<PlatformRole>,
}

impl Users<'_, '_> {
    /// What signing in under this address needs to know; the address is compared by its key.
    pub fn credentials(&mut self, email: &str) -> Result<Option<Credentials>, StoreError> {
        type Row = (UserId, String, String, Option<String>, Option<LockReason>, Option<Instant>);
        let row: Option<Row> = users::table
            .filter(users::email_key.eq(EmailAddress::key_of(email)))
            .select((
                users::id,
                users::first_name,
                users::last_name,
                users::password_hash,
                users::lock_reason,
                users::disabled_at,
            ))
            .first(self.tx.connection)
            .optional()?;
        Ok(row.map(|(id, first, last, password_hash, lock_reason, disabled_at)| Credentials {
            id,
            name: format!("{first} {last}"),
            password_hash,
            lock_reason,
            disabled_at,
        }))
    }

    /// Creates a person.
    pub fn insert(&mut self, new: &NewUser) -> Result<(), StoreError> {
        diesel::insert_into(users::table)
            .values((
                users::id.eq(Sql(new.id)),
                users::email.eq(new.email.as_str()),
                users::email_key.eq(new.email.key()),
                users::first_name.eq(&new.first_name),
                users::last_name.eq(&new.last_name),
                users::password_hash.eq(&new.password_hash),
                users::version.eq(1),
                users::created_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        if !new.platform_roles.is_empty() {
            let roles: Vec<_> = new
                .platform_roles
                .iter()
                .map(|role| {
                    (user_platform_roles::user_id.eq(Sql(new.id)), user_platform_roles::role.eq(Sql(*role)))
                })
                .collect();
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(user_platform_roles::table).values(&roles).execute(c)?
            });
        }
        Ok(())
    }

    /// Notes that the person signed in, and stores a hash made with newer parameters if there is one.
    pub fn note_login(&mut self, id: UserId, new_hash: Option<&str>) -> Result<(), StoreError> {
        let person = users::table.find(Sql(id));
        let updated = match new_hash {
            Some(hash) => diesel::update(person)
                .set((users::last_login_at.eq(Some(Sql(self.tx.now))), users::password_hash.eq(Some(hash))))
                .execute(self.tx.connection)?,
            None => diesel::update(person)
                .set(users::last_login_at.eq(Some(Sql(self.tx.now))))
                .execute(self.tx.connection)?,
        };
        exactly(1, updated, "user")
    }

    /// Locks or unlocks a login.
    pub fn set_lock(&mut self, id: UserId, reason: Option<LockReason>) -> Result<(), StoreError> {
        let updated = diesel::update(users::table.find(Sql(id)))
            .set((
                users::lock_reason.eq(reason.map(Sql)),
                users::locked_at.eq(reason.map(|_| Sql(self.tx.now))),
                users::version.eq(users::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "user")
    }

    /// Disables a person everywhere, or enables them again.
    pub fn set_disabled(&mut self, id: UserId, disabled: bool) -> Result<(), StoreError> {
        let updated = diesel::update(users::table.find(Sql(id)))
            .set((
                users::disabled_at.eq(disabled.then_some(Sql(self.tx.now))),
                users::version.eq(users::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "user")
    }
}
