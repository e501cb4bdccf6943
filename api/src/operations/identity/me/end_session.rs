//! DELETE /me/sessions/{session_id}

use actix_web::{delete, web};
use portal_domain::identity::session;
use portal_domain::identity::session::SessionEnd;

use super::get_session::SessionPath;
use super::view::{SessionView, over_before};
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::openapi::{AnyProblems, NotFoundProblems, SignedInProblems, VersionHeader, VersionProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply, require_match};

/// End one of your sessions
///
/// The next request with any of its tokens is refused. Send `If-Match: *` to end the session
/// even if it was used since you read it.
#[utoipa::path(
    tag = "me",
    params(SessionPath, VersionHeader),
    responses(
        (status = 204, description = "The session was ended."),
        AnyProblems, SignedInProblems, NotFoundProblems, VersionProblems,
    ),
)]
#[delete("/me/sessions/{session_id}")]
pub async fn end_my_session(caller: May<RegisterFactor>, path: web::Path<SessionPath>) -> Answered {
    let session = path.session_id;
    caller
        .write(move |tx, call| {
            let lifetimes = call.services().tokens.lifetimes();
            let over = over_before(lifetimes, call.session_now);
            let found = tx.sessions().find(call.actor.user, over, session)?;
            let entry = found.ok_or_else(Problem::not_found)?;
            let version = entry.version;
            require_match(call.if_match(), version, &SessionView::of(entry, call.actor.session, lifetimes))?;
            if !tx.sessions().end(session, SessionEnd::SignedOut)? {
                return Err(Problem::not_found());
            }
            let done = tx.commit_effects(&session::ended_by_owner(session), &call.author())?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
