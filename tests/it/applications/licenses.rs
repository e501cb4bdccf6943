//! The license screen: exemptions, and the documents that prove a license (flow F-10; domain rules
//!

use chrono::NaiveDate;
use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_persistence::applications::applications::NewApplication;
use portal_tests::given::{Given, Organization, Person};
use portal_tests::json::violations_of;
use portal_tests::submission::{physicians_license, save, try_to_save, try_to_submit, upload};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

/// An application for a provider of non-emergency transportation, provider type 56.
fn transportation(
    app: &TestApp,
    org: &Organization<'_>,
    agent: &Person<'_>,
    application_type: ApplicationType,
) -> String {
    let id = app.write(|tx| {
        let id = tx.new_id();
        let now = tx.now();
        tx.applications().insert(&NewApplication {
            id,
            organization: org.id,
            application_type,
            application_number: format!("APP560{}", application_type as usize),
            status: ApplicationStatus::InProgress,
            medicaid_id: None,
            provider_name: "Bluegrass Rides".into(),
            provider_type: ("56".into(), "Non-Emergency Transportation".into()),
            npi: None,
            npi_valid: false,
            date_of_initiation: NaiveDate::from_ymd_opt(2026, 1, 15).unwrap(),
            initiated_by: (agent.user, agent.name.clone()),
            assigned_to: agent.membership,
            last_activity_at: now,
            category: MedicaidIdCategory::Entity,
            requested_effective_date: None,
            origin: HistoryAction::Started,
        })?;
        Ok(id)
    });
    id.to_string()
}

fn exempt_since(date: &str) -> Value {
    json!({"2.2": {"licenses": [{"license_type": "exempt_from_licensure", "effective_date": date}]}})
}

on_both_engines!(f_10_a_transportation_provider_selects_the_exemption_and_uploads_the_letter);
fn f_10_a_transportation_provider_selects_the_exemption_and_uploads_the_letter(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let id = transportation(app, &org, &marcus, ApplicationType::Maintenance);
    let client = marcus.client();

    let before = app.fingerprint();
    let refused = try_to_save(&client, &id, &exempt_since("2019-06-30")).problem(422, "validation_failed");
    assert_eq!(
        refused["errors"],
        json!([{
            "pointer": "/screens/2.2/licenses/0/effective_date",
            "code": "effective_date_too_early",
            "message": "must be 2019-07-01 or later",
            "screen": "2.2",
            "earliest": "2019-07-01",
        }])
    );
    assert!(app.fingerprint() == before, "the process does not move forward");

    let saved = save(&client, &id, exempt_since("2019-07-01"));
    assert_eq!(saved["application_status"], "in_progress");
    assert_eq!(saved["required_documents"], json!(["transportation_cabinet_exemption_letter"]));
    assert_eq!(saved["required_on_screen"], "8.0");
    assert_eq!(
        saved["screens"]["2.2"]["licenses"][0],
        json!({
            "license_type": "exempt_from_licensure", "effective_date": "2019-07-01", "primary": false,
        }),
        "no number is needed"
    );

    let before = app.fingerprint();
    let refused = try_to_submit(&client, &id).problem(422, "validation_failed");
    let violation = &refused["errors"][0];
    assert_eq!((&violation["code"], &violation["screen"]), (&json!("document_required"), &json!("8.0")));
    assert_eq!(violation["pointer"], "/screens/8.0/transportation_cabinet_exemption_letter");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = upload(&client, &id, "license_copy");
    let _ = try_to_submit(&client, &id).problem(422, "validation_failed");

    let _ = upload(&client, &id, "transportation_cabinet_exemption_letter");
    let submitted = try_to_submit(&client, &id).expect(200).json();
    assert_eq!(submitted["application_status"], "submitted");
}

on_both_engines!(r_092_a_10_the_earliest_date_of_an_exemption_depends_on_the_type);
fn r_092_a_10_the_earliest_date_of_an_exemption_depends_on_the_type(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let client = marcus.client();
    for (application_type, earliest, too_early) in [
        (ApplicationType::Maintenance, "2019-07-01", "2019-06-30"),
        (ApplicationType::Reapplication, "2019-07-01", "2019-06-30"),
        (ApplicationType::Reinstatement, "2019-07-01", "2019-06-30"),
        (ApplicationType::Revalidation, "2019-07-01", "2019-06-30"),
        (ApplicationType::Enrollment, "2025-02-01", "2025-01-31"),
    ] {
        let id = transportation(app, &org, &marcus, application_type);
        let refused = try_to_save(&client, &id, &exempt_since(too_early)).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["earliest"], earliest, "{application_type}");
        let _ = save(&client, &id, exempt_since(earliest));
    }
}

on_both_engines!(r_100_r_107_a_changed_or_renewed_license_requires_a_copy);
fn r_100_r_107_a_changed_or_renewed_license_requires_a_copy(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let client = marcus.client();
    for application_type in [ApplicationType::Maintenance, ApplicationType::Revalidation] {
        let item = org.application(&marcus, Given { application_type, ..Given::default() });
        let id = item.id.to_string();
        let saved = save(&client, &id, physicians_license());
        assert_eq!(saved["required_documents"], json!(["license_copy"]), "{application_type}");
        let refused = try_to_submit(&client, &id).problem(422, "validation_failed");
        assert_eq!(violations_of(&refused), [("/screens/8.0/license_copy", "document_required")]);
        let _ = upload(&client, &id, "license_copy");
        let _ = try_to_submit(&client, &id).expect(200);
    }
}
