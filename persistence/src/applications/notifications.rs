//! In-app notifications. They are kept permanently: an application's notification history proves
//! who was notified of what, and when they first saw it.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::notification::Channel;
use portal_domain::ground::id::{ApplicationId, NotificationId, OrganizationId, ReassignmentId, UserId};
use portal_domain::ground::notice::{Notice, NotificationKind};

use crate::column::Sql;
pub use crate::database::Notifications;
use crate::dialect::{on, with_short_timeout};
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{applications, notifications};

/// A notification as shown to its reader.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notifications)]
pub struct Notification {
    /// The id.
    pub id: NotificationId,
    /// The organization it belongs to.
    #[diesel(column_name = organization_id)]
    pub organization: OrganizationId,
    /// The application it concerns.
    #[diesel(column_name = application_id)]
    pub application: Option<ApplicationId>,
    /// The reassignment that caused it, or that redirected it to this reader.
    #[diesel(column_name = reassignment_id)]
    pub reassignment: Option<ReassignmentId>,
    /// The kind.
    pub kind: NotificationKind,
    /// The message to show.
    pub text: String,
    /// When it was posted.
    pub created_at: Instant,
    /// When it was read; `None` while unread.
    pub read_at: Option<Instant>,
    /// The inactivity threshold it warns about, in days; `None` if it is not such a warning.
    pub threshold_days: Option<i64>,
    /// The channel.
    pub channel: Channel,
    /// When it was first shown to its reader; `None` before.
    pub first_seen_at: Option<Instant>,
    /// When it was resolved; `None` before. A warning is resolved by activity or by the withdrawal
    /// it warned about.
    pub resolved_at: Option<Instant>,
}

/// An entry in an application's notification history.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notifications)]
pub struct NotificationHistoryEntry {
    /// The id.
    pub id: NotificationId,
    /// The recipient's name at the time.
    pub recipient_name: String,
    /// The channel.
    pub channel: Channel,
    /// The kind.
    pub kind: NotificationKind,
    /// The inactivity threshold it warns about, in days; `None` if it is not such a warning.
    pub threshold_days: Option<i64>,
    /// The message shown.
    pub text: String,
    /// The reassignment that caused it, or that redirected it to this reader.
    #[diesel(column_name = reassignment_id)]
    pub reassignment: Option<ReassignmentId>,
    /// When it was posted.
    pub created_at: Instant,
    /// When it was first shown to its reader; `None` before.
    pub first_seen_at: Option<Instant>,
    /// When it was read; `None` while unread.
    pub read_at: Option<Instant>,
    /// When it was resolved; `None` before.
    pub resolved_at: Option<Instant>,
}

/// A filter for the reader's notifications; all of them by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Only {
    /// Only unread notifications.
    pub unread: bool,
    /// Only unresolved notifications.
    pub unresolved: bool,
}

/// The reader of notifications, and the organizations they may read them for. A member who was
/// disabled or left can no longer read them.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The user.
    pub user: UserId,
    /// Only notifications of these organizations; of all organizations if `None`.
    pub organizations: Option<Vec<OrganizationId>>,
}

macro_rules! rows {
    ($reader:expr) => {{
        let mut query = notifications::table
            .filter(notifications::recipient_user_id.eq(Sql($reader.user)))
            .select(Notification::as_select())
            .into_boxed();
        if let Some(organizations) = &$reader.organizations {
            let ids = organizations.iter().copied().map(Sql);
            query = query.filter(notifications::organization_id.eq_any(ids));
        }
        query
    }};
}
pub(crate) use rows;

/// The unresolved inactivity warnings about these applications.
macro_rules! open_warnings {
    ($applications:expr) => {
        notifications::table
            .filter(notifications::application_id.eq_any($applications.iter().map(|id| Some(Sql(*id)))))
            .filter(notifications::kind.eq(Sql(NotificationKind::AutoWithdrawalWarning)))
            .filter(notifications::resolved_at.is_null())
    };
}

