//! `export licenses` and `export taxonomies`: a row for each entry on file, sorted by Medicaid ID.

use std::io::Write;

use portal_domain::applications::screen::{License, TaxonomyEntry};
use portal_domain::ground::id::OrganizationId;
use portal_persistence::medicaid::medicaid_ids::Practiced;

use super::{Failure, PAGE, Sheet, cell, require};
use crate::portal::state::Portal;

/// The columns of licenses.
pub const LICENSE_COLUMNS: [&str; 8] = [
    "medicaid_id",
    "license_type",
    "issue_state",
    "license_number",
    "effective_date",
    "expiration_date",
    "primary",
    "last_renewed_on",
];

/// The columns of taxonomy codes.
pub const TAXONOMY_COLUMNS: [&str; 4] = ["medicaid_id", "code", "npi", "primary"];

/// Writes all licenses, or those of one organization's Medicaid IDs. Returns their number.
pub fn export_licenses(
    portal: &Portal,
    organization: Option<OrganizationId>,
    out: impl Write,
) -> Result<usize, Vec<String>> {
    export(portal, organization, out, &LICENSE_COLUMNS, license_rows)
}

/// Writes all taxonomy codes, or those of one organization's Medicaid IDs. Returns their number.
pub fn export_taxonomies(
    portal: &Portal,
    organization: Option<OrganizationId>,
    out: impl Write,
) -> Result<usize, Vec<String>> {
    export(portal, organization, out, &TAXONOMY_COLUMNS, taxonomy_rows)
}

fn export<const N: usize>(
    portal: &Portal,
    organization: Option<OrganizationId>,
    out: impl Write,
    columns: &[&str; N],
    rows: fn(&Practiced) -> Vec<[String; N]>,
) -> Result<usize, Vec<String>> {
    let written = portal.database.read(portal.moment(), |tx| -> Result<usize, Failure> {
        require(tx, organization)?;
        let mut sheet = Sheet::begin(out, columns)?;
        let mut after = None;
        loop {
            let page = tx.medicaid_ids().list_practices(organization, after, PAGE)?;
            for row in page.items.iter().flat_map(rows) {
                sheet.add(&row)?;
            }
            match page.items.last().filter(|_| page.has_more) {
                Some(last) => after = Some(last.medicaid_id.clone()),
                None => return sheet.end(),
            }
        }
    });
    written.map_err(Failure::messages)
}

fn license_rows(of: &Practiced) -> Vec<[String; LICENSE_COLUMNS.len()]> {
    let row = |license: &License| {
        [
            of.medicaid_id.clone(),
            license.license_type.to_string(),
            cell(license.issue_state.as_ref()),
            cell(license.license_number.as_ref()),
            cell(license.effective_date),
            cell(license.expiration_date),
            license.primary.to_string(),
            cell(license.last_renewed_on),
        ]
    };
    of.licenses.iter().map(row).collect()
}

fn taxonomy_rows(of: &Practiced) -> Vec<[String; TAXONOMY_COLUMNS.len()]> {
    let row = |taxonomy: &TaxonomyEntry| {
        [
            of.medicaid_id.clone(),
            taxonomy.code.clone(),
            cell(taxonomy.npi.as_ref()),
            taxonomy.primary.to_string(),
        ]
    };
    of.taxonomies.iter().map(row).collect()
}
