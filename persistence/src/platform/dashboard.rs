//! A user's dashboard: their open applications, and their current notifications.

use diesel::prelude::*;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::MembershipId;
use portal_domain::ground::notice::NotificationKind;

use crate::applications::applications::{Application, join_access, rows, with_access, without_access};
use crate::applications::notifications::{Notification, Reader};
use crate::column::Sql;
use crate::database::{Applications, Notifications};
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{applications, memberships, notifications, organizations, users};

/// Open applications, joined with the Medicaid ID data that the conditions need.
macro_rules! open_of {
    ($agents:expr) => {
        join_access!(applications::table)
            .filter(applications::assigned_to.eq_any($agents.iter().copied().map(Sql)))
            .filter(applications::status.eq_any(ApplicationStatus::OPEN.map(Sql)))
    };
}

impl Applications<'_, '_> {
    /// Open applications on which these members may work now, the longest inactive first.
    pub fn list_workable(
        &mut self,
        agents: &[MembershipId],
        limit: i64,
    ) -> Result<Page<Application>, StoreError> {
        let found = rows!()
            .filter(applications::assigned_to.eq_any(agents.iter().copied().map(Sql)))
            .filter(applications::status.eq_any(ApplicationStatus::OPEN.map(Sql)))
            .filter(with_access!())
            .order((applications::last_activity_at, applications::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(found, limit))
    }

    /// Open applications assigned to these members on which they may not work, because access to
    /// the Medicaid ID was never granted or was removed. The longest inactive come first.
    pub fn list_stranded(
        &mut self,
        agents: &[MembershipId],
        limit: i64,
    ) -> Result<Page<Application>, StoreError> {
        let found = rows!()
            .filter(applications::assigned_to.eq_any(agents.iter().copied().map(Sql)))
            .filter(applications::status.eq_any(ApplicationStatus::OPEN.map(Sql)))
            .filter(without_access!())
            .order((applications::last_activity_at, applications::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(found, limit))
    }

    /// The number of open applications on which these members may work, by status. Statuses without
    /// any are omitted.
    pub fn count_workable(
        &mut self,
        agents: &[MembershipId],
    ) -> Result<Vec<(ApplicationStatus, i64)>, StoreError> {
        Ok(open_of!(agents)
            .filter(with_access!())
            .group_by(applications::status)
            .select((applications::status, diesel::dsl::count_star()))
            .load(self.tx.connection)?)
    }

    /// The number of open applications assigned to these members on which they may not work.
    pub fn count_stranded(&mut self, agents: &[MembershipId]) -> Result<i64, StoreError> {
        Ok(open_of!(agents)
            .filter(without_access!())
            .select(diesel::dsl::count_star())
            .get_result(self.tx.connection)?)
    }
}

impl Notifications<'_, '_> {
    /// The reader's current notifications, newest first: unread ones, and warnings that are not
    /// resolved.
    pub fn current(&mut self, reader: &Reader, limit: i64) -> Result<Vec<Notification>, StoreError> {
        let unresolved = notifications::kind
            .eq(Sql(NotificationKind::AutoWithdrawalWarning))
            .and(notifications::resolved_at.is_null());
        Ok(crate::applications::notifications::rows!(reader)
            .filter(notifications::read_at.is_null().or(unresolved))
            .order((notifications::created_at.desc(), notifications::id.desc()))
            .limit(limit)
            .load(self.tx.connection)?)
    }

    /// The number of the reader's unread notifications.
    pub fn count_unread(&mut self, reader: &Reader) -> Result<i64, StoreError> {
        let unread =
            crate::applications::notifications::rows!(reader).filter(notifications::read_at.is_null());
        Ok(unread.count().get_result(self.tx.connection)?)
    }
}
