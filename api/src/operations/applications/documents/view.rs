//! Bodies about documents.

use chrono::{DateTime, Utc};
use portal_domain::applications::change::DocumentFacts;
use portal_domain::applications::document::MediaType;
use portal_domain::applications::document_scan::ScanStatus;
use portal_domain::applications::life_cycle::{self, ApplicationAction};
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::{ApplicationId, DocumentId};
use portal_persistence::applications::applications::Application;
use portal_persistence::applications::documents::Document;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::http::actions::ActionView;
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::page::list_view;
use crate::http::problem::Code;
use crate::operations::ground::person::PersonBrief;

/// The version of every document: documents never change.
pub(super) const VERSION: i64 = 1;

/// The path of a document.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DocumentPath {
    /// The application.
    pub application_id: ApplicationId,
    /// The document.
    pub document_id: DocumentId,
}

/// A document of an application, without its content.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "doc_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "document_type": "license_copy",
    "file_name": "license 2026.pdf",
    "media_type": "application/pdf",
    "size": 183042,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "uploaded_by": {"id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
    "uploaded_at": "2026-02-01T12:00:00Z",
    "scan_status": "clean",
    "actions": [{"action": "remove_document", "allowed": true, "reasons": []}]
}))]
pub struct DocumentView {
    /// The ID.
    pub id: DocumentId,
    /// The document type.
    pub document_type: DocumentType,
    /// The file name as uploaded; display it as text, and never use it as a path.
    pub file_name: String,
    /// The media type.
    pub media_type: MediaType,
    /// The size in bytes.
    pub size: i64,
    /// The SHA-256 of the content, as 64 hexadecimal digits.
    pub sha256: String,
    /// The user who uploaded it.
    pub uploaded_by: PersonBrief,
    /// When it was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// Whether it was scanned for viruses. Only documents with `not_scanned` and `clean` can be
    /// downloaded. Infected ones do not count as submitted.
    pub scan_status: ScanStatus,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// Documents of an application, in the order in which they were added.
    DocumentList of DocumentView
}

/// The caller's actions on a document of the application.
pub(super) fn actions<P: Permission>(call: &Call<P>, application: &Application) -> Vec<ActionView> {
    let action = ApplicationAction::RemoveDocument;
    let reasons = match call.credentialing(application.plan) {
        Ok(policy) => {
            let refusals = life_cycle::judge(&call.actor, &application.ownership(), action, policy, call.now);
            refusals.iter().map(|refusal| refusal.as_str()).collect()
        }
        Err(_) => vec![Code::plan_without_applications.as_str()],
    };
    vec![ActionView::new(action.as_str(), reasons)]
}

impl DocumentView {
    pub(super) fn of(document: Document, scan_status: ScanStatus, actions: Vec<ActionView>) -> Self {
        Self {
            id: document.id,
            document_type: document.document_type,
            file_name: document.file_name,
            media_type: document.media_type,
            size: document.size,
            sha256: hexadecimal(&document.sha256),
            uploaded_by: PersonBrief { id: document.uploaded_by, name: document.uploaded_by_name },
            uploaded_at: document.uploaded_at,
            scan_status,
            actions,
        }
    }
}

/// Whether the document was scanned for viruses.
pub(super) fn scan_status<P: Permission>(call: &Call<P>, document: &Document) -> ScanStatus {
    ScanStatus::of(document.verdict, call.services().settings.virus_scanner.is_some())
}

/// A stored document as a change of its application records it.
pub(super) fn document_facts<'a>(document: &'a Document, sha256: &'a str) -> DocumentFacts<'a> {
    DocumentFacts {
        id: document.id,
        document_type: document.document_type,
        file_name: &document.file_name,
        sha256,
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The schema of a document's bytes in the OpenAPI document; never constructed.
pub enum DocumentContent {}

impl PartialSchema for DocumentContent {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("The bytes of a file of that media type: at least one, at most 10 MiB."))
            .examples([json!("%PDF-1.7\n%%EOF\n")])
            .into()
    }
}

impl ToSchema for DocumentContent {}
