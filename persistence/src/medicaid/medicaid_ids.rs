//! Medicaid IDs on file: the grid, NPIs, practice data, links of individuals to groups, and
//! revalidation dates.

mod changes;
mod links;
mod listed;
mod named;
mod practices;
mod revalidations;
mod scope;

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::applications::approval::Practice;
use portal_domain::applications::screen::{License, TaxonomyEntry};
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};
use portal_domain::medicaid::taxonomy::NpiLinks;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::column::Sql;
pub use crate::database::MedicaidIds;
use crate::dialect::{load_locked, on};
use crate::error::StoreError;
use crate::field_keys::Place;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{medicaid_id_npis, medicaid_ids};
pub use listed::ListedLink;
pub use practices::Practiced;
pub use revalidations::PastDueMedicaidId;
pub use scope::MedicaidIdInScope;

/// A Medicaid ID to store.
#[derive(Clone, Debug)]
pub struct NewMedicaidId {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The Medicaid ID number. Leading zeros are significant.
    pub medicaid_id: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The provider type's code, such as `64`.
    pub provider_type: String,
    /// The status.
    pub status: MedicaidIdStatus,
    /// "Last, First", or a business name.
    pub name: String,
    /// The provider's NPI, if the type has one.
    pub npi: Option<String>,
    /// The Social Security number of an individual.
    pub ssn: Option<Ssn>,
    /// The organization that owns it (category group or entity).
    pub owning_organization: Option<OrganizationId>,
    /// The first day it is in effect.
    pub effective_date: Option<NaiveDate>,
    /// Optional data of a Medicaid ID.
    pub details: MedicaidIdDetails,
}

/// Optional data of a Medicaid ID.
#[derive(Clone, Debug, Default)]
pub struct MedicaidIdDetails {
    /// NPIs in addition to the primary one, which the grid shows.
    pub further_npis: Vec<String>,
    /// The tax ID of a group or entity.
    pub fein: Option<TaxId>,
    /// The last day it is in effect. The status is not derived from it (ambiguity A-20).
    pub end_date: Option<NaiveDate>,
    /// The provider's email address.
    pub email: Option<String>,
    /// The provider's physical address.
    pub primary_physical_address: Option<PostalAddress>,
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
}

/// A Medicaid ID as stored. Confidential numbers are masked.
#[derive(Clone, Debug)]
pub struct MedicaidIdRecord {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The Medicaid ID number. Leading zeros are significant.
    pub medicaid_id: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The provider type's code, such as `64`.
    pub provider_type: String,
    /// The status.
    pub status: MedicaidIdStatus,
    /// "Last, First", or a business name.
    pub name: String,
    /// The provider's NPI, if there is one.
    pub npi: Option<String>,
    /// The Social Security number, masked.
    pub ssn_masked: Option<String>,
    /// The tax ID of a group or entity, masked.
    pub fein_masked: Option<String>,
    /// The organization that owns it.
    pub owning_organization: Option<OrganizationId>,
    /// The first day it is in effect.
    pub effective_date: Option<NaiveDate>,
    /// The last day it is in effect.
    pub end_date: Option<NaiveDate>,
    /// The provider's email address.
    pub email: Option<String>,
    /// The provider's physical address.
    pub primary_physical_address: Option<PostalAddress>,
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// The provider's telephone number.
    pub telephone: Option<String>,
    /// The provider's taxonomies; empty if unknown.
    pub taxonomies: Vec<TaxonomyEntry>,
    /// The provider's licenses; empty if unknown.
    pub licenses: Vec<License>,
    /// Incremented on every change of the row.
    pub version: i64,
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
    npi: Option<String>,
    ssn_sealed: Option<Vec<u8>>,
    fein_sealed: Option<Vec<u8>>,
    #[diesel(column_name = owning_organization_id)]
    owning_organization: Option<OrganizationId>,
    effective_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    email: Option<String>,
    primary_physical_address: Option<Value>,
    revalidation_due_on: Option<NaiveDate>,
    telephone: Option<String>,
    taxonomies: Option<Value>,
    licenses: Option<Value>,
    version: i64,
}

