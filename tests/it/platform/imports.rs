//! Imports of applications from CSV files, all or none (details ).

use std::time::Instant as Stopwatch;

use portal_api::transfer::import::applications;
use portal_tests::given::Given;
use portal_tests::transfer::{application, applications_file, export_csv, import_csv, work_of};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(x_03_x_06_x_07_the_printed_rows_are_imported_as_printed);
fn x_03_x_06_x_07_the_printed_rows_are_imported_as_printed(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let (physician, aprn) = ("64 -Physician individual", "78 - Advanced Practice Registered Nurse (APRN)");
    let printed = [
        ("APP1234", "1111111", "Doe, John", physician, "1234567890", "2023-07-01", "In Progress"),
        ("APP5678", "2222222", "Doe, Jane", aprn, "147852360", "2023-06-15", "DMS Review in Progress"),
        ("APP9876", "3333333", "Smith, John", physician, "369852147", "2023-07-15", "Submitted"),
        ("APP0543", "4444444", "Smith, Jane", aprn, "258963147", "2023-08-02", "In Progress"),
    ];
    let rows = printed.map(|(number, medicaid_id, name, provider_type, npi, initiated, status)| {
        application(
            &org,
            &marcus,
            number,
            &[
                ("medicaid_id", medicaid_id),
                ("provider_name", name),
                ("provider_type", provider_type),
                ("npi", npi),
                ("date_of_initiation", initiated),
                ("application_status", status),
            ],
        )
    });
    let before = app.audit_events();

    let difference = import_csv(app, &applications_file(&rows)).unwrap();

    assert_eq!(difference.lines, ["new APP1234", "new APP5678", "new APP9876", "new APP0543"]);
    assert_eq!(difference.notes, ["new invalid NPIs, kept as entered: 4"]);
    assert_eq!(difference.sums(), "4 new, 0 changed, 0 unchanged");
    assert_eq!(app.audit_events(), before + 1, "one event for all of them");
    let work = work_of(&org, &manager, &marcus);
    let grid: Vec<_> = work
        .iter()
        .map(|item| {
            (
                item["application_number"].as_str().unwrap(),
                item["medicaid_id"].as_str().unwrap(),
                item["provider_type"]["code"].as_str().unwrap(),
                item["npi"].as_str().unwrap(),
                item["application_status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        grid,
        [
            ("APP5678", "2222222", "78", "147852360", "dms_review_in_progress"),
            ("APP1234", "1111111", "64", "1234567890", "in_progress"),
            ("APP9876", "3333333", "64", "369852147", "submitted"),
            ("APP0543", "4444444", "78", "258963147", "in_progress"),
        ]
    );
    assert!(work.iter().all(|item| item["npi_valid"] == false), "stored and marked as invalid");
    assert_eq!(work[1]["provider_type"], json!({"code": "64", "label": "Physician individual"}));
    let id = work[1]["id"].as_str().unwrap();
    let history = manager.client().all(&format!("/api/v1/applications/{id}/history"));
    assert_eq!(
        (&history[0]["action"], &history[0]["actor_name"]),
        (&json!("imported"), &json!("command line"))
    );
    assert!(export_csv(app).contains("64 - Physician individual"), "exports use one spelling");
}

on_both_engines!(nothing_is_imported_from_an_invalid_file_and_every_violation_is_reported);
fn nothing_is_imported_from_an_invalid_file_and_every_violation_is_reported(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let elsewhere = app.practice("Riverbend", portal_domain::ground::plan_code::PlanCode::Lhcc);
    let (marcus, debi) = (org.agent("Marcus Webb"), org.manager("Debi Henderson"));
    let outsider = app.provider_group("Lakeside").agent("Sam Outsider");
    let bad = |number: &str, changes: &[(&str, &str)]| application(&org, &marcus, number, changes);
    let text = applications_file(&[
        bad("APP0001", &[]),
        bad("APP0001", &[("npi", "")]),
        bad(
            "APP12",
            &[
                ("date_of_initiation", "7/1/2023"),
                ("last_activity_at", "2023-07-01 15:00:00"),
                ("application_status", "Pending"),
            ],
        ),
        bad("APP0003", &[("medicaid_id", "71"), ("provider_type", "6 ."), ("provider_name", "Bl\nLe")]),
        bad("APP0004", &[("provider_type", "99"), ("application_type", "Promotion")]),
        bad("APP0005", &[("organization_id", "org_01h455vb4pex5vsknk084sn02q"), ("category", "group")]),
        bad("APP0006", &[("organization_id", &elsewhere.id.to_string())]),
        bad("APP0007", &[("initiated_by", "nobody@example.org"), ("assigned_to", &outsider.email)]),
        bad("APP0008", &[("assigned_to", &debi.email), ("category", "group")]),
        bad("APP0009", &[("date_of_initiation", "2026-02-02"), ("last_activity_at", "2026-02-01T17:00:01Z")]),
        "too,short".to_owned(),
        bad(
            "APP0010",
            &[("provider_name", " "), ("initiated_by", "marcus"), ("npi", "123456789012345678901")],
        ),
        bad("APP0011", &[("provider_name", "Doe 400550005"), ("npi", "123456789012345678901")]),
    ]);
    let before = app.fingerprint();
    let violations = import_csv(app, &text).unwrap_err();
    assert_eq!(
        violations,
        [
            "line 3, application_number: appears in line 2 already",
            "line 4, application_number: must be APP and at least four digits",
            "line 4, application_status: must be one of the seven statuses",
            "line 4, date_of_initiation: must be a date such as 2023-07-01",
            "line 4, last_activity_at: must be an instant such as 2023-07-01T15:00:00Z",
            "line 5, medicaid_id: must be 7 to 10 digits",
            "line 5, provider_name: must be at most 200 characters, without line breaks or control characters",
            "line 5, provider_type: is not a provider type of the plan",
            "line 7, application_type: must be one of the eight types",
            "line 8, organization_id: organization not found",
            "line 9, organization_id: its plan has no applications",
            "line 9, assigned_to: no member of the organization has this address",
            "line 10, initiated_by: no user has this address",
            "line 10, assigned_to: no member of the organization has this address",
            "line 11, category: does not match the provider_type",
            "line 11, assigned_to: is not a credentialing agent of the organization",
            "line 12, date_of_initiation: is in the future",
            "line 12, last_activity_at: is in the future",
            "line 13: cannot be read, or has another number of columns than line 1",
            "line 14, provider_name: must not be empty",
            "line 14, initiated_by: must be an email address",
            "line 15, provider_name: must not contain a Social Security number",
            "line 15, npi: must be at most 20 characters, without line breaks or control characters",
        ]
    );
    assert!(app.fingerprint() == before, "the valid rows are not imported either");
}

on_both_engines!(a_dry_run_shows_the_difference_and_changes_nothing);
fn a_dry_run_shows_the_difference_and_changes_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let _ = org.application(&marcus, Given { number: "APP1234".into(), ..Given::default() });
    let exported = export_csv(app);
    let changed = exported.replace("\"Doe, John\"", "\"Doe, Johnny\"");
    let text = format!("{changed}{}\n", application(&org, &marcus, "APP0543", &[]));
    let before = app.fingerprint();
    let mut shown = Vec::new();
    let result = applications::import(&app.portal, "a.csv", text.as_bytes(), true, &mut |difference| {
        shown.push(difference.clone());
    });
    assert_eq!(result.as_ref().unwrap().lines, ["changed APP1234: provider_name", "new APP0543"]);
    assert_eq!(shown, [result.unwrap()]);
    assert!(app.fingerprint() == before);
    assert_eq!(import_csv(app, &text).unwrap().sums(), "1 new, 1 changed, 0 unchanged");
    assert_eq!(
        import_csv(app, &text).unwrap().sums(),
        "0 new, 0 changed, 2 unchanged",
        "importing again changes nothing"
    );
}

on_both_engines!(a_byte_order_mark_crlf_and_the_order_of_columns_make_no_difference);
fn a_byte_order_mark_crlf_and_the_order_of_columns_make_no_difference(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let columns: Vec<&str> = applications::COLUMNS.iter().rev().copied().collect();
    let straight = application(&org, &marcus, "APP0543", &[("provider_name", "Smith")]);
    let cells: Vec<&str> = straight.split(',').rev().collect();
    let text = format!("\u{feff}{}\r\n{}\r\n\r\n{}\r\n", columns.join(","), cells.join(","), "short");
    let violation = "line 4: cannot be read, or has another number of columns than line 1";
    assert_eq!(import_csv(app, &text).unwrap_err(), [violation]);
    assert_eq!(import_csv(app, &text.replace("short\r\n", "")).unwrap().lines, ["new APP0543"]);
    let missing = format!("{}\n", applications::COLUMNS.join(",").replace("npi", "ssn"));
    assert_eq!(
        import_csv(app, &missing).unwrap_err(),
        ["line 1: missing column npi", "line 1: the name of column 9 is unexpected"]
    );
}

on_both_engines!(r_075_an_import_adds_no_second_open_revalidation_of_a_medicaid_id);
fn r_075_an_import_adds_no_second_open_revalidation_of_a_medicaid_id(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let revalidation = |number: &str, status: &str| {
        application(
            &org,
            &marcus,
            number,
            &[
                ("application_type", "revalidation"),
                ("application_status", status),
                ("medicaid_id", "7100000009"),
            ],
        )
    };
    let both = applications_file(&[revalidation("APP0001", "RTP"), revalidation("APP0002", "Submitted")]);
    assert_eq!(
        import_csv(app, &both).unwrap_err(),
        ["line 3, medicaid_id: has an open revalidation in line 2 already"]
    );
    let one = applications_file(&[revalidation("APP0001", "RTP"), revalidation("APP0002", "Denied")]);
    assert_eq!(import_csv(app, &one).unwrap().new, 2);
    let again = applications_file(&[revalidation("APP0003", "In-Progress")]);
    assert_eq!(
        import_csv(app, &again).unwrap_err(),
        ["line 2, medicaid_id: has an open revalidation already, APP0001"]
    );
}

on_both_engines!(r_060_r_205_importing_inactive_applications_reports_what_the_job_would_do);
fn r_060_r_205_importing_inactive_applications_reports_what_the_job_would_do(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let inactive = |number: &str, day: &str| {
        application(&org, &marcus, number, &[("date_of_initiation", "2025-01-01"), ("last_activity_at", day)])
    };
    // 2026-02-01 is day 119 for the first and day 120 for the second.
    let text = applications_file(&[
        inactive("APP0001", "2025-10-05T17:00:00Z"),
        inactive("APP0002", "2025-10-04T17:00:00Z"),
    ]);
    let notes = import_csv(app, &text).unwrap().notes;
    let note = "new applications past their day of withdrawal, which are warned about first: 1";
    assert_eq!(notes, [note]);
}

on_both_engines!(thousands_of_applications_are_imported_in_one_transaction);
fn thousands_of_applications_are_imported_in_one_transaction(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let rows: Vec<_> = (1..=5000).map(|n| application(&org, &marcus, &format!("APP{n:06}"), &[])).collect();
    let text = applications_file(&rows);
    app.forget_statements();
    let watch = Stopwatch::now();
    assert_eq!(import_csv(app, &text).unwrap().new, 5000);
    println!(
        "5,000 applications on {:?}: {:?}, {} statements",
        app.engine,
        watch.elapsed(),
        app.statements().len()
    );
    // SQLite may insert row by row, but lookups must be batched.
    let lookups = app.statements().iter().filter(|text| text.starts_with("SELECT")).count();
    assert!(lookups < 100, "{lookups}");
    let exported = export_csv(app);
    assert_eq!(exported.lines().count(), 5001);
    assert_eq!(import_csv(app, &exported).unwrap().unchanged, 5000);
}
