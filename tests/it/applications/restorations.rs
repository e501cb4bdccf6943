//! Restoring automatically withdrawn applications (decision D-17).

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::identity::user::PlatformRole;
use portal_tests::application_inactivity::{application_about, notices_of_kind, run_after};
use portal_tests::given::{Given, Item};
use portal_tests::life_cycle::path;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(d_17_an_operator_restores_an_automatically_withdrawn_application);
fn d_17_an_operator_restores_an_automatically_withdrawn_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given =
        Given { status: ApplicationStatus::ReturnedToProvider, number: "APP0543".into(), ..Given::default() };
    let item = org.application(&marcus, given);
    assert_eq!([30, 30, 60].map(|days| run_after(app, days)), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    app.advance(Duration::days(7) - Duration::microseconds(1));
    let client = app.operator();
    let events = app.audit_events();
    let restored = client.post_empty(&path(item.id, "/restore")).expect(200).json();
    assert_eq!(app.audit_events(), events + 1);
    assert_eq!(
        (&restored["application_status"], &restored["version"]),
        (&json!("returned_to_provider"), &json!(3))
    );
    assert_eq!(restored["days_inactive"], 0);
    let found = app.read(|tx| tx.applications().find(item.id)).unwrap();
    assert!(
        found.withdrawal.kind.is_none()
            && found.withdrawal.at.is_none()
            && found.withdrawal.status_before.is_none()
    );
    let entry = app.read(|tx| tx.applications().history(item.id, None, 1)).items.remove(0);
    assert_eq!((entry.action.as_str(), entry.actor_name.as_str()), ("restored", "Ruth Delgado"));
    let notices = notices_of_kind(&marcus, "application_restored");
    assert_eq!(notices.len(), 1);
    assert_eq!(
        notices[0]["text"],
        "Application APP0543 (Enrollment) for Doe, John is Returned to Provider again: its automatic withdrawal was taken back. The days without activity count anew."
    );
    let again = client.post_empty(&path(item.id, "/restore")).problem(409, "not_restorable");
    assert_eq!(again["reasons"], json!(["not_withdrawn_automatically"]));
    assert_eq!(run_after(app, 29), [0, 0, 0]);
    assert_eq!(run_after(app, 1), [1, 0, 0], "the count restarted");
    assert_eq!(run_after(app, 30), [0, 1, 0], "the warnings before the withdrawal no longer count");
    assert_eq!(run_after(app, 60), [0, 0, 1], "it can be withdrawn again");
    assert_eq!(notices_of_kind(&marcus, "application_withdrawn").len(), 2);
}

on_both_engines!(d_17_an_application_cannot_be_restored_after_seven_days);
fn d_17_an_application_cannot_be_restored_after_seven_days(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let item = org.application(&org.agent("Marcus Webb"), Given::default());
    assert_eq!([60, 60].map(|days| run_after(app, days)), [[0, 1, 0], [0, 0, 1]]);
    app.advance(Duration::days(7));
    let client = app.operator();
    let before = app.fingerprint();
    let refused = client.post_empty(&path(item.id, "/restore")).problem(409, "not_restorable");
    assert_eq!(refused["reasons"], json!(["restoration_expired"]));
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(d_17_only_operators_restore_and_only_automatic_withdrawals);
fn d_17_only_operators_restore_and_only_automatic_withdrawals(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let given = Given { status: ApplicationStatus::ReturnedToProvider, ..Given::default() };
    let (automatic, manual) = (org.application(&marcus, given.clone()), org.application(&marcus, given));
    let _ = marcus.client().post(&path(manual.id, "/withdraw"), &json!({})).expect(200);
    assert_eq!([60, 60].map(|days| run_after(app, days)), [[0, 1, 0], [0, 0, 1]]);
    let staff = app.staff("Pam Staff", PlatformRole::PlanStaff);
    let (client, manager, marcus) = (app.operator(), manager.client(), marcus.client());
    let before = app.fingerprint();
    for caller in [&staff, &manager, &marcus] {
        let _ = caller.post_empty(&path(automatic.id, "/restore")).problem(403, "role_required");
    }
    let refused = client.post_empty(&path(manual.id, "/restore")).problem(409, "not_restorable");
    assert_eq!(refused["reasons"], json!(["not_withdrawn_automatically"]));
    let unknown = Item { id: "app_01h455vb4pex5vsknk084sn02q".parse().unwrap(), version: 1 };
    let _ = client.post_empty(&path(unknown.id, "/restore")).problem(404, "not_found");
    let _ = app.anonymous().post_empty(&path(automatic.id, "/restore")).problem(401, "unauthenticated");
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(r_075_a_revalidation_is_not_restored_beside_another_one);
fn r_075_a_revalidation_is_not_restored_beside_another_one(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let old = application_about(app, &org, &marcus, ApplicationType::Revalidation, ("APP9001", "7100099001"));
    assert_eq!([60, 60].map(|days| run_after(app, days)), [[0, 1, 0], [0, 0, 1]]);
    let new = application_about(app, &org, &marcus, ApplicationType::Revalidation, ("APP9002", "7100099001"));
    let client = app.operator();
    let before = app.fingerprint();
    let refused = client.post_empty(&path(old.id, "/restore")).problem(409, "open_item_exists");
    assert_eq!(refused["application_number"], "APP9002");
    assert!(app.fingerprint() == before, "nothing changed");
    app.set_application_status(new.id, ApplicationStatus::Denied);
    let _ = client.post_empty(&path(old.id, "/restore")).expect(200);
}
