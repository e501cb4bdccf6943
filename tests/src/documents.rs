//! Documents of applications: sent, removed, or put straight into the store.

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

/// A request to add a file as the copy of a license.
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

/// Asks for a file to be added as the copy of a license.
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

/// Adds the small license under that name.
#[must_use]
pub fn add(client: &Client, application: ApplicationId, file_name: &str) -> Value {
    send(client, application, file_name, "application/pdf", LICENSE).expect(201).json()
}

/// The path of a document.
#[must_use]
pub fn path_of(application: ApplicationId, document: &Value) -> String {
    format!("{}/{}", documents(application), document["id"].as_str().unwrap())
}

/// Asks for a document to be removed, whatever its version is.
#[must_use]
pub fn remove(client: &Client, path: &str) -> Answer {
    client.call("DELETE", path).header("if-match", "*").send()
}

/// So many documents, straight into the store.
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
