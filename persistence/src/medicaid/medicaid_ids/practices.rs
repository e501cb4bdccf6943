//! The taxonomies and licenses of many Medicaid IDs.

use diesel::prelude::*;
use portal_domain::applications::screen::{License, TaxonomyEntry};
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::column::Sql;
use crate::connection::MultiBackend;
use crate::database::MedicaidIds;
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{group_links, medicaid_ids};

/// The taxonomies and licenses of a Medicaid ID.
#[derive(Clone, Debug)]
pub struct Practiced {
    /// The number.
    pub medicaid_id: String,
    /// The taxonomies; empty if unknown.
    pub taxonomies: Vec<TaxonomyEntry>,
    /// The licenses; empty if unknown.
    pub licenses: Vec<License>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct Row {
    medicaid_id: String,
    taxonomies: Option<Value>,
    licenses: Option<Value>,
}

fn entries<T: DeserializeOwned>(column: &'static str, stored: Option<Value>) -> Result<Vec<T>, StoreError> {
    // The stored value is personal data, so the error does not repeat it.
    let read = stored.map(serde_json::from_value).transpose().map_err(|_error| StoreError::Inconsistent {
        table: "medicaid_ids",
        column,
        value: "something of another shape".into(),
    })?;
    Ok(read.unwrap_or_default())
}

impl MedicaidIds<'_, '_> {
    /// The taxonomies and licenses of the Medicaid IDs that have any, by number, starting after
    /// `after`. `organization` restricts them to those it owns and the individuals linked to its
    /// groups without a known end.
    pub fn list_practices(
        &mut self,
        organization: Option<OrganizationId>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Page<Practiced>, StoreError> {
        let mut query = medicaid_ids::table
            .into_boxed::<MultiBackend>()
            .filter(medicaid_ids::taxonomies.is_not_null().or(medicaid_ids::licenses.is_not_null()))
            .select(Row::as_select());
        if let Some(organization) = organization {
            let groups: Vec<MedicaidIdId> = medicaid_ids::table
                .filter(medicaid_ids::owning_organization_id.eq(Some(Sql(organization))))
                .filter(medicaid_ids::category.eq(Sql(MedicaidIdCategory::Group)))
                .select(medicaid_ids::id)
                .load(self.tx.connection)?;
            let linked = group_links::table
                .filter(group_links::group_medicaid_id_id.eq_any(groups.into_iter().map(Sql)))
                .filter(group_links::end_date.is_null())
                .select(group_links::medicaid_id_id);
            let own = medicaid_ids::owning_organization_id.eq(Some(Sql(organization)));
            query = query.filter(own.or(medicaid_ids::id.eq_any(linked)));
        }
        if let Some(number) = after {
            query = query.filter(medicaid_ids::medicaid_id.gt(number));
        }
        let rows: Vec<Row> =
            query.order(medicaid_ids::medicaid_id).limit(limit + 1).load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(|row| {
            Ok(Practiced {
                medicaid_id: row.medicaid_id,
                taxonomies: entries("taxonomies", row.taxonomies)?,
                licenses: entries("licenses", row.licenses)?,
            })
        })
    }
}