macro_rules! rows {
    () => {
        medicaid_ids::table.select(Row::as_select())
    };
}

pub(crate) const fn ssn_place(id: MedicaidIdId) -> Place {
    Place { table: "medicaid_ids", column: "ssn_sealed", row: id.uuid() }
}

pub(crate) const fn fein_place(id: MedicaidIdId) -> Place {
    Place { table: "medicaid_ids", column: "fein_sealed", row: id.uuid() }
}

fn as_json(value: &impl Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::Schema(error.to_string()))
}

fn from_json<T: DeserializeOwned>(
    column: &'static str,
    stored: Option<Value>,
) -> Result<Option<T>, StoreError> {
    // The stored value is personal data, so the error does not repeat it.
    stored.map(serde_json::from_value).transpose().map_err(|_error| StoreError::Inconsistent {
        table: "medicaid_ids",
        column,
        value: "something of another shape".into(),
    })
}

impl MedicaidIds<'_, '_> {
    /// Stores a Medicaid ID with its NPIs. The Social Security number and the tax ID are sealed.
    pub fn insert(&mut self, new: &NewMedicaidId) -> Result<(), StoreError> {
        self.insert_with(new, &Practice::default())
    }

    /// Like [`Self::insert`], with the provider's practice data.
    pub fn insert_with(&mut self, new: &NewMedicaidId, practice: &Practice) -> Result<(), StoreError> {
        let (keys, entropy, details) = (self.tx.field_keys, self.tx.entropy, &new.details);
        let ssn = new.ssn.as_ref().map(Ssn::expose_digits);
        let ssn_sealed = ssn.map(|digits| keys.seal(ssn_place(new.id), digits, entropy)).transpose()?;
        let ssn_index = ssn.map(|digits| keys.index("ssn", digits)).transpose()?;
        let fein = details.fein.as_ref().map(TaxId::expose_digits);
        let fein_sealed = fein.map(|digits| keys.seal(fein_place(new.id), digits, entropy)).transpose()?;
        let fein_index = fein.map(|digits| keys.index("tax_id", digits)).transpose()?;
        let address = details.primary_physical_address.as_ref().map(as_json).transpose()?;
        let taxonomies = practice.taxonomies.as_ref().map(as_json).transpose()?;
        let licenses = practice.licenses.as_ref().map(as_json).transpose()?;
        diesel::insert_into(medicaid_ids::table)
            .values((
                medicaid_ids::id.eq(Sql(new.id)),
                medicaid_ids::medicaid_id.eq(&new.medicaid_id),
                medicaid_ids::category.eq(Sql(new.category)),
                medicaid_ids::provider_type.eq(&new.provider_type),
                medicaid_ids::status.eq(Sql(new.status)),
                medicaid_ids::name.eq(&new.name),
                medicaid_ids::npi.eq(&new.npi),
                medicaid_ids::ssn_sealed.eq(ssn_sealed),
                medicaid_ids::ssn_index.eq(ssn_index),
                medicaid_ids::fein_sealed.eq(fein_sealed),
                medicaid_ids::fein_index.eq(fein_index),
                medicaid_ids::owning_organization_id.eq(new.owning_organization.map(Sql)),
                medicaid_ids::effective_date.eq(new.effective_date),
                medicaid_ids::end_date.eq(details.end_date),
                medicaid_ids::email.eq(&details.email),
                medicaid_ids::primary_physical_address.eq(address.map(Sql)),
                medicaid_ids::revalidation_due_on.eq(details.revalidation_due_on),
                medicaid_ids::telephone.eq(&practice.telephone),
                medicaid_ids::taxonomies.eq(taxonomies.map(Sql)),
                medicaid_ids::licenses.eq(licenses.map(Sql)),
                medicaid_ids::version.eq(1),
                medicaid_ids::created_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        let primary = new.npi.iter().map(|npi| (npi.clone(), true));
        let further = details.further_npis.iter().map(|npi| (npi.clone(), false));
        self.insert_npis(new.id, primary.chain(further))
    }

    fn insert_npis(
        &mut self,
        id: MedicaidIdId,
        npis: impl Iterator<Item = (String, bool)>,
    ) -> Result<(), StoreError> {
        let mut distinct: Vec<(String, bool)> = Vec::new();
        for (npi, primary) in npis {
            if !distinct.iter().any(|(known, _)| *known == npi) {
                distinct.push((npi, primary));
            }
        }
        let rows: Vec<_> = distinct
            .into_iter()
            .map(|(npi, primary)| {
                (
                    medicaid_id_npis::medicaid_id_id.eq(Sql(id)),
                    medicaid_id_npis::npi.eq(npi),
                    medicaid_id_npis::is_primary.eq(primary),
                )
            })
            .collect();
        if !rows.is_empty() {
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(medicaid_id_npis::table).values(&rows).insert_all(c)?
            });
        }
        Ok(())
    }

