//! The link of an invitation: what it is about, or why it does not work any more.

use portal_domain::Instant;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::organizations::invitation::ShownInvitationStatus;
use portal_persistence::Tx;
use portal_persistence::organizations::invitations::StoredInvitation;

use crate::http::problem::{Code, Problem};
use crate::portal::one_time_token::OneTimeToken;

/// Why an invitation's link does not work any more.
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

/// The invitation a token belongs to, if it still works. An unknown token is 404: it has 256 random bits, so nobody finds
/// one by trying.
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
