//! What strangers asked for, sealed, until a worker looks into it.

use diesel::prelude::*;
use portal_domain::id::SelfServiceRequestId;
use portal_domain::self_service::SelfServiceRequest;

use crate::column::Sql;
pub use crate::database::SelfService;
use crate::error::StoreError;
use crate::field_keys::Place;
use crate::schema::self_service_requests;

const fn place(id: SelfServiceRequestId) -> Place {
    Place { table: "self_service_requests", column: "content_sealed", row: id.uuid() }
}

impl SelfService<'_, '_> {
    /// Keeps a request until it is looked into; returns its id.
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
            ))
            .execute(self.tx.connection)?;
        Ok(id)
    }

    /// The oldest requests.
    pub fn oldest(&mut self, limit: i64) -> Result<Vec<SelfServiceRequestId>, StoreError> {
        Ok(self_service_requests::table
            .order((self_service_requests::created_at, self_service_requests::id))
            .limit(limit)
            .select(self_service_requests::id)
            .load(self.tx.connection)?)
    }

    /// Takes a request out, for this transaction to look into it. None when somebody else took it.
    pub fn take(&mut self, id: SelfServiceRequestId) -> Result<Option<SelfServiceRequest>, StoreError> {
        let sealed: Option<Vec<u8>> = self_service_requests::table
            .find(Sql(id))
            .select(self_service_requests::content_sealed)
            .first(self.tx.connection)
            .optional()?;
        let Some(sealed) = sealed else { return Ok(None) };
        let taken =
            diesel::delete(self_service_requests::table.find(Sql(id))).execute(self.tx.connection)?;
        if taken == 0 {
            return Ok(None);
        }
        let text = self.tx.field_keys.open(place(id), &sealed)?;
        serde_json::from_str(&text).map(Some).map_err(|_error| StoreError::Sealed("not readable"))
    }
}
