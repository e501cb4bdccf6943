//! Helpers for agents' access to a Medicaid ID: search, grant, and remove it as a manager.

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::given::Organization;
use crate::medicaid_ids::GivenMedicaidId;

/// Searches for a Medicaid ID.
#[must_use]
pub fn search(client: &Client, org: &Organization<'_>, number: &str) -> Answer {
    let path = org.path("/medicaid-ids/search");
    let body = json!({"medicaid_id": number});
    client.call("POST", &path).header("x-request-id", "the-same-each-time").json(&body).send()
}

/// The path for granting and removing access to a Medicaid ID.
#[must_use]
pub fn access_path(org: &Organization<'_>, medicaid_id: &GivenMedicaidId) -> String {
    org.path(&format!("/medicaid-ids/{}/agent-access", medicaid_id.id))
}

/// Sends an access action, regardless of the version.
#[must_use]
pub fn choose(
    client: &Client,
    org: &Organization<'_>,
    medicaid_id: &GivenMedicaidId,
    body: &Value,
) -> Answer {
    client.call("PUT", &access_path(org, medicaid_id)).header("if-match", "*").json(body).send()
}

/// Sends an access action, confirmed with Yes.
#[must_use]
pub fn confirm(
    client: &Client,
    org: &Organization<'_>,
    medicaid_id: &GivenMedicaidId,
    action: &str,
) -> Value {
    choose(client, org, medicaid_id, &json!({"action": action, "confirmation": "yes"})).expect(200).json()
}
