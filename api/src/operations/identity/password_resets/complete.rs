//! POST /password-resets/complete

use actix_web::post;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::password;
use portal_domain::identity::session::SessionEnd;
use portal_domain::identity::user::LockReason;
use portal_persistence::identity::users::stored_address;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, Tx};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use crate::http::auth::anonymous::Anonymous;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, LinkProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::operations::identity::links::{follow_link, use_up};
use crate::portal::request_id;

/// The new password.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "ppw_3q2-7wAAAA", "password": "seven purple lanterns"}))]
pub struct CompletePasswordResetRequest {
    /// The token: the part of the email link after `#token=`.
    #[validate(length(min = 1, max = 200, code = "length", message = "must have 1 to 200 characters"))]
    #[schema(min_length = 1, max_length = 200)]
    pub token: String,
    /// The new password: 15 to 256 characters, not easy to guess.
    #[schema(format = Password, min_length = 15, max_length = 256)]
    pub password: String,
}

/// Set a new password with a link
///
/// Uses up the link, ends all sessions, and unlocks a login locked for wrong passwords or
/// inactivity. It does not replace a second factor.
#[utoipa::path(
    tag = "password resets",
    request_body = CompletePasswordResetRequest,
    responses(
        (status = 204, description = "The password was set; sign in with it."),
        AnyProblems, LinkProblems, BodyProblems,
    ),
    security(()),
)]
#[post("/password-resets/complete")]
pub async fn complete_password_reset(
    caller: Anonymous,
    body: Json<CompletePasswordResetRequest>,
) -> Answered {
    let Json(body) = body;
    let token = body.token.clone();
    let context = move |tx: &mut Tx<'_>| {
        let stored = follow_link(tx, TokenPurpose::PasswordReset, &token)?;
        let person = tx.users().find(stored.user.ok_or_else(Problem::not_found)?)?;
        let person = person.ok_or_else(Problem::not_found)?;
        Ok(vec![person.email, person.first_name, person.last_name])
    };
    let hash = caller.hash_new_password(Zeroizing::new(body.password), context).await?;
    let token = body.token;
    caller.write(move |tx, _services| complete(tx, &token, &hash)).await
}

fn complete(tx: &mut Tx<'_>, token: &str, hash: &str) -> Result<(Reply, Done), Problem> {
    let stored = follow_link(tx, TokenPurpose::PasswordReset, token)?;
    let user = stored.user.ok_or_else(Problem::not_found)?;
    let person = tx.users().lock(user)?.ok_or_else(Problem::not_found)?;
    use_up(tx, TokenPurpose::PasswordReset, token)?;
    tx.users().set_password(user, hash)?;
    // Only staff can open a lock that staff set.
    if person.lock_reason.is_some_and(|reason| reason != LockReason::Staff) {
        tx.users().set_lock(user, None)?;
    }
    tx.sessions().end_all(user, SessionEnd::CredentialsChanged)?;
    tx.sign_in_attempts().rebind_password(user, &person.email)?;
    let recipient = stored_address(&person.email)?;
    let (name, request_id) = (person.name(), request_id::current());
    let author = Author { user: Some(user), name: &name, request_id: &request_id };
    let effects = password::reset_completed(user, person.name(), recipient, person.version + 1);
    Ok(tx.commit_effects(&effects, &author)?.with(Reply::no_content()))
}
