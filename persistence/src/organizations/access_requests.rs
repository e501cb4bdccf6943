//! Requests to be let into provider accounts that have an administrator (domain rule R-136).

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{AccessRequestId, OrganizationId, UserId};
use portal_domain::organizations::access_request::AccessRequestStatus;

use crate::column::Sql;
pub use crate::database::AccessRequests;
use crate::dialect::on;
use crate::error::StoreError;
use crate::page::Page;
use crate::query::RunQueryDsl;
use crate::schema::{access_requests, users};

/// A request to be kept.
#[derive(Clone, Debug)]
pub struct NewAccessRequest {
    /// The id.
    pub id: AccessRequestId,
    /// The account.
    pub organization: OrganizationId,
    /// Who asks.
    pub user: UserId,
    /// What they wrote.
    pub message: Option<String>,
}

/// An open request as the account's administrators see it.
#[derive(Clone, Debug)]
pub struct OpenAccessRequest {
    /// The id.
    pub id: AccessRequestId,
    /// Who asks.
    pub user: UserId,
    /// Their name, "First Last".
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they wrote.
    pub message: Option<String>,
    /// When they asked.
    pub created_at: Instant,
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Requester {
    /// "First Last".
    pub name: String,
    /// The address.
    pub email: String,
}

#[derive(Queryable)]
struct Row {
    id: AccessRequestId,
    user: UserId,
    first_name: String,
    last_name: String,
    email: String,
    message: Option<String>,
    created_at: Instant,
}

impl AccessRequests<'_, '_> {
    /// Keeps a request as open; returns whether it is one: somebody who has an open request there has asked already.
    pub fn insert_open(&mut self, new: &NewAccessRequest) -> Result<bool, StoreError> {
        let values = (
            access_requests::id.eq(Sql(new.id)),
            access_requests::organization_id.eq(Sql(new.organization)),
            access_requests::user_id.eq(Sql(new.user)),
            access_requests::message.eq(new.message.as_deref()),
            access_requests::status.eq(Sql(AccessRequestStatus::Open)),
            access_requests::created_at.eq(Sql(self.tx.now)),
        );
        let inserted = on!(&mut *self.tx.connection, c => {
            diesel::insert_into(access_requests::table).values(values).on_conflict_do_nothing().execute(c)?
        });
        Ok(inserted == 1)
    }

    /// Who asks; none when the person was disabled meanwhile.
    pub fn requester(&mut self, user: UserId) -> Result<Option<Requester>, StoreError> {
        let row: Option<(String, String, String)> = users::table
            .filter(users::id.eq(Sql(user)))
            .filter(users::disabled_at.is_null())
            .select((users::first_name, users::last_name, users::email))
            .first(self.tx.connection)
            .optional()?;
        Ok(row.map(|(first, last, email)| Requester { name: format!("{first} {last}"), email }))
    }

    /// An account's open requests, newest first, after that place.
    pub fn list_open(
        &mut self,
        organization: OrganizationId,
        after: Option<(Instant, AccessRequestId)>,
        limit: i64,
    ) -> Result<Page<OpenAccessRequest>, StoreError> {
        let mut query = access_requests::table
            .inner_join(users::table)
            .filter(access_requests::organization_id.eq(Sql(organization)))
            .filter(access_requests::status.eq(Sql(AccessRequestStatus::Open)))
            .select((
                access_requests::id,
                access_requests::user_id,
                users::first_name,
                users::last_name,
                users::email,
                access_requests::message,
                access_requests::created_at,
            ))
            .into_boxed();
        if let Some((created_at, id)) = after {
            query =
                query.filter(access_requests::created_at.lt(Sql(created_at)).or(
                    access_requests::created_at.eq(Sql(created_at)).and(access_requests::id.lt(Sql(id))),
                ));
        }
        let rows: Vec<Row> = query
            .order((access_requests::created_at.desc(), access_requests::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(|row| {
            Ok(OpenAccessRequest {
                id: row.id,
                user: row.user,
                name: format!("{} {}", row.first_name, row.last_name),
                email: row.email,
                message: row.message,
                created_at: row.created_at,
            })
        })
    }

    /// Notes that a person's open request was answered, if there is one; returns whether there was.
    pub fn answer_open(&mut self, organization: OrganizationId, user: UserId) -> Result<bool, StoreError> {
        let open = access_requests::table
            .filter(access_requests::organization_id.eq(Sql(organization)))
            .filter(access_requests::user_id.eq(Sql(user)))
            .filter(access_requests::status.eq(Sql(AccessRequestStatus::Open)));
        let answered = diesel::update(open)
            .set((
                access_requests::status.eq(Sql(AccessRequestStatus::Answered)),
                access_requests::answered_at.eq(Some(Sql(self.tx.now))),
            ))
            .execute(self.tx.connection)?;
        Ok(answered == 1)
    }
}
