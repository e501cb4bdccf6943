//! POST /mfa-methods/remove-unrecognized

use actix_web::post;
use portal_domain::ground::mail::SecurityMatter;
use portal_domain::identity::mfa::methods_removed;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::session::SessionEnd;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, Tx};

use crate::http::auth::anonymous::Anonymous;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, LinkProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::operations::identity::links::{LinkTokenRequest, follow_link, use_up};
use crate::portal::request_id;
use crate::portal::security_notice::{self, Recipient};

/// Remove a second factor that was not yours
///
/// For the link in the email about a second factor that you did not register. Removes that factor and
/// each one registered after it, with all recovery codes, and ends all sessions. Then set a new
/// password, because somebody may know it.
#[utoipa::path(
    tag = "password resets",
    request_body = LinkTokenRequest,
    responses(
        (status = 204, description = "The second factor was removed."),
        AnyProblems, LinkProblems, BodyProblems,
    ),
    security(()),
)]
#[post("/mfa-methods/remove-unrecognized")]
pub async fn remove_unrecognized_mfa_method(caller: Anonymous, body: Json<LinkTokenRequest>) -> Answered {
    let Json(body) = body;
    caller.write(move |tx, _services| remove(tx, &body.token)).await
}

fn remove(tx: &mut Tx<'_>, token: &str) -> Result<(Reply, Done), Problem> {
    let stored = follow_link(tx, TokenPurpose::RemoveFactor, token)?;
    let user = stored.user.ok_or_else(Problem::not_found)?;
    let person = tx.users().lock(user)?.ok_or_else(Problem::not_found)?;
    use_up(tx, TokenPurpose::RemoveFactor, token)?;
    // The link was issued when the factor was confirmed. Somebody could have replaced it since.
    let removed = tx.mfa().remove_since(user, stored.created_at)?;
    tx.sessions().end_all(user, SessionEnd::CredentialsChanged)?;
    let (name, request_id) = (person.name(), request_id::current());
    let recipient = Recipient { user, name: &name, email: &person.email };
    let epoch = format!("link|{}", stored.created_at.timestamp_micros());
    let notice = security_notice::mail(recipient, SecurityMatter::MfaMethodRemoved, epoch);
    let author = Author { user: Some(user), name: &name, request_id: &request_id };
    let effects = methods_removed(user, &removed, notice);
    Ok(tx.commit_effects(&effects, &author)?.with(Reply::no_content()))
}
