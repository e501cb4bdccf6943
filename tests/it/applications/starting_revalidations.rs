//! Starting revalidations early, on time, or late, and only one at a time (flow F-08; domain rules
//!

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_tests::json::violations;
use portal_tests::medicaid_ids::GivenMedicaidId;
use portal_tests::submission::start;
use portal_tests::{Answer, TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

use super::starting::{APPLICATIONS, about, attempt};

fn revalidation(one: &GivenMedicaidId) -> Value {
    about(ApplicationType::Revalidation, &one.number)
}

on_both_engines!(r_071_f_08_a_start_365_days_early_needs_confirmation_and_364_days_early_does_not);
fn r_071_f_08_a_start_365_days_early_needs_confirmation_and_364_days_early_does_not(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let client = marcus.client();
    let [early, timely] = [org.granted_medicaid_id(), org.granted_medicaid_id()];
    app.set_revalidation_due(early.id, "2027-02-01");
    app.set_revalidation_due(timely.id, "2027-01-31");
    let before = app.fingerprint();

    let asked = attempt(&client, &org, revalidation(&early)).problem(409, "confirmation_required");

    assert_eq!(
        asked["message"],
        "Providers are required to revalidate every five years. Your revalidation is due February 1, 2027. \
        Additional maintenance items cannot be submitted until this revalidation is approved by DMS. Do you wish to continue? Yes/No"
    );
    assert_eq!(
        asked["consequence"],
        "If Yes you will lose information entered on this screen and be returned to the dashboard."
    );
    assert_eq!((&asked["due_date"], &asked["days_until_due"]), (&json!("2027-02-01"), &json!(365)));
    assert_eq!(
        (&asked["options"], &asked["acknowledge"]),
        (&json!(["Yes", "No"]), &json!("early_revalidation"))
    );
    assert!(app.fingerprint() == before, "nothing changed");
    let started = start(&client, &org, revalidation(&timely));
    assert_eq!(started["next"], Value::Null);
}

on_both_engines!(a_08_f_08_after_yes_the_input_is_lost_and_the_dashboard_is_next);
fn a_08_f_08_after_yes_the_input_is_lost_and_the_dashboard_is_next(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let one = org.granted_medicaid_id();
    app.set_revalidation_due(one.id, "2028-01-01");
    let mut body = revalidation(&one);
    body["requested_effective_date"] = json!("2026-03-01");
    body["acknowledge"] = json!(["early_revalidation"]);
    let started = start(&client, &org, body);
    assert_eq!(
        (&started["next"], &started["application_status"]),
        (&json!("dashboard"), &json!("in_progress"))
    );
    assert_eq!(started["requested_effective_date"], Value::Null);
    assert_eq!(
        started["screens"]["1.1"],
        json!({"first_name": "John", "last_name": "Doe"}),
        "what is on file was not entered"
    );
    let shown = client.get(&format!("{APPLICATIONS}/{}", started["id"].as_str().unwrap())).expect(200).json();
    assert_eq!(shown["next"], Value::Null, "only the response to the start has `next`");
}

on_both_engines!(r_071_an_acknowledgment_is_a_documented_value_and_appears_once);
fn r_071_an_acknowledgment_is_a_documented_value_and_appears_once(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let one = org.granted_medicaid_id();
    for (given, code) in [
        (json!(["yes"]), "unknown_value"),
        (json!(["early_revalidation", "early_revalidation"]), "format"),
        (json!(null), "format"),
    ] {
        let mut body = revalidation(&one);
        body["acknowledge"] = given;
        assert_eq!(violations(attempt(&client, &org, body))[0].1, code);
    }
}

on_both_engines!(r_072_a_past_due_revalidation_and_one_without_a_due_date_start_at_once);
fn r_072_a_past_due_revalidation_and_one_without_a_due_date_start_at_once(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let [past, unknown] = [org.granted_medicaid_id(), org.granted_medicaid_id()];
    app.set_revalidation_due(past.id, "2020-02-29");
    for one in [past, unknown] {
        assert_eq!(start(&client, &org, revalidation(&one))["next"], Value::Null);
    }
}

on_both_engines!(r_075_one_revalidation_of_a_medicaid_id_is_open_at_a_time);
fn r_075_one_revalidation_of_a_medicaid_id_is_open_at_a_time(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let (client, sam) = (org.agent("Marcus Webb").client(), lakeside.agent("Sam Outsider").client());
    let one = org.granted_medicaid_id();
    lakeside.link(&one, "2026-01-01".parse().unwrap());
    lakeside.set_access(&one, portal_domain::medicaid::agent_access::AgentAccessState::Granted);
    app.set_revalidation_due(one.id, "2028-01-01");
    let mut body = revalidation(&one);
    body["acknowledge"] = json!(["early_revalidation"]);
    let first = start(&client, &org, body.clone());
    let before = app.fingerprint();
    let refused = attempt(&client, &org, revalidation(&one)).problem(409, "open_item_exists");
    assert_eq!(refused["application_number"], first["application_number"]);
    let elsewhere = attempt(&sam, &lakeside, body.clone()).problem(409, "open_item_exists");
    assert_eq!(
        elsewhere["application_number"], first["application_number"],
        "regardless of who submitted it"
    );
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = start(&client, &org, about(ApplicationType::Maintenance, &one.number));
    let id = first["id"].as_str().unwrap().parse().unwrap();
    for status in [ApplicationStatus::Withdrawn, ApplicationStatus::Denied, ApplicationStatus::Approved] {
        app.set_application_status(id, ApplicationStatus::ReturnedToProvider);
        let _ = attempt(&client, &org, body.clone()).problem(409, "open_item_exists");
        app.set_application_status(id, status);
    }
    let _ = attempt(&client, &org, body).expect(201);
}

on_both_engines!(r_075_one_of_sixty_four_concurrent_starts_of_a_revalidation_succeeds);
fn r_075_one_of_sixty_four_concurrent_starts_of_a_revalidation_succeeds(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.granted_medicaid_id();
    let mut body = revalidation(&one);
    body["organization_id"] = json!(org.id.to_string());
    let requests = marcus.clients(64).into_iter().map(|client| {
        let body = body.clone();
        move || client.post(APPLICATIONS, &body)
    });
    let answers = at_once(requests);
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    let refused = |answer: &&Answer| answer.status == 409 && answer.json()["code"] == "open_item_exists";
    assert_eq!(answers.iter().filter(refused).count(), 63);
    assert_eq!(marcus.client().all(APPLICATIONS).len(), 1);
}
