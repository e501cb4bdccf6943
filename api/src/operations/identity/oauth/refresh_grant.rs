//! Refreshing: each refresh token works once. The rules judge a second use (decision D-06).

use portal_domain::ground::audit::AuditAction;
use portal_domain::ground::mail::SecurityMatter;
use portal_domain::identity::session::{SecondUse, SessionEnd, UsedToken, judge_second_use};
use portal_persistence::identity::refresh_tokens::{RefreshState, RefreshToken as StoredToken};
use portal_persistence::{Done, Tx};

use super::form::refusal;
use super::password_grant::{record, tokens};
use super::view::TokenView;
use crate::http::auth::anonymous::Anonymous;
use crate::http::problem::{Code, Problem};
use crate::portal::security_notice::{self, Recipient};
use crate::portal::services::Services;
use crate::portal::tokens::OpaqueToken;

/// The outcome of a refresh; each one is committed.
enum Outcome {
    Refreshed(TokenView),
    TooSoon,
    NotAccepted,
}

/// Exchanges a refresh token for the next pair of tokens.
pub async fn refresh(caller: &Anonymous, presented: &str) -> Result<TokenView, Problem> {
    let hash = OpaqueToken::hash_of(presented);
    let outcome = caller
        .in_transactions(move |transactions| transactions.write(|tx, services| trade(tx, services, &hash)))
        .await?;
    match outcome {
        Outcome::Refreshed(view) => Ok(view),
        Outcome::TooSoon => {
            let text = "another refresh with this token was answered a moment ago";
            Err(refusal(Code::refresh_in_progress, "invalid_grant", text).retry_after(1))
        }
        Outcome::NotAccepted => {
            Err(refusal(Code::invalid_grant, "invalid_grant", "the refresh token is not accepted"))
        }
    }
}

fn trade(tx: &mut Tx<'_>, services: &Services, hash: &[u8]) -> Result<(Outcome, Done), Problem> {
    let now = services.clock.session_now();
    let Some((state, token)) = tx.sessions().lock_for_refresh(hash)? else {
        return Ok(Done::unchanged().with(Outcome::NotAccepted));
    };
    let over = services.tokens.lifetimes().is_over(state.started_at, state.last_seen_at, now);
    // The user may have been locked or disabled since the session started.
    let Some(live) = tx.sessions().live(state.id)?.filter(|live| !live.barred) else {
        return Ok(Done::unchanged().with(Outcome::NotAccepted));
    };
    if state.ended_at.is_some() || over {
        return Ok(Done::unchanged().with(Outcome::NotAccepted));
    }
    let person = (state.user, live.actor.name.as_str());
    let next = OpaqueToken::refresh();
    let generation = match second_use(tx, &state, &token, now)? {
        None => tx.sessions().rotate(&state, token.generation, &next.hash())?,
        Some(SecondUse::LostAnswer) => tx.sessions().reissue(&state, &next.hash())?,
        Some(SecondUse::TooSoon) => return Ok(Done::unchanged().with(Outcome::TooSoon)),
        Some(SecondUse::Reuse) => {
            tracing::warn!(session = %state.id, "a refresh token was used again; its session is ended");
            tx.sessions().end(state.id, SessionEnd::RefreshTokenReuse)?;
            let recipient = Recipient { user: state.user, name: person.1, email: &live.email };
            let notice = security_notice::mail(recipient, SecurityMatter::RefreshTokenReused, state.id);
            let done = record(tx, AuditAction::RefreshTokenReused, state.id, person, notice)?;
            return Ok(done.with(Outcome::NotAccepted));
        }
    };
    let done = record(tx, AuditAction::SessionRefreshed, state.id, person, None)?;
    let second_factor = state.second_factor_at.is_some();
    let access_token = services.tokens.issue_after(
        (state.user, state.id),
        generation,
        state.started_at,
        second_factor,
        now,
    )?;
    Ok(done.with(Outcome::Refreshed(tokens(services, access_token, &next))))
}

fn second_use(
    tx: &mut Tx<'_>,
    state: &RefreshState,
    token: &StoredToken,
    now: portal_domain::Instant,
) -> Result<Option<SecondUse>, Problem> {
    if token.withdrawn_at.is_some() {
        return Ok(Some(SecondUse::Reuse));
    }
    let Some(used_at) = token.used_at else { return Ok(None) };
    let successor = tx.sessions().token(state.id, token.generation + 1)?;
    let used = UsedToken {
        used_at,
        successor_used: successor.as_ref().is_none_or(|next| next.used_at.is_some())
            || state.seen_generation > token.generation,
        successor_reissued: successor.is_some_and(|next| next.withdrawn_at.is_some()),
    };
    Ok(Some(judge_second_use(used, now)))
}
