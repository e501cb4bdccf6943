//! Failed sign-in attempts, counted separately by target and by origin, and trusted devices:
//! clients that signed in before (decision D-10). Everything here uses the session clock.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::UserId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::attempts::{Counted, DISABLED_AT, Guesses, Tries, Window, judge_window};

use crate::column::Sql;
pub use crate::database::SignInAttempts;
use crate::dialect::{load_locked, on};
use crate::error::{StoreError, exactly};
use crate::field_keys::FieldKeys;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{attempt_counters, trusted_devices};

/// The maximum number of trusted devices of a user. The least recently used one is removed.
pub const MAX_DEVICES_PER_USER: usize = 10;

// The prefixes of the subjects under which attempts from trusted devices are counted.
/// The prefix of the subjects under which attempts from unknown devices are counted.
pub(crate) const PASSWORD_ACCOUNT: &str = "password|account|";
const PASSWORD_DEVICE: &str = "password|device|";
const OTP_DEVICE: &str = "otp|device|";
// The prefixes of the subjects of all authenticators.
const PASSWORD: &str = "password|";
const OTP: &str = "otp|";

#[derive(Queryable, Selectable)]
#[diesel(table_name = attempt_counters)]
struct CounterRow {
    failures: i64,
    locked_until: Instant,
}

/// The subject under which password attempts from a trusted device are counted. `token_hash` is the
/// hash of the device's token.
#[must_use]
pub fn device_subject(token_hash: &[u8]) -> String {
    format!("{PASSWORD_DEVICE}{}", hexadecimal(token_hash))
}

/// The subject under which attempts at a user's second factor from unknown devices are counted.
#[must_use]
pub fn otp_subject(user: UserId) -> String {
    format!("otp|user|{user}")
}

/// The subject under which second-factor attempts from a trusted device are counted. `token_hash`
/// is the hash of the device's token.
#[must_use]
pub fn otp_device_subject(token_hash: &[u8]) -> String {
    format!("{OTP_DEVICE}{}", hexadecimal(token_hash))
}

/// The subjects under which password attempts at an address can be counted, with the current index
/// key first.
fn account_subjects(keys: &FieldKeys, email: &str) -> Result<Vec<String>, StoreError> {
    let indexes = keys.indexes("sign_in", &EmailAddress::key_of(email))?;
    Ok(indexes.iter().map(|index| format!("{PASSWORD_ACCOUNT}{}", hexadecimal(index))).collect())
}

