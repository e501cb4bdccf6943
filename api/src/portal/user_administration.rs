//! Changes of users by operators, for the HTTP API and the command line.

use portal_domain::identity::user_administration::{Circumstances, UserChange, UserRefusal, decide};
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

use crate::portal::services::Services;

/// Decides on a user who is locked, and stores the change with its effects. The inner error has every
/// refusal; [`StoreError::Taken`] if another user has the new email address.
pub fn administer(
    tx: &mut Tx<'_>,
    services: &Services,
    circumstances: &Circumstances<'_>,
    change: &UserChange,
    reason: &str,
    author: &Author<'_>,
) -> Result<Result<Done, Vec<UserRefusal>>, StoreError> {
    match decide(circumstances, change.clone(), reason.trim(), tx.now()) {
        Ok(decision) => {
            tx.users().apply(&decision, services.passwords.unusable_hash())?;
            Ok(Ok(tx.commit_effects(decision.effects(), author)?))
        }
        Err(refusals) => Ok(Err(refusals)),
    }
}
