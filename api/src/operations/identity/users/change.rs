//! Applies an action to a user, for the operations that change one.

use portal_domain::ground::id::UserId;
use portal_domain::identity::user_administration::{Circumstances, UserChange};
use portal_persistence::{Constraint, Done, StoreError, Tx};

use super::refusal;
use super::view::UserView;
use crate::http::auth::call::Call;
use crate::http::auth::permission::ManageUsers;
use crate::http::auth::step_up::require_step_up;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::portal::user_administration::administer;

/// Carries out the change for this reason, and responds with the user.
pub(super) fn change_user(
    tx: &mut Tx<'_>,
    call: &Call<ManageUsers>,
    user: UserId,
    change: &UserChange,
    reason: &str,
) -> Result<(Reply, Done), Problem> {
    let (entry, other_operators) = tx.users().lock_managed(user)?.ok_or_else(Problem::not_found)?;
    // Another operator may have locked out the caller while this transaction waited for the lock.
    let actor = call.actor_behind_lock(tx)?;
    let circumstances = Circumstances { actor: Some(actor.user), user: &entry.user, other_operators };
    let done = match administer(tx, call.services(), &circumstances, change, reason, &call.author()) {
        Ok(Ok(done)) => done,
        Ok(Err(refusals)) => return Err(refusal::problem(&refusals, &circumstances)),
        Err(StoreError::Taken(Constraint::UserEmail)) => {
            return Err(Problem::new(Code::email_taken, "another user already has this address"));
        }
        Err(error) => return Err(error.into()),
    };
    if change.needs_step_up() {
        require_step_up(tx, call)?;
    }
    let view = UserView::load(tx, call, user)?;
    Ok(done.with(Reply::resource(&view, view.summary.version)?))
}