/// The subject under which a signed-in user's attempts at the current password are counted.
#[must_use]
pub fn current_password_subject(user: UserId) -> String {
    format!("password|current|{user}")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl SignInAttempts<'_, '_> {
    /// The subject under which attempts from unknown devices at the password of this email address
    /// are counted. It is keyed, so that the rows do not reveal the addresses tried.
    pub fn account_subject(&mut self, email: &str) -> Result<String, StoreError> {
        let subjects = account_subjects(self.tx.field_keys, email)?;
        self.continued(subjects)
    }

    /// The subject under which attempts at the password of an unregistered email address are
    /// counted. There are only 256 such subjects, so that trying addresses cannot create unlimited
    /// rows.
    pub fn unregistered_subject(&mut self, email: &str) -> Result<String, StoreError> {
        let indexes = self.tx.field_keys.indexes("sign_in", &EmailAddress::key_of(email))?;
        // The last byte, because an index can begin with the id of its key.
        let subject = |index: &Vec<u8>| {
            let last = index.last().copied().unwrap_or_default();
            format!("password|unregistered|{}", hexadecimal(&[last]))
        };
        self.continued(indexes.iter().map(subject).collect())
    }

    /// The subject whose counter already exists, or the first one, with the current key. While an
    /// index key is replaced, counts that began with the old key are continued.
    pub(crate) fn continued(&mut self, subjects: Vec<String>) -> Result<String, StoreError> {
        let begun: Option<String> = match subjects.as_slice() {
            [_] => None,
            _ => attempt_counters::table
                .filter(attempt_counters::subject.eq_any(&subjects))
                .order(attempt_counters::failures.desc())
                .select(attempt_counters::subject)
                .first(self.tx.connection)
                .optional()?,
        };
        begun.or_else(|| subjects.into_iter().next()).ok_or(StoreError::Sealed("index key"))
    }

    /// Moves the counts of these addresses to the current index key. Returns the number moved.
    pub(crate) fn move_to_current_key(&mut self, emails: &[String]) -> Result<usize, StoreError> {
        let mut moves = Vec::new();
        for email in emails {
            let mut subjects = account_subjects(self.tx.field_keys, email)?.into_iter();
            let Some(current) = subjects.next() else { continue };
            moves.extend(subjects.map(|old| (old, current.clone())));
        }
        let all: Vec<&String> = moves.iter().flat_map(|(old, new)| [old, new]).collect();
        let known: Vec<String> = attempt_counters::table
            .filter(attempt_counters::subject.eq_any(all))
            .select(attempt_counters::subject)
            .load(self.tx.connection)?;
        let known: BTreeSet<String> = known.into_iter().collect();
        moves.retain(|(old, new)| known.contains(old) && !known.contains(new));
        if moves.is_empty() {
            return Ok(0);
        }
        let rows: Vec<_> = (0..moves.len()).map(|n| format!("(${}, ${})", 2 * n + 1, 2 * n + 2)).collect();
        let text = format!(
            "UPDATE attempt_counters SET subject = moves.column2 FROM (VALUES {}) AS moves \
             WHERE subject = moves.column1",
            rows.join(", ")
        );
        Ok(on!(&mut *self.tx.connection, c => {
            let mut query = diesel::sql_query(text).into_boxed();
            for (old, new) in moves {
                query = query.bind::<Text, _>(old).bind::<Text, _>(new);
            }
            query.execute(c)?
        }))
    }

    /// A keyed hash of an email address, for the log. Lines about one address have the same hash, and
    /// do not reveal the address.
    pub fn address_hash(&self, email: &str) -> Result<String, StoreError> {
        let index = self.tx.field_keys.index("sign_in", &EmailAddress::key_of(email))?;
        // The last bytes, because an index can begin with the id of its key.
        Ok(hexadecimal(index.last_chunk::<8>().map(<[u8; 8]>::as_slice).unwrap_or_default()))
    }

    /// The counter of a subject, created if necessary and locked until the transaction ends.
    fn locked(&mut self, subject: &str) -> Result<CounterRow, StoreError> {
        let now = self.tx.session_now;
        let values = (
            attempt_counters::subject.eq(subject),
            attempt_counters::failures.eq(0),
            attempt_counters::last_failed_at.eq(Sql(now)),
            attempt_counters::locked_until.eq(Sql(now)),
        );
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(attempt_counters::table).values(values).on_conflict_do_nothing().execute(c)?
        });
        let query = attempt_counters::table
            .filter(attempt_counters::subject.eq(subject))
            .select(CounterRow::as_select());
        let rows: Vec<CounterRow> = load_locked!(&mut *self.tx.connection, query)?;
        rows.into_iter().next().ok_or(StoreError::Stale("attempt counter"))
    }

    fn store(&mut self, subject: &str, count: i64, until: Instant) -> Result<(), StoreError> {
        let updated = diesel::update(attempt_counters::table.filter(attempt_counters::subject.eq(subject)))
            .set((
                attempt_counters::failures.eq(count),
                attempt_counters::last_failed_at.eq(Sql(self.tx.session_now)),
                attempt_counters::locked_until.eq(Sql(until)),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "attempt counter")
    }

    /// Counts an attempt. Commit it before checking the attempt. Of any number of concurrent
    /// attempts, one is admitted.
    pub fn count(&mut self, subject: &str) -> Result<Counted, StoreError> {
        let row = self.locked(subject)?;
        let before = Guesses { failures: row.failures, locked_until: row.locked_until };
        let (counted, after) = before.count(self.tx.session_now);
        // Written in every case: the work done must not reveal whose counter it is or its value.
        self.store(subject, after.failures, after.locked_until)?;
        Ok(counted)
    }

    /// The number of consecutive failures, including an attempt in progress.
    pub fn failures(&mut self, subject: &str) -> Result<i64, StoreError> {
        let found: Option<i64> = attempt_counters::table
            .filter(attempt_counters::subject.eq(subject))
            .select(attempt_counters::failures)
            .first(self.tx.connection)
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Resets a counter, because an attempt succeeded or the authenticator was replaced.
    pub fn reset(&mut self, subject: &str) -> Result<(), StoreError> {
        // The row stays: another transaction may be waiting for it to count the next attempt.
        diesel::update(attempt_counters::table.filter(attempt_counters::subject.eq(subject)))
            .set((
                attempt_counters::failures.eq(0),
                attempt_counters::locked_until.eq(Sql(self.tx.session_now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The subject under which failures to match the data of one Provider ID are counted. It is
    /// keyed, so that the rows do not reveal the Provider IDs tried.
    pub fn provider_subject(&mut self, plan: PlanCode, provider_id_key: &str) -> Result<String, StoreError> {
        let indexes = self.tx.field_keys.indexes("matching", &format!("{plan} {provider_id_key}"))?;
        let subject = |index: &Vec<u8>| format!("association|provider|{}", hexadecimal(index));
        self.continued(indexes.iter().map(subject).collect())
    }

    /// The count after one more failure within a window, or `None` if the limit is reached. Locks the
    /// counter until the transaction ends, but stores nothing: see [`Self::store_tries`].
    pub fn next_in_window(&mut self, subject: &str, window: Window) -> Result<Option<Tries>, StoreError> {
        let row = self.locked(subject)?;
        let before = Tries { count: row.failures, window_ends: row.locked_until };
        Ok(judge_window(window, before, self.tx.session_now))
    }

    /// Stores the count after a failure.
    pub fn store_tries(&mut self, subject: &str, tries: Tries) -> Result<(), StoreError> {
        self.store(subject, tries.count, tries.window_ends)
    }

    /// Counts an attempt within a window. Returns `false` if there were already `limit` attempts
    /// within `window`.
    pub fn hit_window(
        &mut self,
        subject: &str,
        limit: i64,
        window: chrono::Duration,
    ) -> Result<bool, StoreError> {
        let window = Window { attempts: limit, within: window };
        let Some(after) = self.next_in_window(subject, window)? else { return Ok(false) };
        self.store_tries(subject, after)?;
        Ok(true)
    }

    /// Deletes at least `limit` of the counters whose last failure was before that instant, if there
    /// are as many. Returns their number. Disabled authenticators stay disabled, except for trusted
    /// devices, which expire themselves. Other counters, such as those of registrations, disable
    /// nothing.
    pub fn purge(&mut self, before: Instant, limit: i64) -> Result<usize, StoreError> {
        let counts = |prefix: &str| attempt_counters::subject.like(format!("{prefix}%"));
        let disables_nothing = attempt_counters::failures
            .lt(DISABLED_AT)
            .or(counts(PASSWORD_DEVICE))
            .or(counts(OTP_DEVICE))
            .or(diesel::dsl::not(counts(PASSWORD).or(counts(OTP))));
        let old = attempt_counters::table
            .filter(attempt_counters::last_failed_at.lt(Sql(before)))
            .filter(disables_nothing);
        let oldest: Vec<Instant> = old
            .clone()
            .order(attempt_counters::last_failed_at)
            .limit(limit)
            .select(attempt_counters::last_failed_at)
            .load(self.tx.connection)?;
        // Deleted by time: counters of the same instant are included.
        let Some(last) = oldest.last().copied() else { return Ok(0) };
        let old = old.filter(attempt_counters::last_failed_at.le(Sql(last)));
        Ok(diesel::delete(old).execute(self.tx.connection)?)
    }

    /// The user whose trusted device has the token with that hash.
    pub fn device_owner(&mut self, token_hash: &[u8]) -> Result<Option<UserId>, StoreError> {
        Ok(trusted_devices::table
            .filter(trusted_devices::token_hash.eq(token_hash))
            .select(trusted_devices::user_id)
            .first(self.tx.connection)
            .optional()?)
    }

    /// Whether that user has a trusted device with the token of that hash.
    pub fn is_trusted(&mut self, user: UserId, token_hash: &[u8]) -> Result<bool, StoreError> {
        Ok(self.device_owner(token_hash)? == Some(user))
    }

    /// Remembers a trusted device. If the user has too many, the least recently used one is
    /// removed.
    pub fn remember(&mut self, user: UserId, token_hash: &[u8]) -> Result<(), StoreError> {
        let now = self.tx.session_now;
        diesel::insert_into(trusted_devices::table)
            .values((
                trusted_devices::token_hash.eq(token_hash),
                trusted_devices::user_id.eq(Sql(user)),
                trusted_devices::created_at.eq(Sql(now)),
                trusted_devices::last_used_at.eq(Sql(now)),
            ))
            .execute(self.tx.connection)?;
        let others: Vec<Vec<u8>> = trusted_devices::table
            .filter(trusted_devices::user_id.eq(Sql(user)))
            .filter(trusted_devices::token_hash.ne(token_hash))
            .order((trusted_devices::last_used_at.desc(), trusted_devices::token_hash))
            .select(trusted_devices::token_hash)
            .load(self.tx.connection)?;
        // At most one, except after concurrent sign-ins.
        for surplus in others.iter().skip(MAX_DEVICES_PER_USER - 1) {
            diesel::delete(trusted_devices::table.filter(trusted_devices::token_hash.eq(surplus)))
                .execute(self.tx.connection)?;
        }
        Ok(())
    }

    /// Records that a trusted device signed in again.
    pub fn note_use(&mut self, token_hash: &[u8]) -> Result<(), StoreError> {
        diesel::update(trusted_devices::table.filter(trusted_devices::token_hash.eq(token_hash)))
            .set(trusted_devices::last_used_at.eq(Sql(self.tx.session_now)))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Removes every trusted device of a user: their tokens are no longer recognized.
    pub fn forget_all(&mut self, user: UserId) -> Result<usize, StoreError> {
        let known = trusted_devices::table.filter(trusted_devices::user_id.eq(Sql(user)));
        Ok(diesel::delete(known).execute(self.tx.connection)?)
    }

    /// Resets the attempts and the trusted devices for a new password: it has no failed attempts,
    /// and no device has signed in with it.
    pub fn rebind_password(&mut self, user: UserId, email: &str) -> Result<(), StoreError> {
        let account = self.account_subject(email)?;
        self.reset(&account)?;
        self.reset(&current_password_subject(user))?;
        self.forget_all(user)?;
        Ok(())
    }

    /// Resets the attempts for a new second factor: its codes have no failed attempts.
    pub fn rebind_codes(&mut self, user: UserId) -> Result<(), StoreError> {
        let clients: Vec<Vec<u8>> = trusted_devices::table
            .filter(trusted_devices::user_id.eq(Sql(user)))
            .select(trusted_devices::token_hash)
            .load(self.tx.connection)?;
        let mut subjects: Vec<String> = clients.iter().map(|hash| otp_device_subject(hash)).collect();
        subjects.push(otp_subject(user));
        diesel::update(attempt_counters::table.filter(attempt_counters::subject.eq_any(subjects)))
            .set((
                attempt_counters::failures.eq(0),
                attempt_counters::locked_until.eq(Sql(self.tx.session_now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }
}
