//! Submitting applications: missing values, and open revalidations that prevent submission (domain
//! rule R-073).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_tests::life_cycle::{path, shown, step};
use portal_tests::submission::{enrollment, enrollment_screens, save, start};
use portal_tests::{Answer, TestApp, at_once, on_both_engines};
use serde_json::json;

use super::life_cycle_buttons::offered;

on_both_engines!(r_073_a_18_a_maintenance_waits_for_any_open_revalidation_of_its_medicaid_id);
fn r_073_a_18_a_maintenance_waits_for_any_open_revalidation_of_its_medicaid_id(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let [one, other] = [org.granted_medicaid_id(), org.granted_medicaid_id()];
    let maintenance = |status| org.application_about(&marcus, &one, ApplicationType::Maintenance, status);
    let draft = maintenance(ApplicationStatus::InProgress);
    let returned = maintenance(ApplicationStatus::ReturnedToProvider);
    let elsewhere =
        org.application_about(&marcus, &other, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    for item in [draft, returned, elsewhere] {
        let _ = app.show_license(&marcus, item.id);
    }
    let started = start(&agent, &org, json!({"application_type": "revalidation", "medicaid_id": one.number}));

    let before = app.fingerprint();
    for item in [draft, returned] {
        let refused = step(&agent, item.id, "submit").problem(409, "revalidation_pending");
        assert_eq!(
            refused["application_number"], started["application_number"],
            "the number stays the same from the start"
        );
        let offered = offered(&agent, item.id, "submit").unwrap();
        assert_eq!(offered["reasons"], json!(["revalidation_pending"]));
    }
    let listed = agent
        .all("/api/v1/applications?application_type=maintenance&application_status=returned_to_provider");
    let submit = listed[0]["actions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["action"] == "submit")
        .unwrap()
        .clone();
    assert_eq!(submit["reasons"], json!(["revalidation_pending"]), "the list gives the same reason");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = save(&agent, draft.id, json!({"1.3": {"npis": [{"npi": "1993999998", "primary": true}]}}));
    let _ = step(&agent, elsewhere.id, "submit").expect(200);

    let revalidation: ApplicationId = started["id"].as_str().unwrap().parse().unwrap();
    for (status, waits) in [
        (ApplicationStatus::Submitted, true),
        (ApplicationStatus::DmsReviewInProgress, true),
        (ApplicationStatus::ReturnedToProvider, true),
        (ApplicationStatus::Withdrawn, false),
        (ApplicationStatus::Denied, false),
        (ApplicationStatus::Approved, false),
    ] {
        app.set_application_status(revalidation, status);
        let reasons = offered(&agent, returned.id, "submit").unwrap()["reasons"].clone();
        assert_eq!(reasons, if waits { json!(["revalidation_pending"]) } else { json!([]) }, "{status}");
    }
    let resubmitted = step(&agent, returned.id, "submit").expect(200).json();
    assert_eq!(resubmitted["application_status"], "submitted");
    assert_eq!(agent.all(&path(returned.id, "/history"))[0]["action"], "resubmitted");
}

on_both_engines!(r_073_r_066_withdrawing_a_returned_revalidation_releases_the_maintenance);
fn r_073_r_066_withdrawing_a_returned_revalidation_releases_the_maintenance(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.granted_medicaid_id();
    let maintenance =
        org.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let _ = app.show_license(&marcus, maintenance.id);
    let revalidation = org.application_about(
        &marcus,
        &one,
        ApplicationType::Revalidation,
        ApplicationStatus::ReturnedToProvider,
    );
    let _ = step(&marcus.client(), maintenance.id, "submit").problem(409, "revalidation_pending");
    let _ = step(&marcus.client(), revalidation.id, "withdraw").expect(200);
    let _ = step(&marcus.client(), maintenance.id, "submit").expect(200);
}

on_both_engines!(r_073_another_organizations_revalidation_counts_and_its_number_is_shown);
fn r_073_another_organizations_revalidation_counts_and_its_number_is_shown(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let (marcus, sam) = (org.agent("Marcus Webb"), lakeside.agent("Sam Outsider"));
    let one = org.granted_medicaid_id();
    let maintenance =
        org.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let _ = app.show_license(&marcus, maintenance.id);
    let theirs =
        lakeside.application_about(&sam, &one, ApplicationType::Revalidation, ApplicationStatus::Submitted);
    let number = app.read(|tx| tx.applications().find(theirs.id)).unwrap().application_number;
    let refused = step(&marcus.client(), maintenance.id, "submit").problem(409, "revalidation_pending");
    assert_eq!(refused["application_number"], json!(number));
}

on_both_engines!(r_073_f_05_an_open_revalidation_is_reported_with_the_other_violations);
fn r_073_f_05_an_open_revalidation_is_reported_with_the_other_violations(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.granted_medicaid_id();
    let maintenance =
        org.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let license = json!({"2.2": {"licenses": [{
        "license_type": "state_license", "issue_state": "KY", "license_number": "12345",
        "effective_date": "2025-03-01", "expiration_date": "2027-02-28", "primary": true,
    }]}});
    let _ = save(&marcus.client(), maintenance.id, license);
    let _ =
        org.application_about(&marcus, &one, ApplicationType::Revalidation, ApplicationStatus::InProgress);
    let refused = step(&marcus.client(), maintenance.id, "submit").problem(422, "validation_failed");
    let found: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["screen"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("8.0", "document_required"), ("10.1", "revalidation_pending")]);
    assert!(refused["application_number"].is_string());
}

on_both_engines!(f_05_a_submission_reports_all_missing_values_with_their_screens);
fn f_05_a_submission_reports_all_missing_values_with_their_screens(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let started = start(&agent, &org, enrollment());
    let id: ApplicationId = started["id"].as_str().unwrap().parse().unwrap();
    let before = app.fingerprint();
    let refused = step(&agent, id, "submit").problem(422, "validation_failed");
    assert!(app.fingerprint() == before, "nothing changed");
    let errors = refused["errors"].as_array().unwrap();
    let screens: std::collections::BTreeSet<_> =
        errors.iter().map(|error| error["screen"].as_str().unwrap()).collect();
    assert_eq!(screens.into_iter().collect::<Vec<_>>(), ["1.1", "1.3", "1.4", "2.2"]);
    assert!(errors.iter().all(|error| {
        error["pointer"]
            .as_str()
            .unwrap()
            .starts_with(&format!("/screens/{}", error["screen"].as_str().unwrap()))
    }));
    let _ = save(&agent, id, enrollment_screens());
    let _ = step(&agent, id, "submit").expect(200);
}

on_both_engines!(r_046_a_15_removing_access_stops_the_agent_at_once);
fn r_046_a_15_removing_access_stops_the_agent_at_once(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let one = org.granted_medicaid_id();
    let item =
        org.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    assert_eq!(shown(&agent, item.id)["agents_have_access"], true);
    org.set_access(&one, AgentAccessState::Removed);
    let refused = step(&agent, item.id, "submit").problem(403, "access_not_granted");
    assert_eq!(refused["reasons"], json!(["access_not_granted"]));
    let _ = agent.get(&path(item.id, "")).problem(403, "access_not_granted");
    assert!(agent.all("/api/v1/applications").is_empty());
}

on_both_engines!(r_073_f_05_one_of_sixty_four_concurrent_submissions_succeeds);
fn r_073_f_05_one_of_sixty_four_concurrent_submissions_succeeds(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.granted_medicaid_id();
    let item =
        org.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let _ = app.show_license(&marcus, item.id);
    let requests = marcus.clients(64).into_iter().map(|client| move || step(&client, item.id, "submit"));
    let answers = at_once(requests);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = |answer: &&Answer| answer.status == 409 && answer.json()["code"] == "invalid_transition";
    assert_eq!(answers.iter().filter(refused).count(), 63);
    let history = marcus.client().all(&path(item.id, "/history"));
    let versions: Vec<_> = history.iter().map(|entry| entry["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, [2, 1], "submitted once");
    assert_eq!(marcus.client().all("/api/v1/correspondence").len(), 1);
}
