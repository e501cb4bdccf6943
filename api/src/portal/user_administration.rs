//! Changes of users by operators, for the HTTP API and the command line.

use portal_domain::ground::id::UserId;
use portal_domain::identity::user_administration::{Circumstances, UserChange, UserRefusal, decide};
use portal_persistence::identity::user_administration::UserEntry;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

use crate::portal::services::Services;

/// The outcome of a change.
pub enum Administered {
    /// The change is stored.
    Done(Done),
    /// There is no such user.
    NotFound,
    /// The rules refuse the change.
    Refused {
        /// Every refusal.
        refusals: Vec<UserRefusal>,
        /// The user.
        entry: Box<UserEntry>,
        /// The number of other operators who can sign in.
        other_operators: usize,
    },
}

/// Locks the user and the operators, decides, and stores the change with its effects.
/// [`StoreError::Taken`] if another user has the new email address.
pub fn administer(
    tx: &mut Tx<'_>,
    services: &Services,
    user: UserId,
    change: &UserChange,
    reason: &str,
    author: &Author<'_>,
) -> Result<Administered, StoreError> {
    let Some((entry, other_operators)) = tx.users().lock_managed(user)? else {
        return Ok(Administered::NotFound);
    };
    let circumstances = Circumstances { actor: author.user, user: &entry.user, other_operators };
    match decide(&circumstances, change.clone(), reason.trim(), tx.now()) {
        Ok(decision) => {
            tx.users().apply(&decision, services.passwords.unusable_hash())?;
            Ok(Administered::Done(tx.commit_effects(decision.effects(), author)?))
        }
        Err(refusals) => Ok(Administered::Refused { refusals, entry: Box::new(entry), other_operators }),
    }
}
