//! Helpers that request transitions of applications and read the results.

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::ApplicationId;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::given::{Given, Person};

/// A path below an application.
#[must_use]
pub fn path(id: ApplicationId, rest: &str) -> String {
    format!("/api/v1/applications/{id}{rest}")
}

/// Requests a transition by name.
#[must_use]
pub fn step(client: &Client, id: ApplicationId, name: &str) -> Answer {
    match name {
        "withdraw" => client.post(&path(id, "/withdraw"), &json!({})),
        "return" | "deny" => {
            client.post(&path(id, &format!("/{name}")), &json!({"reason": "The license has expired."}))
        }
        _ => client.post_empty(&path(id, &format!("/{name}"))),
    }
}

/// The application as this client sees it.
#[must_use]
pub fn shown(client: &Client, id: ApplicationId) -> Value {
    client.get(&path(id, "")).expect(200).json()
}

/// The user's notices, newest first.
#[must_use]
pub fn notices(person: &Person<'_>) -> Vec<Value> {
    person.client().all("/api/v1/notifications")
}

/// A specification of an application in this status.
#[must_use]
pub fn given(status: ApplicationStatus) -> Given {
    Given { status, ..Given::default() }
}
