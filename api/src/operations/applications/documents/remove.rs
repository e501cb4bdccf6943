//! DELETE /applications/{application_id}/documents/{document_id}

use actix_web::{delete, web};
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_persistence::applications::applications::Step;

use super::view::{DocumentPath, DocumentView, VERSION, actions, hexadecimal};
use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, SignedInProblems, VersionHeader, VersionProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply, require_match};
use crate::operations::applications::applications::locked_for;

/// Remove a document
///
/// Deletes the content. The history of the application keeps its type and name, and who removed it.
///
/// For the assigned agent, while the application is in progress or returned. Removing a document is
/// activity.
#[utoipa::path(
    tag = "documents",
    operation_id = "removeDocument",
    params(DocumentPath, VersionHeader),
    responses(
        (status = 204, description = "The document was removed."),
        AnyProblems, SignedInProblems, NotFoundProblems, ConflictProblems, VersionProblems,
    ),
)]
#[delete("/applications/{application_id}/documents/{document_id}")]
pub async fn remove_document(caller: May<UsePortal>, path: web::Path<DocumentPath>) -> Answered {
    caller
        .write(move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::RemoveDocument)?;
            let document = tx.documents().find(application.id, path.document_id)?;
            let document = document.ok_or_else(Problem::not_found)?;
            let view = DocumentView::of(document.clone(), actions(call, &application));
            require_match(call.if_match(), VERSION, &view)?;
            tx.documents().remove(document.id, &call.actor.name)?;
            tx.applications().step(&Step {
                application: application.id,
                version: application.version,
                status: None,
                is_activity: true,
                action: HistoryAction::DocumentRemoved,
                actor: (Some(call.actor.user), &call.actor.name),
                detail: Some(&format!("{}: {}", document.document_type, document.file_name)),
            })?;
            let event = AuditEvent {
                organization: Some(application.organization),
                action: AuditAction::DocumentRemoved,
                object: document.id.to_string(),
                details: vec![
                    ("application", Detail::Text(application.id.to_string())),
                    ("document_type", Detail::Text(document.document_type.to_string())),
                    ("sha256", Detail::Text(hexadecimal(&document.sha256))),
                ],
            };
            tx.audit().record(&event, &call.author())?;
            Ok(Reply::no_content())
        })
        .await
}
