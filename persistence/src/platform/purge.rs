//! Purging of data with a limited retention. Rows are deleted in batches, so that no other
//! transaction waits long and no statement becomes too large.

use chrono::Duration;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{AssociationId, JobRunId, MailId, SelfServiceRequestId, SessionId};
use portal_domain::ground::mail::MailStatus;
use portal_domain::identity::session::SessionLifetimes;
use portal_domain::platform::job::{JobName, JobTrigger};

use crate::column::Sql;
use crate::database::Tx;
use crate::error::StoreError;
use crate::platform::idempotency::KEPT_FOR;
use crate::query::RunQueryDsl;
use crate::schema::{
    association_confirmations, idempotency_keys, job_runs, mfa_challenges, one_time_tokens, outbox_mails,
    provider_associations, refresh_tokens, self_service_requests, sessions, trusted_devices,
};

/// Data with a limited retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// Responses kept for retries: one day.
    IdempotencyKeys,
    /// Counters of failed attempts: 30 days after the last failure. Disabled authenticators stay
    /// disabled, except for the counters of trusted devices, which expire themselves.
    AttemptCounters,
    /// Challenges between the password and the second factor: until they expire.
    MfaChallenges,
    /// Sessions and their refresh tokens: 90 days after the session expired.
    Sessions,
    /// One-time links: 30 days after they stopped working.
    OneTimeTokens,
    /// Delivered mails: 30 days.
    SentMails,
    /// Permanently failed mails: 90 days.
    DeadMails,
    /// Self-service requests that were set aside: 90 days.
    RequestsSetAside,
    /// Associations with provider accounts: one day after they expired. Those that the plan's staff
    /// confirm or confirmed are kept.
    Associations,
    /// Scheduled runs: 90 days. The latest finished run of each job is kept, however old.
    ScheduledRuns,
    /// Trusted devices: 180 days after the last use.
    TrustedDevices,
}

impl Leftover {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::IdempotencyKeys,
        Self::AttemptCounters,
        Self::MfaChallenges,
        Self::Sessions,
        Self::OneTimeTokens,
        Self::SentMails,
        Self::DeadMails,
        Self::RequestsSetAside,
        Self::Associations,
        Self::ScheduledRuns,
        Self::TrustedDevices,
    ];

    /// The kinds that accumulate within minutes.
    pub const QUICK: [Self; 3] = [Self::IdempotencyKeys, Self::AttemptCounters, Self::MfaChallenges];
}

/// Deletes at most `limit` rows by their keys. `keys` names the keys found, and the expression
/// after `=>` binds them. The condition is repeated, because a row may have changed since it was
/// found.
macro_rules! delete_some {
    ($tx:expr, $limit:expr, $rows:expr, $key:expr, $keys:ident: $type:ty => $bound:expr) => {{
        let $keys: Vec<$type> = $rows.select($key).limit($limit).load($tx.connection)?;
        if $keys.is_empty() {
            0
        } else {
            diesel::delete($rows.filter($key.eq_any($bound))).execute($tx.connection)?
        }
    }};
}

macro_rules! bound {
    ($ids:expr) => {
        $ids.into_iter().map(Sql).collect::<Vec<_>>()
    };
}

/// The next instant that the databases can distinguish from `instant`.
fn just_after(instant: Instant) -> Instant {
    instant + Duration::microseconds(1)
}

