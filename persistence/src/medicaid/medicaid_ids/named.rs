//! The Medicaid IDs that a request names by their numbers, with an organization's tie to each.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::{AgentAccessState, LinkSpan, MedicaidIdTie};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;

use crate::column::Sql;
use crate::database::MedicaidIds;
use crate::error::StoreError;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{agent_access, group_links, medicaid_ids};

/// A Medicaid ID that a request names, and how it belongs to an organization.
#[derive(Clone, Debug)]
pub struct NamedMedicaidId {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The number.
    pub medicaid_id: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// "Last, First", or a business name.
    pub name: String,
    /// The organization that owns it.
    pub owner: Option<OrganizationId>,
    /// The organization's tie to it.
    pub tie: MedicaidIdTie,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct Row {
    id: MedicaidIdId,
    medicaid_id: String,
    category: MedicaidIdCategory,
    name: String,
    #[diesel(column_name = owning_organization_id)]
    owner: Option<OrganizationId>,
    #[diesel(select_expression = agent_access::state.nullable())]
    access: Option<AgentAccessState>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = group_links)]
struct LinkRow {
    #[diesel(column_name = medicaid_id_id)]
    individual: MedicaidIdId,
    #[diesel(select_expression = medicaid_ids::medicaid_id)]
    group: String,
    effective_date: NaiveDate,
    end_date: Option<NaiveDate>,
}

impl MedicaidIds<'_, '_> {
    /// The Medicaid IDs with these numbers, each with the organization's tie to it on that day.
    /// Unknown numbers are omitted.
    pub fn named(
        &mut self,
        organization: OrganizationId,
        numbers: &[&str],
        today: NaiveDate,
    ) -> Result<Vec<NamedMedicaidId>, StoreError> {
        if numbers.is_empty() {
            return Ok(vec![]);
        }
        let rows: Vec<Row> = medicaid_ids::table
            .left_join(
                agent_access::table.on(agent_access::medicaid_id_id
                    .eq(medicaid_ids::id)
                    .and(agent_access::organization_id.eq(Sql(organization)))),
            )
            .filter(medicaid_ids::medicaid_id.eq_any(numbers.iter().copied()))
            .select(Row::as_select())
            .load(self.tx.connection)?;
        let links: Vec<LinkRow> = group_links::table
            .inner_join(medicaid_ids::table.on(medicaid_ids::id.eq(group_links::group_medicaid_id_id)))
            .filter(group_links::medicaid_id_id.eq_any(rows.iter().map(|row| Sql(row.id))))
            .filter(medicaid_ids::owning_organization_id.eq(Some(Sql(organization))))
            .filter(medicaid_ids::category.eq(Sql(MedicaidIdCategory::Group)))
            .select(LinkRow::as_select())
            .load(self.tx.connection)?;
        let named = |row: Row| {
            let spans: Vec<LinkSpan> = links
                .iter()
                .filter(|link| link.individual == row.id)
                .map(|link| LinkSpan {
                    group_medicaid_id: link.group.clone(),
                    effective_date: link.effective_date,
                    end_date: link.end_date,
                })
                .collect();
            NamedMedicaidId {
                tie: MedicaidIdTie::of(row.owner == Some(organization), row.access, &spans, today),
                id: row.id,
                medicaid_id: row.medicaid_id,
                category: row.category,
                name: row.name,
                owner: row.owner,
            }
        };
        Ok(rows.into_iter().map(named).collect())
    }
}
