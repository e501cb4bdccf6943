//! Applications that the department returns or denies, and who is notified (domain rule R-064).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::given::{Given, reassignment};
use portal_tests::life_cycle::{given, notices, path, shown, step};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(r_064_r_060_a_return_restarts_the_count);
fn r_064_r_060_a_return_restarts_the_count(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given { inactive_days: 119, ..given(ApplicationStatus::Submitted) });
    assert_eq!(shown(&marcus.client(), item.id)["days_inactive"], 119);
    let taken = step(&app.reviewer(), item.id, "start-review").expect(200).json();
    assert_eq!(taken["days_inactive"], 119, "starting a review is no activity");
    let returned = step(&app.reviewer(), item.id, "return").expect(200).json();
    assert_eq!((&returned["days_inactive"], &returned["days_until_withdrawal"]), (&json!(0), &json!(120)));
}

on_both_engines!(r_028_r_027_n_04_an_application_returned_after_a_reassignment_goes_to_the_new_agent);
fn r_028_r_027_n_04_an_application_returned_after_a_reassignment_goes_to_the_new_agent(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| org.agent(name));
    let item = org.application(&marcus, given(ApplicationStatus::Submitted));
    let moved = manager
        .client()
        .post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item]))
        .expect(201)
        .json();

    let returned = step(&app.reviewer(), item.id, "return").expect(200).json();

    assert_eq!(returned["department_reason"], "The license has expired.");
    assert!(notices(&marcus).is_empty(), "the former agent gets no notice");
    let notices: Vec<_> =
        notices(&priya).into_iter().filter(|notice| notice["kind"] == "application_returned").collect();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0]["reassignment_id"], moved["id"]);
    assert!(notices[0]["text"].as_str().unwrap().ends_with("Reason: The license has expired."));
    let mine = priya
        .client()
        .all("/api/v1/applications?assigned_to_me=true&application_status=returned_to_provider");
    assert_eq!(mine.len(), 1, "it is assigned to the new agent");
    assert_eq!(priya.client().all(&path(item.id, "/history"))[0]["detail"], "The license has expired.");
    let messages = priya.client().all(&format!("/api/v1/correspondence?application_id={}", item.id));
    assert_eq!((messages.len(), &messages[0]["direction"]), (1, &json!("to_provider")));
}

on_both_engines!(n_04_n_05_if_the_agent_cannot_act_managers_or_else_administrators_are_notified);
fn n_04_n_05_if_the_agent_cannot_act_managers_or_else_administrators_are_notified(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| org.agent(name));
    let administrator = org.administrator("Katherine Tully");
    let left = org.application(&marcus, given(ApplicationStatus::Submitted));
    let without_access = org.linked_medicaid_id();
    let closed = org.application_about(
        &priya,
        &without_access,
        ApplicationType::Maintenance,
        ApplicationStatus::DmsReviewInProgress,
    );
    app.set_membership_status(marcus.membership, MembershipStatus::Disabled);
    let department = app.reviewer();

    let _ = step(&department, left.id, "return").expect(200);
    assert_eq!(notices(&administrator).len(), 1, "the organization has no manager");
    let managers = ["Debi Henderson", "Dan Hill"].map(|name| org.manager(name));
    let _left = org.member_with("Gina Gone", &[Role::CaAdminManager], &[], MembershipStatus::Disabled);
    let _ = step(&department, closed.id, "deny").expect(200);

    for manager in &managers {
        let received = notices(manager);
        assert_eq!((received.len(), &received[0]["kind"]), (1, &json!("application_denied")));
    }
    assert_eq!(notices(&administrator).len(), 1, "not this one");
    assert!(notices(&priya).is_empty());
    assert_eq!(app.read(|tx| tx.memberships().managers_to_notify(&[org.id]))[&org.id].len(), 2);
}
