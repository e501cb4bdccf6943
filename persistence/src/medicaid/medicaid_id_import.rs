//! Import and export of Medicaid IDs: lookups and inserts of many Medicaid IDs at a time.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::medicaid::agent_access::LinkSpan;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};
use portal_domain::medicaid::medicaid_id_import::{
    ImportedMedicaidId, MedicaidIdCorrection, StoredMedicaidId,
};
use serde_json::Value;

use crate::column::Sql;
use crate::database::MedicaidIds;
use crate::dialect::{ROWS, on};
use crate::error::{StoreError, exactly};
use crate::medicaid::medicaid_ids::{fein_place, ssn_place};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{group_links, medicaid_id_npis, medicaid_ids};

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct Row {
    id: MedicaidIdId,
    medicaid_id: String,
    category: MedicaidIdCategory,
    provider_type: String,
    status: MedicaidIdStatus,
    name: String,
    npi: Option<String>,
    ssn_sealed: Option<Vec<u8>>,
    fein_sealed: Option<Vec<u8>>,
    #[diesel(column_name = owning_organization_id)]
    owning_organization: Option<OrganizationId>,
    effective_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    email: Option<String>,
    #[diesel(column_name = primary_physical_address)]
    address: Option<Value>,
    revalidation_due_on: Option<NaiveDate>,
    version: i64,
}

macro_rules! listed {
    () => {
        medicaid_ids::table.select(Row::as_select())
    };
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = group_links)]
struct LinkRow {
    #[diesel(column_name = medicaid_id_id)]
    individual: MedicaidIdId,
    #[diesel(select_expression = medicaid_ids::medicaid_id)]
    group_medicaid_id: String,
    effective_date: NaiveDate,
    end_date: Option<NaiveDate>,
}

/// A link to create: the individual, the group, and the first day.
pub type NewGroupLink = (MedicaidIdId, MedicaidIdId, NaiveDate);

fn as_json(address: Option<&PostalAddress>) -> Result<Option<Sql<Value>>, StoreError> {
    let value = address.map(serde_json::to_value).transpose();
    Ok(value.map_err(|error| StoreError::Schema(error.to_string()))?.map(Sql))
}

impl MedicaidIds<'_, '_> {
    /// The Medicaid IDs with these numbers. Unknown numbers are omitted.
    pub fn listed_by_number(&mut self, numbers: &[&str]) -> Result<Vec<StoredMedicaidId>, StoreError> {
        let mut found = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(ROWS) {
            let rows: Vec<Row> = listed!()
                .filter(medicaid_ids::medicaid_id.eq_any(some.iter().copied()))
                .load(self.tx.connection)?;
            found.extend(self.listed(rows)?);
        }
        Ok(found)
    }

