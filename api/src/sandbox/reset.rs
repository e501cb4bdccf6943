//! POST /sandbox/reset

use actix_web::{HttpResponse, post, web};

use super::story::fill;
use crate::background::mail::Mailer;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;
use crate::portal::state::Portal;

/// Reset the sandbox
///
/// Erases all data and seeds the sandbox again. Sets the clock back to the present, empties the
/// mailbox, and signs all users out.
#[utoipa::path(
    tag = "sandbox",
    operation_id = "resetSandbox",
    responses((status = 204, description = "Everything is as at the first start."), AnyProblems),
    security(()),
)]
#[post("/sandbox/reset")]
pub async fn reset_sandbox(portal: web::Data<Portal>, mailer: web::Data<Mailer>) -> Answered {
    let permit = portal.passwords.permit().await?;
    portal.clock.reset();
    let inner = portal.clone();
    portal
        .blocking(move || {
            let _permit = permit;
            fill(&inner, true)
        })
        .await?;
    if let Some(mailbox) = mailer.transport().mailbox() {
        mailbox.clear();
    }
    Ok(HttpResponse::NoContent().finish())
}
