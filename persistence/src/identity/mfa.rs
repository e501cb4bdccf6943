//! Second factors, recovery codes, and the step between password and factor (decision D-12). What works once is used up
//! by one conditional statement. Secrets are sealed; of codes and tokens only hashes are kept.

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
use crate::query::RunQueryDsl;
use crate::schema::{mfa_challenges, mfa_methods, recovery_codes};

/// How long somebody who gave the right password has for the second factor.
pub const CHALLENGE_LIVES: Duration = Duration::minutes(5);

/// So many codes may be tried with one proof of the password.
pub const ATTEMPTS_PER_CHALLENGE: i64 = 10;

/// A second factor to be begun; it counts once it is confirmed.
pub struct NewMethod<'a> {
    /// The id.
    pub id: MfaMethodId,
    /// The owner.
    pub user: UserId,
    /// Which kind.
    pub kind: MfaMethodKind,
    /// The secret in base 32; kept sealed.
    pub secret: &'a str,
}

/// A second factor, its secret still sealed.
// No `Debug`: nothing of a secret belongs into a log.
#[derive(Clone, Queryable)]
pub struct Method {
    /// The id.
    pub id: MfaMethodId,
    /// Which kind.
    pub kind: MfaMethodKind,
    sealed: Vec<u8>,
    /// When it was confirmed; none before.
    pub registered_at: Option<Instant>,
    /// The newest time step whose code was accepted.
    pub last_step: i64,
    /// When it was begun.
    pub created_at: Instant,
    /// Counts what its owner can see change.
    pub version: i64,
}

impl Method {
    /// Whether it is a factor that counts: confirmed, and not before domain rule R-111 says.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.registered_at.is_some_and(portal_domain::identity::mfa::is_valid)
    }
}

impl Mfa<'_, '_> {
    /// Begins a second factor. One of the same kind that was begun before and never confirmed makes room.
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

    /// A person's second factors, confirmed or not, oldest first.
    pub fn list(&mut self, user: UserId) -> Result<Vec<Method>, StoreError> {
        Ok(mfa_methods::table
            .filter(mfa_methods::user_id.eq(Sql(user)))
            .order((mfa_methods::created_at, mfa_methods::id))
            .select((
                mfa_methods::id,
                mfa_methods::kind,
                mfa_methods::secret_sealed,
                mfa_methods::registered_at,
                mfa_methods::last_step,
                mfa_methods::created_at,
                mfa_methods::version,
            ))
            .load(self.tx.connection)?)
    }

    /// The secret of a second factor, in base 32.
    pub fn secret(&self, method: &Method) -> Result<Zeroizing<String>, StoreError> {
        self.tx.field_keys.open(place(method.id), &method.sealed)
    }

    /// Confirms a second factor with the time step of the code shown; from now on it counts, and another one of the same
    /// kind does not any more. Returns whether this did it, or it was confirmed before.
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

    /// Uses up a time step of a confirmed factor. False when it, or a later one, was used before: of many uses of one
    /// code, however many at a time, one is accepted.
    pub fn accept_step(&mut self, id: MfaMethodId, step: i64) -> Result<bool, StoreError> {
        let unused = mfa_methods::table
            .filter(mfa_methods::id.eq(Sql(id)))
            .filter(mfa_methods::registered_at.is_not_null())
            .filter(mfa_methods::last_step.lt(step));
        let updated =
            diesel::update(unused).set(mfa_methods::last_step.eq(step)).execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Removes a person's second factor in the version that was seen.
    pub fn remove(&mut self, user: UserId, id: MfaMethodId, version: i64) -> Result<(), StoreError> {
        let seen = mfa_methods::table
            .filter(mfa_methods::id.eq(Sql(id)))
            .filter(mfa_methods::user_id.eq(Sql(user)))
            .filter(mfa_methods::version.eq(version));
        let deleted = diesel::delete(seen).execute(self.tx.connection)?;
        exactly(1, deleted, "second factor")
    }

    /// Removes every second factor of a person, confirmed or not, with the recovery codes and the steps under way.
    pub fn remove_all(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::delete(mfa_methods::table.filter(mfa_methods::user_id.eq(Sql(user))))
            .execute(self.tx.connection)?;
        diesel::delete(mfa_challenges::table.filter(mfa_challenges::user_id.eq(Sql(user))))
            .execute(self.tx.connection)?;
        self.forget_recovery_codes(user)
    }

    /// How many of a person's recovery codes still work.
    pub fn unused_recovery_codes(&mut self, user: UserId) -> Result<i64, StoreError> {
        Ok(recovery_codes::table
            .filter(recovery_codes::user_id.eq(Sql(user)))
            .filter(recovery_codes::used_at.is_null())
            .count()
            .get_result(self.tx.connection)?)
    }

    /// Gives a person new recovery codes, of which these are the hashes; earlier ones work no more.
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

    /// Uses up a recovery code; false when there is none with that hash, or it was used before.
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

    /// Forgets a person's recovery codes.
    pub fn forget_recovery_codes(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(Sql(user))))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Notes that somebody gave the right password; the token with this hash stands for that, for five minutes.
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

    /// Counts a try with the token of this hash before it is looked at, and tells whose it is and the how many-th try
    /// this was; commit this first. None when the token is unknown, over, used, or was tried too often.
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

    /// Uses up the token of this hash; false when it was used, withdrawn or over meanwhile.
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

    /// Forgets the steps between password and factor that were over before that instant; returns how many.
    pub fn purge(&mut self, before: Instant) -> Result<usize, StoreError> {
        let old = mfa_challenges::table.filter(mfa_challenges::expires_at.lt(Sql(before)));
        Ok(diesel::delete(old).execute(self.tx.connection)?)
    }
}

const fn place(id: MfaMethodId) -> Place {
    Place { table: "mfa_methods", column: "secret_sealed", row: id.uuid() }
}
