//! Second factors, recovery codes, and challenges between the password and the second factor
//! (decision D-12). One-time values are consumed by a single conditional statement. Secrets are
//! sealed; codes and tokens are stored only as hashes.

use chrono::Duration;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{MfaMethodId, UserId};
use portal_domain::identity::mfa::MfaMethodKind;
use zeroize::Zeroizing;

use crate::column::Sql;
pub use crate::database::Mfa;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::field_keys::Place;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{mfa_challenges, mfa_methods, recovery_codes};

/// How long a user who gave the correct password has to provide the second factor.
pub const CHALLENGE_LIVES: Duration = Duration::minutes(5);

/// The maximum number of codes that may be tried after one correct password.
pub const ATTEMPTS_PER_CHALLENGE: i64 = 10;

/// A second factor to add. It takes effect once it is confirmed.
pub struct NewMethod<'a> {
    /// The id.
    pub id: MfaMethodId,
    /// The user it belongs to.
    pub user: UserId,
    /// The kind.
    pub kind: MfaMethodKind,
    /// The secret in base 32; stored sealed.
    pub secret: &'a str,
}

/// A second factor, with its secret still sealed.
// No `Debug`: secrets must not reach a log.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = mfa_methods)]
pub struct Method {
    /// The id.
    pub id: MfaMethodId,
    /// The kind.
    pub kind: MfaMethodKind,
    #[diesel(column_name = secret_sealed)]
    sealed: Vec<u8>,
    /// When it was confirmed; `None` before.
    pub registered_at: Option<Instant>,
    /// Incremented on every change that its owner can see.
    pub version: i64,
}

impl Method {
    /// Whether it is valid: confirmed, and not earlier than domain rule R-111 allows.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.registered_at.is_some_and(portal_domain::identity::mfa::is_valid)
    }
}

