//! The mail outbox. A mail is written in the transaction of the change it reports and claimed by
//! one worker at a time. Its content is wiped once the mail server has accepted it (decision D-13).
//!
//! Deliveries use the session clock. A sandbox may advance the business clock, but that does not
//! make a mail server respond sooner.

use chrono::Duration;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{MailId, OrganizationId, WorkerId};
use portal_domain::ground::mail::{MailContent, MailStatus, MailTemplate, OutgoingMail};
use zeroize::Zeroizing;

use crate::column::Sql;
pub use crate::database::Outbox;
use crate::dialect::{load_locked, on};
use crate::error::{StoreError, exactly};
use crate::field_keys::Place;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::outbox_mails;

/// A mail that one worker may deliver until its claim expires.
// No `Debug`: tokens must not reach a log.
#[derive(Clone)]
pub struct ClaimedMail {
    /// The id.
    pub id: MailId,
    /// The organization it belongs to, if any.
    pub organization: Option<OrganizationId>,
    /// The recipient's address.
    pub recipient: String,
    /// The content; `None` if it can no longer be opened or parsed.
    pub content: Option<MailContent>,
    /// The number of delivery attempts, this one included.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Instant,
}

/// A mail as shown to operators, without its content.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = outbox_mails)]
pub struct StoredMail {
    /// The id.
    pub id: MailId,
    /// The template.
    pub template: MailTemplate,
    /// The recipient's address.
    pub recipient: String,
    /// The organization it belongs to, if any.
    #[diesel(column_name = organization_id)]
    pub organization: Option<OrganizationId>,
    /// The status.
    pub status: MailStatus,
    /// The earliest time of the next attempt.
    pub not_before: Instant,
    /// The number of delivery attempts.
    pub attempts: i64,
    /// Why the last attempt failed; never an address or a token.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: Instant,
    /// When it was delivered or failed permanently; `None` before.
    pub settled_at: Option<Instant>,
    /// Incremented on every change of the row.
    pub version: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox_mails)]
struct DueRow {
    id: MailId,
    #[diesel(column_name = organization_id)]
    organization: Option<OrganizationId>,
    recipient: String,
    content_sealed: Option<Vec<u8>>,
    attempts: i64,
    created_at: Instant,
}

macro_rules! rows {
    () => {
        outbox_mails::table.select(StoredMail::as_select())
    };
}

/// A mail still claimed by this worker. A worker whose claim was taken over no longer finds it.
macro_rules! claimed {
    ($id:expr, $worker:expr) => {
        outbox_mails::table
            .filter(outbox_mails::id.eq(Sql($id)))
            .filter(outbox_mails::claim_id.eq(Sql($worker)))
            .filter(outbox_mails::status.eq(Sql(MailStatus::Queued)))
    };
}

const fn place(mail: MailId) -> Place {
    Place { table: "outbox_mails", column: "content_sealed", row: mail.uuid() }
}

