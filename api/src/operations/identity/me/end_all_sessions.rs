//! DELETE /me/sessions

use actix_web::delete;
use portal_domain::identity::session;
use portal_domain::identity::session::SessionEnd;

use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::openapi::{AnyProblems, SignedInProblems};
use crate::http::reply::{Answered, Reply};

/// End all your sessions
///
/// Signs you out on every device, including this one.
#[utoipa::path(
    tag = "me",
    responses((status = 204, description = "All your sessions were ended."), AnyProblems, SignedInProblems),
)]
#[delete("/me/sessions")]
pub async fn end_all_my_sessions(caller: May<RegisterFactor>) -> Answered {
    caller
        .write(|tx, call| {
            let ended = tx.sessions().end_all(call.actor.user, SessionEnd::SignedOut)?;
            let done =
                tx.commit_effects(&session::all_ended_by_owner(call.actor.user, ended), &call.author())?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
