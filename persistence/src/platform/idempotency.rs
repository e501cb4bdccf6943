//! Responses kept for retried requests. The row is written in the transaction of the effect, so
//! that either both exist or neither does.

use chrono::Duration;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::UserId;

use crate::column::Sql;
pub use crate::database::Idempotency;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::idempotency_keys;

/// How long a response is kept.
pub const KEPT_FOR: Duration = Duration::hours(24);

/// The number of a user's responses that are kept. More than a client can wait for: a retry follows
/// within seconds.
pub const MAX_PER_USER: i64 = 1000;

/// A request that may be a retry.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    /// The user who sends the request.
    pub user: UserId,
    /// Method and path.
    pub route: String,
    /// The client's key.
    pub key: String,
    /// Digest of the request's content.
    pub digest: Vec<u8>,
}

/// A response as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
pub struct KeptAnswer {
    /// The HTTP status code.
    pub status: i64,
    /// The response headers to replay.
    pub headers: serde_json::Value,
    /// The body.
    pub body: Vec<u8>,
}

/// The result of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The key is new: execute the request and keep its response.
    Fresh,
    /// The same request was already answered.
    Answered(KeptAnswer),
    /// The key was already used for a different request.
    OtherRequest,
}

impl Idempotency<'_, '_> {
    /// Claims the key for this transaction. A concurrent request with the same key waits here until
    /// the first one finishes, and fails with [`StoreError::Busy`] after the lock timeout.
    pub fn claim(&mut self, request: &KeyedRequest) -> Result<Claim, StoreError> {
        // A keyed digest: a body may contain little more than a tax ID, which an unkeyed digest
        // would reveal to brute force.
        let hexadecimal: String = request.digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let request_digest = self.tx.field_keys.index("idempotency", &hexadecimal)?;
        let digests = self.tx.field_keys.indexes("idempotency", &hexadecimal)?;
        let row = idempotency_keys::table.find((Sql(request.user), &request.route, &request.key));
        let expired = idempotency_keys::created_at.le(Sql(self.tx.now - KEPT_FOR));
        diesel::delete(row.filter(expired)).execute(self.tx.connection)?;
        let values = (
            idempotency_keys::user_id.eq(Sql(request.user)),
            idempotency_keys::route.eq(&request.route),
            idempotency_keys::key.eq(&request.key),
            idempotency_keys::request_digest.eq(&request_digest),
            idempotency_keys::status.eq(0),
            idempotency_keys::headers.eq(Sql(serde_json::Value::Null)),
            idempotency_keys::body.eq(Vec::new()),
            idempotency_keys::created_at.eq(Sql(self.tx.now)),
        );
        let inserted = on!(&mut *self.tx.connection, c => {
            diesel::insert_into(idempotency_keys::table).values(values).on_conflict_do_nothing().execute(c)?
        });
        if inserted == 1 {
            return Ok(Claim::Fresh);
        }
        let (digest, answer): (Vec<u8>, KeptAnswer) = row
            .select((idempotency_keys::request_digest, KeptAnswer::as_select()))
            .first(self.tx.connection)?;
        if digests.contains(&digest) { Ok(Claim::Answered(answer)) } else { Ok(Claim::OtherRequest) }
    }

    /// Keeps the response to a request whose key was claimed in this transaction.
    pub fn keep(&mut self, request: &KeyedRequest, answer: &KeptAnswer) -> Result<(), StoreError> {
        let row = idempotency_keys::table.find((Sql(request.user), &request.route, &request.key));
        let updated = diesel::update(row)
            .set((
                idempotency_keys::status.eq(answer.status),
                idempotency_keys::headers.eq(Sql(answer.headers.clone())),
                idempotency_keys::body.eq(&answer.body),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "idempotency key")?;
        self.drop_oldest(request.user)
    }

    /// Deletes the oldest responses of a user who has more than [`MAX_PER_USER`].
    fn drop_oldest(&mut self, user: UserId) -> Result<(), StoreError> {
        let own = idempotency_keys::table.filter(idempotency_keys::user_id.eq(Sql(user)));
        let oldest_kept: Option<Instant> = own
            .order(idempotency_keys::created_at.desc())
            .offset(MAX_PER_USER - 1)
            .select(idempotency_keys::created_at)
            .first(self.tx.connection)
            .optional()?;
        if let Some(oldest_kept) = oldest_kept {
            diesel::delete(own.filter(idempotency_keys::created_at.lt(Sql(oldest_kept))))
                .execute(self.tx.connection)?;
        }
        Ok(())
    }
}
