//! The link of an invitation: which one it belongs to, or why it no longer works.

use portal_domain::Instant;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::organizations::invitation::ShownInvitationStatus;
use portal_persistence::Tx;
use portal_persistence::organizations::invitations::StoredInvitation;

use crate::http::problem::{Code, Problem};
use crate::portal::one_time_token::OneTimeToken;

/// Why the link of an invitation no longer works, if it does not.
pub(super) fn dead(status: ShownInvitationStatus) -> Option<Problem> {
    let (code, text) = match status {
        ShownInvitationStatus::Pending => return None,
        ShownInvitationStatus::Accepted => (Code::invitation_used, "the invitation was accepted already"),
        ShownInvitationStatus::Expired => (Code::invitation_expired, "the invitation has expired"),
        ShownInvitationStatus::Cancelled => (Code::invitation_cancelled, "the invitation was cancelled"),
        ShownInvitationStatus::Superseded => {
            (Code::invitation_superseded, "a newer invitation took the place of this one")
        }
    };
    Some(Problem::new(code, text))
}

/// The invitation of a token, if its link still works. An unknown token returns 404; its 256 random
/// bits cannot be guessed.
pub(super) fn follow(tx: &mut Tx<'_>, token: &str, now: Instant) -> Result<StoredInvitation, Problem> {
    let hash = OneTimeToken::hash_of(token);
    let found = tx.one_time_tokens().find(TokenPurpose::Invitation, &hash)?;
    let id = found.and_then(|found| found.invitation).ok_or_else(Problem::not_found)?;
    let stored = tx.invitations().find(id)?.ok_or_else(Problem::not_found)?;
    match dead(stored.invitation.shown_status(now)) {
        Some(problem) => Err(problem),
        None => Ok(stored),
    }
}
