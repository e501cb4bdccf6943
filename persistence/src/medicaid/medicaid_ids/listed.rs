//! The lists of one Medicaid ID: its NPIs and its links.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::applications::screen::NpiEntry;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;

use crate::column::Sql;
use crate::database::MedicaidIds;
use crate::error::StoreError;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{group_links, medicaid_id_npis, medicaid_ids};

/// A link of a Medicaid ID that has not ended.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = group_links)]
pub struct ListedLink {
    /// The number at the other end.
    #[diesel(select_expression = medicaid_ids::medicaid_id)]
    pub medicaid_id: String,
    /// The name at the other end.
    #[diesel(select_expression = medicaid_ids::name)]
    pub name: String,
    /// The first day.
    pub effective_date: NaiveDate,
    /// The last day; `None` for an open end.
    pub end_date: Option<NaiveDate>,
}

impl MedicaidIds<'_, '_> {
    /// The NPIs of a Medicaid ID, the primary one first. A record without a list has the one that
    /// lists show.
    pub fn npis(&mut self, id: MedicaidIdId, shown: Option<&str>) -> Result<Vec<NpiEntry>, StoreError> {
        let rows: Vec<(String, bool)> = medicaid_id_npis::table
            .filter(medicaid_id_npis::medicaid_id_id.eq(Sql(id)))
            .order((medicaid_id_npis::is_primary.desc(), medicaid_id_npis::npi))
            .select((medicaid_id_npis::npi, medicaid_id_npis::is_primary))
            .load(self.tx.connection)?;
        if rows.is_empty() {
            return Ok(shown
                .map(|npi| NpiEntry { npi: npi.to_owned(), primary: true })
                .into_iter()
                .collect());
        }
        Ok(rows.into_iter().map(|(npi, primary)| NpiEntry { npi, primary }).collect())
    }

    /// The links of a Medicaid ID whose last day is not before `today`, by number and first day, at
    /// most `limit`. `groups_of` restricts an individual's links to the groups of an organization.
    pub fn links_not_ended(
        &mut self,
        (category, id): (MedicaidIdCategory, MedicaidIdId),
        groups_of: Option<OrganizationId>,
        today: NaiveDate,
        limit: i64,
    ) -> Result<Vec<ListedLink>, StoreError> {
        let not_ended = group_links::end_date.is_null().or(group_links::end_date.ge(Some(today)));
        let order = (medicaid_ids::medicaid_id, group_links::effective_date);
        Ok(match (category, groups_of) {
            (MedicaidIdCategory::Entity, _) => vec![],
            (MedicaidIdCategory::Group, _) => group_links::table
                .inner_join(medicaid_ids::table.on(medicaid_ids::id.eq(group_links::medicaid_id_id)))
                .filter(group_links::group_medicaid_id_id.eq(Sql(id)))
                .filter(not_ended)
                .order(order)
                .limit(limit)
                .select(ListedLink::as_select())
                .load(self.tx.connection)?,
            (MedicaidIdCategory::Individual, None) => group_links::table
                .inner_join(medicaid_ids::table.on(medicaid_ids::id.eq(group_links::group_medicaid_id_id)))
                .filter(group_links::medicaid_id_id.eq(Sql(id)))
                .filter(not_ended)
                .order(order)
                .limit(limit)
                .select(ListedLink::as_select())
                .load(self.tx.connection)?,
            (MedicaidIdCategory::Individual, Some(organization)) => group_links::table
                .inner_join(medicaid_ids::table.on(medicaid_ids::id.eq(group_links::group_medicaid_id_id)))
                .filter(group_links::medicaid_id_id.eq(Sql(id)))
                .filter(medicaid_ids::owning_organization_id.eq(Some(Sql(organization))))
                .filter(not_ended)
                .order(order)
                .limit(limit)
                .select(ListedLink::as_select())
                .load(self.tx.connection)?,
        })
    }
}
