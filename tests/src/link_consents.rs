//! Helpers for links of individuals to groups: screen 5.1, and consents.

use portal_domain::applications::screen::Screens;
use portal_domain::ground::id::LinkConsentId;
use portal_domain::medicaid::link_consent::Consent;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::given::{Organization, Person};
use crate::medicaid_ids::GivenMedicaidId;
use crate::submission::start;

/// Screen 5.1 with links to these Medicaid IDs that begin on February 1, 2026.
#[must_use]
pub fn links_to(numbers: &[&str]) -> Value {
    let links: Vec<Value> =
        numbers.iter().map(|number| json!({"medicaid_id": number, "effective_date": "2026-02-01"})).collect();
    json!({"5.1": {"links": links}})
}

/// The same screen as it is stored.
#[must_use]
pub fn stored_links_to(numbers: &[&str]) -> Screens {
    let group_links = serde_json::from_value(links_to(numbers)["5.1"].clone()).unwrap();
    Screens { group_links: Some(group_links), ..Screens::default() }
}

/// Starts a maintenance of the organization's group.
#[must_use]
#[track_caller]
pub fn start_group_maintenance(agent: &Client, org: &Organization<'_>) -> String {
    let body = json!({"application_type": "maintenance", "medicaid_id": org.group_medicaid_id});
    start(agent, org, body)["id"].as_str().unwrap().to_owned()
}

/// The path of the organization's consents for an individual.
#[must_use]
pub fn consents_path(org: &Organization<'_>, individual: &GivenMedicaidId) -> String {
    org.path(&format!("/medicaid-ids/{}/link-consents", individual.id))
}

/// Consents to a link of the individual to the group with this number.
#[must_use]
pub fn consent(client: &Client, org: &Organization<'_>, individual: &GivenMedicaidId, group: &str) -> Answer {
    client.post(&consents_path(org, individual), &json!({"group_medicaid_id": group}))
}

/// Revokes a consent, regardless of its version.
#[must_use]
pub fn revoke(client: &Client, org: &Organization<'_>, individual: &GivenMedicaidId, id: &Value) -> Answer {
    let path = format!("{}/{}", consents_path(org, individual), id.as_str().unwrap());
    client.call("DELETE", &path).header("if-match", "*").send()
}

impl Organization<'_> {
    /// A consent of the organization for the individual that names the group with this number,
    /// stored directly in the database.
    #[must_use]
    pub fn consented(&self, individual: &GivenMedicaidId, by: &Person<'_>, group: &str) -> LinkConsentId {
        self.app.write(|tx| {
            let consent = Consent {
                id: tx.new_id(),
                organization: self.id,
                individual: individual.id,
                individual_number: individual.number.clone(),
                group_number: group.to_owned(),
                given_at: tx.now(),
            };
            tx.link_consents().give(&consent, (by.user, &by.name))?;
            Ok(consent.id)
        })
    }
}