impl Mfa<'_, '_> {
    /// Adds an unconfirmed second factor. It replaces an unconfirmed one of the same kind.
    pub fn begin(&mut self, new: &NewMethod<'_>) -> Result<(), StoreError> {
        let unconfirmed = mfa_methods::table
            .filter(mfa_methods::user_id.eq(Sql(new.user)))
            .filter(mfa_methods::kind.eq(Sql(new.kind)))
            .filter(mfa_methods::registered_at.is_null());
        diesel::delete(unconfirmed).execute(self.tx.connection)?;
        let sealed = self.tx.field_keys.seal(place(new.id), new.secret, self.tx.entropy)?;
        diesel::insert_into(mfa_methods::table)
            .values((
                mfa_methods::id.eq(Sql(new.id)),
                mfa_methods::user_id.eq(Sql(new.user)),
                mfa_methods::kind.eq(Sql(new.kind)),
                mfa_methods::secret_sealed.eq(sealed),
                mfa_methods::last_step.eq(0),
                mfa_methods::created_at.eq(Sql(self.tx.now)),
                mfa_methods::version.eq(1),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// A user's second factors, confirmed or not, oldest first.
    pub fn list(&mut self, user: UserId) -> Result<Vec<Method>, StoreError> {
        Ok(mfa_methods::table
            .filter(mfa_methods::user_id.eq(Sql(user)))
            .order((mfa_methods::created_at, mfa_methods::id))
            .select(Method::as_select())
            .load(self.tx.connection)?)
    }

    /// The secret of a second factor, in base 32.
    pub fn secret(&self, method: &Method) -> Result<Zeroizing<String>, StoreError> {
        self.tx.field_keys.open(place(method.id), &method.sealed)
    }

    /// Confirms a second factor with the time step of the code provided. It takes effect now, and
    /// others of the same kind are removed. Returns `false` if it was already confirmed.
    pub fn confirm(&mut self, user: UserId, method: &Method, step: i64) -> Result<bool, StoreError> {
        let unconfirmed = mfa_methods::table
            .filter(mfa_methods::id.eq(Sql(method.id)))
            .filter(mfa_methods::user_id.eq(Sql(user)))
            .filter(mfa_methods::registered_at.is_null());
        let updated = diesel::update(unconfirmed)
            .set((
                mfa_methods::registered_at.eq(Some(Sql(self.tx.now))),
                mfa_methods::last_step.eq(step),
                mfa_methods::version.eq(mfa_methods::version + 1),
            ))
            .execute(self.tx.connection)?;
        if updated == 0 {
            return Ok(false);
        }
        let replaced = mfa_methods::table
            .filter(mfa_methods::user_id.eq(Sql(user)))
            .filter(mfa_methods::kind.eq(Sql(method.kind)))
            .filter(mfa_methods::id.ne(Sql(method.id)));
        diesel::delete(replaced).execute(self.tx.connection)?;
        Ok(true)
    }

    /// Consumes a time step of a confirmed factor. Returns `false` if that step or a later one was
    /// already used. Of any number of concurrent uses of one code, exactly one is accepted.
    pub fn accept_step(&mut self, id: MfaMethodId, step: i64) -> Result<bool, StoreError> {
        let unused = mfa_methods::table
            .filter(mfa_methods::id.eq(Sql(id)))
            .filter(mfa_methods::registered_at.is_not_null())
            .filter(mfa_methods::last_step.lt(step));
        let updated =
            diesel::update(unused).set(mfa_methods::last_step.eq(step)).execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Removes a user's second factor. Stale if its version has changed.
    pub fn remove(&mut self, user: UserId, id: MfaMethodId, version: i64) -> Result<(), StoreError> {
        let seen = mfa_methods::table
            .filter(mfa_methods::id.eq(Sql(id)))
            .filter(mfa_methods::user_id.eq(Sql(user)))
            .filter(mfa_methods::version.eq(version));
        let deleted = diesel::delete(seen).execute(self.tx.connection)?;
        exactly(1, deleted, "second factor")
    }

    /// Removes a user's second factors that were confirmed at that instant or later or are not
    /// confirmed, with the recovery codes and pending challenges. Returns the confirmed ones.
    pub fn remove_since(&mut self, user: UserId, instant: Instant) -> Result<Vec<MfaMethodId>, StoreError> {
        let later = mfa_methods::table
            .filter(mfa_methods::user_id.eq(Sql(user)))
            .filter(mfa_methods::registered_at.ge(Some(Sql(instant))));
        let confirmed: Vec<MfaMethodId> =
            later.order(mfa_methods::id).select(mfa_methods::id).load(self.tx.connection)?;
        let removed = mfa_methods::table.filter(mfa_methods::user_id.eq(Sql(user))).filter(
            mfa_methods::registered_at.is_null().or(mfa_methods::registered_at.ge(Some(Sql(instant)))),
        );
        diesel::delete(removed).execute(self.tx.connection)?;
        self.forget_challenges(user)?;
        self.forget_recovery_codes(user)?;
        Ok(confirmed)
    }

    /// Removes every second factor of a user, confirmed or not, with the recovery codes and pending
    /// challenges.
    pub fn remove_all(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::delete(mfa_methods::table.filter(mfa_methods::user_id.eq(Sql(user))))
            .execute(self.tx.connection)?;
        self.forget_challenges(user)?;
        self.forget_recovery_codes(user)
    }

    fn forget_challenges(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::delete(mfa_challenges::table.filter(mfa_challenges::user_id.eq(Sql(user))))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The number of a user's unused recovery codes.
    pub fn unused_recovery_codes(&mut self, user: UserId) -> Result<i64, StoreError> {
        Ok(recovery_codes::table
            .filter(recovery_codes::user_id.eq(Sql(user)))
            .filter(recovery_codes::used_at.is_null())
            .count()
            .get_result(self.tx.connection)?)
    }

    /// Replaces a user's recovery codes with the codes of these hashes. Earlier codes stop working.
    pub fn replace_recovery_codes(&mut self, user: UserId, hashes: &[Vec<u8>]) -> Result<(), StoreError> {
        self.forget_recovery_codes(user)?;
        let now = self.tx.session_now;
        let rows: Vec<_> = hashes
            .iter()
            .map(|hash| {
                (
                    recovery_codes::user_id.eq(Sql(user)),
                    recovery_codes::code_hash.eq(hash),
                    recovery_codes::created_at.eq(Sql(now)),
                )
            })
            .collect();
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(recovery_codes::table).values(&rows).insert_all(c)?
        });
        Ok(())
    }

    /// Consumes a recovery code. Returns `false` if no unused code has that hash.
    pub fn use_recovery_code(&mut self, user: UserId, hash: &[u8]) -> Result<bool, StoreError> {
        let unused = recovery_codes::table
            .filter(recovery_codes::user_id.eq(Sql(user)))
            .filter(recovery_codes::code_hash.eq(hash))
            .filter(recovery_codes::used_at.is_null());
        let updated = diesel::update(unused)
            .set(recovery_codes::used_at.eq(Some(Sql(self.tx.session_now))))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Deletes a user's recovery codes.
    pub fn forget_recovery_codes(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(Sql(user))))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Records that a user gave the correct password. The token with this hash proves it for five
    /// minutes ([`CHALLENGE_LIVES`]).
    pub fn challenge(&mut self, user: UserId, token_hash: &[u8]) -> Result<(), StoreError> {
        let now = self.tx.session_now;
        let over = mfa_challenges::table
            .filter(mfa_challenges::user_id.eq(Sql(user)))
            .filter(mfa_challenges::expires_at.le(Sql(now)));
        diesel::delete(over).execute(self.tx.connection)?;
        diesel::insert_into(mfa_challenges::table)
            .values((
                mfa_challenges::token_hash.eq(token_hash),
                mfa_challenges::user_id.eq(Sql(user)),
                mfa_challenges::attempts.eq(0),
                mfa_challenges::created_at.eq(Sql(now)),
                mfa_challenges::expires_at.eq(Sql(now + CHALLENGE_LIVES)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Counts an attempt with the token of this hash. Commit it before checking the code. Returns
    /// the user and the number of the attempt, or `None` if the token is unknown, expired, used or
    /// exhausted.
    pub fn count_attempt(&mut self, token_hash: &[u8]) -> Result<Option<(UserId, i64)>, StoreError> {
        let open = mfa_challenges::table
            .filter(mfa_challenges::token_hash.eq(token_hash))
            .filter(mfa_challenges::consumed_at.is_null())
            .filter(mfa_challenges::expires_at.gt(Sql(self.tx.session_now)))
            .filter(mfa_challenges::attempts.lt(ATTEMPTS_PER_CHALLENGE));
        let updated = diesel::update(open)
            .set(mfa_challenges::attempts.eq(mfa_challenges::attempts + 1))
            .execute(self.tx.connection)?;
        if updated == 0 {
            return Ok(None);
        }
        Ok(mfa_challenges::table
            .filter(mfa_challenges::token_hash.eq(token_hash))
            .select((mfa_challenges::user_id, mfa_challenges::attempts))
            .first(self.tx.connection)
            .optional()?)
    }

    /// Consumes the token of this hash. Returns `false` if it was used, withdrawn or expired
    /// meanwhile.
    pub fn consume_challenge(&mut self, token_hash: &[u8]) -> Result<bool, StoreError> {
        let now = self.tx.session_now;
        let open = mfa_challenges::table
            .filter(mfa_challenges::token_hash.eq(token_hash))
            .filter(mfa_challenges::consumed_at.is_null())
            .filter(mfa_challenges::expires_at.gt(Sql(now)));
        let updated = diesel::update(open)
            .set(mfa_challenges::consumed_at.eq(Some(Sql(now))))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Deletes the challenges that expired before that instant. Returns their number.
    pub fn purge(&mut self, before: Instant) -> Result<usize, StoreError> {
        let old = mfa_challenges::table.filter(mfa_challenges::expires_at.lt(Sql(before)));
        Ok(diesel::delete(old).execute(self.tx.connection)?)
    }
}

const fn place(id: MfaMethodId) -> Place {
    Place { table: "mfa_methods", column: "secret_sealed", row: id.uuid() }
}
