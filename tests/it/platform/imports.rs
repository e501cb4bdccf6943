//! Moving in and out: applications and Medicaid IDs as CSV files (details ).

use std::time::Instant as Stopwatch;

use portal_api::transfer::export;
use portal_api::transfer::import::{Difference, applications, medicaid_ids};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::organizations::membership::Role;
use portal_tests::given::{Given, House, Person};
use portal_tests::medicaid_ids::day;
use portal_tests::{Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

fn bring(app: &TestApp, text: &str) -> Result<Difference, Vec<String>> {
    applications::import(&app.portal, "applications.csv", text.as_bytes(), false, &mut |_| ())
}

fn bring_medicaid_ids(app: &TestApp, text: &str) -> Result<Difference, Vec<String>> {
    medicaid_ids::import(&app.portal, "medicaid-ids.csv", text.as_bytes(), false, &mut |_| ())
}

fn take_out(app: &TestApp) -> String {
    let mut out = Vec::new();
    let _ = export::applications::export(&app.portal, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn take_out_medicaid_ids(app: &TestApp) -> String {
    let mut out = Vec::new();
    let _ = export::medicaid_ids::export(&app.portal, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A row with these cells by column; those not named are empty.
fn row(columns: &[&str], cells: &[(&str, String)]) -> String {
    assert!(cells.iter().all(|(column, _)| columns.contains(column)));
    let cell = |column: &&str| {
        let mut given = cells.iter().rev().filter(|(name, _)| name == column);
        quoted(given.next().map_or("", |(_, cell)| cell.as_str()))
    };
    columns.iter().map(cell).collect::<Vec<_>>().join(",")
}

fn file(columns: &[&str], rows: &[String]) -> String {
    format!("{}\n{}\n", columns.join(","), rows.join("\n"))
}

/// The row of an enrollment in progress, with some cells changed.
fn application(house: &House<'_>, agent: &Person<'_>, number: &str, changes: &[(&str, &str)]) -> String {
    let mut cells: Vec<(&str, String)> = vec![
        ("organization_id", house.id.to_string()),
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

fn applications_file(rows: &[String]) -> String {
    file(&applications::COLUMNS, rows)
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

fn work_of(house: &House<'_>, manager: &Person<'_>, agent: &Person<'_>) -> Vec<Value> {
    manager.client().all(&house.path(&format!("/work-assignments?agent_id={}", agent.membership)))
}

on_both_engines!(x_03_x_06_x_07_the_printed_rows_are_imported_as_printed);
fn x_03_x_06_x_07_the_printed_rows_are_imported_as_printed(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (manager, marcus) = (house.manager("Debi Henderson"), house.agent("Marcus Webb"));
    let (physician, aprn) = ("64 -Physician individual", "78 - Advanced Practice Registered Nurse (APRN)");
    let printed = [
        ("APP1234", "1111111", "Doe, John", physician, "1234567890", "2023-07-01", "In Progress"),
        ("APP5678", "2222222", "Doe, Jane", aprn, "147852360", "2023-06-15", "DMS Review in Progress"),
        ("APP9876", "3333333", "Smith, John", physician, "369852147", "2023-07-15", "Submitted"),
        ("APP0543", "4444444", "Smith, Jane", aprn, "258963147", "2023-08-02", "In Progress"),
    ];
    let rows = printed.map(|(number, medicaid_id, name, provider_type, npi, initiated, status)| {
        application(
            &house,
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

    let difference = bring(app, &applications_file(&rows)).unwrap();

    assert_eq!(difference.lines, ["new APP1234", "new APP5678", "new APP9876", "new APP0543"]);
    assert_eq!(difference.notes, ["new NPIs that are none, and are kept as they are: 4"]);
    assert_eq!(difference.sums(), "4 new, 0 changed, 0 unchanged");
    assert_eq!(app.audit_events(), before + 1, "one event for all of them");
    let work = work_of(&house, &manager, &marcus);
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
    assert!(work.iter().all(|item| item["npi_valid"] == false), "kept, and known to be none");
    assert_eq!(work[1]["provider_type"], json!({"code": "64", "label": "Physician individual"}));
    let id = work[1]["id"].as_str().unwrap();
    let history = manager.client().all(&format!("/api/v1/applications/{id}/history"));
    assert_eq!(
        (&history[0]["action"], &history[0]["actor_name"]),
        (&json!("imported"), &json!("command line"))
    );
    assert!(take_out(app).contains("64 - Physician individual"), "the one spelling that goes out");
}

on_both_engines!(of_a_file_with_faults_nothing_is_imported_and_every_fault_is_told);
fn of_a_file_with_faults_nothing_is_imported_and_every_fault_is_told(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let elsewhere = app.practice("Riverbend", portal_domain::ground::plan_code::PlanCode::Lhcc);
    let (marcus, debi) = (house.agent("Marcus Webb"), house.manager("Debi Henderson"));
    let stranger = app.provider_group("Lakeside").agent("Sam Stranger");
    let bad = |number: &str, changes: &[(&str, &str)]| application(&house, &marcus, number, changes);
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
        bad("APP0007", &[("initiated_by", "nobody@example.org"), ("assigned_to", &stranger.email)]),
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
    let faults = bring(app, &text).unwrap_err();
    assert_eq!(
        faults,
        [
            "line 3, application_number: stands in line 2 already",
            "line 4, application_number: must be APP and at least four digits",
            "line 4, application_status: must be one of the seven statuses",
            "line 4, date_of_initiation: must be a date such as 2023-07-01",
            "line 4, last_activity_at: must be an instant such as 2023-07-01T15:00:00Z",
            "line 5, medicaid_id: must be 7 to 10 digits",
            "line 5, provider_name: must be at most 200 characters, and no line breaks and the like",
            "line 5, provider_type: is no provider type of the plan",
            "line 7, application_type: must be one of the eight types",
            "line 8, organization_id: there is no such organization",
            "line 9, organization_id: its plan has no applications",
            "line 9, assigned_to: no member of the organization has this address",
            "line 10, initiated_by: nobody has this address",
            "line 10, assigned_to: no member of the organization has this address",
            "line 11, category: is not that of the provider_type",
            "line 11, assigned_to: is no credentialing agent of the organization",
            "line 12, date_of_initiation: is in the future",
            "line 12, last_activity_at: is in the future",
            "line 13: cannot be read, or has another number of columns than line 1",
            "line 14, provider_name: must not be empty",
            "line 14, initiated_by: must be an e-mail address",
            "line 15, provider_name: must not hold a Social Security number",
            "line 15, npi: must be at most 20 characters, and no line breaks and the like",
        ]
    );
    assert!(app.fingerprint() == before, "the rows without faults were not imported either");
}

on_both_engines!(a_dry_run_shows_the_difference_and_changes_nothing);
fn a_dry_run_shows_the_difference_and_changes_nothing(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let _ = house.application(&marcus, Given { number: "APP1234".into(), ..Given::default() });
    let exported = take_out(app);
    let changed = exported.replace("\"Doe, John\"", "\"Doe, Johnny\"");
    let text = format!("{changed}{}\n", application(&house, &marcus, "APP0543", &[]));
    let before = app.fingerprint();
    let mut shown = Vec::new();
    let told = applications::import(&app.portal, "a.csv", text.as_bytes(), true, &mut |difference| {
        shown.push(difference.clone());
    });
    assert_eq!(told.as_ref().unwrap().lines, ["changed APP1234: provider_name", "new APP0543"]);
    assert_eq!(shown, [told.unwrap()]);
    assert!(app.fingerprint() == before);
    assert_eq!(bring(app, &text).unwrap().sums(), "1 new, 1 changed, 0 unchanged");
    assert_eq!(
        bring(app, &text).unwrap().sums(),
        "0 new, 0 changed, 2 unchanged",
        "a second time nothing is left to do"
    );
}

on_both_engines!(what_is_exported_comes_back_unchanged_to_the_byte);
fn what_is_exported_comes_back_unchanged_to_the_byte(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (marcus, tom) = (house.agent("Marcus Webb"), house.agent("Tom Ashby"));
    for status in ApplicationStatus::ALL {
        let _ = house.application(&marcus, Given { status: *status, ..Given::default() });
    }
    let _ = house.application(&tom, Given::default());
    let rows = [
        application(
            &house,
            &marcus,
            "APP0001",
            &[("provider_name", "Ó Siobhán, \u{2019}Ünï\u{a0}\u{1f600} \"quoted\""), ("npi", "")],
        ),
        application(
            &house,
            &marcus,
            "APP0002",
            &[("provider_name", "=HYPERLINK(\"http://x\")"), ("requested_effective_date", "2026-02-28")],
        ),
        application(
            &house,
            &tom,
            "APP0003",
            &[("medicaid_id", "0000001"), ("last_activity_at", "2026-01-20T10:00:00.123456-05:00")],
        ),
    ];
    let _ = bring(app, &applications_file(&rows)).unwrap();

    let first = take_out(app);
    let before = app.fingerprint();
    let difference = bring(app, &first).unwrap();

    assert_eq!((difference.sums().as_str(), difference.lines.len()), ("0 new, 0 changed, 11 unchanged", 0));
    assert!(app.fingerprint() == before, "not even an audit event");
    assert!(take_out(app) == first);
    assert!(first.starts_with(&applications::COLUMNS.join(",")));
    assert!(first.contains("2026-01-20T15:00:00.123456Z") && first.contains(",0000001,"));

    let mut own = Vec::new();
    let lakeside = app.provider_group("Lakeside");
    assert_eq!(export::applications::export(&app.portal, Some(lakeside.id), &mut own), Ok(0));
    assert_eq!(export::applications::export(&app.portal, Some(house.id), &mut own), Ok(11));
}

on_both_engines!(x_27_no_cell_of_an_export_is_a_formula_and_the_answers_have_the_names_as_they_are);
fn x_27_no_cell_of_an_export_is_a_formula_and_the_answers_have_the_names_as_they_are(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (manager, marcus) = (house.manager("Debi Henderson"), house.agent("Marcus Webb"));
    let names = ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "'=1", "'Aisha", "O'Brien"];
    let rows: Vec<_> = (1..)
        .zip(names)
        .map(|(n, name)| application(&house, &marcus, &format!("APP000{n}"), &[("provider_name", name)]))
        .collect();
    let _ = bring(app, &applications_file(&rows)).unwrap();
    let shown: Vec<_> = work_of(&house, &manager, &marcus);
    let shown: Vec<_> = shown.iter().map(|item| item["provider_name"].as_str().unwrap()).collect();
    // What reads `'=1` in a file is `=1`: that is how exports write it.
    assert_eq!(shown, ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "=1", "'Aisha", "O'Brien"]);
    let exported = take_out(app);
    for cell in ["'=cmd|' /C calc'!A0", "'+1+1", "'-1", "'@SUM(A1)", "'=1", "'Aisha", "O'Brien"] {
        assert!(exported.contains(&format!(",{cell},")), "{cell}");
    }
    assert_eq!(bring(app, &exported).unwrap().sums(), "0 new, 0 changed, 7 unchanged");
}

on_both_engines!(a_byte_order_mark_crlf_and_another_order_of_columns_make_no_difference);
fn a_byte_order_mark_crlf_and_another_order_of_columns_make_no_difference(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let columns: Vec<&str> = applications::COLUMNS.iter().rev().copied().collect();
    let straight = application(&house, &marcus, "APP0543", &[("provider_name", "Smith")]);
    let cells: Vec<&str> = straight.split(',').rev().collect();
    let text = format!("\u{feff}{}\r\n{}\r\n\r\n{}\r\n", columns.join(","), cells.join(","), "short");
    let fault = "line 4: cannot be read, or has another number of columns than line 1";
    assert_eq!(bring(app, &text).unwrap_err(), [fault]);
    assert_eq!(bring(app, &text.replace("short\r\n", "")).unwrap().lines, ["new APP0543"]);
    let missing = format!("{}\n", applications::COLUMNS.join(",").replace("npi", "ssn"));
    assert_eq!(
        bring(app, &missing).unwrap_err(),
        ["line 1: there is no column npi", "line 1: the name of column 9 does not belong there"]
    );
}

on_both_engines!(r_064_a_correction_is_kept_in_the_history_and_is_no_activity);
fn r_064_a_correction_is_kept_in_the_history_and_is_no_activity(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (manager, marcus) = (house.manager("Debi Henderson"), house.agent("Marcus Webb"));
    let item = house.application(&marcus, Given { rested_days: 40, ..Given::default() });
    let changed =
        take_out(app).replace("\"Doe, John\"", "\"Doe, Jonathan\"").replace("1234567893", "147852360");
    let difference = bring(app, &changed).unwrap();
    assert_eq!((difference.new, difference.changed, difference.unchanged), (0, 1, 0));
    assert!(difference.lines[0].ends_with(": provider_name, npi"), "{:?}", difference.lines);
    let work = work_of(&house, &manager, &marcus);
    assert_eq!((&work[0]["provider_name"], &work[0]["npi"]), (&json!("Doe, Jonathan"), &json!("147852360")));
    assert_eq!(
        (&work[0]["npi_valid"], &work[0]["version"], &work[0]["days_inactive"]),
        (&json!(false), &json!(2), &json!(40))
    );
    let history = manager.client().all(&format!("/api/v1/applications/{}/history", item.id));
    assert_eq!(
        (&history[0]["action"], &history[0]["detail"]),
        (&json!("imported"), &json!("provider_name, npi"))
    );
    assert_eq!(history.len(), 2);
}

on_both_engines!(whose_an_application_is_and_where_it_stands_is_not_changed_by_a_file);
fn whose_an_application_is_and_where_it_stands_is_not_changed_by_a_file(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (marcus, priya) = (house.agent("Marcus Webb"), house.agent("Priya Nair"));
    let lakeside = app.provider_group("Lakeside");
    let _ = lakeside.join(&marcus, &[Role::CredentialingAgent], &[]);
    let _ = bring(app, &applications_file(&[application(&house, &marcus, "APP0543", &[])])).unwrap();
    let before = app.fingerprint();
    for (column, cell) in [
        ("organization_id", lakeside.id.to_string()),
        ("application_type", "maintenance".into()),
        ("application_status", "Approved".into()),
        ("date_of_initiation", "2026-01-14".into()),
        ("initiated_by", priya.email.clone()),
        ("assigned_to", priya.email.clone()),
        ("last_activity_at", "2026-01-20T15:00:01Z".into()),
    ] {
        let faults =
            bring(app, &applications_file(&[application(&house, &marcus, "APP0543", &[(column, &cell)])]))
                .unwrap_err();
        let fault =
            format!("line 2, {column}: differs from what is on file, which an import does not change");
        assert!(faults.contains(&fault), "{faults:?}");
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(what_is_closed_or_worked_on_here_is_not_corrected_by_a_file);
fn what_is_closed_or_worked_on_here_is_not_corrected_by_a_file(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let _ = house.application(
        &marcus,
        Given { number: "APP0001".into(), status: ApplicationStatus::Approved, ..Given::default() },
    );
    let saved = house.application(&marcus, Given { number: "APP0002".into(), ..Given::default() });
    let _ = portal_tests::filing::upload(&marcus.client(), saved.id, "license_copy");
    let exported = take_out(app);
    assert_eq!(bring(app, &exported).unwrap().sums(), "0 new, 0 changed, 2 unchanged");
    let before = app.fingerprint();
    assert_eq!(
        bring(app, &exported.replace("\"Doe, John\"", "\"Doe, Jane\"")).unwrap_err(),
        [
            "line 2, provider_name: differs from what is on file, and the application is closed",
            "line 3, provider_name: differs from what is on file, and somebody worked on it here: change it there",
        ]
    );
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_075_a_file_brings_no_second_open_revalidation_of_a_medicaid_id);
fn r_075_a_file_brings_no_second_open_revalidation_of_a_medicaid_id(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let revalidation = |number: &str, status: &str| {
        application(
            &house,
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
        bring(app, &both).unwrap_err(),
        ["line 3, medicaid_id: has an open revalidation in line 2 already"]
    );
    let one = applications_file(&[revalidation("APP0001", "RTP"), revalidation("APP0002", "Denied")]);
    assert_eq!(bring(app, &one).unwrap().new, 2);
    let again = applications_file(&[revalidation("APP0003", "In-Progress")]);
    assert_eq!(
        bring(app, &again).unwrap_err(),
        ["line 2, medicaid_id: has an open revalidation already, APP0001"]
    );
}

on_both_engines!(r_060_who_imports_what_has_rested_is_told_what_the_job_would_do);
fn r_060_who_imports_what_has_rested_is_told_what_the_job_would_do(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let rested = |number: &str, day: &str| {
        application(
            &house,
            &marcus,
            number,
            &[("date_of_initiation", "2025-01-01"), ("last_activity_at", day)],
        )
    };
    // 2026-02-01 is day 119 of the one and day 120 of the other.
    let text = applications_file(&[
        rested("APP0001", "2025-10-05T17:00:00Z"),
        rested("APP0002", "2025-10-04T17:00:00Z"),
    ]);
    let notes = bring(app, &text).unwrap().notes;
    assert_eq!(notes, ["new applications that the next run of application_inactivity would withdraw: 1"]);
}

on_both_engines!(thousands_of_applications_are_imported_in_one_transaction);
fn thousands_of_applications_are_imported_in_one_transaction(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let rows: Vec<_> = (1..=5000).map(|n| application(&house, &marcus, &format!("APP{n:06}"), &[])).collect();
    let text = applications_file(&rows);
    app.forget_statements();
    let watch = Stopwatch::now();
    assert_eq!(bring(app, &text).unwrap().new, 5000);
    println!(
        "5,000 applications on {:?}: {:?}, {} statements",
        app.engine,
        watch.elapsed(),
        app.statements().len()
    );
    // Inserts of SQLite may come a row each; what is looked up never does.
    let lookups = app.statements().iter().filter(|text| text.starts_with("SELECT")).count();
    assert!(lookups < 100, "{lookups}");
    let exported = take_out(app);
    assert_eq!(exported.lines().count(), 5001);
    assert_eq!(bring(app, &exported).unwrap().unchanged, 5000);
}

on_both_engines!(a_20_imported_medicaid_ids_are_found_by_the_manager_of_their_group);
fn a_20_imported_medicaid_ids_are_found_by_the_manager_of_their_group(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let links = format!("{}@2020-01-01", house.group_medicaid_id);
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
    assert_eq!(bring_medicaid_ids(app, &text).unwrap().lines, ["new 7100126126"]);
    assert_eq!(app.audit_events(), before + 1);
    let found = manager
        .post(&house.path("/medicaid-ids/search"), &json!({"medicaid_id": "7100126126"}))
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
    assert_eq!(found["agent_access"]["state"], "none", "access is granted by people, never by a file");
    assert_eq!(found["group_medicaid_ids"], json!([house.group_medicaid_id]));
}

on_both_engines!(x_14_numbers_that_must_not_be_seen_are_sealed_at_rest_and_masked_in_files);
fn x_14_numbers_that_must_not_be_seen_are_sealed_at_rest_and_masked_in_files(app: &TestApp) {
    let text = medicaid_ids_file(&[
        medicaid_id("7100126126", &[]),
        medicaid_id(
            "7100126127",
            &[("ssn", ""), ("fein", "61-0000001"), ("category", "group"), ("provider_type", "65")],
        ),
    ]);
    let _ = bring_medicaid_ids(app, &text).unwrap();
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
    let exported = take_out_medicaid_ids(app);
    assert!(exported.contains("***-**-0005") && exported.contains("**-***0001"));
    assert!(!exported.contains("55-0005") && !exported.contains("550005"));
    assert_eq!(bring_medicaid_ids(app, &exported).unwrap().sums(), "0 new, 0 changed, 2 unchanged");
    let before = app.fingerprint();
    for (from, to) in [("***-**-0005", "***-**-0006"), ("***-**-0005", "400-55-0006"), ("***-**-0005", "")] {
        let faults = bring_medicaid_ids(app, &exported.replace(from, to)).unwrap_err();
        assert_eq!(faults, ["line 2, ssn: differs from what is on file, which an import does not change"]);
    }
    assert_eq!(
        bring_medicaid_ids(app, &exported.replace("***-**-0005", "400550005")).unwrap().unchanged,
        2,
        "the same number"
    );
    assert!(app.fingerprint() == before);
}

on_both_engines!(what_is_exported_of_medicaid_ids_comes_back_unchanged_to_the_byte);
fn what_is_exported_of_medicaid_ids_comes_back_unchanged_to_the_byte(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let linked = house.linked_medicaid_id();
    let left = house.linked_medicaid_id_with(|new| new.name = "=1+1".into());
    house.end_link(&left, day("2025-06-30"));
    let links = format!("{};7100126128", house.group_medicaid_id);
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
    let difference = bring_medicaid_ids(app, &text).unwrap();
    assert_eq!((difference.new, difference.notes.len()), (3, 1));

    let first = take_out_medicaid_ids(app);
    let before = app.fingerprint();
    let difference = bring_medicaid_ids(app, &first).unwrap();

    // The two linked ones, the groups of the two houses, and the three of the file.
    assert_eq!((difference.sums().as_str(), difference.lines.len()), ("0 new, 0 changed, 7 unchanged", 0));
    assert!(app.fingerprint() == before);
    assert!(take_out_medicaid_ids(app) == first);
    let line_of = |number: &str| first.lines().find(|line| line.starts_with(number)).unwrap().to_owned();
    let group = &house.group_medicaid_id;
    assert!(line_of(&linked.number).ends_with(&format!("{group}@2020-01-01")));
    assert!(line_of(&left.number).ends_with(','), "a link that has ended is history");
    assert!(line_of(&left.number).contains(",'=1+1,"), "X-27");
    assert!(line_of("7100126126").ends_with(&format!("{group}@1999-10-04;7100126128@1999-10-04")));
}

on_both_engines!(what_may_change_of_a_medicaid_id_changes_and_the_rest_is_a_fault);
fn what_may_change_of_a_medicaid_id_changes_and_the_rest_is_a_fault(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let linked = house.linked_medicaid_id();
    let exported = take_out_medicaid_ids(app);
    let at = 1 + exported.lines().skip(1).position(|line| line.starts_with(&linked.number)).unwrap();
    let line = exported.lines().nth(at).unwrap().to_owned();
    let changed = exported
        .replace(&line, &line.replace("\"Doe, John\"", "\"Doe, Johnny\"").replace(",active,", ",inactive,"));
    let difference = bring_medicaid_ids(app, &changed).unwrap();
    assert_eq!(difference.lines, [format!("changed {}: name, status", linked.number)]);
    let record = app.read(|tx| tx.medicaid_ids().find(linked.id)).unwrap();
    assert_eq!(
        (record.name.as_str(), record.status.as_str(), record.version),
        ("Doe, Johnny", "inactive", 2)
    );

    let before = app.fingerprint();
    let exported = take_out_medicaid_ids(app);
    let line = exported.lines().nth(at).unwrap().to_owned();
    let link = format!("{}@2020-01-01", house.group_medicaid_id);
    let two_links = format!("{link};7199999999");
    for (from, to, fault) in [
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
            "group_medicaid_ids: names a group that is neither on file nor in this file",
        ),
    ] {
        let faults = bring_medicaid_ids(app, &exported.replace(&line, &line.replace(from, to))).unwrap_err();
        assert_eq!(faults, [format!("line {}, {fault}", at + 1)]);
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(x_13_half_of_a_medicaid_id_and_other_nonsense_is_never_stored);
fn x_13_half_of_a_medicaid_id_and_other_nonsense_is_never_stored(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let text = medicaid_ids_file(&[
        medicaid_id("71", &[("name", "Bl Le"), ("provider_type", "6 ."), ("npi", "17")]),
        medicaid_id(
            "7100126126",
            &[("ssn", "666-12-3456"), ("effective_date", "10/04/1999"), ("status", "asleep")],
        ),
        medicaid_id("7100126127", &[("ssn", "***-**-1234"), ("end_date", "1999-10-03"), ("email", "nobody")]),
        medicaid_id(
            "7100126128",
            &[
                ("category", "group"),
                ("provider_type", "65"),
                ("group_medicaid_ids", &house.group_medicaid_id),
            ],
        ),
        medicaid_id("7100126129", &[("owning_organization_id", &house.id.to_string())]),
        medicaid_id("7100126130", &[("city", "Frankfort"), ("state", "Kentucky"), ("zip", "4060")]),
        medicaid_id("7100126131", &[("group_medicaid_ids", "7100000001,7100000002")]),
        medicaid_id("7100126131", &[("owning_organization_id", "org_01h455vb4pex5vsknk084sn02q")]),
    ]);
    let before = app.fingerprint();
    assert_eq!(
        bring_medicaid_ids(app, &text).unwrap_err(),
        [
            "line 2, medicaid_id: must be 7 to 10 digits",
            "line 2, provider_type: is no provider type of the plan",
            "line 3, ssn: is a number that is never issued",
            "line 3, status: must be active, inactive or terminated",
            "line 3, effective_date: must be a date such as 2023-07-01",
            "line 4, end_date: is before effective_date",
            "line 4, ssn: is masked, and there is none on file",
            "line 4, email: must be an e-mail address",
            "line 5, ssn: belongs to individuals only",
            "line 5, group_medicaid_ids: only individuals are linked to groups",
            "line 6, owning_organization_id: an individual's Medicaid ID is linked to a group by group_medicaid_ids, and not owned by it",
            "line 7, address_line1: is missing in the address",
            "line 7, state: must be two capital letters",
            "line 7, zip: must be five digits, or nine",
            "line 8, group_medicaid_ids: must be numbers of group Medicaid IDs, each once, with ; between them, and each with the day it begins if you like: 7100000001@2020-01-01",
            "line 9, medicaid_id: stands in line 8 already",
        ]
    );
    assert!(app.fingerprint() == before);
}

on_both_engines!(thousands_of_medicaid_ids_are_imported_in_one_transaction);
fn thousands_of_medicaid_ids_are_imported_in_one_transaction(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let rows: Vec<_> = (1..=5000)
        .map(|n| {
            medicaid_id(
                &format!("73{n:08}"),
                &[("ssn", &format!("400-55-{n:04}")), ("group_medicaid_ids", &house.group_medicaid_id)],
            )
        })
        .collect();
    let text = medicaid_ids_file(&rows);
    app.forget_statements();
    let watch = Stopwatch::now();
    assert_eq!(bring_medicaid_ids(app, &text).unwrap().new, 5000);
    println!(
        "5,000 Medicaid IDs on {:?}: {:?}, {} statements",
        app.engine,
        watch.elapsed(),
        app.statements().len()
    );
    let lookups = app.statements().iter().filter(|text| text.starts_with("SELECT")).count();
    assert!(lookups < 100, "{lookups}");
    assert_eq!(bring_medicaid_ids(app, &take_out_medicaid_ids(app)).unwrap().unchanged, 5001);
}
