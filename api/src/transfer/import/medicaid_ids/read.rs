//! Reads the rows of the file, each independently of the others.

use std::collections::BTreeSet;
use std::io::Read;

use portal_domain::ground::import::{RowKeys, RowViolation};
use portal_domain::ground::tax_identifier::{Ssn, TaxId, TaxIdentifierError};
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_domain::medicaid::medicaid_id_import::{LinkCell, MedicaidIdRow, NumberCell};

use super::COLUMNS;
use crate::transfer::import::cells;
use crate::transfer::import::table::{self, Row};

/// Returns every valid row, and the violations in the others.
pub(super) fn read(text: impl Read) -> Result<(Vec<MedicaidIdRow>, Vec<RowViolation>), Vec<String>> {
    let mut rows: Vec<MedicaidIdRow> = Vec::new();
    let mut keys = RowKeys::default();
    let violations = table::read(text, &COLUMNS, |row| {
        let parsed = parsed(row);
        let number = row.text("medicaid_id").to_owned();
        if number.is_empty() {
            return row.violation("medicaid_id", "must not be empty");
        }
        if row.accepted(keys.add(row.line, "medicaid_id", &number)).is_some() {
            rows.extend(parsed);
        }
    })?;
    Ok((rows, violations))
}

/// Parses a number, or a masked one, of which only the last four digits are known.
fn secret<T>(
    row: &mut Row<'_>,
    column: &'static str,
    mask: &str,
    parse: impl FnOnce(&str) -> Result<T, TaxIdentifierError>,
) -> Option<NumberCell<T>> {
    let text = row.text(column);
    if text.is_empty() {
        return Some(NumberCell::Absent);
    }
    if text.starts_with(mask) {
        return Some(NumberCell::Masked(text.to_owned()));
    }
    match parse(text) {
        Ok(number) => Some(NumberCell::Complete(number)),
        Err(TaxIdentifierError::Format) => {
            row.violation(column, "must be nine digits");
            None
        }
        Err(TaxIdentifierError::Impossible) => {
            row.violation(column, "is a number that is never issued");
            None
        }
    }
}

/// Parses links such as `7100000001;7100000002@2020-01-01`; `None` if they are malformed or name a
/// group twice.
fn links(text: &str) -> Option<Vec<LinkCell>> {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    let links: Option<Vec<_>> = entries
        .map(|entry| {
            let (group, begin) = match entry.split_once('@') {
                Some((group, begin)) => (group.trim_end(), Some(cells::date(begin.trim_start())?)),
                None => (entry, None),
            };
            let digits = !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| LinkCell { group: group.to_owned(), begin })
        })
        .collect();
    let links = links?;
    let distinct = links.iter().map(|link| link.group.as_str()).collect::<BTreeSet<_>>().len();
    (distinct == links.len()).then_some(links)
}

/// Parses a row; `None` if there is a violation.
fn parsed(row: &mut Row<'_>) -> Option<MedicaidIdRow> {
    let name = row.cell_text("name");
    if name.trimmed().is_empty() {
        row.violation("name", "must not be empty");
    }
    let ssn = secret(row, "ssn", "***-**-", Ssn::parse);
    let fein = secret(row, "fein", "**-***", TaxId::parse);
    let provider_type = row.parsed("provider_type", cells::PROVIDER_TYPE, cells::provider_type);
    let category = row.parsed("category", cells::CATEGORY, cells::category);
    let status = row.parsed("status", "must be active, inactive or terminated", |text| {
        MedicaidIdStatus::parse(&text.to_lowercase())
    });
    let effective_date = row.optional("effective_date", cells::DATE, cells::date);
    let end_date = row.optional("end_date", cells::DATE, cells::date);
    let revalidation_due_on = row.optional("revalidation_due_on", cells::DATE, cells::date);
    let owning_organization =
        row.optional("owning_organization_id", "must be the id of an organization, org_…", |text| {
            text.parse().ok()
        });
    let what = "must be numbers of group Medicaid IDs, each once, with ; between them, and each with the day it \
                begins if you like: 7100000001@2020-01-01";
    let links = row.parsed("group_medicaid_ids", what, links);
    let address =
        ["address_line1", "address_line2", "city", "state", "zip"].map(|column| row.cell_text(column));
    Some(MedicaidIdRow {
        line: row.line,
        medicaid_id: row.text("medicaid_id").to_owned(),
        name: (!name.trimmed().is_empty()).then_some(name)?,
        ssn: ssn?,
        fein: fein?,
        provider_type: provider_type?,
        category: category?,
        status: status?,
        npi: row.cell_text("npi"),
        effective_date: effective_date?,
        end_date: end_date?,
        address,
        email: row.cell_text("email"),
        revalidation_due_on: revalidation_due_on?,
        owning_organization: owning_organization?,
        links: links?,
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn links_are_read_with_and_without_a_begin_date() {
        let read = links("7100000001; 7100000002@2020-01-01;").unwrap();
        let shape: Vec<_> = read.iter().map(|link| (link.group.as_str(), link.begin)).collect();
        assert_eq!(shape, [("7100000001", None), ("7100000002", NaiveDate::from_ymd_opt(2020, 1, 1))]);
        assert!(links("").unwrap().is_empty());
        for text in [
            "71x",
            "7100000001@1/1/2020",
            "7100000001@",
            "@2020-01-01",
            "7100000001;7100000001",
            "7100000001,7100000002",
        ] {
            assert!(links(text).is_none(), "{text}");
        }
    }
}
