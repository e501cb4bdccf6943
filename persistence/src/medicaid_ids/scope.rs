//! The Medicaid IDs of an organization, as its people list them.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::agent_access::AgentAccessState;
use portal_domain::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};

use crate::column::Sql;
use crate::database::MedicaidIds;
use crate::error::StoreError;
use crate::page::Page;
use crate::schema::{agent_access, group_links, medicaid_ids};

/// A Medicaid ID in an organization's scope.
#[derive(Clone, Debug)]
pub struct MedicaidIdInScope {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The number.
    pub medicaid_id: String,
    /// What kind of provider it was issued to.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: String,
    /// Its status.
    pub status: MedicaidIdStatus,
    /// "Last, First", or a business name.
    pub name: String,
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// Whether it is the organization's own.
    pub is_own: bool,
    /// What was last said about the agents' access, if anything was.
    pub access: Option<AgentAccessState>,
}

#[derive(Queryable)]
struct Row {
    id: MedicaidIdId,
    medicaid_id: String,
    category: MedicaidIdCategory,
    provider_type: String,
    status: MedicaidIdStatus,
    name: String,
    revalidation_due_on: Option<NaiveDate>,
    owner: Option<OrganizationId>,
}

impl MedicaidIds<'_, '_> {
    /// Medicaid IDs in an organization's scope on that day, by number, after that one; only those that its agents may act on
    /// if so wanted. The condition is that of [`MedicaidIdTie::is_in_scope`].
    ///
    /// [`MedicaidIdTie::is_in_scope`]: portal_domain::agent_access::MedicaidIdTie::is_in_scope
    pub fn list_in_scope(
        &mut self,
        organization: OrganizationId,
        only_with_access: bool,
        today: NaiveDate,
        after: Option<String>,
        limit: i64,
    ) -> Result<Page<MedicaidIdInScope>, StoreError> {
        let groups: Vec<MedicaidIdId> = medicaid_ids::table
            .filter(medicaid_ids::owning_organization_id.eq(Some(Sql(organization))))
            .filter(medicaid_ids::category.eq(Sql(MedicaidIdCategory::Group)))
            .select(medicaid_ids::id)
            .load(self.tx.connection)?;
        let groups = || groups.iter().copied().map(Sql).collect::<Vec<_>>();
        let ever_linked = group_links::table
            .filter(group_links::group_medicaid_id_id.eq_any(groups()))
            .filter(group_links::effective_date.le(today))
            .select(group_links::medicaid_id_id);
        let linked_now = group_links::table
            .filter(group_links::group_medicaid_id_id.eq_any(groups()))
            .filter(group_links::effective_date.le(today))
            .filter(group_links::end_date.is_null().or(group_links::end_date.ge(Some(today))))
            .select(group_links::medicaid_id_id);
        let granted = agent_access::table
            .filter(agent_access::organization_id.eq(Sql(organization)))
            .filter(agent_access::state.eq(Sql(AgentAccessState::Granted)))
            .select(agent_access::medicaid_id_id);
        let own = medicaid_ids::owning_organization_id.eq(Some(Sql(organization)));
        let with_access = medicaid_ids::id.eq_any(ever_linked).and(medicaid_ids::id.eq_any(granted));
        let mut query = medicaid_ids::table
            .select((
                medicaid_ids::id,
                medicaid_ids::medicaid_id,
                medicaid_ids::category,
                medicaid_ids::provider_type,
                medicaid_ids::status,
                medicaid_ids::name,
                medicaid_ids::revalidation_due_on,
                medicaid_ids::owning_organization_id,
            ))
            .into_boxed();
        query = if only_with_access {
            query.filter(own.or(with_access))
        } else {
            query.filter(own.or(with_access).or(medicaid_ids::id.eq_any(linked_now)))
        };
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
