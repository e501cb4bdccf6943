//! Reads the rows of the file, each independently of the others.

use std::io::Read;

use portal_domain::applications::application_import::{ApplicationRow, is_application_number};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::import::{RowKeys, RowViolation};

use super::COLUMNS;
use crate::transfer::import::cells;
use crate::transfer::import::table::{self, Row};

/// Returns every valid row, and the violations in the others.
pub(super) fn read(text: impl Read) -> Result<(Vec<ApplicationRow>, Vec<RowViolation>), Vec<String>> {
    let mut rows: Vec<ApplicationRow> = Vec::new();
    let mut keys = RowKeys::default();
    let violations = table::read(text, &COLUMNS, |row| {
        let parsed = parsed(row);
        // Check this even in rows with other violations, so that one run reports all of them.
        let Some(number) = application_number(row.text("application_number")) else { return };
        if row.accepted(keys.add(row.line, "application_number", &number)).is_some() {
            rows.extend(parsed);
        }
    })?;
    Ok((rows, violations))
}

fn application_number(text: &str) -> Option<String> {
    is_application_number(text).then(|| text.to_owned())
}

fn address(text: &str) -> Option<String> {
    EmailAddress::parse(text).ok().map(|address| address.key())
}

/// Parses a row; `None` if there is a violation.
fn parsed(row: &mut Row<'_>) -> Option<ApplicationRow> {
    let organization =
        row.parsed("organization_id", "must be the id of an organization, org_…", |text| text.parse().ok());
    let number = row.parsed("application_number", "must be APP and at least four digits", application_number);
    let application_type =
        row.parsed("application_type", "must be one of the eight types", ApplicationType::recognise);
    let status =
        row.parsed("application_status", "must be one of the seven statuses", ApplicationStatus::recognise);
    let provider_name = row.cell_text("provider_name");
    if provider_name.trimmed().is_empty() {
        row.violation("provider_name", "must not be empty");
    }
    let provider_type = row.parsed("provider_type", cells::PROVIDER_TYPE, cells::provider_type);
    let category = row.optional("category", cells::CATEGORY, cells::category);
    let date_of_initiation = row.parsed("date_of_initiation", cells::DATE, cells::date);
    let mail = "must be an email address";
    let initiated_by = row.parsed("initiated_by", mail, address);
    let assigned_to = row.parsed("assigned_to", mail, address);
    let last_activity_at =
        row.parsed("last_activity_at", "must be an instant such as 2023-07-01T15:00:00Z", cells::instant);
    let requested_effective_date = row.optional("requested_effective_date", cells::DATE, cells::date);
    Some(ApplicationRow {
        line: row.line,
        organization: organization?,
        number: number?,
        application_type: application_type?,
        status: status?,
        medicaid_id: row.cell_text("medicaid_id").non_empty(),
        provider_name: (!provider_name.trimmed().is_empty()).then_some(provider_name)?,
        provider_type: provider_type?,
        category: category?,
        npi: row.cell_text("npi"),
        date_of_initiation: date_of_initiation?,
        initiated_by: initiated_by?,
        assigned_to: assigned_to?,
        last_activity_at: last_activity_at?,
        requested_effective_date: requested_effective_date?,
    })
}
