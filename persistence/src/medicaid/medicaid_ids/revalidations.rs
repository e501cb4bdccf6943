//! Past-due and open revalidations.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::applications::starting::OpenRevalidation;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};

use crate::column::Sql;
use crate::connection::MultiBackend;
use crate::database::MedicaidIds;
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{agent_access, applications, group_links, medicaid_ids};

/// A Medicaid ID whose revalidation is past due.
#[derive(Clone, Debug)]
pub struct PastDueMedicaidId {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The number.
    pub medicaid_id: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: String,
    /// The status.
    pub status: MedicaidIdStatus,
    /// "Last, First", or a business name.
    pub name: String,
    /// When the revalidation was due.
    pub due_on: NaiveDate,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct PastDueRow {
    id: MedicaidIdId,
    medicaid_id: String,
    category: MedicaidIdCategory,
    provider_type: String,
    status: MedicaidIdStatus,
    name: String,
    #[diesel(column_name = revalidation_due_on)]
    due_on: Option<NaiveDate>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = applications)]
struct OpenRow {
    medicaid_id: Option<String>,
    #[diesel(column_name = id)]
    application: ApplicationId,
    application_number: String,
}

/// Medicaid IDs in an organization's scope on that day. `$only_with_access` restricts them to those
/// that its agents may act on, and `$groups` are the groups that the organization owns. It
/// implements [`portal_domain::medicaid::agent_access::MedicaidIdTie::is_in_scope`].
macro_rules! in_scope {
    ($organization:expr, $groups:expr, $only_with_access:expr, $today:expr) => {{
        let (organization, today) = ($organization, $today);
        let groups = || $groups.iter().copied().map(Sql).collect::<Vec<_>>();
        let linked_now = group_links::table
            .filter(group_links::group_medicaid_id_id.eq_any(groups()))
            .filter(group_links::effective_date.le(today))
            .filter(group_links::end_date.is_null().or(group_links::end_date.ge(Some(today))))
            .select(group_links::medicaid_id_id);
        let ever_linked = group_links::table
            .filter(group_links::group_medicaid_id_id.eq_any(groups()))
            .filter(group_links::effective_date.le(today))
            .select(group_links::medicaid_id_id);
        let granted = agent_access::table
            .filter(agent_access::organization_id.eq(Sql(organization)))
            .filter(agent_access::state.eq(Sql(AgentAccessState::Granted)))
            .select(agent_access::medicaid_id_id);
        let own = medicaid_ids::owning_organization_id.eq(Some(Sql(organization)));
        let with_access = medicaid_ids::id.eq_any(ever_linked).and(medicaid_ids::id.eq_any(granted));
        let query = medicaid_ids::table.into_boxed::<MultiBackend>();
        if $only_with_access {
            query.filter(own.or(with_access))
        } else {
            query.filter(own.or(with_access).or(medicaid_ids::id.eq_any(linked_now)))
        }
    }};
}

pub(super) use in_scope;

/// Of these, the Medicaid IDs whose revalidation was due before that day. Terminated ones are never
/// past due (domain rule R-076).
macro_rules! past_due {
    ($organization:expr, $groups:expr, $only_with_access:expr, $today:expr) => {
        in_scope!($organization, $groups, $only_with_access, $today)
            .filter(medicaid_ids::revalidation_due_on.lt(Some($today)))
            .filter(medicaid_ids::status.ne(Sql(MedicaidIdStatus::Terminated)))
    };
}

impl MedicaidIds<'_, '_> {
    /// The groups that an organization owns.
    pub(super) fn groups_of(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Vec<MedicaidIdId>, StoreError> {
        Ok(medicaid_ids::table
            .filter(medicaid_ids::owning_organization_id.eq(Some(Sql(organization))))
            .filter(medicaid_ids::category.eq(Sql(MedicaidIdCategory::Group)))
            .select(medicaid_ids::id)
            .load(self.tx.connection)?)
    }

    /// Medicaid IDs in an organization's scope whose revalidation was due before that day, the
    /// longest overdue first, starting after `after`. `only_with_access` restricts them to those
    /// that its agents may act on. Terminated ones are excluded.
    pub fn list_past_due(
        &mut self,
        organization: OrganizationId,
        only_with_access: bool,
        today: NaiveDate,
        after: Option<(NaiveDate, MedicaidIdId)>,
        limit: i64,
    ) -> Result<Page<PastDueMedicaidId>, StoreError> {
        let groups = self.groups_of(organization)?;
        let mut query =
            past_due!(organization, groups, only_with_access, today).select(PastDueRow::as_select());
        if let Some((due_on, id)) = after {
            query =
                query.filter(medicaid_ids::revalidation_due_on.gt(Some(due_on)).or(
                    medicaid_ids::revalidation_due_on.eq(Some(due_on)).and(medicaid_ids::id.gt(Sql(id))),
                ));
        }
        let rows: Vec<PastDueRow> = query
            .order((medicaid_ids::revalidation_due_on, medicaid_ids::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(|row| {
            Ok(PastDueMedicaidId {
                id: row.id,
                medicaid_id: row.medicaid_id,
                category: row.category,
                provider_type: row.provider_type,
                status: row.status,
                name: row.name,
                due_on: row.due_on.ok_or(StoreError::Stale("medicaid id"))?,
            })
        })
    }

    /// The number of Medicaid IDs that [`Self::list_past_due`] lists in all.
    pub fn count_past_due(
        &mut self,
        organization: OrganizationId,
        only_with_access: bool,
        today: NaiveDate,
    ) -> Result<i64, StoreError> {
        let groups = self.groups_of(organization)?;
        let query = past_due!(organization, groups, only_with_access, today);
        Ok(query.count().get_result(self.tx.connection)?)
    }

    /// The open revalidations of these Medicaid IDs: at most one each (domain rules ).
    pub fn open_revalidations(&mut self, numbers: &[&str]) -> Result<Vec<OpenRevalidation>, StoreError> {
        let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
        let rows: Vec<OpenRow> = applications::table
            .filter(applications::medicaid_id.eq_any(numbers))
            .filter(applications::application_type.eq(Sql(ApplicationType::Revalidation)))
            .filter(applications::status.eq_any(ApplicationStatus::OPEN.map(Sql)))
            .select(OpenRow::as_select())
            .load(self.tx.connection)?;
        Ok(rows
            .into_iter()
            .filter_map(|OpenRow { medicaid_id, application, application_number }| {
                Some(OpenRevalidation { medicaid_id: medicaid_id?, application, application_number })
            })
            .collect())
    }

    /// The open revalidation of this Medicaid ID, if there is one.
    pub fn open_revalidation(&mut self, number: &str) -> Result<Option<OpenRevalidation>, StoreError> {
        Ok(self.open_revalidations(&[number])?.into_iter().next())
    }
}
