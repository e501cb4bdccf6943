//! Users.

use std::fmt;

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::UserId;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::user::{HeldRole, LockReason};

use crate::column::Sql;
pub use crate::database::Users;
use crate::dialect::{load_locked, on};
use crate::error::{StoreError, exactly};
use crate::identity::one_time_tokens::TokenSubject;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{mfa_challenges, user_platform_roles, users};

/// The data that sign-in needs about a user.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user.
    pub id: UserId,
    /// The user's name, "First Last".
    pub name: String,
    /// The user's email address.
    pub email: String,
    /// The password hash in PHC format; `None` if no password was ever set.
    pub password_hash: Option<String>,
    /// The reason the login is locked; `None` if it is not.
    pub lock_reason: Option<LockReason>,
    /// When the user was disabled everywhere; `None` if they were not.
    pub disabled_at: Option<Instant>,
}

/// A user to create.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The user's id.
    pub id: UserId,
    /// The email address, unique regardless of letter case.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The password hash in PHC format; `None` for a user without a password.
    pub password_hash: Option<String>,
    /// The platform roles, held outside any organization.
    pub platform_roles: Vec<HeldRole>,
}

impl Credentials {
    /// Whether the user is locked or disabled: no grant may issue tokens to them.
    #[must_use]
    pub const fn barred(&self) -> bool {
        self.lock_reason.is_some() || self.disabled_at.is_some()
    }
}

/// A user's data.
#[derive(Clone, Debug)]
pub struct Person {
    /// The user.
    pub id: UserId,
    /// The email address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The telephone number, ten digits; `None` if none is on file.
    pub telephone: Option<String>,
    /// The reason the login is locked; `None` if it is not.
    pub lock_reason: Option<LockReason>,
    /// When the user was disabled everywhere; `None` if they were not.
    pub disabled_at: Option<Instant>,
    /// Whether a password was ever set.
    pub has_password: bool,
    /// Incremented on every change of the row, except sign-ins and rehashed passwords.
    pub version: i64,
}

impl Person {
    /// The user's name, "First Last".
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The data that users may change about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The telephone number, ten digits; `None` to remove it.
    pub telephone: Option<String>,
}

/// The name of a user. Rows that join `users` embed it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserName {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.first_name, self.last_name)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct CredentialsRow {
    id: UserId,
    #[diesel(embed)]
    name: UserName,
    email: String,
    password_hash: Option<String>,
    lock_reason: Option<LockReason>,
    disabled_at: Option<Instant>,
}

impl From<CredentialsRow> for Credentials {
    fn from(row: CredentialsRow) -> Self {
        Self {
            id: row.id,
            name: row.name.to_string(),
            email: row.email,
            password_hash: row.password_hash,
            lock_reason: row.lock_reason,
            disabled_at: row.disabled_at,
        }
    }
}

/// The rows of [`CredentialsRow`].
macro_rules! credentials {
    () => {
        users::table.select(CredentialsRow::as_select())
    };
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct PersonRow {
    id: UserId,
    email: String,
    first_name: String,
    last_name: String,
    telephone: Option<String>,
    lock_reason: Option<LockReason>,
    disabled_at: Option<Instant>,
    password_hash: Option<String>,
    version: i64,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            telephone: row.telephone,
            lock_reason: row.lock_reason,
            disabled_at: row.disabled_at,
            has_password: row.password_hash.is_some(),
            version: row.version,
        }
    }
}

/// The rows of [`PersonRow`] that match a condition.
macro_rules! people {
    ($condition:expr) => {
        users::table.filter($condition).select(PersonRow::as_select())
    };
}

/// The email address of a row.
pub fn stored_address(text: &str) -> Result<EmailAddress, StoreError> {
    EmailAddress::parse(text).map_err(|_error| StoreError::Schema("a stored email address is invalid".into()))
}

/// The key for finding users by name, regardless of letter case. It is computed here because the
/// engines fold case differently: SQLite folds only ASCII.
fn name_key(first_name: &str, last_name: &str) -> String {
    format!("{first_name} {last_name}").to_lowercase()
}

/// Users whom no operator locked or disabled. Others receive no mail about an organization, and their
/// invitations do not count.
macro_rules! not_contained {
    () => {
        $crate::schema::users::disabled_at.is_null().and(
            $crate::schema::users::lock_reason.is_null().or($crate::schema::users::lock_reason
                .ne(Some($crate::column::Sql(portal_domain::identity::user::LockReason::Staff)))),
        )
    };
}
pub(crate) use not_contained;

impl Users<'_, '_> {
    /// The sign-in data of the user with this email address, which is compared by its key.
    pub fn credentials(&mut self, email: &str) -> Result<Option<Credentials>, StoreError> {
        let row: Option<CredentialsRow> = credentials!()
            .filter(users::email_key.eq(EmailAddress::key_of(email)))
            .first(self.tx.connection)
            .optional()?;
        Ok(row.map(Credentials::from))
    }