impl Outbox<'_, '_> {
    /// Queues mails. A mail whose key was queued before is skipped: it is pending or was delivered.
    pub fn post(&mut self, mails: &[OutgoingMail]) -> Result<(), StoreError> {
        if mails.is_empty() {
            return Ok(());
        }
        self.tx.mail_queued = true;
        let mut rows = Vec::with_capacity(mails.len());
        for mail in mails {
            let id: MailId = self.tx.new_id();
            let content = serde_json::to_string(&mail.content).map(Zeroizing::new);
            let content = content.map_err(|_error| StoreError::Sealed("the mail cannot be stored"))?;
            let sealed = self.tx.field_keys.seal(place(id), &content, self.tx.entropy)?;
            rows.push((
                outbox_mails::id.eq(Sql(id)),
                outbox_mails::dedupe_key.eq(&mail.key),
                outbox_mails::template.eq(Sql(mail.content.template())),
                outbox_mails::recipient.eq(mail.recipient.as_str()),
                outbox_mails::organization_id.eq(mail.organization.map(Sql)),
                outbox_mails::content_sealed.eq(Some(sealed)),
                outbox_mails::status.eq(Sql(MailStatus::Queued)),
                outbox_mails::not_before.eq(Sql(self.tx.session_now)),
                outbox_mails::attempts.eq(0_i64),
                outbox_mails::created_at.eq(Sql(self.tx.now)),
                outbox_mails::version.eq(1_i64),
            ));
        }
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(outbox_mails::table).values(&rows).on_conflict_do_nothing().insert_all(c)?
        });
        Ok(())
    }

    /// Deletes unsent emails that were queued until then. Returns their number.
    pub fn withdraw_all(&mut self, queued_until: Instant) -> Result<usize, StoreError> {
        let queued = outbox_mails::table
            .filter(outbox_mails::status.eq(Sql(MailStatus::Queued)))
            .filter(outbox_mails::created_at.le(Sql(queued_until)));
        Ok(diesel::delete(queued).execute(self.tx.connection)?)
    }

    /// Deletes a mail that must no longer be sent, unless it was delivered. Returns whether there
    /// was one. Neither a worker about to send it nor an operator's retry finds it afterwards, and
    /// its key may be reused.
    pub fn withdraw(&mut self, key: &str) -> Result<bool, StoreError> {
        let undelivered = outbox_mails::table
            .filter(outbox_mails::dedupe_key.eq(key))
            .filter(outbox_mails::status.ne(Sql(MailStatus::Sent)));
        Ok(diesel::delete(undelivered).execute(self.tx.connection)? == 1)
    }

    /// Claims due mails, oldest first, for the length of the lease. No other worker gets them until
    /// it expires.
    pub fn claim(
        &mut self,
        worker: WorkerId,
        lease: Duration,
        limit: i64,
    ) -> Result<Vec<ClaimedMail>, StoreError> {
        let now = self.tx.session_now;
        let due = outbox_mails::table
            .filter(outbox_mails::status.eq(Sql(MailStatus::Queued)))
            .filter(outbox_mails::not_before.le(Sql(now)))
            .filter(outbox_mails::claimed_until.is_null().or(outbox_mails::claimed_until.le(Sql(now))))
            .order((outbox_mails::not_before, outbox_mails::id))
            .limit(limit)
            .select(DueRow::as_select());
        // This waits for another worker's claim and skips the mails it took: the condition is
        // checked again after the wait.
        let rows: Vec<DueRow> = load_locked!(&mut *self.tx.connection, due)?;
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let ids = rows.iter().map(|row| Sql(row.id)).collect::<Vec<_>>();
        let updated = diesel::update(outbox_mails::table.filter(outbox_mails::id.eq_any(ids)))
            .set((
                outbox_mails::claimed_until.eq(Some(Sql(now + lease))),
                outbox_mails::claim_id.eq(Some(Sql(worker))),
                outbox_mails::attempts.eq(outbox_mails::attempts + 1),
                outbox_mails::version.eq(outbox_mails::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(rows.len(), updated, "mails to be claimed")?;
        Ok(rows.into_iter().map(|row| self.opened(row)).collect())
    }

    fn opened(&self, row: DueRow) -> ClaimedMail {
        let opened =
            row.content_sealed.as_deref().map(|sealed| self.tx.field_keys.open(place(row.id), sealed));
        let content = match opened {
            Some(Ok(text)) => serde_json::from_str(&text).ok(),
            Some(Err(error)) => {
                tracing::error!(mail = %row.id, %error, "a mail cannot be opened");
                None
            }
            None => None,
        };
        ClaimedMail {
            id: row.id,
            organization: row.organization,
            recipient: row.recipient,
            content,
            attempts: row.attempts + 1,
            created_at: row.created_at,
        }
    }

    /// Whether a mail is still claimed by this worker. It may have been withdrawn or claimed by
    /// another worker.
    pub fn is_claimed(&mut self, id: MailId, worker: WorkerId) -> Result<bool, StoreError> {
        let found: i64 = claimed!(id, worker).count().get_result(self.tx.connection)?;
        Ok(found == 1)
    }

    /// Releases mails that a worker claimed but did not process. The claim does not count as an
    /// attempt.
    pub fn release(&mut self, worker: WorkerId, mails: &[MailId]) -> Result<usize, StoreError> {
        let left = outbox_mails::table
            .filter(outbox_mails::id.eq_any(mails.iter().copied().map(Sql).collect::<Vec<_>>()))
            .filter(outbox_mails::claim_id.eq(Sql(worker)))
            .filter(outbox_mails::status.eq(Sql(MailStatus::Queued)));
        Ok(diesel::update(left)
            .set((
                outbox_mails::claimed_until.eq(None::<Sql<Instant>>),
                outbox_mails::claim_id.eq(None::<Sql<WorkerId>>),
                outbox_mails::attempts.eq(outbox_mails::attempts - 1),
                outbox_mails::version.eq(outbox_mails::version + 1),
            ))
            .execute(self.tx.connection)?)
    }

    /// Records that the mail server accepted a mail, and wipes its content. Returns whether this
    /// worker still held the claim.
    pub fn mark_sent(&mut self, id: MailId, worker: WorkerId) -> Result<bool, StoreError> {
        let updated = diesel::update(claimed!(id, worker))
            .set((
                outbox_mails::status.eq(Sql(MailStatus::Sent)),
                outbox_mails::content_sealed.eq(None::<Vec<u8>>),
                outbox_mails::claimed_until.eq(None::<Sql<Instant>>),
                outbox_mails::claim_id.eq(None::<Sql<WorkerId>>),
                outbox_mails::last_error.eq(None::<String>),
                outbox_mails::settled_at.eq(Some(Sql(self.tx.session_now))),
                outbox_mails::version.eq(outbox_mails::version + 1),
            ))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Records a failed delivery: the mail is retried at `retry_at`, or fails permanently if that
    /// is `None`. A permanently failed mail keeps its sealed content, so that an operator can retry
    /// it. Returns whether this worker still held the claim.
    pub fn mark_failed(
        &mut self,
        id: MailId,
        worker: WorkerId,
        error: &str,
        retry_at: Option<Instant>,
    ) -> Result<bool, StoreError> {
        let now = self.tx.session_now;
        let (status, settled_at) = match retry_at {
            Some(_) => (MailStatus::Queued, None),
            None => (MailStatus::Dead, Some(Sql(now))),
        };
        let updated = diesel::update(claimed!(id, worker))
            .set((
                outbox_mails::status.eq(Sql(status)),
                outbox_mails::not_before.eq(Sql(retry_at.unwrap_or(now))),
                outbox_mails::claimed_until.eq(None::<Sql<Instant>>),
                outbox_mails::claim_id.eq(None::<Sql<WorkerId>>),
                outbox_mails::last_error.eq(Some(error)),
                outbox_mails::settled_at.eq(settled_at),
                outbox_mails::version.eq(outbox_mails::version + 1),
            ))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Mails, newest first, starting after `after`. `status` restricts them to one status.
    pub fn list(
        &mut self,
        status: Option<MailStatus>,
        after: Option<MailId>,
        limit: i64,
    ) -> Result<Page<StoredMail>, StoreError> {
        let mut query = rows!().into_boxed();
        if let Some(status) = status {
            query = query.filter(outbox_mails::status.eq(Sql(status)));
        }
        if let Some(after) = after {
            query = query.filter(outbox_mails::id.lt(Sql(after)));
        }
        let rows = query.order(outbox_mails::id.desc()).limit(limit + 1).load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The mail with this id.
    pub fn find(&mut self, id: MailId) -> Result<Option<StoredMail>, StoreError> {
        Ok(rows!().filter(outbox_mails::id.eq(Sql(id))).first(self.tx.connection).optional()?)
    }

    /// Queues a permanently failed mail again, with its attempts reset.
    pub fn retry(&mut self, id: MailId) -> Result<(), StoreError> {
        self.tx.mail_queued = true;
        let given_up = outbox_mails::table
            .filter(outbox_mails::id.eq(Sql(id)))
            .filter(outbox_mails::status.eq(Sql(MailStatus::Dead)));
        let updated = diesel::update(given_up)
            .set((
                outbox_mails::status.eq(Sql(MailStatus::Queued)),
                outbox_mails::attempts.eq(0_i64),
                outbox_mails::not_before.eq(Sql(self.tx.session_now)),
                outbox_mails::settled_at.eq(None::<Sql<Instant>>),
                outbox_mails::version.eq(outbox_mails::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "mail")
    }
}
