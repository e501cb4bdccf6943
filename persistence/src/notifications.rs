//! In-app notices.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::id::{ApplicationId, NotificationId, OrganizationId, ReassignmentId, UserId};
use portal_domain::notification::{Notice, NotificationKind};

use crate::column::Sql;
pub use crate::database::Notifications;
use crate::dialect::on;
use crate::error::StoreError;
use crate::page::Page;
use crate::schema::notifications;

/// A notice as its reader sees it.
#[derive(Clone, Debug, Queryable)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application it is about.
    pub application: Option<ApplicationId>,
    /// The reassignment that caused it.
    pub reassignment: Option<ReassignmentId>,
    /// What it is about.
    pub kind: NotificationKind,
    /// The sentence to show.
    pub text: String,
    /// When it was posted.
    pub created_at: Instant,
    /// When it was read, if it was.
    pub read_at: Option<Instant>,
}

/// Whose notices, and of which organizations: somebody who was disabled or left does not read on.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The person.
    pub user: UserId,
    /// Only those of these organizations; of all when absent.
    pub organizations: Option<Vec<OrganizationId>>,
}

macro_rules! rows {
    ($reader:expr) => {{
        let mut query = notifications::table
            .filter(notifications::recipient_user_id.eq(Sql($reader.user)))
            .select((
                notifications::id,
                notifications::organization_id,
                notifications::application_id,
                notifications::reassignment_id,
                notifications::kind,
                notifications::text,
                notifications::created_at,
                notifications::read_at,
            ))
            .into_boxed();
        if let Some(organizations) = &$reader.organizations {
            let ids = organizations.iter().copied().map(Sql);
            query = query.filter(notifications::organization_id.eq_any(ids));
        }
        query
    }};
}

impl Notifications<'_, '_> {
    /// Posts notices.
    pub fn post(&mut self, notices: &[Notice]) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(notices.len());
        for notice in notices {
            let id: NotificationId = self.tx.new_id();
            rows.push((
                notifications::id.eq(Sql(id)),
                notifications::recipient_user_id.eq(Sql(notice.recipient)),
                notifications::organization_id.eq(Sql(notice.organization)),
                notifications::application_id.eq(Some(Sql(notice.application))),
                notifications::reassignment_id.eq(Some(Sql(notice.reassignment))),
                notifications::kind.eq(Sql(notice.kind)),
                notifications::text.eq(&notice.text),
                notifications::created_at.eq(Sql(self.tx.now)),
            ));
        }
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(notifications::table).values(&rows).execute(c)?
        });
        Ok(())
    }

    /// The reader's notices, newest first, after that place; only unread ones if so wanted.
    pub fn list(
        &mut self,
        reader: &Reader,
        unread_only: bool,
        after: Option<(Instant, NotificationId)>,
        limit: i64,
    ) -> Result<Page<Notification>, StoreError> {
        let mut query = rows!(reader);
        if unread_only {
            query = query.filter(notifications::read_at.is_null());
        }
        if let Some((created_at, id)) = after {
            query = query.filter(
                notifications::created_at
                    .lt(Sql(created_at))
                    .or(notifications::created_at.eq(Sql(created_at)).and(notifications::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((notifications::created_at.desc(), notifications::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// One of the reader's notices.
    pub fn find(&mut self, reader: &Reader, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        Ok(rows!(reader).filter(notifications::id.eq(Sql(id))).first(self.tx.connection).optional()?)
    }

    /// Marks a notice as read; returns whether this did it, or it was read before.
    pub fn mark_read(&mut self, id: NotificationId) -> Result<bool, StoreError> {
        let unread = notifications::table
            .filter(notifications::id.eq(Sql(id)))
            .filter(notifications::read_at.is_null());
        let updated = diesel::update(unread)
            .set(notifications::read_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }
}
