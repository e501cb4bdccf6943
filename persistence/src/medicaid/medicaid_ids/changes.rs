//! Changes of stored Medicaid IDs.

use diesel::prelude::*;
use portal_domain::applications::approval::{Change, TaxNumber};
use portal_domain::ground::id::MedicaidIdId;

use super::{as_json, fein_place, ssn_place};
use crate::column::Sql;
use crate::database::MedicaidIds;
use crate::error::{StoreError, exactly};
use crate::query::RunQueryDsl;
use crate::schema::{medicaid_id_npis, medicaid_ids};

impl MedicaidIds<'_, '_> {
    /// Applies the change of an approval. Fields that are `None` stay unchanged, and the tax ID is
    /// sealed. Given NPIs replace all stored ones, and the grid shows the primary NPI.
    pub fn apply(&mut self, id: MedicaidIdId, change: &Change) -> Result<(), StoreError> {
        if *change == Change::default() {
            return Ok(());
        }
        let (keys, entropy) = (self.tx.field_keys, self.tx.entropy);
        let (ssn, fein) = match &change.tax_number {
            Some(TaxNumber::Ssn(ssn)) => (Some(ssn.expose_digits()), None),
            Some(TaxNumber::Fein(fein)) => (None, Some(fein.expose_digits())),
            None => (None, None),
        };
        let ssn_sealed = ssn.map(|digits| keys.seal(ssn_place(id), digits, entropy)).transpose()?;
        let ssn_index = ssn.map(|digits| keys.index("ssn", digits)).transpose()?;
        let fein_sealed = fein.map(|digits| keys.seal(fein_place(id), digits, entropy)).transpose()?;
        let fein_index = fein.map(|digits| keys.index("tax_id", digits)).transpose()?;
        let address = change.primary_physical_address.as_ref();
        let address = address.map(|address| address.as_ref().map(as_json).transpose()).transpose()?;
        let taxonomies = change.taxonomies.as_ref().map(as_json).transpose()?;
        let licenses = change.licenses.as_ref().map(as_json).transpose()?;
        let shown = change.npis.as_ref().map(|npis| {
            npis.iter().find(|entry| entry.primary).or(npis.first()).map(|entry| entry.npi.clone())
        });
        let updated = diesel::update(medicaid_ids::table.find(Sql(id)))
            .set((
                change.status.map(|status| medicaid_ids::status.eq(Sql(status))),
                change.end_date.map(|last_day| medicaid_ids::end_date.eq(Some(last_day))),
                change.revalidation_due_on.map(|due_on| medicaid_ids::revalidation_due_on.eq(Some(due_on))),
                change.name.as_deref().map(|name| medicaid_ids::name.eq(name)),
                change.email.as_ref().map(|email| medicaid_ids::email.eq(email.as_deref())),
                change.telephone.as_ref().map(|telephone| medicaid_ids::telephone.eq(telephone.as_deref())),
                address.map(|address| medicaid_ids::primary_physical_address.eq(address.map(Sql))),
                taxonomies.map(|taxonomies| medicaid_ids::taxonomies.eq(Some(Sql(taxonomies)))),
                licenses.map(|licenses| medicaid_ids::licenses.eq(Some(Sql(licenses)))),
                shown.map(|npi| medicaid_ids::npi.eq(npi)),
                ssn_sealed.map(|sealed| medicaid_ids::ssn_sealed.eq(Some(sealed))),
                ssn_index.map(|index| medicaid_ids::ssn_index.eq(Some(index))),
                fein_sealed.map(|sealed| medicaid_ids::fein_sealed.eq(Some(sealed))),
                fein_index.map(|index| medicaid_ids::fein_index.eq(Some(index))),
                medicaid_ids::version.eq(medicaid_ids::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "medicaid id")?;
        let Some(npis) = &change.npis else { return Ok(()) };
        diesel::delete(medicaid_id_npis::table.filter(medicaid_id_npis::medicaid_id_id.eq(Sql(id))))
            .execute(self.tx.connection)?;
        self.insert_npis(id, npis.iter().map(|entry| (entry.npi.clone(), entry.primary)))
    }
}
