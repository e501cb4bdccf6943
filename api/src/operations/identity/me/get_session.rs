//! GET /me/sessions/{session_id}

use actix_web::{get, web};
use portal_domain::ground::id::SessionId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{SessionView, over_before};
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::openapi::{AnyProblems, ConditionalHeader, NotFoundProblems, SignedInProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// The path of one of the caller's sessions.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionPath {
    /// The session.
    pub session_id: SessionId,
}

/// Get one of your sessions
#[utoipa::path(
    tag = "me",
    params(SessionPath, ConditionalHeader),
    responses(
        (status = 200, body = SessionView, description = "The session.", headers(("ETag" = String, description = "Send it as `If-Match` to end this session."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, NotFoundProblems,
    ),
)]
#[get("/me/sessions/{session_id}")]
pub async fn get_my_session(caller: May<RegisterFactor>, path: web::Path<SessionPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let lifetimes = call.services().tokens.lifetimes();
            let over = over_before(lifetimes, call.session_now);
            let found = tx.sessions().find(call.actor.user, over, path.session_id)?;
            let entry = found.ok_or_else(Problem::not_found)?;
            let version = entry.version;
            Reply::resource(&SessionView::of(entry, call.actor.session, lifetimes), version)
        })
        .await
}
