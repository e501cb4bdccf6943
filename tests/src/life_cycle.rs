//! Steps in the life cycle of applications, and what people see of them.

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::{ApplicationId, UserId};
use portal_domain::identity::user::PlatformRole;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::{Answer, Client};
use crate::given::{Given, Person};

/// A reviewer of the department.
#[must_use]
pub fn reviewer(app: &TestApp) -> UserId {
    app.platform_user("Grace Oyelaran", &[PlatformRole::DmsReviewer])
}

/// What stands at this path below an application.
#[must_use]
pub fn path(id: ApplicationId, rest: &str) -> String {
    format!("/api/v1/applications/{id}{rest}")
}

/// What a step is called with.
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

/// An application as this client is shown it.
#[must_use]
pub fn shown(client: &Client, id: ApplicationId) -> Value {
    client.get(&path(id, "")).expect(200).json()
}

/// What somebody was told, newest first.
#[must_use]
pub fn notices(person: &Person<'_>) -> Vec<Value> {
    person.client().all("/api/v1/notifications")
}

/// What gives an application of that status.
#[must_use]
pub fn given(status: ApplicationStatus) -> Given {
    Given { status, ..Given::default() }
}
