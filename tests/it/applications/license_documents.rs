//! The license check and submission require the same documents (domain rule R-207).

use portal_domain::applications::screen::LicenseType;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_tests::given::{Given, Organization, Person};
use portal_tests::json::violations_of;
use portal_tests::submission::{physicians_license, save, try_to_submit, upload};
use portal_tests::{Client, Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

const PROVIDER_TYPES: [(&str, MedicaidIdCategory); 6] = [
    ("64", MedicaidIdCategory::Individual),
    ("78", MedicaidIdCategory::Individual),
    ("65", MedicaidIdCategory::Group),
    ("789", MedicaidIdCategory::Group),
    ("01", MedicaidIdCategory::Entity),
    ("56", MedicaidIdCategory::Entity),
];

/// The state, expiration, and last renewal of a license: renewed in time, renewed late, never
/// renewed, expired, and issued by another state.
const DATES: [(&str, &str, Option<&str>); 5] = [
    ("KY", "2026-10-30", Some("2026-01-02")),
    ("KY", "2026-02-02", Some("2026-01-30")),
    ("KY", "2026-10-30", None),
    ("KY", "2025-12-31", Some("2025-12-30")),
    ("OH", "2026-10-30", Some("2026-01-02")),
];

const LICENSE_DOCUMENTS: [&str; 2] = ["license_copy", "transportation_cabinet_exemption_letter"];

/// An application of this type about a provider of this type.
fn application(
    app: &TestApp,
    org: &Organization<'_>,
    agent: &Person<'_>,
    application_type: ApplicationType,
    (provider_type, category): (&str, MedicaidIdCategory),
) -> ApplicationId {
    let item = org.application(agent, Given { application_type, ..Given::default() });
    app.set_provider_type(item.id, provider_type, category);
    item.id
}

/// The license on screen 2.2, and the question about the same license.
fn license(
    license_type: LicenseType,
    (state, expires, renewed): (&str, &str, Option<&str>),
) -> (Value, Value) {
    let mut question = json!({
        "plan": "ky", "license_type": license_type.as_str(), "issue_state": state, "expiration_date": expires,
    });
    let mut entry = match license_type {
        LicenseType::ExemptFromLicensure => {
            json!({"license_type": license_type.as_str(), "effective_date": "2025-06-01"})
        }
        LicenseType::StateLicense | LicenseType::TemporaryLicense => json!({
            "license_type": license_type.as_str(), "issue_state": state, "license_number": "12345",
            "effective_date": "2025-06-01", "expiration_date": expires, "primary": true,
        }),
    };
    if let Some(renewed) = renewed {
        question["renewed_on"] = json!(renewed);
        if license_type != LicenseType::ExemptFromLicensure {
            entry["last_renewed_on"] = json!(renewed);
        }
    }
    (json!({"2.2": {"licenses": [entry]}}), question)
}

fn check(agent: &Client, question: &Value) -> Value {
    agent.post("/api/v1/license-verification-checks", question).expect(200).json()
}

/// The license documents whose absence prevents submission.
fn missing_documents(agent: &Client, id: ApplicationId) -> Vec<String> {
    let answer = try_to_submit(agent, id);
    if answer.status == 200 {
        return vec![];
    }
    let refused = answer.problem(422, "validation_failed");
    let errors = violations_of(&refused);
    let missing = errors.iter().filter(|(_, code)| *code == "document_required");
    let names = missing.filter_map(|(pointer, _)| pointer.strip_prefix("/screens/8.0/"));
    names.filter(|name| LICENSE_DOCUMENTS.contains(name)).map(str::to_owned).collect()
}

fn names(documents: &Value) -> Vec<String> {
    let documents = documents.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    documents.filter(|name| LICENSE_DOCUMENTS.contains(&name.as_str())).collect()
}

#[test]
fn r_207_the_check_and_submission_require_the_same_documents_in_every_combination() {
    let app = TestApp::start(Engine::Sqlite);
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let mut seen = std::collections::BTreeMap::<Vec<String>, u32>::new();
    for application_type in ApplicationType::ALL {
        for (provider_type, category) in PROVIDER_TYPES {
            for license_type in LicenseType::ALL {
                if *license_type == LicenseType::ExemptFromLicensure && provider_type != "56" {
                    continue;
                }
                let subject = (provider_type, category);
                let id = application(&app, &org, &marcus, *application_type, subject);
                let mut wanted = Vec::new();
                for dates in DATES {
                    let case = format!("{application_type} {provider_type} {license_type} {dates:?}");
                    let (screen, mut question) = license(*license_type, dates);
                    let saved = save(&agent, id, screen);
                    question["provider_type"] = json!(provider_type);
                    question["filing"] = json!(application_type.as_str());
                    let answer = check(&agent, &question);
                    wanted = names(&answer["required_documents"]);
                    let needs_copy = wanted.iter().any(|name| name == "license_copy");
                    assert_eq!(answer["verification_required"], needs_copy, "{case}");
                    assert_eq!(names(&saved["required_documents"]), wanted, "{case}: the application");
                    if !wanted.is_empty() {
                        assert_eq!(missing_documents(&agent, id), wanted, "{case}: submission");
                    }
                    question["license_copy_on_file"] = json!(true);
                    assert_eq!(check(&agent, &question)["verification_required"], false, "{case}");
                    *seen.entry(wanted.clone()).or_default() += 1;
                }
                for document in &wanted {
                    let _ = upload(&agent, id, document);
                }
                assert!(missing_documents(&agent, id).is_empty(), "{application_type} {provider_type}");
            }
        }
    }
    let copies = 2 * 6 * 2 * 5;
    let (letters, nothing) = (8 * 5, 6 * 6 * 2 * 5);
    let document = |name: &str| vec![name.to_owned()];
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [
            (vec![], nothing),
            (document("license_copy"), copies),
            (document("transportation_cabinet_exemption_letter"), letters),
        ]
    );
}

on_both_engines!(r_107_r_207_the_maintenance_of_a_physician_without_screens_needs_a_license_and_its_copy);
fn r_107_r_207_the_maintenance_of_a_physician_without_screens_needs_a_license_and_its_copy(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let physician = org.granted_medicaid_id();
    for application_type in [ApplicationType::Maintenance, ApplicationType::Revalidation] {
        let item =
            org.application_about(&marcus, &physician, application_type, ApplicationStatus::InProgress);
        let shown = agent.get(&format!("/api/v1/applications/{}", item.id)).expect(200).json();
        assert_eq!(
            (&shown["required_documents"], &shown["required_on_screen"]),
            (&json!(["license_copy"]), &json!("8.0"))
        );
        let before = app.fingerprint();
        let refused = try_to_submit(&agent, item.id).problem(422, "validation_failed");
        assert_eq!(
            violations_of(&refused),
            [("/screens/2.2/licenses", "required"), ("/screens/8.0/license_copy", "document_required"),]
        );
        assert!(app.fingerprint() == before, "nothing changed");
        let _ = save(&agent, item.id, physicians_license());
        let _ = upload(&agent, item.id, "license_copy");
        let _ = try_to_submit(&agent, item.id).expect(200);
        app.set_application_status(item.id, ApplicationStatus::Denied);
    }
}

on_both_engines!(r_207_a_group_submits_a_maintenance_without_a_license);
fn r_207_a_group_submits_a_maintenance_without_a_license(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let subject = ("65", MedicaidIdCategory::Group);
    let id = application(app, &org, &marcus, ApplicationType::Maintenance, subject);
    let _ = try_to_submit(&marcus.client(), id).expect(200);
}
