//! `export medicaid-ids`: sorted by number. Social Security numbers and tax ids are masked.

use std::io::Write;

use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::medicaid::medicaid_id_import::StoredMedicaidId;

use super::{Failure, PAGE, Sheet, cell, require};
use crate::portal::state::Portal;
use crate::transfer::import::medicaid_ids::COLUMNS;

/// Writes all Medicaid IDs, or those of one organization: its own, and the individuals linked to
/// its groups. Returns their number.
pub fn export(
    portal: &Portal,
    organization: Option<OrganizationId>,
    out: impl Write,
) -> Result<usize, Vec<String>> {
    let written = portal.database.read(portal.moment(), |tx| -> Result<usize, Failure> {
        require(tx, organization)?;
        let mut sheet = Sheet::begin(out, &COLUMNS)?;
        let mut after = None;
        loop {
            let page = tx.medicaid_ids().list_by_number(organization, after, PAGE)?;
            for medicaid_id in &page.items {
                sheet.add(&cells(medicaid_id))?;
            }
            match page.items.last().filter(|_| page.has_more) {
                Some(last) => after = Some(last.medicaid_id.clone()),
                None => return sheet.end(),
            }
        }
    });
    written.map_err(Failure::messages)
}

/// The cells of a row, in the order of the columns.
fn cells(record: &StoredMedicaidId) -> [String; COLUMNS.len()] {
    let address = record.address.as_ref();
    let going_on = record.links.iter().filter(|link| link.end_date.is_none());
    let links = going_on.map(|link| format!("{}@{}", link.group_medicaid_id, link.effective_date));
    [
        record.medicaid_id.clone(),
        record.name.clone(),
        cell(record.ssn.as_ref().map(Ssn::masked)),
        cell(record.fein.as_ref().map(TaxId::masked)),
        record.provider_type.clone(),
        record.category.to_string(),
        record.status.to_string(),
        cell(record.npi.as_ref()),
        cell(record.effective_date),
        cell(record.end_date),
        cell(address.map(|address| &address.line1)),
        cell(address.and_then(|address| address.line2.as_ref())),
        cell(address.map(|address| &address.city)),
        cell(address.map(|address| &address.state)),
        cell(address.map(|address| &address.zip)),
        cell(record.email.as_ref()),
        cell(record.revalidation_due_on),
        cell(record.owning_organization),
        links.collect::<Vec<_>>().join(";"),
    ]
}
