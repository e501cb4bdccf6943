//! DELETE /applications/{application_id}/documents/{document_id}

use actix_web::{delete, web};
use portal_domain::applications::life_cycle::ApplicationAction;

use super::view::{DocumentPath, DocumentView, VERSION, actions, document_facts, hexadecimal, scan_status};
use crate::http::auth::caller::May;
use crate::http::auth::permission::PrepareApplications;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, SignedInProblems, VersionHeader, VersionProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply, require_match};
use crate::operations::applications::applications::{locked_for, matter, store};

/// Remove a document
///
/// Deletes the content. The history of the application keeps the document's type and
/// name, and who removed it.
///
/// For the assigned agent, while the application is in progress or returned. Removing a document
/// counts as activity.
#[utoipa::path(
    tag = "documents",
    params(DocumentPath, VersionHeader),
    responses(
        (status = 204, description = "The document was removed."),
        AnyProblems, SignedInProblems, NotFoundProblems, ConflictProblems, VersionProblems,
    ),
)]
#[delete("/applications/{application_id}/documents/{document_id}")]
pub async fn remove_document(caller: May<PrepareApplications>, path: web::Path<DocumentPath>) -> Answered {
    caller
        .write(move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::RemoveDocument)?;
            let document = tx.documents().find(application.id, path.document_id)?;
            let document = document.ok_or_else(Problem::not_found)?;
            let view =
                DocumentView::of(document.clone(), scan_status(call, &document), actions(call, &application));
            require_match(call.if_match(), VERSION, &view)?;
            tx.documents().remove(document.id, &call.actor.name)?;
            let sha256 = hexadecimal(&document.sha256);
            let change = matter(&application).remove_document(document_facts(&document, &sha256));
            store(tx, call, &change)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