    /// The sign-in data of this user.
    pub fn credentials_of(&mut self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        let row: Option<CredentialsRow> =
            credentials!().filter(users::id.eq(Sql(id))).first(self.tx.connection).optional()?;
        Ok(row.map(Credentials::from))
    }

    /// The user with this id.
    pub fn find(&mut self, id: UserId) -> Result<Option<Person>, StoreError> {
        let row: Option<PersonRow> = people!(users::id.eq(Sql(id))).first(self.tx.connection).optional()?;
        Ok(row.map(Person::from))
    }

    /// The user with this email address, which is compared by its key.
    pub fn find_by_email(&mut self, email: &str) -> Result<Option<Person>, StoreError> {
        let key = EmailAddress::key_of(email);
        let row: Option<PersonRow> =
            people!(users::email_key.eq(key)).first(self.tx.connection).optional()?;
        Ok(row.map(Person::from))
    }

    /// The user with this id, locked against changes until the transaction ends.
    pub fn lock(&mut self, id: UserId) -> Result<Option<Person>, StoreError> {
        let query = people!(users::id.eq(Sql(id)));
        let rows: Vec<PersonRow> = load_locked!(&mut *self.tx.connection, query)?;
        Ok(rows.into_iter().next().map(Person::from))
    }

    /// Creates a user.
    pub fn insert(&mut self, new: &NewUser) -> Result<(), StoreError> {
        diesel::insert_into(users::table)
            .values((
                users::id.eq(Sql(new.id)),
                users::email.eq(new.email.as_str()),
                users::email_key.eq(new.email.key()),
                users::first_name.eq(&new.first_name),
                users::last_name.eq(&new.last_name),
                users::name_key.eq(name_key(&new.first_name, &new.last_name)),
                users::password_hash.eq(&new.password_hash),
                users::version.eq(1),
                users::created_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        if !new.platform_roles.is_empty() {
            let roles: Vec<_> = new
                .platform_roles
                .iter()
                .map(|held| {
                    (
                        user_platform_roles::user_id.eq(Sql(new.id)),
                        user_platform_roles::role.eq(Sql(held.role)),
                        user_platform_roles::plan.eq(held.plan.map(Sql)),
                    )
                })
                .collect();
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(user_platform_roles::table).values(&roles).insert_all(c)?
            });
        }
        Ok(())
    }

    /// Records that the user signed in.
    pub fn note_login(&mut self, id: UserId) -> Result<(), StoreError> {
        let updated = diesel::update(users::table.find(Sql(id)))
            .set(users::last_login_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        exactly(1, updated, "user")
    }

    /// Replaces a password's hash with one made with newer parameters, unless another password was
    /// set meanwhile.
    pub fn rehash(&mut self, id: UserId, old_hash: &str, new_hash: &str) -> Result<(), StoreError> {
        diesel::update(users::table.find(Sql(id)).filter(users::password_hash.eq(Some(old_hash))))
            .set(users::password_hash.eq(Some(new_hash)))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Sets a password, given its hash in PHC format. Pending second-factor challenges are deleted,
    /// and unused links to set a password stop working. The caller handles sessions, trusted
    /// devices and attempt counters.
    pub fn set_password(&mut self, id: UserId, hash: &str) -> Result<(), StoreError> {
        let updated = diesel::update(users::table.find(Sql(id)))
            .set((users::password_hash.eq(Some(hash)), users::version.eq(users::version + 1)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "user")?;
        diesel::delete(mfa_challenges::table.filter(mfa_challenges::user_id.eq(Sql(id))))
            .execute(self.tx.connection)?;
        self.tx.one_time_tokens().supersede(TokenPurpose::PasswordReset, TokenSubject::User(id))
    }

    /// Updates a user's profile. Stale if the version has changed.
    pub fn update_profile(&mut self, id: UserId, version: i64, profile: &Profile) -> Result<(), StoreError> {
        let updated = diesel::update(users::table.find(Sql(id)).filter(users::version.eq(version)))
            .set((
                users::first_name.eq(&profile.first_name),
                users::last_name.eq(&profile.last_name),
                users::name_key.eq(name_key(&profile.first_name, &profile.last_name)),
                users::telephone.eq(&profile.telephone),
                users::version.eq(users::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "user")
    }

    /// Sets the telephone number, ten digits; `None` removes it.
    pub fn set_telephone(&mut self, id: UserId, telephone: Option<&str>) -> Result<(), StoreError> {
        let updated = diesel::update(users::table.find(Sql(id)))
            .set((users::telephone.eq(telephone), users::version.eq(users::version + 1)))
            .execute(self.tx.connection)?;
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

    /// Disables a user everywhere, or enables them again.
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
