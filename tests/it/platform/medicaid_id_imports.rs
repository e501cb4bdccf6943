//! Imports and exports of Medicaid IDs as CSV files (details ).

use std::time::Instant as Stopwatch;

use portal_api::transfer::export;
use portal_api::transfer::import::{Difference, medicaid_ids};
use portal_tests::medicaid_ids::day;
use portal_tests::transfer::{file, row};
use portal_tests::{Engine, TestApp, on_both_engines};
use serde_json::json;

fn import_medicaid_ids(app: &TestApp, text: &str) -> Result<Difference, Vec<String>> {
    medicaid_ids::import(&app.portal, "medicaid-ids.csv", text.as_bytes(), false, &mut |_| ())
}

fn export_medicaid_ids(app: &TestApp) -> String {
    let mut out = Vec::new();
    let _ = export::medicaid_ids::export(&app.portal, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The row of a physician's Medicaid ID, with some cells changed.
fn medicaid_id(number: &str, changes: &[(&str, &str)]) -> String {
    let mut cells: Vec<(&str, String)> = vec![
        ("medicaid_id", number.to_owned()),
        ("name", "Blake, Lee".to_owned()),
        ("ssn", "400-55-0005".to_owned()),
        ("provider_type", "64".to_owned()),
        ("category", "Individual".to_owned()),
        ("status", "Active".to_owned()),
        ("npi", "1993999998".to_owned()),
        ("effective_date", "1999-10-04".to_owned()),
        ("end_date", "2020-02-28".to_owned()),
    ];
    cells.extend(changes.iter().map(|(column, cell)| (*column, (*cell).to_owned())));
    row(&medicaid_ids::COLUMNS, &cells)
}

fn medicaid_ids_file(rows: &[String]) -> String {
    file(&medicaid_ids::COLUMNS, rows)
}

on_both_engines!(a_20_imported_medicaid_ids_are_found_by_the_manager_of_their_group);
fn a_20_imported_medicaid_ids_are_found_by_the_manager_of_their_group(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let links = format!("{}@2020-01-01", org.group_medicaid_id);
    let text = medicaid_ids_file(&[medicaid_id(
        "7100126126",
        &[
            ("group_medicaid_ids", &links),
            ("address_line1", "275 East Main Street"),
            ("city", "Frankfort"),
            ("state", "KY"),
            ("zip", "40621"),
            ("email", "lee.blake@example.org"),
            ("revalidation_due_on", "2026-07-01"),
        ],
    )]);
    let before = app.audit_events();
    assert_eq!(import_medicaid_ids(app, &text).unwrap().lines, ["new 7100126126"]);
    assert_eq!(app.audit_events(), before + 1);
    let found = manager
        .post(&org.path("/medicaid-ids/search"), &json!({"medicaid_id": "7100126126"}))
        .expect(200)
        .json();
    assert_eq!(found["ssn_masked"], "***-**-0005");
    assert_eq!(
        (&found["status"], &found["end_date"]),
        (&json!("active"), &json!("2020-02-28")),
        "A-20: stored, not derived"
    );
    assert_eq!(
        found["primary_physical_address"],
        json!({"line1": "275 East Main Street", "city": "Frankfort", "state": "KY", "zip": "40621"})
    );
    assert_eq!(found["agent_access"]["state"], "none", "an import never grants access");
    assert_eq!(found["group_medicaid_ids"], json!([org.group_medicaid_id]));
}

on_both_engines!(x_14_sensitive_numbers_are_encrypted_at_rest_and_masked_in_files);
fn x_14_sensitive_numbers_are_encrypted_at_rest_and_masked_in_files(app: &TestApp) {
    let text = medicaid_ids_file(&[
        medicaid_id("7100126126", &[]),
        medicaid_id(
            "7100126127",
            &[("ssn", ""), ("fein", "61-0000001"), ("category", "group"), ("provider_type", "65")],
        ),
    ]);
    let _ = import_medicaid_ids(app, &text).unwrap();
    let query = match app.engine {
        Engine::Sqlite => {
            "SELECT coalesce(hex(ssn_sealed), '') || coalesce(hex(fein_sealed), '') AS value FROM medicaid_ids"
        }
        Engine::Postgres => {
            "SELECT upper(coalesce(encode(ssn_sealed, 'hex'), '') || coalesce(encode(fein_sealed, 'hex'), '')) AS value FROM medicaid_ids"
        }
    };
    let plain = |digits: &str| digits.bytes().map(|byte| format!("{byte:02X}")).collect::<String>();
    let sealed = app.inspector().texts(query);
    assert!(sealed.len() == 2 && sealed.iter().all(|value| value.starts_with("0100000001")));
    assert!(
        sealed
            .iter()
            .all(|value| !value.contains(&plain("400550005")) && !value.contains(&plain("610000001")))
    );
    let exported = export_medicaid_ids(app);
    assert!(exported.contains("***-**-0005") && exported.contains("**-***0001"));
    assert!(!exported.contains("55-0005") && !exported.contains("550005"));
    assert_eq!(import_medicaid_ids(app, &exported).unwrap().sums(), "0 new, 0 changed, 2 unchanged");
    let before = app.fingerprint();
    for (from, to) in [("***-**-0005", "***-**-0006"), ("***-**-0005", "400-55-0006"), ("***-**-0005", "")] {
        let violations = import_medicaid_ids(app, &exported.replace(from, to)).unwrap_err();
        assert_eq!(
            violations,
            ["line 2, ssn: differs from what is on file, which an import does not change"]
        );
    }
    assert_eq!(
        import_medicaid_ids(app, &exported.replace("***-**-0005", "400550005")).unwrap().unchanged,
        2,
        "the same number"
    );
    assert!(app.fingerprint() == before);
}

on_both_engines!(medicaid_ids_survive_export_and_import_byte_for_byte);
fn medicaid_ids_survive_export_and_import_byte_for_byte(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let linked = org.linked_medicaid_id();
    let left = org.linked_medicaid_id_with(|new| new.name = "=1+1".into());
    org.end_link(&left, day("2025-06-30"));
    let links = format!("{};7100126128", org.group_medicaid_id);
    let text = medicaid_ids_file(&[
        medicaid_id(
            "7100126126",
            &[("name", "Ó Siobhán, \u{1f600}"), ("npi", "147852360"), ("group_medicaid_ids", &links)],
        ),
        medicaid_id(
            "7100126127",
            &[("ssn", ""), ("npi", ""), ("effective_date", ""), ("end_date", ""), ("status", "terminated")],
        ),
        medicaid_id(
            "7100126128",
            &[
                ("name", "Harbor Light"),
                ("ssn", ""),
                ("category", "group"),
                ("provider_type", "65"),
                ("fein", "610000001"),
                ("address_line1", "1 Main St"),
                ("address_line2", "Suite 2"),
                ("city", "Frankfort"),
                ("state", "KY"),
                ("zip", "40601-1234"),
                ("email", "office@example.org"),
                ("revalidation_due_on", "2028-02-29"),
                ("owning_organization_id", &app.provider_group("Lakeside").id.to_string()),
            ],
        ),
    ]);
    let difference = import_medicaid_ids(app, &text).unwrap();
    assert_eq!((difference.new, difference.notes.len()), (3, 1));

    let first = export_medicaid_ids(app);
    let before = app.fingerprint();
    let difference = import_medicaid_ids(app, &first).unwrap();

    // The two linked ones, the groups of the two organizations, and the three from the file.
    assert_eq!((difference.sums().as_str(), difference.lines.len()), ("0 new, 0 changed, 7 unchanged", 0));
    assert!(app.fingerprint() == before);
    assert!(export_medicaid_ids(app) == first);
    let line_of = |number: &str| first.lines().find(|line| line.starts_with(number)).unwrap().to_owned();
    let group = &org.group_medicaid_id;
    assert!(line_of(&linked.number).ends_with(&format!("{group}@2020-01-01")));
    assert!(line_of(&left.number).ends_with(','), "an ended link is not exported");
    assert!(line_of(&left.number).contains(",'=1+1,"), "X-27");
    assert!(line_of("7100126126").ends_with(&format!("{group}@1999-10-04;7100126128@1999-10-04")));
}

on_both_engines!(an_import_changes_only_permitted_values_of_a_medicaid_id);
fn an_import_changes_only_permitted_values_of_a_medicaid_id(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let linked = org.linked_medicaid_id();
    let exported = export_medicaid_ids(app);
    let at = 1 + exported.lines().skip(1).position(|line| line.starts_with(&linked.number)).unwrap();
    let line = exported.lines().nth(at).unwrap().to_owned();
    let changed = exported
        .replace(&line, &line.replace("\"Doe, John\"", "\"Doe, Johnny\"").replace(",active,", ",inactive,"));
    let difference = import_medicaid_ids(app, &changed).unwrap();
    assert_eq!(difference.lines, [format!("changed {}: name, status", linked.number)]);
    let record = app.read(|tx| tx.medicaid_ids().find(linked.id)).unwrap();
    assert_eq!(
        (record.name.as_str(), record.status.as_str(), record.version),
        ("Doe, Johnny", "inactive", 2)
    );

    let before = app.fingerprint();
    let exported = export_medicaid_ids(app);
    let line = exported.lines().nth(at).unwrap().to_owned();
    let link = format!("{}@2020-01-01", org.group_medicaid_id);
    let two_links = format!("{link};7199999999");
    for (from, to, violation) in [
        (
            ",64,individual,",
            ",78,individual,",
            "provider_type: differs from what is on file, which an import does not change",
        ),
        (
            ",64,individual,",
            ",64,group,",
            "category: differs from what is on file, which an import does not change",
        ),
        (
            link.as_str(),
            "",
            "group_medicaid_ids: lacks a link that is on file; a link is ended by a Maintenance",
        ),
        (
            "@2020-01-01",
            "@2020-01-02",
            "group_medicaid_ids: differs from what is on file, which an import does not change",
        ),
        (
            link.as_str(),
            two_links.as_str(),
            "group_medicaid_ids: names a group that is neither on file nor in the import",
        ),
    ] {
        let violations =
            import_medicaid_ids(app, &exported.replace(&line, &line.replace(from, to))).unwrap_err();
        assert_eq!(violations, [format!("line {}, {violation}", at + 1)]);
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(x_13_partial_medicaid_ids_and_other_invalid_values_are_never_stored);
fn x_13_partial_medicaid_ids_and_other_invalid_values_are_never_stored(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let text = medicaid_ids_file(&[
        medicaid_id("71", &[("name", "Bl Le"), ("provider_type", "6 ."), ("npi", "17")]),
        medicaid_id(
            "7100126126",
            &[("ssn", "666-12-3456"), ("effective_date", "10/04/1999"), ("status", "asleep")],
        ),
        medicaid_id("7100126127", &[("ssn", "***-**-1234"), ("end_date", "1999-10-03"), ("email", "nobody")]),
        medicaid_id(
            "7100126128",
            &[("category", "group"), ("provider_type", "65"), ("group_medicaid_ids", &org.group_medicaid_id)],
        ),
        medicaid_id("7100126129", &[("owning_organization_id", &org.id.to_string())]),
        medicaid_id("7100126130", &[("city", "Frankfort"), ("state", "Kentucky"), ("zip", "4060")]),
        medicaid_id("7100126131", &[("group_medicaid_ids", "7100000001,7100000002")]),
        medicaid_id("7100126131", &[("owning_organization_id", "org_01h455vb4pex5vsknk084sn02q")]),
    ]);
    let before = app.fingerprint();
    assert_eq!(
        import_medicaid_ids(app, &text).unwrap_err(),
        [
            "line 2, medicaid_id: must be 7 to 10 digits",
            "line 2, provider_type: is not a provider type of the plan",
            "line 3, ssn: is a number that is never issued",
            "line 3, status: must be active, inactive or terminated",
            "line 3, effective_date: must be a date such as 2023-07-01",
            "line 4, end_date: is before effective_date",
            "line 4, ssn: is masked, but no number is on file",
            "line 4, email: must be an email address",
            "line 5, ssn: belongs to individuals only",
            "line 5, group_medicaid_ids: only individuals are linked to groups",
            "line 6, owning_organization_id: an individual's Medicaid ID is linked to a group by group_medicaid_ids, and not owned by it",
            "line 7, address_line1: is missing in the address",
            "line 7, state: must be two capital letters",
            "line 7, zip: must be five digits, or nine",
            "line 8, group_medicaid_ids: must be numbers of group Medicaid IDs, each once, with ; between them, and each with the day it begins if you like: 7100000001@2020-01-01",
            "line 9, medicaid_id: appears in line 8 already",
        ]
    );
    assert!(app.fingerprint() == before);
}

on_both_engines!(thousands_of_medicaid_ids_are_imported_in_one_transaction);
fn thousands_of_medicaid_ids_are_imported_in_one_transaction(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let rows: Vec<_> = (1..=5000)
        .map(|n| {
            medicaid_id(
                &format!("73{n:08}"),
                &[("ssn", &format!("400-55-{n:04}")), ("group_medicaid_ids", &org.group_medicaid_id)],
            )
        })
        .collect();
    let text = medicaid_ids_file(&rows);
    app.forget_statements();
    let watch = Stopwatch::now();
    assert_eq!(import_medicaid_ids(app, &text).unwrap().new, 5000);
    println!(
        "5,000 Medicaid IDs on {:?}: {:?}, {} statements",
        app.engine,
        watch.elapsed(),
        app.statements().len()
    );
    let lookups = app.statements().iter().filter(|text| text.starts_with("SELECT")).count();
    assert!(lookups < 100, "{lookups}");
    assert_eq!(import_medicaid_ids(app, &export_medicaid_ids(app)).unwrap().unchanged, 5001);
}
