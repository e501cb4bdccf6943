//! Links in emails: tokens that work once.

use portal_domain::identity::one_time_token::{DeadLink, TokenPurpose};
use portal_persistence::Tx;
use portal_persistence::identity::one_time_tokens::StoredToken;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::problem::{Code, Problem};
use crate::portal::one_time_token::OneTimeToken;
/// The token of a link.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "ppi_3q2-7wAAAA"}))]
pub struct LinkTokenRequest {
    /// The token: the part of the email link after `#token=`.
    #[validate(length(min = 1, max = 200, code = "length", message = "must have 1 to 200 characters"))]
    #[schema(min_length = 1, max_length = 200)]
    pub token: String,
}

/// Why a link no longer works.
pub(crate) fn dead_link(reason: DeadLink) -> Problem {
    match reason {
        DeadLink::Used => Problem::new(Code::link_used, "the link was used already"),
        DeadLink::Superseded => {
            Problem::new(Code::link_superseded, "a newer link took the place of this one")
        }
        DeadLink::Expired => Problem::new(Code::link_expired, "the link has expired"),
    }
}

/// The subject of a link that still works; an unknown link is 404.
pub(crate) fn follow_link(
    tx: &mut Tx<'_>,
    purpose: TokenPurpose,
    token: &str,
) -> Result<StoredToken, Problem> {
    let found = tx.one_time_tokens().find(purpose, &OneTimeToken::hash_of(token))?;
    let stored = found.ok_or_else(Problem::not_found)?;
    stored.state.judge(tx.now()).map_err(dead_link)?;
    Ok(stored)
}

/// Uses up a link. Of several concurrent requests, one succeeds; the others learn why the link no
/// longer works.
pub(crate) fn use_up(tx: &mut Tx<'_>, purpose: TokenPurpose, token: &str) -> Result<(), Problem> {
    if tx.one_time_tokens().consume(purpose, &OneTimeToken::hash_of(token))? {
        return Ok(());
    }
    follow_link(tx, purpose, token)?;
    Err(dead_link(DeadLink::Used))
}
