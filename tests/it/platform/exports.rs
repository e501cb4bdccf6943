//! Applications exported as CSV files and imported again unchanged (detail X-27).

use portal_api::transfer::export;
use portal_api::transfer::import::applications;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_tests::given::Given;
use portal_tests::transfer::{application, applications_file, export_csv, import_csv, work_of};
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(applications_survive_export_and_import_byte_for_byte);
fn applications_survive_export_and_import_byte_for_byte(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (marcus, tom) = (org.agent("Marcus Webb"), org.agent("Tom Ashby"));
    for status in ApplicationStatus::ALL {
        let _ = org.application(&marcus, Given { status: *status, ..Given::default() });
    }
    let _ = org.application(&tom, Given::default());
    let rows = [
        application(
            &org,
            &marcus,
            "APP0001",
            &[("provider_name", "Ó Siobhán, \u{2019}Ünï\u{a0}\u{1f600} \"quoted\""), ("npi", "")],
        ),
        application(
            &org,
            &marcus,
            "APP0002",
            &[
                ("provider_name", "=HYPERLINK(\"http://x\")"),
                ("provider_type", "01"),
                ("requested_effective_date", "2026-02-28"),
            ],
        ),
        application(
            &org,
            &tom,
            "APP0003",
            &[("medicaid_id", "0000001"), ("last_activity_at", "2026-01-20T10:00:00.123456-05:00")],
        ),
    ];
    let _ = import_csv(app, &applications_file(&rows)).unwrap();

    let first = export_csv(app);
    let before = app.fingerprint();
    let difference = import_csv(app, &first).unwrap();

    assert_eq!((difference.sums().as_str(), difference.lines.len()), ("0 new, 0 changed, 11 unchanged", 0));
    assert!(app.fingerprint() == before, "not even an audit event");
    assert!(export_csv(app) == first);
    assert!(first.starts_with(&applications::COLUMNS.join(",")));
    assert!(first.contains("2026-01-20T15:00:00.123456Z") && first.contains(",0000001,"));

    let mut own = Vec::new();
    let lakeside = app.provider_group("Lakeside");
    assert_eq!(export::applications::export(&app.portal, Some(lakeside.id), &mut own), Ok(0));
    assert_eq!(export::applications::export(&app.portal, Some(org.id), &mut own), Ok(11));
}

on_both_engines!(x_27_no_exported_cell_is_a_formula_and_responses_contain_the_original_names);
fn x_27_no_exported_cell_is_a_formula_and_responses_contain_the_original_names(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let names = ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "'=1", "'Aisha", "O'Brien"];
    let rows: Vec<_> = (1..)
        .zip(names)
        .map(|(n, name)| {
            // The name of a business may contain any of these characters.
            let cells = [("provider_name", name), ("provider_type", "01")];
            application(&org, &marcus, &format!("APP000{n}"), &cells)
        })
        .collect();
    let _ = import_csv(app, &applications_file(&rows)).unwrap();
    let shown: Vec<_> = work_of(&org, &manager, &marcus);
    let shown: Vec<_> = shown.iter().map(|item| item["provider_name"].as_str().unwrap()).collect();
    // The import reads `'=1` as `=1`, because exports write it that way.
    assert_eq!(shown, ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "=1", "'Aisha", "O'Brien"]);
    let exported = export_csv(app);
    for cell in ["'=cmd|' /C calc'!A0", "'+1+1", "'-1", "'@SUM(A1)", "'=1", "'Aisha", "O'Brien"] {
        assert!(exported.contains(&format!(",{cell},")), "{cell}");
    }
    assert_eq!(import_csv(app, &exported).unwrap().sums(), "0 new, 0 changed, 7 unchanged");
}
