//! Medicaid IDs on file.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::tax_identifier::Ssn;

use crate::column::Sql;
pub use crate::database::MedicaidIds;
use crate::error::{StoreError, exactly};
use crate::field_keys::Place;
use crate::schema::medicaid_ids;

/// A Medicaid ID to be put on file.
#[derive(Clone, Debug)]
pub struct NewMedicaidId {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The number; a leading zero matters.
    pub medicaid_id: String,
    /// What kind of provider it was issued to.
    pub category: MedicaidIdCategory,
    /// The provider type's code, such as `64`.
    pub provider_type: String,
    /// Its status.
    pub status: MedicaidIdStatus,
    /// "Last, First", or a business name.
    pub name: String,
    /// The provider's NPI, if the type has one.
    pub npi: Option<String>,
    /// The Social Security number of an individual.
    pub ssn: Option<Ssn>,
    /// The organization whose own it is (category group or entity).
    pub owning_organization: Option<OrganizationId>,
    /// From when it is in effect.
    pub effective_date: Option<NaiveDate>,
}

impl MedicaidIds<'_, '_> {
    /// Puts a Medicaid ID on file; the Social Security number is sealed.
    pub fn insert(&mut self, new: &NewMedicaidId) -> Result<(), StoreError> {
        let keys = self.tx.field_keys;
        let place = Place { table: "medicaid_ids", column: "ssn_sealed", row: new.id.uuid() };
        let sealed =
            new.ssn.as_ref().map(|ssn| keys.seal(place, ssn.expose_digits(), self.tx.entropy)).transpose()?;
        let index = new.ssn.as_ref().map(|ssn| keys.index("ssn", ssn.expose_digits())).transpose()?;
        diesel::insert_into(medicaid_ids::table)
            .values((
                medicaid_ids::id.eq(Sql(new.id)),
                medicaid_ids::medicaid_id.eq(&new.medicaid_id),
                medicaid_ids::category.eq(Sql(new.category)),
                medicaid_ids::provider_type.eq(&new.provider_type),
                medicaid_ids::status.eq(Sql(new.status)),
                medicaid_ids::name.eq(&new.name),
                medicaid_ids::npi.eq(&new.npi),
                medicaid_ids::ssn_sealed.eq(sealed),
                medicaid_ids::ssn_index.eq(index),
                medicaid_ids::owning_organization_id.eq(new.owning_organization.map(Sql)),
                medicaid_ids::effective_date.eq(new.effective_date),
                medicaid_ids::end_date.eq(None::<NaiveDate>),
                medicaid_ids::version.eq(1),
                medicaid_ids::created_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The masked Social Security number on file for this number, if there is one.
    pub fn masked_ssn(&mut self, medicaid_id: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(MedicaidIdId, Option<Vec<u8>>)> = medicaid_ids::table
            .filter(medicaid_ids::medicaid_id.eq(medicaid_id))
            .select((medicaid_ids::id, medicaid_ids::ssn_sealed))
            .first(self.tx.connection)
            .optional()?;
        let Some((id, Some(sealed))) = row else { return Ok(None) };
        let place = Place { table: "medicaid_ids", column: "ssn_sealed", row: id.uuid() };
        let digits = self.tx.field_keys.open(place, &sealed)?;
        Ok(Ssn::parse(&digits).ok().map(|ssn| ssn.masked()))
    }

    /// Changes the status of one Medicaid ID.
    pub fn set_status(&mut self, medicaid_id: &str, status: MedicaidIdStatus) -> Result<(), StoreError> {
        let updated = diesel::update(medicaid_ids::table.filter(medicaid_ids::medicaid_id.eq(medicaid_id)))
            .set((medicaid_ids::status.eq(Sql(status)), medicaid_ids::version.eq(medicaid_ids::version + 1)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "medicaid id")
    }
}