impl Tx<'_> {
    /// Deletes one batch of about `limit` expired rows and returns their number. If it is 0, none
    /// are left.
    pub fn purge(&mut self, what: Leftover, limit: i64) -> Result<usize, StoreError> {
        match what {
            Leftover::IdempotencyKeys => self.purge_idempotency_keys(limit),
            Leftover::AttemptCounters => self.purge_attempt_counters(limit),
            Leftover::MfaChallenges => self.purge_mfa_challenges(limit),
            Leftover::Sessions => self.purge_sessions(limit),
            Leftover::OneTimeTokens => self.purge_one_time_tokens(limit),
            Leftover::SentMails => self.purge_mails(MailStatus::Sent, Duration::days(30), limit),
            Leftover::DeadMails => self.purge_mails(MailStatus::Dead, Duration::days(90), limit),
            Leftover::RequestsSetAside => self.purge_requests_set_aside(limit),
            Leftover::Associations => self.purge_associations(limit),
            Leftover::ScheduledRuns => self.purge_scheduled_runs(limit),
            Leftover::TrustedDevices => self.purge_trusted_devices(limit),
        }
    }

    fn purge_idempotency_keys(&mut self, limit: i64) -> Result<usize, StoreError> {
        let oldest: Vec<Instant> = idempotency_keys::table
            .filter(idempotency_keys::created_at.le(Sql(self.now - KEPT_FOR)))
            .order(idempotency_keys::created_at)
            .limit(limit)
            .select(idempotency_keys::created_at)
            .load(self.connection)?;
        // Deleted by time, because their keys have several columns. Rows of the same instant are
        // included.
        let Some(last) = oldest.last().copied() else { return Ok(0) };
        let old = idempotency_keys::table.filter(idempotency_keys::created_at.le(Sql(last)));
        Ok(diesel::delete(old).execute(self.connection)?)
    }

    fn purge_attempt_counters(&mut self, limit: i64) -> Result<usize, StoreError> {
        let before = self.session_now - Duration::days(30);
        self.sign_in_attempts().purge(before, limit)
    }

    fn purge_mfa_challenges(&mut self, limit: i64) -> Result<usize, StoreError> {
        let oldest: Vec<Instant> = mfa_challenges::table
            .filter(mfa_challenges::expires_at.lt(Sql(self.session_now)))
            .order(mfa_challenges::expires_at)
            .limit(limit)
            .select(mfa_challenges::expires_at)
            .load(self.connection)?;
        let Some(last) = oldest.last() else { return Ok(0) };
        self.mfa().purge(just_after(*last))
    }

    fn purge_sessions(&mut self, limit: i64) -> Result<usize, StoreError> {
        // However a session ended, by then it has expired by time alone.
        let started_before = self.session_now - Duration::days(90) - SessionLifetimes::default().absolute;
        let old: Vec<SessionId> = sessions::table
            .filter(sessions::started_at.lt(Sql(started_before)))
            .limit(limit)
            .select(sessions::id)
            .load(self.connection)?;
        if old.is_empty() {
            return Ok(0);
        }
        let ids = bound!(old);
        diesel::delete(refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(ids.clone())))
            .execute(self.connection)?;
        Ok(diesel::delete(sessions::table.filter(sessions::id.eq_any(ids))).execute(self.connection)?)
    }

    fn purge_one_time_tokens(&mut self, limit: i64) -> Result<usize, StoreError> {
        let before = self.now - Duration::days(30);
        Ok(delete_some!(
            self,
            limit,
            one_time_tokens::table.filter(
                one_time_tokens::expires_at
                    .lt(Sql(before))
                    .or(one_time_tokens::consumed_at.lt(Some(Sql(before))))
                    .or(one_time_tokens::superseded_at.lt(Some(Sql(before)))),
            ),
            one_time_tokens::token_hash,
            hashes: Vec<u8> => hashes
        ))
    }

    fn purge_mails(&mut self, status: MailStatus, kept: Duration, limit: i64) -> Result<usize, StoreError> {
        let before = self.session_now - kept;
        Ok(delete_some!(
            self,
            limit,
            outbox_mails::table
                .filter(outbox_mails::status.eq(Sql(status)))
                .filter(outbox_mails::settled_at.lt(Some(Sql(before)))),
            outbox_mails::id,
            ids: MailId => bound!(ids)
        ))
    }

    fn purge_requests_set_aside(&mut self, limit: i64) -> Result<usize, StoreError> {
        let before = self.session_now - Duration::days(90);
        Ok(delete_some!(
            self,
            limit,
            self_service_requests::table.filter(self_service_requests::set_aside_at.lt(Some(Sql(before)))),
            self_service_requests::id,
            ids: SelfServiceRequestId => bound!(ids)
        ))
    }

    fn purge_associations(&mut self, limit: i64) -> Result<usize, StoreError> {
        let before = self.now - Duration::days(1);
        Ok(delete_some!(
            self,
            limit,
            provider_associations::table.filter(provider_associations::expires_at.lt(Sql(before))).filter(
                diesel::dsl::not(diesel::dsl::exists(
                    association_confirmations::table
                        .filter(association_confirmations::association_id.eq(provider_associations::id))
                ))
            ),
            provider_associations::id,
            ids: AssociationId => bound!(ids)
        ))
    }

    fn purge_scheduled_runs(&mut self, limit: i64) -> Result<usize, StoreError> {
        let long_ago = self.now - Duration::days(90);
        let mut gone = 0;
        for name in JobName::ALL.iter().copied() {
            let last = self.jobs().last_run(name)?;
            let before = last.map_or(long_ago, |last| last.min(long_ago));
            gone += delete_some!(
                self,
                limit,
                job_runs::table
                    .filter(job_runs::name.eq(Sql(name)))
                    .filter(job_runs::trigger.eq(Sql(JobTrigger::Schedule)))
                    .filter(job_runs::started_at.lt(Sql(before))),
                job_runs::id,
                ids: JobRunId => bound!(ids)
            );
        }
        Ok(gone)
    }

    fn purge_trusted_devices(&mut self, limit: i64) -> Result<usize, StoreError> {
        let before = self.session_now - Duration::days(180);
        Ok(delete_some!(
            self,
            limit,
            trusted_devices::table.filter(trusted_devices::last_used_at.lt(Sql(before))),
            trusted_devices::token_hash,
            hashes: Vec<u8> => hashes
        ))
    }
}
