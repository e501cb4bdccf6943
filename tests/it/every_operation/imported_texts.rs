//! What the cells of every import accept (domain rule R-214).

use std::fmt::Write;

use portal_api::transfer::import::{applications, medicaid_ids, nppes, provider_records};
use portal_tests::transfer::{application, file, row};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

use super::text_samples::{SAMPLES, Sample};

/// Columns for numbers that are stored encrypted.
const NOT_CHECKED: [&str; 3] = ["ssn", "fein", "tax_id"];
/// Columns with the names of people.
const NAMES_OF_PEOPLE: [&str; 2] = ["first_name", "last_name"];

/// Lists what a column accepts. Fails if it accepts what no text may contain.
fn listed(text: &mut String, import: &str, column: &str, is_accepted: impl Fn(&Sample) -> bool) {
    let accepted: Vec<_> = SAMPLES.iter().filter(|sample| is_accepted(sample)).collect();
    if accepted.is_empty() {
        return;
    }
    let names: Vec<_> = accepted.iter().map(|sample| sample.name).collect();
    let _ = writeln!(text, "{import} {column}: {}", names.join(", "));
    if !NOT_CHECKED.contains(&column) {
        assert!(accepted.iter().all(|sample| !sample.is_for_every_text), "{import} {column}: {names:?}");
        assert!(!NAMES_OF_PEOPLE.contains(&column), "{import} {column}: {names:?}");
    }
}

/// Whether no violation names the column.
fn accepts<T>(outcome: Result<T, Vec<String>>, column: &str) -> bool {
    let at = format!("line 2, {column}: ");
    outcome.err().is_none_or(|violations| !violations.iter().any(|violation| violation.starts_with(&at)))
}

on_both_engines!(r_214_the_cells_of_every_import_refuse_social_security_numbers_and_hidden_characters);
fn r_214_the_cells_of_every_import_refuse_social_security_numbers_and_hidden_characters(app: &TestApp) {
    let mut text = String::new();
    import_applications(app, &mut text);
    import_medicaid_ids(app, &mut text);
    import_provider_records(app, &mut text);
    import_registry_records(app, &mut text);
    insta::assert_snapshot!("imported_texts", text);
}

fn import_applications(app: &TestApp, text: &mut String) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    for (import, provider_type) in [("person's application", "64"), ("business's application", "01")] {
        for column in applications::COLUMNS {
            listed(text, import, column, |sample| {
                let changes = [("provider_type", provider_type), ("category", ""), (column, sample.text)];
                let rows = [application(&org, &agent, "APP900001", &changes)];
                let table = file(&applications::COLUMNS, &rows);
                let outcome = applications::import(&app.portal, "a.csv", table.as_bytes(), true, &mut |_| ());
                accepts(outcome, column)
            });
        }
    }
}

fn import_medicaid_ids(app: &TestApp, text: &mut String) {
    for (import, category, provider_type) in
        [("person's Medicaid ID", "Individual", "64"), ("business's Medicaid ID", "Entity", "01")]
    {
        for column in medicaid_ids::COLUMNS {
            listed(text, import, column, |sample| {
                let email = format!("{}@example.org", sample.text);
                let cell = if column == "email" { &email } else { sample.text };
                let cells: Vec<(&str, String)> = [
                    ("medicaid_id", "7100126126"),
                    ("name", "Blake, Lee"),
                    ("provider_type", provider_type),
                    ("category", category),
                    ("status", "Active"),
                    ("address_line1", "275 East Main Street"),
                    ("address_line2", "Suite 1"),
                    ("city", "Frankfort"),
                    ("state", "KY"),
                    ("zip", "40621"),
                    (column, cell),
                ]
                .map(|(column, cell)| (column, cell.to_owned()))
                .into();
                let table = file(&medicaid_ids::COLUMNS, &[row(&medicaid_ids::COLUMNS, &cells)]);
                let outcome = medicaid_ids::import(&app.portal, "m.csv", table.as_bytes(), true, &mut |_| ());
                accepts(outcome, column)
            });
        }
    }
}

fn import_provider_records(app: &TestApp, text: &mut String) {
    for (import, name) in [
        ("person's record", [("first_name", "Noor"), ("last_name", "Haddad")].as_slice()),
        ("group's record", [("group_name", "Harborlight Primary Care")].as_slice()),
    ] {
        let provider_type = if name.len() == 2 { "practitioner" } else { "group" };
        for column in provider_records::COLUMNS {
            listed(text, import, column, |sample| {
                let mut cells = vec![
                    ("plan", "cca"),
                    ("provider_id", "CCA-1"),
                    ("provider_type", provider_type),
                    ("tax_id", "04-3555017"),
                    ("address_kind", "practice"),
                    ("zip", "02108"),
                    ("on_letter", "true"),
                ];
                cells.extend(name);
                cells.push((column, sample.text));
                // A second row with an error, so that nothing is stored.
                let owned = |cells: &[(&'static str, &str)]| {
                    let owned: Vec<_> =
                        cells.iter().map(|(column, cell)| (*column, (*cell).to_owned())).collect();
                    row(&provider_records::COLUMNS, &owned)
                };
                let rows = [owned(&cells), owned(&[("plan", "none")])];
                let table = file(&provider_records::COLUMNS, &rows);
                accepts(provider_records::import(&app.portal, "p.csv", table.as_bytes()), column)
            });
        }
    }
}

/// A record of the registry with a value in every text.
fn registry_record() -> Value {
    let address = json!({
        "address_purpose": "LOCATION", "address_1": "1 MAIN ST", "address_2": "SUITE 1", "city": "FRANKFORT",
        "state": "KY", "postal_code": "40601", "country_code": "US", "telephone_number": "502-555-0142",
        "fax_number": "502-555-0143",
    });
    json!({
        "enumeration_type": "NPI-1",
        "number": "1234567893",
        "basic": {
            "first_name": "BOB", "middle_name": "B", "last_name": "ABERNATHY", "credential": "M.D.",
            "organization_name": "ABERNATHY", "status": "A",
        },
        "other_names": [{"organization_name": "ABERNATHY", "first_name": "BOB", "last_name": "ABERNATHY"}],
        "addresses": [address],
        "practiceLocations": [address],
        "taxonomies":
            [{"code": "207Q00000X", "desc": "Family Medicine", "primary": true, "state": "KY", "license": "1"}],
        "identifiers":
            [{"code": "05", "desc": "MEDICAID", "identifier": "7100000000", "state": "KY", "issuer": "KY"}],
    })
}

/// The pointers of all texts.
fn texts_of(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => texts_of(&items[0], &format!("{at}/0"), found),
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| texts_of(member, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

fn import_registry_records(app: &TestApp, text: &mut String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.json");
    let mut pointers = Vec::new();
    texts_of(&registry_record(), "", &mut pointers);
    for pointer in pointers {
        // The purpose and the status are compared with known values, and not stored as written.
        if pointer.ends_with("/address_purpose") || pointer.ends_with("/status") {
            continue;
        }
        listed(text, "registry record", &pointer, |sample| {
            let mut record = registry_record();
            *record.pointer_mut(&pointer).unwrap() = json!(sample.text);
            std::fs::write(&path, json!({"results": [record]}).to_string()).unwrap();
            let mut lines = Vec::new();
            let imported =
                nppes::import_file(&app.portal, &path, &nppes::silent(), &mut |line| lines.push(line));
            imported.unwrap();
            !lines[0].outcome.starts_with("refused")
        });
    }
}
