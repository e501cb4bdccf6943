//! Checks and hashes new passwords, outside any transaction because hashing is expensive.

use actix_web::web;
use portal_domain::identity::password::PasswordRefusal;
use portal_persistence::Tx;
use zeroize::Zeroizing;

use crate::http::problem::{Code, FieldError, Problem};
use crate::portal::passwords::acceptable;
use crate::portal::state::Portal;

/// The refusal of a password as a violation at `pointer` in the request body.
#[must_use]
pub fn password_violation(pointer: &str, refusal: PasswordRefusal) -> FieldError {
    FieldError::at(pointer, refusal.as_str(), refusal.message())
}

/// Checks and hashes a new password in one hop to the blocking pool. `context` runs first: it fails
/// if the password is not needed, for example if the link has expired. It returns what an attacker
/// would know about the user.
pub(super) async fn hash_new_password(
    portal: &web::Data<Portal>,
    password: Zeroizing<String>,
    context: impl FnOnce(&mut Tx<'_>) -> Result<Vec<String>, Problem> + Send + 'static,
) -> Result<String, Problem> {
    let permit = portal.passwords.permit().await?;
    let inner = portal.clone();
    portal
        .blocking(move || {
            let _permit = permit;
            let context = inner.database.read(inner.moment(), context)?;
            let words: Vec<_> = context.iter().map(String::as_str).collect();
            acceptable(&password, &words)
                .map_err(|refusal| Problem::invalid(vec![password_violation("/password", refusal)]))?;
            inner.passwords.hash(&password).map_err(|error| {
                tracing::error!(%error, "a password could not be hashed");
                Problem::new(Code::internal_error, "the request could not be carried out")
            })
        })
        .await
}
