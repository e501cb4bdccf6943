//! Helpers about applications whose screens begin with what is on file.

use portal_domain::applications::approval::Change;
use portal_domain::applications::screen::Screens;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::ground::tax_identifier::Ssn;
use portal_domain::medicaid::medicaid_id::PostalAddress;
use portal_persistence::medicaid::medicaid_ids::MedicaidIdRecord;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::given::Organization;
use crate::life_cycle::step;
use crate::medicaid_ids::GivenMedicaidId;
use crate::submission::{enrollment_screens, start, try_to_submit, upload};

/// The license on file of [`Organization::provider_on_file`].
#[must_use]
pub fn kentucky_license() -> Value {
    enrollment_screens()["2.2"]["licenses"][0].clone()
}

/// A license of another state.
#[must_use]
pub fn ohio_license() -> Value {
    json!({
        "license_type": "state_license",
        "issue_state": "OH",
        "license_number": "777",
        "effective_date": "2026-01-01",
        "expiration_date": "2028-12-31",
        "primary": false,
    })
}

impl Organization<'_> {
    /// A Medicaid ID with every kind of data on file, linked to the organization's group, with
    /// access for all agents.
    #[must_use]
    pub fn provider_on_file(&self) -> GivenMedicaidId {
        let one = self.granted_medicaid_id_with(|new| {
            new.npi = Some("1993999998".into());
            new.ssn = Ssn::parse("400-55-0001").ok();
        });
        let screens: Screens = serde_json::from_value(json!({
            "1.4": {"taxonomies": [{"code": "207Q00000X", "npi": "1993999998", "primary": true}]},
            "2.2": {"licenses": [kentucky_license()]},
        }))
        .unwrap();
        let address: PostalAddress =
            serde_json::from_value(enrollment_screens()["1.1"]["primary_physical_address"].clone()).unwrap();
        let change = Change {
            email: Some(Some("john.doe@example.org".into())),
            telephone: Some(Some("5025550100".into())),
            primary_physical_address: Some(Some(address)),
            taxonomies: screens.taxonomies.map(|screen| screen.taxonomies),
            licenses: screens.licenses.map(|screen| screen.licenses),
            ..Change::default()
        };
        self.app.write(|tx| tx.medicaid_ids().apply(one.id, &change));
        one
    }
}

impl TestApp {
    /// The record of a Medicaid ID.
    #[must_use]
    pub fn on_file(&self, one: &GivenMedicaidId) -> MedicaidIdRecord {
        self.read(|tx| tx.medicaid_ids().find(one.id)).unwrap()
    }

    /// The record of the Medicaid ID with this number.
    #[must_use]
    pub fn on_file_by_number(&self, number: &str) -> MedicaidIdRecord {
        self.read(|tx| tx.medicaid_ids().find_by_number(number)).unwrap()
    }

    /// The license numbers on file.
    #[must_use]
    pub fn licenses_on_file(&self, one: &GivenMedicaidId) -> Vec<String> {
        self.on_file(one).licenses.into_iter().filter_map(|license| license.license_number).collect()
    }

    /// What the application's screens were filled with.
    #[must_use]
    pub fn filled_with(&self, id: ApplicationId) -> Option<Screens> {
        self.read(|tx| tx.applications().filled_with(id))
    }

    /// Changes the telephone number on file, as an approved application does.
    pub fn change_telephone_on_file(&self, one: &GivenMedicaidId, telephone: &str) {
        let change = Change { telephone: Some(Some(telephone.into())), ..Change::default() };
        self.write(|tx| tx.medicaid_ids().apply(one.id, &change));
    }
}

/// Starts an application about the Medicaid ID; returns its ID and the response.
#[track_caller]
pub fn start_about(
    agent: &Client,
    org: &Organization<'_>,
    one: &GivenMedicaidId,
    application_type: ApplicationType,
) -> (ApplicationId, Value) {
    let started =
        start(agent, org, json!({"application_type": application_type.as_str(), "medicaid_id": one.number}));
    (started["id"].as_str().unwrap().parse().unwrap(), started)
}

/// Uploads the license's copy, submits the application, and takes it into review.
#[track_caller]
pub fn submit_for_review(app: &TestApp, agent: &Client, id: ApplicationId) {
    let _ = upload(agent, id, "license_copy");
    let _ = try_to_submit(agent, id).expect(200);
    let _ = step(&app.reviewer(), id, "start-review").expect(200);
}

/// Submits the application, and approves it.
#[track_caller]
pub fn submit_and_approve(app: &TestApp, agent: &Client, id: ApplicationId) -> Value {
    submit_for_review(app, agent, id);
    step(&app.reviewer(), id, "approve").expect(200).json()
}
