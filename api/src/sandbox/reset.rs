//! POST /sandbox/reset

use actix_web::{HttpResponse, post, web};

use super::SandboxPortal;
use super::story::fill;
use crate::background::mail::Mailer;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;

/// Reset the sandbox
///
/// Erases all data and seeds the sandbox again. Sets the clock back to the present, empties the
/// mailbox, and signs all users out.
#[utoipa::path(
    tag = "sandbox",
    responses((status = 204, description = "Everything is as at the first start."), AnyProblems),
    security(()),
)]
#[post("/sandbox/reset")]
pub async fn reset_sandbox(sandbox: web::Data<SandboxPortal>, mailer: web::Data<Mailer>) -> Answered {
    let permit = sandbox.portal.passwords.permit().await?;
    sandbox.portal.clock.reset();
    let portal = sandbox.portal.clone();
    sandbox
        .portal
        .blocking(move || {
            let _permit = permit;
            fill(&portal, true)
        })
        .await?;
    if let Some(mailbox) = mailer.transport().mailbox() {
        mailbox.clear();
    }
    Ok(HttpResponse::NoContent().finish())
}
