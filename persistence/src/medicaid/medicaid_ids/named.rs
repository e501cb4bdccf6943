//! The Medicaid IDs that a request names by their numbers, with an organization's tie to each.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::{AgentAccessState, MedicaidIdTie, NamedMedicaidId};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;

use super::links::between;
use crate::column::Sql;
use crate::database::MedicaidIds;
use crate::error::StoreError;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{agent_access, medicaid_ids};

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
        let ids: Vec<MedicaidIdId> = rows.iter().map(|row| row.id).collect();
        let spans = self.spans(&[organization], &ids)?;
        let named = |row: Row| {
            let links = between(&spans, row.id, organization);
            NamedMedicaidId {
                tie: MedicaidIdTie::of(row.owner == Some(organization), row.access, &links, today),
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
