//! Reads the rows of the file, each independently of the others.

use std::collections::BTreeMap;
use std::io::Read;

use chrono::NaiveDate;
use portal_domain::Instant;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::OrganizationId;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;

use super::COLUMNS;
use crate::transfer::import::cells;
use crate::transfer::import::table::{self, Row, Violation, Words};

/// An application, as described by its row.
pub(super) struct Draft {
    pub(super) line: u64,
    pub(super) organization: OrganizationId,
    pub(super) number: String,
    pub(super) application_type: ApplicationType,
    pub(super) status: ApplicationStatus,
    pub(super) medicaid_id: Option<String>,
    pub(super) provider_name: Words,
    pub(super) provider_type: String,
    pub(super) category: Option<MedicaidIdCategory>,
    pub(super) npi: Words,
    pub(super) date_of_initiation: NaiveDate,
    /// The key of an email address.
    pub(super) initiated_by: String,
    /// The key of an email address.
    pub(super) assigned_to: String,
    pub(super) last_activity_at: Instant,
    pub(super) requested_effective_date: Option<NaiveDate>,
}

/// Returns every valid row, and the violations in the others.
pub(super) fn read(text: impl Read) -> Result<(Vec<Draft>, Vec<Violation>), Vec<String>> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let violations = table::read(text, &COLUMNS, |row| {
        let draft = draft(row);
        // Check this even in rows with other violations, so that one run reports all of them.
        let Some(number) = application_number(row.text("application_number")) else { return };
        match lines.get(&number) {
            Some(first) => {
                let what = format!("appears in line {first} already");
                row.violation("application_number", &what);
            }
            None => {
                lines.insert(number, row.line);
                drafts.extend(draft);
            }
        }
    })?;
    Ok((drafts, violations))
}

/// An application number: `APP` and 4 to 17 digits. Leading zeros matter (detail X-06).
fn application_number(text: &str) -> Option<String> {
    let digits = text.strip_prefix("APP")?;
    let right = (4..=17).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.to_owned())
}

fn address(text: &str) -> Option<String> {
    EmailAddress::parse(text).ok().map(|address| address.key())
}

/// Parses a row; `None` if there is a violation.
fn draft(row: &mut Row<'_>) -> Option<Draft> {
    let organization =
        row.parsed("organization_id", "must be the id of an organization, org_…", |text| text.parse().ok());
    let number = row.parsed("application_number", "must be APP and at least four digits", application_number);
    let application_type =
        row.parsed("application_type", "must be one of the eight types", ApplicationType::recognise);
    let status =
        row.parsed("application_status", "must be one of the seven statuses", ApplicationStatus::recognise);
    let provider_name = row.words("provider_name");
    if provider_name.plain().is_empty() {
        row.violation("provider_name", "must not be empty");
    }
    let provider_type = row.parsed("provider_type", cells::PROVIDER_TYPE, cells::provider_type);
    let category = row.optional("category", cells::CATEGORY, cells::category);
    let date_of_initiation = row.parsed("date_of_initiation", cells::DATE, cells::date);
    let mail = "must be an e-mail address";
    let initiated_by = row.parsed("initiated_by", mail, address);
    let assigned_to = row.parsed("assigned_to", mail, address);
    let last_activity_at =
        row.parsed("last_activity_at", "must be an instant such as 2023-07-01T15:00:00Z", cells::instant);
    let requested_effective_date = row.optional("requested_effective_date", cells::DATE, cells::date);
    Some(Draft {
        line: row.line,
        organization: organization?,
        number: number?,
        application_type: application_type?,
        status: status?,
        medicaid_id: row.words("medicaid_id").some(),
        provider_name: (!provider_name.plain().is_empty()).then_some(provider_name)?,
        provider_type: provider_type?,
        category: category?,
        npi: row.words("npi"),
        date_of_initiation: date_of_initiation?,
        initiated_by: initiated_by?,
        assigned_to: assigned_to?,
        last_activity_at: last_activity_at?,
        requested_effective_date: requested_effective_date?,
    })
}
