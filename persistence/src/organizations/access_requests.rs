//! Requests for access to provider accounts that have an administrator (domain rule R-136).

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{AccessRequestId, OrganizationId, UserId};
use portal_domain::organizations::access_request::AccessRequestStatus;

use crate::column::Sql;
pub use crate::database::AccessRequests;
use crate::dialect::on;
use crate::error::StoreError;
use crate::identity::users::{UserName, not_contained};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{access_requests, users};

/// A request to store.
#[derive(Clone, Debug)]
pub struct NewAccessRequest {
    /// The id.
    pub id: AccessRequestId,
    /// The account.
    pub organization: OrganizationId,
    /// The requester.
    pub user: UserId,
    /// The requester's message.
    pub message: Option<String>,
}

/// An open request as shown to the account's administrators.
#[derive(Clone, Debug)]
pub struct OpenAccessRequest {
    /// The id.
    pub id: AccessRequestId,
    /// The requester.
    pub user: UserId,
    /// The requester's name, "First Last".
    pub name: String,
    /// The requester's email address.
    pub email: String,
    /// The requester's message.
    pub message: Option<String>,
    /// When the request was made.
    pub created_at: Instant,
}

/// The name and address of a requester.
#[derive(Clone, Debug)]
pub struct Requester {
    /// The name, "First Last".
    pub name: String,
    /// The email address.
    pub email: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_requests)]
struct Row {
    id: AccessRequestId,
    #[diesel(column_name = user_id)]
    user: UserId,
    #[diesel(embed)]
    name: UserName,
    #[diesel(select_expression = users::email)]
    email: String,
    message: Option<String>,
    created_at: Instant,
}

impl AccessRequests<'_, '_> {
    /// Stores an open request. Returns `false` if the user already has an open request for the
    /// account.
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

    /// The requester; `None` if the user was disabled meanwhile.
    pub fn requester(&mut self, user: UserId) -> Result<Option<Requester>, StoreError> {
        let row: Option<(UserName, String)> = users::table
            .filter(users::id.eq(Sql(user)))
            .filter(not_contained!())
            .select((UserName::as_select(), users::email))
            .first(self.tx.connection)
            .optional()?;
        Ok(row.map(|(name, email)| Requester { name: name.to_string(), email }))
    }

    /// An account's open requests, newest first, starting after `after`.
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
            .select(Row::as_select())
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
                name: row.name.to_string(),
                email: row.email,
                message: row.message,
                created_at: row.created_at,
            })
        })
    }

    /// Marks a user's open request as answered. Returns whether there was one.
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
