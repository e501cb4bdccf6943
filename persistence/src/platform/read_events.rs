//! Read events: who looked at personal data. They are rows of their own and not part of the audit
//! chains, because readers would wait for each other at the head of a chain.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{OrganizationId, ReadEventId, SessionId, UserId};
use portal_domain::platform::read_event::{Purpose, ReadAction};

use crate::column::Sql;
pub use crate::database::ReadEvents;
use crate::dialect::{ROWS, on};
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::read_events;

/// Who reads, and by which request.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The user; `None` for the command line.
    pub user: Option<UserId>,
    /// The reader's name at the time.
    pub name: &'a str,
    /// The session; `None` for the command line.
    pub session: Option<SessionId>,
    /// The address of the client; empty for the command line.
    pub client_address: &'a str,
    /// The id of the request; empty for the command line.
    pub request_id: &'a str,
}

/// An event to record.
#[derive(Clone, Debug)]
pub struct NewReadEvent {
    /// What was read.
    pub action: ReadAction,
    /// The object that was read.
    pub object: String,
    /// The application, Medicaid ID, or user that the object belongs to, or the object itself.
    pub subject: String,
    /// The organization whose data it is.
    pub organization: Option<OrganizationId>,
    /// The purpose.
    pub purpose: Option<Purpose>,
}

/// An event as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = read_events)]
pub struct StoredReadEvent {
    /// The id.
    pub id: ReadEventId,
    /// When the data was read.
    pub occurred_at: Instant,
    /// The user who read it.
    #[diesel(column_name = user_id)]
    pub user: Option<UserId>,
    /// The user's name at the time.
    pub user_name: String,
    /// The session.
    #[diesel(column_name = session_id)]
    pub session: Option<SessionId>,
    /// The address of the client.
    pub client_address: String,
    /// The id of the request.
    pub request_id: String,
    /// What was read.
    pub action: ReadAction,
    /// The object that was read.
    pub object: String,
    /// What the object belongs to.
    pub subject: String,
    /// The organization whose data it is.
    #[diesel(column_name = organization_id)]
    pub organization: Option<OrganizationId>,
    /// The purpose.
    pub purpose: Option<Purpose>,
}

/// Which events to list.
#[derive(Clone, Debug, Default)]
pub struct ReadEventFilter {
    /// Only data of this organization.
    pub organization: Option<OrganizationId>,
    /// Only this object, or what belongs to it.
    pub subject: Option<String>,
    /// Only this action.
    pub action: Option<ReadAction>,
}

impl ReadEvents<'_, '_> {
    /// Records the events of one request.
    pub fn record(&mut self, reading: &Reading<'_>, events: &[NewReadEvent]) -> Result<(), StoreError> {
        for some in events.chunks(ROWS) {
            let ids: Vec<ReadEventId> = some.iter().map(|_| self.tx.new_id()).collect();
            let now = self.tx.session_now;
            let rows: Vec<_> = some
                .iter()
                .zip(ids)
                .map(|(event, id)| {
                    (
                        read_events::id.eq(Sql(id)),
                        read_events::occurred_at.eq(Sql(now)),
                        read_events::user_id.eq(reading.user.map(Sql)),
                        read_events::user_name.eq(reading.name),
                        read_events::session_id.eq(reading.session.map(Sql)),
                        read_events::client_address.eq(reading.client_address),
                        read_events::request_id.eq(reading.request_id),
                        read_events::action.eq(Sql(event.action)),
                        read_events::object.eq(&event.object),
                        read_events::subject.eq(&event.subject),
                        read_events::organization_id.eq(event.organization.map(Sql)),
                        read_events::purpose.eq(event.purpose.map(Sql)),
                    )
                })
                .collect();
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(read_events::table).values(rows).insert_all(c)?
            });
        }
        Ok(())
    }

    /// The events, newest first, starting after `after`.
    pub fn list(
        &mut self,
        filter: &ReadEventFilter,
        after: Option<(Instant, ReadEventId)>,
        limit: i64,
    ) -> Result<Page<StoredReadEvent>, StoreError> {
        let mut query = read_events::table.select(StoredReadEvent::as_select()).into_boxed();
        if let Some(organization) = filter.organization {
            query = query.filter(read_events::organization_id.eq(Some(Sql(organization))));
        }
        if let Some(subject) = &filter.subject {
            query = query.filter(read_events::subject.eq(subject).or(read_events::object.eq(subject)));
        }
        if let Some(action) = filter.action {
            query = query.filter(read_events::action.eq(Sql(action)));
        }
        if let Some((at, id)) = after {
            query = query.filter(
                read_events::occurred_at
                    .lt(Sql(at))
                    .or(read_events::occurred_at.eq(Sql(at)).and(read_events::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((read_events::occurred_at.desc(), read_events::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// Deletes a batch of about `limit` events before this time, and returns their number.
    pub fn purge(&mut self, before: Instant, limit: i64) -> Result<usize, StoreError> {
        let ids: Vec<ReadEventId> = read_events::table
            .filter(read_events::occurred_at.lt(Sql(before)))
            .limit(limit)
            .select(read_events::id)
            .load(self.tx.connection)?;
        if ids.is_empty() {
            return Ok(0);
        }
        let ids: Vec<_> = ids.into_iter().map(Sql).collect();
        Ok(diesel::delete(read_events::table.filter(read_events::id.eq_any(ids)))
            .execute(self.tx.connection)?)
    }
}