    fn shaped(&self, row: Row) -> Result<MedicaidIdRecord, StoreError> {
        let keys = self.tx.field_keys;
        let ssn = row.ssn_sealed.map(|sealed| keys.open(ssn_place(row.id), &sealed)).transpose()?;
        let fein = row.fein_sealed.map(|sealed| keys.open(fein_place(row.id), &sealed)).transpose()?;
        Ok(MedicaidIdRecord {
            id: row.id,
            medicaid_id: row.medicaid_id,
            category: row.category,
            provider_type: row.provider_type,
            status: row.status,
            name: row.name,
            npi: row.npi,
            ssn_masked: ssn.and_then(|digits| Ssn::parse(&digits).ok()).map(|ssn| ssn.masked()),
            fein_masked: fein.and_then(|digits| TaxId::stored(&digits).ok()).map(|fein| fein.masked()),
            owning_organization: row.owning_organization,
            effective_date: row.effective_date,
            end_date: row.end_date,
            email: row.email,
            primary_physical_address: from_json("primary_physical_address", row.primary_physical_address)?,
            revalidation_due_on: row.revalidation_due_on,
            telephone: row.telephone,
            taxonomies: from_json("taxonomies", row.taxonomies)?.unwrap_or_default(),
            licenses: from_json("licenses", row.licenses)?.unwrap_or_default(),
            version: row.version,
        })
    }

    /// The record with this id.
    pub fn find(&mut self, id: MedicaidIdId) -> Result<Option<MedicaidIdRecord>, StoreError> {
        let row: Option<Row> =
            rows!().filter(medicaid_ids::id.eq(Sql(id))).first(self.tx.connection).optional()?;
        row.map(|row| self.shaped(row)).transpose()
    }

    /// The record with this number.
    pub fn find_by_number(&mut self, medicaid_id: &str) -> Result<Option<MedicaidIdRecord>, StoreError> {
        let row: Option<Row> =
            rows!().filter(medicaid_ids::medicaid_id.eq(medicaid_id)).first(self.tx.connection).optional()?;
        row.map(|row| self.shaped(row)).transpose()
    }

    /// Locks a record against changes until the transaction ends, so that changes of agents' access
    /// to it run one after the other.
    pub fn lock(&mut self, id: MedicaidIdId) -> Result<(), StoreError> {
        let query = medicaid_ids::table.filter(medicaid_ids::id.eq(Sql(id))).select(medicaid_ids::id);
        let _locked: Vec<MedicaidIdId> = load_locked!(&mut *self.tx.connection, query)?;
        Ok(())
    }

    /// The numbers of Medicaid IDs, and of provider types among them, that an NPI is linked to
    /// (domain rule R-112).
    pub fn linked_to_npi(&mut self, npi: &str) -> Result<NpiLinks, StoreError> {
        let types: Vec<(String, i64)> = medicaid_id_npis::table
            .inner_join(medicaid_ids::table)
            .filter(medicaid_id_npis::npi.eq(npi))
            .group_by(medicaid_ids::provider_type)
            .select((medicaid_ids::provider_type, diesel::dsl::count_star()))
            .load(self.tx.connection)?;
        Ok(NpiLinks {
            medicaid_ids: types.iter().map(|(_, count)| count).sum(),
            provider_types: i64::try_from(types.len()).unwrap_or(i64::MAX),
        })
    }
}
