//! POST /applications/{application_id}/documents

use actix_web::{post, web};
use portal_domain::applications::document::{
    ContentRefusal, FileName, MAX_BYTES, MAX_DOCUMENTS, examine_content, has_room,
};
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::DocumentId;
use portal_persistence::applications::documents::NewDocument;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::{
    DocumentContent, DocumentView, VERSION, actions, document_facts, hexadecimal, scan_status,
};
use crate::http::auth::caller::May;
use crate::http::auth::permission::PrepareApplications;
use crate::http::extract::{Content, Query};
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::applications::applications::{
    ApplicationPath, locked_for, matter, may_be_replayed_about, store,
};

/// The query of a document upload.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentQuery {
    /// The document type.
    pub document_type: DocumentType,
    /// The file name: up to 255 characters, without slashes, backslashes, and control characters.
    /// Surrounding whitespace is trimmed; the rest is stored unchanged. Names that look like a
    /// Social Security number are refused.
    #[param(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^/\\\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*[^/\\\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069][^/\\\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$",
        example = "license 2026.pdf"
    )]
    pub file_name: String,
}

/// A validated upload.
struct Upload {
    document_type: DocumentType,
    file_name: FileName,
    content: Content<MAX_BYTES>,
}

impl Upload {
    /// Validates name and content, and reports every violation at once.
    fn parse(query: DocumentQuery, content: Content<MAX_BYTES>) -> Result<Self, Problem> {
        let named = FileName::parse(&query.file_name)
            .map_err(|refusal| FieldError::of("file_name", refusal.as_str(), refusal.message()));
        let filled = examine_content(content.media_type, &content.bytes).map_err(violation);
        match (named, filled) {
            (Ok(file_name), Ok(())) => Ok(Self { document_type: query.document_type, file_name, content }),
            (named, filled) => Err(Problem::invalid(named.err().into_iter().chain(filled.err()).collect())),
        }
    }
}

fn violation(refusal: ContentRefusal) -> FieldError {
    match refusal {
        ContentRefusal::Empty => FieldError::at("", "required", "the body is empty"),
        ContentRefusal::TooLarge => {
            FieldError::at("", "too_long", format!("at most {MAX_BYTES} bytes are accepted"))
        }
        ContentRefusal::MediaTypeMismatch { found } => {
            let message = match found {
                Some(found) => format!("the body is {found}, going by its first bytes"),
                None => "the body does not begin like a file of this type".to_owned(),
            };
            FieldError::of("Content-Type", "media_type_mismatch", message)
        }
    }
}

/// Upload a document
///
/// The body is the file itself: PDF, JPEG, PNG, or TIFF, at most 10 MiB. Its first bytes must match
/// the `Content-Type`; otherwise the response is 422 `media_type_mismatch`. An application has at
/// most 50 documents.
///
/// If the portal has a virus scanner, the document cannot be downloaded before it was found clean.
/// That usually takes seconds; `scan_status` shows it.
///
/// For the assigned agent, while the application is in progress or returned. Uploading counts
/// as activity.
#[utoipa::path(
    tag = "documents",
    params(ApplicationPath, DocumentQuery, IdempotencyHeader),
    request_body(
        description = "The file.",
        content(
            (DocumentContent = "application/pdf"),
            (DocumentContent = "image/jpeg"),
            (DocumentContent = "image/png"),
            (DocumentContent = "image/tiff"),
        ),
    ),
    responses(
        (status = 201, body = DocumentView, description = "The document.", headers(
            ("Location" = String, description = "The document. Append `/content` for its content."),
            ("ETag" = String, description = "Send it as `If-Match` to remove the document."),
        )),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/applications/{application_id}/documents")]
pub async fn add_document(
    caller: May<PrepareApplications>,
    path: web::Path<ApplicationPath>,
    query: Query<DocumentQuery>,
    body: Content<MAX_BYTES>,
) -> Answered {
    let Query(query) = query;
    let upload = Upload::parse(query, body)?;
    let id = path.application_id;
    caller
        .write_with_replay_check(may_be_replayed_about(id), move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::AddDocument)?;
            // Count under the application's lock. Otherwise concurrent uploads could both take the
            // last place.
            if !has_room(tx.documents().count(application.id)?) {
                let text = format!("an application has at most {MAX_DOCUMENTS} documents");
                return Err(Problem::invalid(vec![FieldError::at("", "too_many_items", text)]));
            }
            let id: DocumentId = tx.new_id();
            tx.documents().insert(&NewDocument {
                id,
                application: application.id,
                document_type: upload.document_type,
                file_name: upload.file_name.as_str(),
                media_type: upload.content.media_type,
                content: &upload.content.bytes,
                sha256: &upload.content.sha256,
                uploaded_by: (call.actor.user, &call.actor.name),
            })?;
            let document = tx.documents().find(application.id, id)?.ok_or_else(Problem::not_found)?;
            let sha256 = hexadecimal(&document.sha256);
            let change = matter(&application).add_document(
                document_facts(&document, &sha256),
                document.media_type.as_str(),
                document.size,
            );
            store(tx, call, &change)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            let view =
                DocumentView::of(document.clone(), scan_status(call, &document), actions(call, &application));
            Ok(done.with(Reply::created(&view, VERSION, format!("{}/{id}", call.path()))?))
        })
        .await
}
