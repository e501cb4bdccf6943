//! The Medicaid IDs in an organization's scope, as its members list them.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};

use super::revalidations::in_scope;
use crate::column::Sql;
use crate::connection::MultiBackend;
use crate::database::MedicaidIds;
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{agent_access, group_links, medicaid_ids};

/// A Medicaid ID in an organization's scope.
#[derive(Clone, Debug)]
pub struct MedicaidIdInScope {
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
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// Whether the organization owns it.
    pub is_own: bool,
    /// The agents' access as last set; `None` if it never was.
    pub access: Option<AgentAccessState>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct Row {
    id: MedicaidIdId,
    medicaid_id: String,
    category: MedicaidIdCategory,
    provider_type: String,
    status: MedicaidIdStatus,
    name: String,
    revalidation_due_on: Option<NaiveDate>,
    #[diesel(column_name = owning_organization_id)]
    owner: Option<OrganizationId>,
}

impl MedicaidIds<'_, '_> {
    /// Medicaid IDs in an organization's scope on that day, ordered by number, starting after
    /// `after`. `only_with_access` restricts them to those that its agents may act on.
    pub fn list_in_scope(
        &mut self,
        organization: OrganizationId,
        only_with_access: bool,
        today: NaiveDate,
        after: Option<String>,
        limit: i64,
    ) -> Result<Page<MedicaidIdInScope>, StoreError> {
        let groups = self.groups_of(organization)?;
        let mut query = in_scope!(organization, groups, only_with_access, today).select(Row::as_select());
        if let Some(number) = after {
            query = query.filter(medicaid_ids::medicaid_id.gt(number));
        }
        let rows: Vec<Row> =
            query.order(medicaid_ids::medicaid_id).limit(limit + 1).load(self.tx.connection)?;
        let Page { items, has_more } = Page::from_rows(rows, limit);
        let states: Vec<(MedicaidIdId, AgentAccessState)> = agent_access::table
            .filter(agent_access::organization_id.eq(Sql(organization)))
            .filter(agent_access::medicaid_id_id.eq_any(items.iter().map(|row| Sql(row.id))))
            .select((agent_access::medicaid_id_id, agent_access::state))
            .load(self.tx.connection)?;
        let in_scope = |row: Row| MedicaidIdInScope {
            access: states.iter().find(|(id, _)| *id == row.id).map(|(_, state)| *state),
            is_own: row.owner == Some(organization),
            id: row.id,
            medicaid_id: row.medicaid_id,
            category: row.category,
            provider_type: row.provider_type,
            status: row.status,
            name: row.name,
            revalidation_due_on: row.revalidation_due_on,
        };
        Ok(Page { items: items.into_iter().map(in_scope).collect(), has_more })
    }
}