    /// Medicaid IDs ordered by number, starting after `after`. `organization` restricts them to
    /// those it owns and the individuals linked to its groups without a known end.
    pub fn list_by_number(
        &mut self,
        organization: Option<OrganizationId>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Page<StoredMedicaidId>, StoreError> {
        let mut query = listed!().into_boxed();
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
        let Page { items, has_more } = Page::from_rows(rows, limit);
        Ok(Page { items: self.listed(items)?, has_more })
    }

    /// Unseals the rows' numbers and adds their links.
    fn listed(&mut self, rows: Vec<Row>) -> Result<Vec<StoredMedicaidId>, StoreError> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut links = self.links_of(&ids)?;
        let keys = self.tx.field_keys;
        rows.into_iter()
            .map(|row| {
                let ssn = row.ssn_sealed.map(|sealed| keys.open(ssn_place(row.id), &sealed)).transpose()?;
                let fein =
                    row.fein_sealed.map(|sealed| keys.open(fein_place(row.id), &sealed)).transpose()?;
                let address = row.address.map(serde_json::from_value).transpose();
                Ok(StoredMedicaidId {
                    id: row.id,
                    medicaid_id: row.medicaid_id,
                    category: row.category,
                    provider_type: row.provider_type,
                    status: row.status,
                    name: row.name,
                    npi: row.npi,
                    ssn: ssn.and_then(|digits| Ssn::parse(&digits).ok()),
                    fein: fein.and_then(|digits| TaxId::stored(&digits).ok()),
                    owning_organization: row.owning_organization,
                    effective_date: row.effective_date,
                    end_date: row.end_date,
                    email: row.email,
                    address: address.map_err(|_error| StoreError::Inconsistent {
                        table: "medicaid_ids",
                        column: "primary_physical_address",
                        value: "something else than an address".into(),
                    })?,
                    revalidation_due_on: row.revalidation_due_on,
                    version: row.version,
                    links: links.remove(&row.id).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The current and past links of these individuals to groups, ordered by group number.
    fn links_of(
        &mut self,
        ids: &[MedicaidIdId],
    ) -> Result<BTreeMap<MedicaidIdId, Vec<LinkSpan>>, StoreError> {
        let mut found: BTreeMap<_, Vec<LinkSpan>> = BTreeMap::new();
        for some in ids.chunks(ROWS) {
            let rows: Vec<LinkRow> = group_links::table
                .inner_join(medicaid_ids::table.on(medicaid_ids::id.eq(group_links::group_medicaid_id_id)))
                .filter(group_links::medicaid_id_id.eq_any(some.iter().copied().map(Sql)))
                .order((medicaid_ids::medicaid_id, group_links::effective_date))
                .select(LinkRow::as_select())
                .load(self.tx.connection)?;
            for LinkRow { individual, group_medicaid_id, effective_date, end_date } in rows {
                let link = LinkSpan { group_medicaid_id, effective_date, end_date };
                found.entry(individual).or_default().push(link);
            }
        }
        Ok(found)
    }

    /// Stores imported Medicaid IDs with their primary NPIs, and returns the ids of the records by
    /// number. Social Security numbers and tax IDs are sealed.
    pub fn insert_all(
        &mut self,
        new: &[ImportedMedicaidId],
    ) -> Result<BTreeMap<String, MedicaidIdId>, StoreError> {
        let mut ids = BTreeMap::new();
        for some in new.chunks(ROWS) {
            let some: Vec<(MedicaidIdId, &ImportedMedicaidId)> =
                some.iter().map(|new| (self.tx.new_id(), new)).collect();
            let (keys, entropy) = (self.tx.field_keys, self.tx.entropy);
            let mut rows = Vec::with_capacity(some.len());
            for (id, new) in &some {
                let ssn = new.ssn.as_ref().map(Ssn::expose_digits);
                let fein = new.fein.as_ref().map(TaxId::expose_digits);
                rows.push((
                    medicaid_ids::id.eq(Sql(*id)),
                    medicaid_ids::medicaid_id.eq(&new.medicaid_id),
                    medicaid_ids::category.eq(Sql(new.category)),
                    medicaid_ids::provider_type.eq(&new.provider_type),
                    medicaid_ids::status.eq(Sql(new.status)),
                    medicaid_ids::name.eq(&new.name),
                    medicaid_ids::npi.eq(new.npi.as_deref()),
                    medicaid_ids::ssn_sealed
                        .eq(ssn.map(|digits| keys.seal(ssn_place(*id), digits, entropy)).transpose()?),
                    medicaid_ids::ssn_index.eq(ssn.map(|digits| keys.index("ssn", digits)).transpose()?),
                    medicaid_ids::fein_sealed
                        .eq(fein.map(|digits| keys.seal(fein_place(*id), digits, entropy)).transpose()?),
                    medicaid_ids::fein_index
                        .eq(fein.map(|digits| keys.index("tax_id", digits)).transpose()?),
                    medicaid_ids::owning_organization_id.eq(new.owning_organization.map(Sql)),
                    medicaid_ids::effective_date.eq(new.effective_date),
                    medicaid_ids::end_date.eq(new.end_date),
                    medicaid_ids::email.eq(new.email.as_deref()),
                    medicaid_ids::primary_physical_address.eq(as_json(new.address.as_ref())?),
                    medicaid_ids::revalidation_due_on.eq(new.revalidation_due_on),
                    medicaid_ids::version.eq(1),
                    medicaid_ids::created_at.eq(Sql(self.tx.now)),
                ));
            }
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(medicaid_ids::table).values(&rows).insert_all(c)?
            });
            let npis: Vec<_> = some
                .iter()
                .filter_map(|(id, new)| {
                    Some((
                        medicaid_id_npis::medicaid_id_id.eq(Sql(*id)),
                        medicaid_id_npis::npi.eq(new.npi.as_deref()?),
                        medicaid_id_npis::is_primary.eq(true),
                    ))
                })
                .collect();
            if !npis.is_empty() {
                on!(&mut *self.tx.connection, c => {
                    diesel::insert_into(medicaid_id_npis::table).values(&npis).insert_all(c)?
                });
            }
            ids.extend(some.iter().map(|(id, new)| (new.medicaid_id.clone(), *id)));
        }
        Ok(ids)
    }

    /// Corrects a stored Medicaid ID. Stale if it has changed.
    pub fn correct(&mut self, correction: &MedicaidIdCorrection) -> Result<(), StoreError> {
        let (keys, entropy, id) = (self.tx.field_keys, self.tx.entropy, correction.id);
        let ssn = correction.ssn.as_ref().map(Ssn::expose_digits);
        let fein = correction.fein.as_ref().map(TaxId::expose_digits);
        let ssn_sealed = ssn.map(|digits| keys.seal(ssn_place(id), digits, entropy)).transpose()?;
        let ssn_index = ssn.map(|digits| keys.index("ssn", digits)).transpose()?;
        let fein_sealed = fein.map(|digits| keys.seal(fein_place(id), digits, entropy)).transpose()?;
        let fein_index = fein.map(|digits| keys.index("tax_id", digits)).transpose()?;
        let as_seen = medicaid_ids::table
            .filter(medicaid_ids::id.eq(Sql(id)))
            .filter(medicaid_ids::version.eq(correction.version));
        let updated = diesel::update(as_seen)
            .set((
                medicaid_ids::name.eq(&correction.name),
                medicaid_ids::status.eq(Sql(correction.status)),
                medicaid_ids::npi.eq(correction.npi.as_deref()),
                ssn_sealed.map(|sealed| medicaid_ids::ssn_sealed.eq(Some(sealed))),
                ssn_index.map(|index| medicaid_ids::ssn_index.eq(Some(index))),
                fein_sealed.map(|sealed| medicaid_ids::fein_sealed.eq(Some(sealed))),
                fein_index.map(|index| medicaid_ids::fein_index.eq(Some(index))),
                medicaid_ids::owning_organization_id.eq(correction.owning_organization.map(Sql)),
                medicaid_ids::effective_date.eq(correction.effective_date),
                medicaid_ids::end_date.eq(correction.end_date),
                medicaid_ids::email.eq(correction.email.as_deref()),
                medicaid_ids::primary_physical_address.eq(as_json(correction.address.as_ref())?),
                medicaid_ids::revalidation_due_on.eq(correction.revalidation_due_on),
                medicaid_ids::version.eq(correction.version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "medicaid id")?;
        if correction.npi_changes { self.replace_primary_npi(id, correction.npi.as_deref()) } else { Ok(()) }
    }

    /// Replaces the primary NPI, which the grid shows. Other NPIs stay.
    fn replace_primary_npi(&mut self, id: MedicaidIdId, npi: Option<&str>) -> Result<(), StoreError> {
        let of_record = medicaid_id_npis::table.filter(medicaid_id_npis::medicaid_id_id.eq(Sql(id)));
        diesel::delete(of_record.filter(medicaid_id_npis::is_primary.eq(true)))
            .execute(self.tx.connection)?;
        let Some(npi) = npi else { return Ok(()) };
        // It may already be stored as an additional NPI.
        diesel::delete(
            medicaid_id_npis::table
                .filter(medicaid_id_npis::medicaid_id_id.eq(Sql(id)))
                .filter(medicaid_id_npis::npi.eq(npi)),
        )
        .execute(self.tx.connection)?;
        diesel::insert_into(medicaid_id_npis::table)
            .values((
                medicaid_id_npis::medicaid_id_id.eq(Sql(id)),
                medicaid_id_npis::npi.eq(npi),
                medicaid_id_npis::is_primary.eq(true),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Links individuals to groups.
    pub fn link_all(&mut self, links: &[NewGroupLink]) -> Result<(), StoreError> {
        for some in links.chunks(ROWS) {
            let rows: Vec<_> = some
                .iter()
                .map(|(individual, group, effective_date)| {
                    (
                        group_links::medicaid_id_id.eq(Sql(*individual)),
                        group_links::group_medicaid_id_id.eq(Sql(*group)),
                        group_links::effective_date.eq(*effective_date),
                    )
                })
                .collect();
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(group_links::table).values(&rows).insert_all(c)?
            });
        }
        Ok(())
    }
}
