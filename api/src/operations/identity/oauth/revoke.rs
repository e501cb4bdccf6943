//! POST /oauth/revoke

use actix_web::post;
use portal_domain::ground::audit::AuditAction;
use portal_domain::identity::session::SessionEnd;
use portal_persistence::organizations::live_sessions::LiveSession;
use portal_persistence::{Done, Tx};

use super::form::Form;
use super::password_grant::record;
use super::view::RevocationRequest;
use crate::http::auth::anonymous::Anonymous;
use crate::http::openapi::AnyProblems;
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::portal::services::Services;
use crate::portal::tokens::OpaqueToken;

/// Sign out
///
/// Ends the session of a refresh token or access token. The next request with any of its tokens is
/// refused. Unknown tokens also return 200 (RFC 7009), so repeating the request is harmless.
#[utoipa::path(
    tag = "tokens",
    request_body(content = RevocationRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The session was ended, if there was one."),
        (status = 413, body = crate::http::problem::ProblemDocument, content_type = "application/problem+json", description = "The body is too large."),
        (status = 415, body = crate::http::problem::ProblemDocument, content_type = "application/problem+json", description = "The body has the wrong media type."),
        AnyProblems,
    ),
    security(()),
)]
#[post("/oauth/revoke")]
pub async fn revoke_token(caller: Anonymous, form: Form) -> Answered {
    let token = form.token("token")?.to_owned();
    caller.write(move |tx, services| Ok(revoke(tx, services, &token)?.with(Reply::empty()))).await
}

fn revoke(tx: &mut Tx<'_>, services: &Services, token: &str) -> Result<Done, Problem> {
    let session = match services.tokens.verify(token, services.clock.session_now()) {
        Some(claims) => Some(claims.sid),
        None => tx.sessions().lock_for_refresh(&OpaqueToken::hash_of(token))?.map(|(state, _)| state.id),
    };
    let live = session.map(|id| tx.sessions().live(id)).transpose()?.flatten();
    let Some(LiveSession { actor, .. }) = live else { return Ok(Done::unchanged()) };
    match tx.sessions().end(actor.session, SessionEnd::SignedOut)? {
        true => Ok(record(tx, AuditAction::SessionEnded, actor.session, (actor.user, &actor.name), None)?),
        false => Ok(Done::unchanged()),
    }
}
