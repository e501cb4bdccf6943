//! Helpers that submit an application as its agent: start, fill in, upload documents, and submit.

use std::fmt::Display;

use portal_api::portal::one_time_token::OneTimeToken;
use portal_domain::applications::document::MediaType;
use portal_domain::applications::screen::Screens;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::{ApplicationId, DocumentId};
use portal_persistence::applications::documents::NewDocument;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::{Answer, Client};
use crate::given::{Item, Organization, Person};

/// The request body that starts the enrollment of a physician.
#[must_use]
pub fn enrollment() -> Value {
    json!({
        "application_type": "enrollment",
        "category": "individual",
        "provider_type": "64",
        "first_name": "Siobhán",
        "last_name": "O'Brien",
    })
}

/// Every screen of that enrollment, complete and valid.
#[must_use]
pub fn enrollment_screens() -> Value {
    json!({
        "1.1": {
            "first_name": "Siobhán",
            "last_name": "O'Brien",
            "tax_id": "401-55-0142",
            "email": "siobhan.obrien@example.org",
            "telephone": "1231231234",
            "primary_physical_address": {
                "line1": "275 East Main Street",
                "city": "Frankfort",
                "state": "KY",
                "zip": "40621",
            },
            "requested_effective_date": "2026-02-01",
        },
        "1.3": {"npis": [{"npi": "1993999998", "primary": true}]},
        "1.4": {"taxonomies": [{"code": "207Q00000X", "npi": "1993999998", "primary": true}]},
        "2.2": {"licenses": [{
            "license_type": "state_license",
            "issue_state": "KY",
            "license_number": "12345",
            "effective_date": "2025-06-01",
            "expiration_date": "2029-02-28",
            "primary": true,
        }]},
    })
}

/// Starts an application in this organization.
#[must_use]
#[track_caller]
pub fn start(client: &Client, org: &Organization<'_>, mut body: Value) -> Value {
    body["organization_id"] = json!(org.id.to_string());
    client.post("/api/v1/applications", &body).expect(201).json()
}

/// Tries to save these screens, regardless of the application's version.
#[must_use]
pub fn try_to_save(client: &Client, id: impl Display, screens: &Value) -> Answer {
    let path = format!("/api/v1/applications/{id}");
    client.call("PATCH", &path).header("if-match", "*").json(&json!({"screens": screens})).send()
}

/// Saves these screens.
#[track_caller]
pub fn save(client: &Client, id: impl Display, screens: Value) -> Value {
    try_to_save(client, id, &screens).expect(200).json()
}

/// Uploads a small PDF as a document of this type.
#[track_caller]
pub fn upload(client: &Client, id: impl Display, document_type: &str) -> Value {
    let path = format!(
        "/api/v1/applications/{id}/documents?document_type={document_type}&file_name={document_type}.pdf"
    );
    let content = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n".to_vec();
    client
        .call("POST", &path)
        .header("content-type", "application/pdf")
        .body(content)
        .send()
        .expect(201)
        .json()
}

/// Tries to submit the application.
#[must_use]
pub fn try_to_submit(client: &Client, id: impl Display) -> Answer {
    client.post_empty(&format!("/api/v1/applications/{id}/submit"))
}

/// Screen 2.2 with a physician's license.
#[must_use]
pub fn physicians_license() -> Value {
    json!({"2.2": enrollment_screens()["2.2"]})
}

impl TestApp {
    /// Stores a physician's license on screen 2.2 of an application, and its copy as the returned
    /// document. Both are needed
    /// for the maintenance of an individual. The application keeps its version.
    pub fn show_license(&self, agent: &Person<'_>, application: ApplicationId) -> DocumentId {
        let screen = &enrollment_screens()["2.2"];
        let screens =
            Screens { licenses: Some(serde_json::from_value(screen.clone()).unwrap()), ..Screens::default() };
        self.write(|tx| {
            tx.applications().save_screens(application, &screens, &agent.name)?;
            let id: DocumentId = tx.new_id();
            tx.documents().insert(&NewDocument {
                id,
                application,
                document_type: DocumentType::LicenseCopy,
                file_name: "license.pdf",
                media_type: MediaType::Pdf,
                content: b"%PDF-1.7\n",
                sha256: &OneTimeToken::hash_of("%PDF-1.7\n"),
                uploaded_by: (agent.user, &agent.name),
            })?;
            Ok(id)
        })
    }
}

/// An enrollment that the agent started, filled in, and submitted.
#[must_use]
#[track_caller]
pub fn submitted_enrollment(agent: &Person<'_>, org: &Organization<'_>) -> Item {
    let client = agent.client();
    let started = start(&client, org, enrollment());
    let id = started["id"].as_str().unwrap();
    let _ = save(&client, id, enrollment_screens());
    let submitted = try_to_submit(&client, id).expect(200).json();
    Item { id: id.parse().unwrap(), version: submitted["version"].as_i64().unwrap() }
}
