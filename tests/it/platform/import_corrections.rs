//! What a CSV import can correct in existing applications, and what it cannot.

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::organizations::membership::Role;
use portal_tests::given::Given;
use portal_tests::transfer::{application, applications_file, export_csv, import_csv, work_of};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(r_064_a_correction_is_recorded_in_the_history_and_is_no_activity);
fn r_064_a_correction_is_recorded_in_the_history_and_is_no_activity(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let item = org.application(&marcus, Given { inactive_days: 40, ..Given::default() });
    let changed =
        export_csv(app).replace("\"Doe, John\"", "\"Doe, Jonathan\"").replace("1234567893", "147852360");
    let difference = import_csv(app, &changed).unwrap();
    assert_eq!((difference.new, difference.changed, difference.unchanged), (0, 1, 0));
    assert!(difference.lines[0].ends_with(": provider_name, npi"), "{:?}", difference.lines);
    let work = work_of(&org, &manager, &marcus);
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

on_both_engines!(an_import_does_not_change_the_assignment_or_the_status);
fn an_import_does_not_change_the_assignment_or_the_status(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let lakeside = app.provider_group("Lakeside");
    let _ = lakeside.join(&marcus, &[Role::CredentialingAgent], &[]);
    let _ = import_csv(app, &applications_file(&[application(&org, &marcus, "APP0543", &[])])).unwrap();
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
        let violations =
            import_csv(app, &applications_file(&[application(&org, &marcus, "APP0543", &[(column, &cell)])]))
                .unwrap_err();
        let violation =
            format!("line 2, {column}: differs from what is on file, which an import does not change");
        assert!(violations.contains(&violation), "{violations:?}");
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(an_import_does_not_correct_closed_or_edited_applications);
fn an_import_does_not_correct_closed_or_edited_applications(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let _ = org.application(
        &marcus,
        Given { number: "APP0001".into(), status: ApplicationStatus::Approved, ..Given::default() },
    );
    let saved = org.application(&marcus, Given { number: "APP0002".into(), ..Given::default() });
    let _ = portal_tests::submission::upload(&marcus.client(), saved.id, "license_copy");
    let exported = export_csv(app);
    assert_eq!(import_csv(app, &exported).unwrap().sums(), "0 new, 0 changed, 2 unchanged");
    let before = app.fingerprint();
    assert_eq!(
        import_csv(app, &exported.replace("\"Doe, John\"", "\"Doe, Jane\"")).unwrap_err(),
        [
            "line 2, provider_name: differs from what is on file, and the application is closed",
            "line 3, provider_name: differs from what is on file, and a user changed it here: change it in the portal",
        ]
    );
    assert!(app.fingerprint() == before);
}