impl Notifications<'_, '_> {
    /// Posts notices. A notice whose key was posted before is skipped.
    pub fn post(&mut self, notices: &[Notice]) -> Result<(), StoreError> {
        if notices.is_empty() {
            return Ok(());
        }
        let mut rows = Vec::with_capacity(notices.len());
        for notice in notices {
            let id: NotificationId = self.tx.new_id();
            rows.push((
                notifications::id.eq(Sql(id)),
                notifications::recipient_user_id.eq(Sql(notice.recipient)),
                notifications::recipient_name.eq(&notice.recipient_name),
                notifications::channel.eq(Sql(Channel::Dashboard)),
                notifications::threshold_days.eq(notice.threshold_days.map(i64::from)),
                notifications::dedupe_key.eq(notice.dedupe_key.as_deref()),
                notifications::organization_id.eq(Sql(notice.organization)),
                notifications::application_id.eq(Some(Sql(notice.application))),
                notifications::reassignment_id.eq(notice.reassignment.map(Sql)),
                notifications::kind.eq(Sql(notice.kind)),
                notifications::text.eq(&notice.text),
                notifications::created_at.eq(Sql(self.tx.now)),
            ));
        }
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(notifications::table).values(&rows).on_conflict_do_nothing().insert_all(c)?
        });
        Ok(())
    }

    /// The reader's notifications, newest first, starting after `after`.
    pub fn list(
        &mut self,
        reader: &Reader,
        only: Only,
        after: Option<(Instant, NotificationId)>,
        limit: i64,
    ) -> Result<Page<Notification>, StoreError> {
        let mut query = rows!(reader);
        if only.unread {
            query = query.filter(notifications::read_at.is_null());
        }
        if only.unresolved {
            query = query.filter(notifications::resolved_at.is_null());
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

    /// The reader's notification with this id.
    pub fn find(&mut self, reader: &Reader, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        Ok(rows!(reader).filter(notifications::id.eq(Sql(id))).first(self.tx.connection).optional()?)
    }

    /// Marks a notification as read, and thereby as seen. Returns `false` if it was already read.
    pub fn mark_read(&mut self, id: NotificationId) -> Result<bool, StoreError> {
        let unread = notifications::table
            .filter(notifications::id.eq(Sql(id)))
            .filter(notifications::read_at.is_null());
        let updated = diesel::update(unread)
            .set(notifications::read_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        let unseen = notifications::table
            .filter(notifications::id.eq(Sql(id)))
            .filter(notifications::first_seen_at.is_null());
        diesel::update(unseen)
            .set(notifications::first_seen_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Records that notifications are shown to their reader for the first time. Runs with a short
    /// timeout.
    pub fn note_seen(&mut self, ids: &[NotificationId]) -> Result<(), StoreError> {
        let now = self.tx.now;
        with_short_timeout(self.tx.connection, |connection| {
            let unseen = notifications::table
                .filter(notifications::id.eq_any(ids.iter().copied().map(Sql)))
                .filter(notifications::first_seen_at.is_null());
            diesel::update(unseen).set(notifications::first_seen_at.eq(Some(Sql(now)))).execute(connection)
        })?;
        Ok(())
    }

    /// The notification history of an application, newest first, starting after `after`.
    pub fn notification_history(
        &mut self,
        application: ApplicationId,
        after: Option<(Instant, NotificationId)>,
        limit: i64,
    ) -> Result<Page<NotificationHistoryEntry>, StoreError> {
        let mut query = notifications::table
            .filter(notifications::application_id.eq(Some(Sql(application))))
            .select(NotificationHistoryEntry::as_select())
            .into_boxed();
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

    /// The warnings about the current inactivity of these applications: the application and the
    /// threshold in days.
    pub fn warnings_since_activity(
        &mut self,
        applications: &[ApplicationId],
    ) -> Result<Vec<(ApplicationId, u32)>, StoreError> {
        let rows: Vec<(Option<ApplicationId>, Option<i64>)> = notifications::table
            .inner_join(applications::table)
            .filter(notifications::application_id.eq_any(applications.iter().map(|id| Some(Sql(*id)))))
            .filter(notifications::kind.eq(Sql(NotificationKind::AutoWithdrawalWarning)))
            .filter(notifications::created_at.gt(applications::last_activity_at))
            .select((notifications::application_id, notifications::threshold_days))
            .distinct()
            .load(self.tx.connection)?;
        Ok(rows.into_iter().filter_map(|(id, days)| Some((id?, u32::try_from(days?).ok()?))).collect())
    }

    /// Resolves the warnings about these applications: the withdrawal has happened, or someone
    /// worked on them.
    pub fn resolve_warnings(&mut self, applications: &[ApplicationId]) -> Result<(), StoreError> {
        diesel::update(open_warnings!(applications))
            .set(notifications::resolved_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        Ok(())
    }
}
