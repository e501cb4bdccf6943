//! Helpers that upload and remove documents of applications, or insert them directly.

use portal_domain::applications::document::MediaType;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::ApplicationId;
use portal_persistence::applications::documents::NewDocument;
use serde_json::Value;

use crate::app::TestApp;
use crate::client::{Answer, Call, Client, encoded};
use crate::given::{Item, Person};

/// The content of a small license: 23 bytes.
pub const LICENSE: &[u8] = b"%PDF-1.7\nlicense\n%%EOF\n";

/// The path of an application's documents.
#[must_use]
pub fn documents(application: ApplicationId) -> String {
    format!("/api/v1/applications/{application}/documents")
}

/// A request that uploads a file as a license copy.
#[must_use]
pub fn request<'c>(
    client: &'c Client,
    application: ApplicationId,
    file_name: &str,
    media_type: &str,
    body: &[u8],
) -> Call<'c> {
    let query = format!("document_type=license_copy&file_name={}", encoded(file_name));
    client
        .call("POST", &format!("{}?{query}", documents(application)))
        .header("content-type", media_type)
        .body(body.to_vec())
}

/// Tries to upload a file as a license copy.
#[must_use]
pub fn send(
    client: &Client,
    application: ApplicationId,
    file_name: &str,
    media_type: &str,
    body: &[u8],
) -> Answer {
    request(client, application, file_name, media_type, body).send()
}

/// Uploads the small license under this name.
#[must_use]
pub fn add(client: &Client, application: ApplicationId, file_name: &str) -> Value {
    send(client, application, file_name, "application/pdf", LICENSE).expect(201).json()
}

/// The path of a document.
#[must_use]
pub fn path_of(application: ApplicationId, document: &Value) -> String {
    format!("{}/{}", documents(application), document["id"].as_str().unwrap())
}

/// Tries to remove a document, regardless of its version.
#[must_use]
pub fn remove(client: &Client, path: &str) -> Answer {
    client.call("DELETE", path).header("if-match", "*").send()
}

/// Inserts `count` documents directly into the database.
pub fn stored(app: &TestApp, agent: &Person<'_>, item: Item, count: i64) {
    for _ in 0..count {
        app.write(|tx| {
            let id = tx.new_id();
            tx.documents().insert(&NewDocument {
                id,
                application: item.id,
                document_type: DocumentType::Other,
                file_name: "page.png",
                media_type: MediaType::Png,
                content: b"\x89PNG\r\n\x1a\n",
                sha256: &[7; 32],
                uploaded_by: (agent.user, &agent.name),
            })
        });
    }
}
