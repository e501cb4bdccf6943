//! The history of applications. Entries are written together with the change they record, in
//! [`crate::applications::applications`].

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::id::{ApplicationId, HistoryEntryId, ReassignmentId};

use crate::column::Sql;
use crate::database::Applications;
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::application_history;

/// An entry of an application's history.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = application_history)]
pub struct HistoryEntry {
    /// The id.
    pub id: HistoryEntryId,
    /// When it happened.
    pub occurred_at: Instant,
    /// The actor's name at the time.
    pub actor_name: String,
    /// What happened.
    pub action: HistoryAction,
    /// The name of the previous agent, at the time.
    pub from_agent: Option<String>,
    /// The name of the new agent, at the time.
    pub to_agent: Option<String>,
    /// The reassignment that caused it.
    #[diesel(column_name = reassignment_id)]
    pub reassignment: Option<ReassignmentId>,
    /// The application's version afterwards.
    pub version_after: i64,
    /// Additional details, such as a reason or the screens saved.
    pub detail: Option<String>,
}

impl Applications<'_, '_> {
    /// An application's history, newest first, starting after the version `after`. Every entry has
    /// a distinct version, which orders even entries of the same instant.
    pub fn history(
        &mut self,
        id: ApplicationId,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Page<HistoryEntry>, StoreError> {
        let mut query = application_history::table
            .filter(application_history::application_id.eq(Sql(id)))
            .select(HistoryEntry::as_select())
            .into_boxed();
        if let Some(version) = after {
            query = query.filter(application_history::version_after.lt(version));
        }
        let rows = query
            .order(application_history::version_after.desc())
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }
}
