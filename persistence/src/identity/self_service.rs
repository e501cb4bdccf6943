//! The queue of self-service requests, sealed until a worker processes them. Like the mail outbox,
//! it uses the session clock.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::SelfServiceRequestId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::self_service::SelfServiceRequest;

use crate::column::Sql;
pub use crate::database::SelfService;
use crate::error::StoreError;
use crate::field_keys::Place;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::self_service_requests;

/// A due request, in the state in which it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = self_service_requests)]
pub struct QueuedRequest {
    /// The id.
    pub id: SelfServiceRequestId,
    /// The number of failed attempts to process it.
    pub attempts: i64,
}

/// A request that is unchanged since it was found: no other worker has taken or postponed it.
macro_rules! as_found {
    ($request:expr) => {
        self_service_requests::table
            .filter(self_service_requests::id.eq(Sql($request.id)))
            .filter(self_service_requests::attempts.eq($request.attempts))
            .filter(self_service_requests::set_aside_at.is_null())
    };
}

const fn place(id: SelfServiceRequestId) -> Place {
    Place { table: "self_service_requests", column: "content_sealed", row: id.uuid() }
}

impl SelfService<'_, '_> {
    /// Queues a request and returns its id.
    pub fn insert(&mut self, request: &SelfServiceRequest) -> Result<SelfServiceRequestId, StoreError> {
        let id: SelfServiceRequestId = self.tx.new_id();
        let text = serde_json::to_string(request).map_err(|_error| StoreError::Sealed("not writable"))?;
        let text = zeroize::Zeroizing::new(text);
        let sealed = self.tx.field_keys.seal(place(id), &text, self.tx.entropy)?;
        diesel::insert_into(self_service_requests::table)
            .values((
                self_service_requests::id.eq(Sql(id)),
                self_service_requests::kind.eq(Sql(request.kind())),
                self_service_requests::content_sealed.eq(sealed),
                self_service_requests::created_at.eq(Sql(self.tx.now)),
                self_service_requests::attempts.eq(0_i64),
                self_service_requests::not_before.eq(Sql(self.tx.session_now)),
            ))
            .execute(self.tx.connection)?;
        Ok(id)
    }

    /// The subject under which registrations under this tax ID are counted. It is keyed, so that the
    /// rows do not reveal the numbers tried.
    pub fn tax_id_subject(&mut self, plan: PlanCode, tax_id: &TaxId) -> Result<String, StoreError> {
        self.registration_subject("tax_id", &format!("{plan}|{}", tax_id.expose_digits()))
    }

    /// The subject under which registrations with this email address are counted, keyed as well.
    pub fn email_subject(&mut self, email: &EmailAddress) -> Result<String, StoreError> {
        self.registration_subject("email", &email.key())
    }

    fn registration_subject(&mut self, what: &str, value: &str) -> Result<String, StoreError> {
        let indexes = self.tx.field_keys.indexes("registration", &format!("{what}|{value}"))?;
        let subject = |index: &Vec<u8>| {
            let index: String = index.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("registration|{what}|{index}")
        };
        self.tx.sign_in_attempts().continued(indexes.iter().map(subject).collect())
    }

    /// The due requests, the longest waiting first.
    pub fn due(&mut self, limit: i64) -> Result<Vec<QueuedRequest>, StoreError> {
        Ok(self_service_requests::table
            .filter(self_service_requests::set_aside_at.is_null())
            .filter(self_service_requests::not_before.le(Sql(self.tx.session_now)))
            .order((self_service_requests::not_before, self_service_requests::id))
            .limit(limit)
            .select(QueuedRequest::as_select())
            .load(self.tx.connection)?)
    }

    /// Removes a request from the queue, to be processed in this transaction. Returns `None` if
    /// another worker took or postponed it.
    pub fn take(&mut self, request: &QueuedRequest) -> Result<Option<SelfServiceRequest>, StoreError> {
        let sealed: Option<Vec<u8>> = as_found!(request)
            .select(self_service_requests::content_sealed)
            .first(self.tx.connection)
            .optional()?;
        let Some(sealed) = sealed else { return Ok(None) };
        let taken = diesel::delete(as_found!(request)).execute(self.tx.connection)?;
        if taken == 0 {
            return Ok(None);
        }
        let text = self.tx.field_keys.open(place(request.id), &sealed)?;
        serde_json::from_str(&text).map(Some).map_err(|_error| StoreError::Sealed("not readable"))
    }

    /// Postpones a request that could not be processed, or sets it aside permanently if `retry_at`
    /// is `None`. Returns `false` if another worker took or postponed it.
    pub fn put_off(
        &mut self,
        request: &QueuedRequest,
        retry_at: Option<Instant>,
    ) -> Result<bool, StoreError> {
        let now = self.tx.session_now;
        let set_aside_at = match retry_at {
            Some(_) => None,
            None => Some(Sql(now)),
        };
        let updated = diesel::update(as_found!(request))
            .set((
                self_service_requests::attempts.eq(request.attempts + 1),
                self_service_requests::not_before.eq(Sql(retry_at.unwrap_or(now))),
                self_service_requests::set_aside_at.eq(set_aside_at),
            ))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }
}
