//! Helpers that write, import, and export applications as CSV files.

use portal_api::transfer::export;
use portal_api::transfer::import::{Difference, applications};
use serde_json::Value;

use crate::app::TestApp;
use crate::given::{Organization, Person};

/// Imports a CSV file of applications.
pub fn import_csv(app: &TestApp, text: &str) -> Result<Difference, Vec<String>> {
    applications::import(&app.portal, "applications.csv", text.as_bytes(), false, &mut |_| ())
}

/// Exports all applications as CSV.
#[must_use]
pub fn export_csv(app: &TestApp) -> String {
    let mut out = Vec::new();
    let _ = export::applications::export(&app.portal, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A row with these cells by column; other cells are empty.
#[must_use]
pub fn row(columns: &[&str], cells: &[(&str, String)]) -> String {
    assert!(cells.iter().all(|(column, _)| columns.contains(column)));
    let cell = |column: &&str| {
        let mut given = cells.iter().rev().filter(|(name, _)| name == column);
        quoted(given.next().map_or("", |(_, cell)| cell.as_str()))
    };
    columns.iter().map(cell).collect::<Vec<_>>().join(",")
}

/// A CSV file with these rows.
#[must_use]
pub fn file(columns: &[&str], rows: &[String]) -> String {
    format!("{}\n{}\n", columns.join(","), rows.join("\n"))
}

/// The row of an enrollment in progress, with some cells changed.
#[must_use]
pub fn application(
    org: &Organization<'_>,
    agent: &Person<'_>,
    number: &str,
    changes: &[(&str, &str)],
) -> String {
    let mut cells: Vec<(&str, String)> = vec![
        ("organization_id", org.id.to_string()),
        ("application_number", number.to_owned()),
        ("application_type", "Enrollment".to_owned()),
        ("application_status", "In Progress".to_owned()),
        ("provider_name", "Doe, John".to_owned()),
        ("provider_type", "64 -Physician individual".to_owned()),
        ("npi", "1234567893".to_owned()),
        ("date_of_initiation", "2026-01-15".to_owned()),
        ("initiated_by", agent.email.clone()),
        ("assigned_to", agent.email.clone()),
        ("last_activity_at", "2026-01-20T15:00:00Z".to_owned()),
    ];
    cells.extend(changes.iter().map(|(column, cell)| (*column, (*cell).to_owned())));
    row(&applications::COLUMNS, &cells)
}

/// A CSV file of applications.
#[must_use]
pub fn applications_file(rows: &[String]) -> String {
    file(&applications::COLUMNS, rows)
}

/// The work of an agent as the manager sees it.
#[must_use]
pub fn work_of(org: &Organization<'_>, manager: &Person<'_>, agent: &Person<'_>) -> Vec<Value> {
    manager.client().all(&org.path(&format!("/work-assignments?agent_id={}", agent.membership)))
}
