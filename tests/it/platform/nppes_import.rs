//! Importing providers from NPI registry JSON.

use std::path::{Path, PathBuf};

use portal_api::transfer::import::nppes::{ReportLine, Tally, import_file};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};
use tempfile::TempDir;

fn import(app: &TestApp, path: &Path) -> (Result<Tally, String>, Vec<ReportLine>) {
    let mut lines = Vec::new();
    let progress = portal_api::transfer::import::nppes::silent();
    let outcome = import_file(&app.portal, path, &progress, &mut |line| lines.push(line));
    (outcome, lines)
}

fn counts(app: &TestApp) -> [i64; 4] {
    ["providers", "provider_taxonomies", "provider_addresses", "provider_identifiers"]
        .map(|table| app.count(table))
}

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn record(number: &str) -> Value {
    json!({
        "enumeration_type": "NPI-1",
        "number": number,
        "basic": {"first_name": "BOB", "last_name": "ABERNATHY", "status": "A", "enumeration_date": "2005-05-24"},
        "addresses": [
            {"address_purpose": "LOCATION", "address_1": "1 MAIN ST", "city": "FRANKFORT", "state": "KY", "postal_code": "40601", "country_code": "US"},
            {"address_purpose": "MAILING", "address_1": "PO BOX 1", "city": "FRANKFORT", "state": "KY", "postal_code": "40602", "country_code": "US"},
        ],
        "taxonomies": [{"code": "207Q00000X", "desc": "Family Medicine", "primary": true, "state": "KY", "license": "1"}],
        "identifiers": [{"code": "05", "desc": "MEDICAID", "identifier": "7100000000", "state": "KY", "issuer": ""}],
    })
}

fn document(records: &[Value]) -> String {
    json!({"result_count": records.len(), "results": records}).to_string()
}

/// The NPI registry records in the repository.
fn real_files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/nppes");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

on_both_engines!(real_records_are_imported_and_importing_them_again_changes_nothing);
fn real_records_are_imported_and_importing_them_again_changes_nothing(app: &TestApp) {
    let mut created = 0;
    for path in real_files() {
        let (outcome, lines) = import(app, &path);
        let tally = outcome.unwrap();
        assert_eq!(lines.len() as i64, tally.created + tally.updated + tally.unchanged + tally.refused);
        assert_eq!((tally.updated, tally.refused), (0, 0), "{lines:?}");
        created += tally.created;
    }
    assert!(created >= 20, "{created}");
    let [providers, taxonomies, addresses, _] = counts(app);
    assert_eq!(providers, created);
    assert!(taxonomies >= providers && addresses >= 2 * providers);
    let before = app.fingerprint();
    for path in real_files() {
        let tally = import(app, &path).0.unwrap();
        assert_eq!((tally.created, tally.updated, tally.refused), (0, 0, 0));
    }
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(only_changed_records_are_updated);
fn only_changed_records_are_updated(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let records = [record("1234567893"), record("1993999998")];
    let _ = import(app, &file(&folder, "a.json", &document(&records))).0.unwrap();
    let mut changed = records.clone();
    changed[1]["basic"]["last_name"] = json!("ABERNATHY-JONES");
    changed[1]["identifiers"] = json!([]);
    let tally = import(app, &file(&folder, "b.json", &document(&changed))).0.unwrap();
    assert_eq!(tally, Tally { created: 0, updated: 1, unchanged: 1, refused: 0 });
    assert_eq!(counts(app), [2, 2, 4, 1]);
}

on_both_engines!(invalid_records_are_refused_with_field_and_reason);
fn invalid_records_are_refused_with_field_and_reason(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let mut odd = record("1245319599");
    odd["taxonomies"][0]["code"] = json!("nonsense");
    let mut nameless = record("1000000020");
    nameless["basic"] = json!({"status": "A"});
    let records = [record("1234567893"), record("1234567890"), odd, nameless, record("1993999998")];
    let (outcome, lines) = import(app, &file(&folder, "a.json", &document(&records)));
    assert_eq!(outcome.unwrap(), Tally { created: 2, updated: 0, unchanged: 0, refused: 3 });
    let outcomes: Vec<_> = lines.iter().map(|line| line.outcome.as_str()).collect();
    assert_eq!(
        outcomes,
        [
            "created",
            "refused (number: npi_check_digit)",
            "refused (taxonomies: taxonomy_format)",
            "refused (basic: name_required)",
            "created",
        ]
    );
}

on_both_engines!(nothing_is_imported_from_a_broken_file_and_the_message_names_the_place);
fn nothing_is_imported_from_a_broken_file_and_the_message_names_the_place(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let good = document(&[record("1234567893"), record("1993999998")]);
    let mut mistyped = record("1245319599");
    mistyped["addresses"][1]["city"] = json!(7);
    for (name, text, reason) in [
        ("cut.json", good[..good.len() - 40].to_owned(), "not NPI registry JSON"),
        ("foreign.json", json!({"people": []}).to_string(), "missing member `results`"),
        ("list.json", "[1, 2]".to_owned(), "an object with the member `results`"),
        ("text.json", "hello".to_owned(), "not NPI registry JSON"),
        ("empty.json", String::new(), "not NPI registry JSON"),
        ("mistyped.json", document(&[record("1234567893"), mistyped]), "record 2, field addresses[1].city"),
        ("trailing.json", format!("{good} x"), "not NPI registry JSON"),
    ] {
        let before = app.fingerprint();
        let violation = import(app, &file(&folder, name, &text)).0.unwrap_err();
        assert!(violation.contains(name) && violation.contains(reason), "{violation}");
        assert_eq!(app.fingerprint(), before, "{name}");
    }
    let violation = import(app, &folder.path().join("missing.json")).0.unwrap_err();
    assert!(violation.contains("missing.json"));
}

on_both_engines!(a_duplicate_record_is_imported_once);
fn a_duplicate_record_is_imported_once(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let mut later = record("1234567893");
    later["basic"]["last_name"] = json!("LATER");
    let records = [record("1234567893"), record("1234567893"), later];
    let tally = import(app, &file(&folder, "a.json", &document(&records))).0.unwrap();
    assert_eq!(tally, Tally { created: 1, updated: 1, unchanged: 1, refused: 0 });
    assert_eq!(counts(app), [1, 1, 2, 1]);
}
