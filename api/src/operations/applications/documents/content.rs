//! GET /applications/{application_id}/documents/{document_id}/content

use portal_domain::platform::read_event::ReadAction;
use std::fmt::Write;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, get, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::view::{DocumentContent, DocumentPath, VERSION, scan_status};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, ConflictProblems, NotFoundProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply, WithoutBody};
use crate::operations::applications::applications::visible;
use crate::portal::transfer_memory::Reservation;

/// Forbids everything to a file that a browser displays in spite of `Content-Disposition`.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Download a document
///
/// The file comes as an attachment. Save it, and never display it within a page: another user
/// uploaded it. `Repr-Digest` (RFC 9530) has its SHA-256. `Accept` is ignored.
///
/// A document that waits for its virus scan returns 409 `document_not_scanned`, an infected one 409
/// `document_infected`, and one whose stored content was damaged 409 `document_damaged`.
#[utoipa::path(
    tag = "documents",
    params(DocumentPath, PurposeHeader, ConditionalHeader),
    responses(
        (
            status = 200,
            description = "The file.",
            content(
                (DocumentContent = "application/pdf"),
                (DocumentContent = "image/jpeg"),
                (DocumentContent = "image/png"),
                (DocumentContent = "image/tiff"),
            ),
            headers(
                ("Content-Disposition" = String, description = "`attachment`, with the file name."),
                ("Repr-Digest" = String, description = "The SHA-256 of the file."),
                ("ETag" = String, description = "The entity tag of this representation."),
            ),
        ),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, NotFoundProblems, ConflictProblems,
    ),
)]
#[get("/applications/{application_id}/documents/{document_id}/content")]
pub async fn get_document_content(
    caller: May<ViewApplications>,
    path: web::Path<DocumentPath>,
    request: HttpRequest,
) -> Answered {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let known = known.map(str::to_owned);
    let without_body = request.extensions().contains::<WithoutBody>();
    caller
        .read(move |tx, call| {
            let application = visible(tx, call, path.application_id)?;
            let document = tx.documents().find(application.id, path.document_id)?;
            let document = document.ok_or_else(Problem::not_found)?;
            scan_status(call, &document)
                .may_be_downloaded()
                .map_err(|refusal| Problem::refused(&[refusal]))?;
            let size = u64::try_from(document.size).unwrap_or_default();
            let reply = Reply::file(document.media_type.as_str(), size, VERSION, &document.sha256)
                .with("content-disposition", attachment(&document.file_name))
                .with("content-security-policy", POLICY.into())
                .with("repr-digest", format!("sha-256=:{}:", STANDARD.encode(&document.sha256)));
            let without_content = without_body || reply.is_known(known.as_deref());
            let action = match without_content {
                true => ReadAction::ApplicationDocumentsListed,
                false => ReadAction::DocumentDownloaded,
            };
            let looked = Looked::at(action, document.id, Some(application.organization));
            call.looks_at([looked.of(application.id).in_status(application.status)])?;
            if without_content {
                return Ok(reply);
            }
            // The content stays in memory until the client has read it all, however slowly.
            let memory = Arc::clone(&call.services().transfer_memory);
            let reserved = Reservation::outgoing(memory, call.actor.user, size)?;
            let content = tx.documents().content(&document)?.ok_or_else(Problem::not_found)?;
            Ok(reply.carrying(reserved.filled(content)))
        })
        .await
}

/// `attachment` with the file name (RFC 6266): an ASCII fallback, and the exact name (RFC 8187).
fn attachment(file_name: &str) -> String {
    let plain = |c: char| match c {
        // Some clients decode percent signs in the quoted form.
        '"' | '\\' | '%' => '_',
        c if c == ' ' || c.is_ascii_graphic() => c,
        _ => '_',
    };
    let ascii: String = file_name.chars().map(plain).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", extended(file_name))
}

/// Encodes a text as the value of an extended parameter (RFC 8187, section 3.2.1).
fn extended(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut value, byte| {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            let _infallible = write!(value, "%{byte:02X}");
        }
        value
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_sent_as_an_attachment_whatever_its_name() {
        for (name, ascii, extended) in [
            ("license.pdf", "license.pdf", "license.pdf"),
            ("Lizenz Müller.pdf", "Lizenz M_ller.pdf", "Lizenz%20M%C3%BCller.pdf"),
            ("€ rates", "_ rates", "%E2%82%AC%20rates"),
            ("老虎😀", "___", "%E8%80%81%E8%99%8E%F0%9F%98%80"),
            ("a\";x=\"%41'*.pdf", "a_;x=__41'*.pdf", "a%22%3Bx%3D%22%2541%27%2A.pdf"),
            ("a\\b\r\nSet-Cookie: c=1", "a_b__Set-Cookie: c=1", "a%5Cb%0D%0ASet-Cookie%3A%20c%3D1"),
        ] {
            let expected = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{extended}");
            assert_eq!(attachment(name), expected);
        }
    }
}
