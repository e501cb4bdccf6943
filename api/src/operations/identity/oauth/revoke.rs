//! POST /oauth/revoke

use actix_web::{HttpResponse, post, web};
use portal_domain::ground::audit::AuditAction;
use portal_domain::identity::session::SessionEnd;
use portal_persistence::Done;

use super::form::Form;
use super::password_grant::record;
use super::view::RevocationRequest;
use crate::http::openapi::AnyProblems;
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::portal::state::Portal;
use crate::portal::tokens::OpaqueToken;

/// Sign out
///
/// Ends the session of a refresh token or access token. The next request with any of its tokens is
/// refused. Unknown tokens also return 200 (RFC 7009), so repeating the request is harmless.
#[utoipa::path(
    tag = "tokens",
    operation_id = "revokeToken",
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
pub async fn revoke_token(portal: web::Data<Portal>, form: Form) -> Answered {
    let token = form.token("token")?.to_owned();
    let inner = portal.clone();
    portal
        .blocking(move || {
            let portal = inner;
            let claims = portal.tokens.verify(&token, portal.clock.session_now());
            let hash = OpaqueToken::hash_of(&token);
            portal.database.write(portal.moment(), |tx| {
                let session = match &claims {
                    Some(claims) => Some(claims.sid),
                    None => tx.sessions().lock_for_refresh(&hash)?.map(|(state, _)| state.id),
                };
                let Some(live) = session.map(|id| tx.sessions().live(id)).transpose()?.flatten() else {
                    return Ok(Done::unchanged().with(()));
                };
                let actor = live.actor;
                let done = match tx.sessions().end(actor.session, SessionEnd::SignedOut)? {
                    true => record(tx, AuditAction::SessionEnded, actor.session, (actor.user, &actor.name))?,
                    false => Done::unchanged(),
                };
                Ok::<_, Problem>(done.with(()))
            })
        })
        .await?;
    Ok(HttpResponse::Ok().finish())
}
