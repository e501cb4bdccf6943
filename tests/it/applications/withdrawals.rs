//! Withdrawing returned applications by their initiator (domain rules ).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::MembershipStatus;
use portal_tests::given::reassignment;
use portal_tests::life_cycle::{given, path, shown, step};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(r_065_a_06_f_06_only_the_initiator_withdraws_a_returned_application);
fn r_065_a_06_f_06_only_the_initiator_withdraws_a_returned_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let [marcus, priya, other] = ["Marcus Webb", "Priya Nair", "Omar Diaz"].map(|name| org.agent(name));
    let outsider = app.provider_group("Lakeside").agent("Sam Outsider");
    let item = org.application(&marcus, given(ApplicationStatus::ReturnedToProvider));
    let _ = manager
        .client()
        .post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item]))
        .expect(201);
    let operator = app.staff("Olu Ade", PlatformRole::Operator);
    let initiator = marcus.client();
    let not_initiators = [&priya, &manager].map(|person| person.client());
    let others = [&other, &outsider].map(|person| person.client());
    let before = app.fingerprint();
    for client in &not_initiators {
        let refused = step(client, item.id, "withdraw").problem(403, "not_initiator");
        assert_eq!(refused["reasons"], json!(["not_initiator"]));
    }
    for client in &others {
        let _ = step(client, item.id, "withdraw").problem(404, "not_found");
    }
    let _ = step(&operator, item.id, "withdraw").problem(403, "role_required");
    for reason in ["  ".to_owned(), "x".repeat(2001)] {
        let _ = initiator
            .post(&path(item.id, "/withdraw"), &json!({"reason": reason}))
            .problem(422, "validation_failed");
    }
    assert!(app.fingerprint() == before, "nothing changed");

    let body = json!({"reason": "The provider moves to another state."});
    let withdrawn = initiator.post(&path(item.id, "/withdraw"), &body).expect(200).json();

    assert_eq!(withdrawn["application_status"], "withdrawn");
    assert_eq!(
        withdrawn["withdrawal"],
        json!({"kind": "manual", "at": "2026-02-01T17:00:00Z", "by": "Marcus Webb", "reason": body["reason"]})
    );
    let again = step(&initiator, item.id, "withdraw").problem(409, "invalid_transition");
    assert_eq!((&again["from"], &again["allowed"]), (&json!("withdrawn"), &json!([])));
}

on_both_engines!(r_065_the_initiator_withdraws_without_access_but_not_after_leaving);
fn r_065_the_initiator_withdraws_without_access_but_not_after_leaving(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let without_access = org.linked_medicaid_id();
    let returned = || {
        org.application_about(
            &marcus,
            &without_access,
            ApplicationType::Maintenance,
            ApplicationStatus::ReturnedToProvider,
        )
    };
    let (first, second) = (returned(), returned());
    let _ = marcus.client().get(&path(first.id, "")).problem(403, "access_not_granted");
    let withdrawn = step(&marcus.client(), first.id, "withdraw").expect(200).json();
    assert_eq!(withdrawn["withdrawal"]["kind"], "manual");
    app.set_membership_status(marcus.membership, MembershipStatus::Disabled);
    let _ = step(&marcus.client(), second.id, "withdraw").problem(404, "not_found");
}

on_both_engines!(r_066_withdrawn_applications_stay_readable);
fn r_066_withdrawn_applications_stay_readable(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, given(ApplicationStatus::ReturnedToProvider));
    let _ = step(&marcus.client(), item.id, "withdraw").expect(200);
    for client in [marcus.client(), org.manager("Debi Henderson").client(), app.reviewer()] {
        assert_eq!(shown(&client, item.id)["withdrawal"]["kind"], "manual");
        assert_eq!(client.all(&path(item.id, "/history"))[0]["action"], "withdrawn");
    }
}
