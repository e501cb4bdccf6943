//! Calendar feeds of due dates. Their secret URLs are stored only as hashes. A revoked feed stays
//! on record but is never read.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::inactivity::{IdleFacts, LastWarning};
use portal_domain::applications::withdrawal_calendar::InactiveApplication;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, CalendarFeedId, MedicaidIdId, OrganizationId, UserId};
use portal_domain::medicaid::calendar_feed::DueRevalidation;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};

use crate::column::Sql;
pub use crate::database::CalendarFeeds;
use crate::error::{StoreError, exactly};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{applications, calendar_feeds, group_links, medicaid_ids};

/// A calendar feed, without its secret.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = calendar_feeds)]
pub struct CalendarFeed {
    /// The id.
    pub id: CalendarFeedId,
    /// The organization whose dates it contains.
    #[diesel(column_name = organization_id)]
    pub organization: OrganizationId,
    /// The name.
    pub name: String,
    /// The user who created it.
    pub created_by: UserId,
    /// The name of the user who created it, at the time.
    pub created_by_name: String,
    /// When it was created.
    pub created_at: Instant,
    /// Incremented on every change of the row.
    pub version: i64,
}

/// A calendar feed to create.
#[derive(Clone, Copy, Debug)]
pub struct NewCalendarFeed<'a> {
    /// The id.
    pub id: CalendarFeedId,
    /// The organization whose dates it contains.
    pub organization: OrganizationId,
    /// The name.
    pub name: &'a str,
    /// The hash of the secret.
    pub token_hash: &'a [u8],
    /// The id and name of the user who creates it.
    pub created_by: (UserId, &'a str),
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = applications)]
struct InactiveRow {
    id: ApplicationId,
    #[diesel(column_name = application_number)]
    number: String,
    application_type: ApplicationType,
    status: ApplicationStatus,
    last_activity_at: Instant,
    warned_of_days: Option<i64>,
    warned_at: Option<Instant>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct DueRow {
    id: MedicaidIdId,
    medicaid_id: String,
    #[diesel(column_name = revalidation_due_on)]
    due_on: Option<NaiveDate>,
}

/// The feeds that are not revoked.
macro_rules! rows {
    () => {
        calendar_feeds::table.filter(calendar_feeds::revoked_at.is_null()).select(CalendarFeed::as_select())
    };
}

impl CalendarFeeds<'_, '_> {
    /// Creates a feed.
    pub fn insert(&mut self, new: &NewCalendarFeed<'_>) -> Result<(), StoreError> {
        diesel::insert_into(calendar_feeds::table)
            .values((
                calendar_feeds::id.eq(Sql(new.id)),
                calendar_feeds::organization_id.eq(Sql(new.organization)),
                calendar_feeds::name.eq(new.name),
                calendar_feeds::token_hash.eq(new.token_hash),
                calendar_feeds::created_by.eq(Sql(new.created_by.0)),
                calendar_feeds::created_by_name.eq(new.created_by.1),
                calendar_feeds::created_at.eq(Sql(self.tx.now)),
                calendar_feeds::version.eq(1),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// An organization's feeds, newest first, starting after `after`.
    pub fn list(
        &mut self,
        organization: OrganizationId,
        after: Option<(Instant, CalendarFeedId)>,
        limit: i64,
    ) -> Result<Page<CalendarFeed>, StoreError> {
        let mut query = rows!().filter(calendar_feeds::organization_id.eq(Sql(organization))).into_boxed();
        if let Some((created_at, id)) = after {
            query = query.filter(
                calendar_feeds::created_at
                    .lt(Sql(created_at))
                    .or(calendar_feeds::created_at.eq(Sql(created_at)).and(calendar_feeds::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((calendar_feeds::created_at.desc(), calendar_feeds::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The number of an organization's feeds, without revoked ones.
    pub fn count(&mut self, organization: OrganizationId) -> Result<i64, StoreError> {
        Ok(calendar_feeds::table
            .filter(calendar_feeds::organization_id.eq(Sql(organization)))
            .filter(calendar_feeds::revoked_at.is_null())
            .count()
            .get_result(self.tx.connection)?)
    }

    /// The organization's feed with this id, unless it is revoked.
    pub fn find(
        &mut self,
        organization: OrganizationId,
        id: CalendarFeedId,
    ) -> Result<Option<CalendarFeed>, StoreError> {
        Ok(rows!()
            .filter(calendar_feeds::organization_id.eq(Sql(organization)))
            .filter(calendar_feeds::id.eq(Sql(id)))
            .first(self.tx.connection)
            .optional()?)
    }

    /// The feed with this secret, unless it is revoked.
    pub fn live(&mut self, token_hash: &[u8]) -> Result<Option<CalendarFeed>, StoreError> {
        Ok(rows!().filter(calendar_feeds::token_hash.eq(token_hash)).first(self.tx.connection).optional()?)
    }

    /// Revokes a feed. Stale if its version has changed or it was already revoked.
    pub fn revoke(&mut self, id: CalendarFeedId, version: i64) -> Result<(), StoreError> {
        let as_seen = calendar_feeds::table
            .filter(calendar_feeds::id.eq(Sql(id)))
            .filter(calendar_feeds::version.eq(version))
            .filter(calendar_feeds::revoked_at.is_null());
        let updated = diesel::update(as_seen)
            .set((
                calendar_feeds::revoked_at.eq(Some(Sql(self.tx.now))),
                calendar_feeds::version.eq(version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "calendar")
    }

    /// An organization's applications that are subject to automatic withdrawal, the longest
    /// inactive first.
    pub fn inactive_applications(
        &mut self,
        organization: OrganizationId,
        limit: i64,
    ) -> Result<Vec<InactiveApplication>, StoreError> {
        let withdrawable =
            ApplicationStatus::ALL.iter().copied().filter(|status| status.is_auto_withdrawable()).map(Sql);
        let rows: Vec<InactiveRow> = applications::table
            .filter(applications::organization_id.eq(Sql(organization)))
            .filter(applications::status.eq_any(withdrawable))
            .order((applications::last_activity_at, applications::id))
            .limit(limit)
            .select(InactiveRow::as_select())
            .load(self.tx.connection)?;
        let withdrawable = rows.into_iter().map(|row| {
            let last_warning = LastWarning::of(row.warned_of_days, row.warned_at);
            let InactiveRow { id, number, application_type, status, last_activity_at, .. } = row;
            let facts = IdleFacts { status, last_activity_at, last_warning };
            InactiveApplication { id, number, application_type, facts }
        });
        Ok(withdrawable.collect())
    }

    /// The active Medicaid IDs with a known revalidation date that an organization owns, or that
    /// are linked to one of its groups on that date. Those due first come first.
    pub fn due_revalidations(
        &mut self,
        organization: OrganizationId,
        on: NaiveDate,
        limit: i64,
    ) -> Result<Vec<DueRevalidation>, StoreError> {
        let groups = diesel::alias!(medicaid_ids as groups);
        let linked = groups
            .inner_join(
                group_links::table.on(group_links::group_medicaid_id_id.eq(groups.field(medicaid_ids::id))),
            )
            .filter(groups.field(medicaid_ids::owning_organization_id).eq(Some(Sql(organization))))
            .filter(groups.field(medicaid_ids::category).eq(Sql(MedicaidIdCategory::Group)))
            .filter(group_links::effective_date.le(on))
            .filter(group_links::end_date.is_null().or(group_links::end_date.ge(Some(on))))
            .select(group_links::medicaid_id_id);
        let rows: Vec<DueRow> = medicaid_ids::table
            .filter(medicaid_ids::revalidation_due_on.is_not_null())
            .filter(medicaid_ids::status.eq(Sql(MedicaidIdStatus::Active)))
            .filter(
                medicaid_ids::owning_organization_id
                    .eq(Some(Sql(organization)))
                    .or(medicaid_ids::id.eq_any(linked)),
            )
            .order((medicaid_ids::revalidation_due_on, medicaid_ids::id))
            .limit(limit)
            .select(DueRow::as_select())
            .load(self.tx.connection)?;
        let due = rows.into_iter().filter_map(|DueRow { id, medicaid_id, due_on }| {
            Some(DueRevalidation { id, medicaid_id, due_on: due_on? })
        });
        Ok(due.collect())
    }
}
