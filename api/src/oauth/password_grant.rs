//! Signing in: one hash and one answer, whether the account exists or not.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use portal_domain::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::id::{SessionId, UserId};
use portal_persistence::audit::Author;
use portal_persistence::sessions::NewSession;
use portal_persistence::{StoreError, Tx};
use zeroize::Zeroizing;

use super::form::refusal;
use super::view::TokenView;
use crate::app::Portal;
use crate::auth::token::RefreshToken;
use crate::http::limits::client_address;
use crate::http::request_id;
use crate::problem::{Code, Problem};

/// Where a session was started from, for its owner to recognise.
#[derive(Clone, Debug)]
pub struct Device {
    name: String,
    address: String,
}

impl Device {
    /// The device as it describes itself, shortened.
    pub fn of(request: &HttpRequest, portal: &Portal) -> Self {
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Self {
            name: agent.unwrap_or("unknown").chars().take(200).collect(),
            address: client_address(request, &portal.settings).to_string(),
        }
    }
}

/// Why somebody could not sign in; never told apart from outside.
pub(super) fn not_accepted() -> Problem {
    refusal(Code::invalid_grant, "invalid_grant", "the e-mail address or the password is not right")
}

/// Signs in with e-mail address and password.
pub async fn sign_in(
    portal: &web::Data<Portal>,
    username: &str,
    password: &str,
    device: Device,
) -> Result<TokenView, Problem> {
    let turn = portal.passwords.turn().await?;
    let (username, password) = (username.to_owned(), Zeroizing::new(password.to_owned()));
    let inner = portal.clone();
    portal
        .blocking(move || {
            let (_turn, portal) = (turn, inner);
            let moment = portal.moment();
            let found = portal.database.read(moment, |tx| tx.users().credentials(&username))?;
            let hash = found.as_ref().and_then(|person| person.password_hash.as_deref());
            let right = portal.passwords.verify(&password, hash);
            let proven = hash.filter(|_| right).ok_or_else(refused)?;
            let outdated = portal.passwords.is_outdated(proven);
            let new_hash = outdated.then(|| portal.passwords.hash(&password)).and_then(Result::ok);
            portal.database.write(moment, |tx| {
                // Read again: meanwhile the person may have been locked, or have another password.
                let person = tx.users().credentials(&username)?.filter(|person| {
                    person.password_hash.as_deref() == Some(proven)
                        && person.lock_reason.is_none()
                        && person.disabled_at.is_none()
                });
                let person = person.ok_or_else(refused)?;
                tx.users().note_login(person.id, new_hash.as_deref())?;
                start_session(tx, &portal, (person.id, &person.name), &device)
            })
        })
        .await
}

fn refused() -> Problem {
    tracing::warn!("a sign-in was refused");
    not_accepted()
}

/// Starts a session for a person who proved who they are, and records it.
pub(crate) fn start_session(
    tx: &mut Tx<'_>,
    portal: &Portal,
    (user, name): (UserId, &str),
    device: &Device,
) -> Result<TokenView, Problem> {
    let refresh_token = RefreshToken::generate();
    let id: SessionId = tx.new_id();
    let started = NewSession {
        id,
        user,
        device: device.name.clone(),
        ip_address: device.address.clone(),
        token_hash: refresh_token.hash(),
    };
    tx.sessions().start(&started)?;
    record(tx, AuditAction::SessionStarted, id, (user, name))?;
    let now = portal.clock.session_now();
    let access_token = portal.tokens.issue((user, id), 1, now, now)?;
    Ok(tokens(portal, access_token, &refresh_token))
}

pub(super) fn tokens(portal: &Portal, access_token: String, refresh_token: &RefreshToken) -> TokenView {
    TokenView {
        access_token,
        token_type: "Bearer",
        expires_in: portal.tokens.lifetimes().access_token.num_seconds(),
        refresh_token: refresh_token.expose().to_owned(),
    }
}

pub(super) fn record(
    tx: &mut Tx<'_>,
    action: AuditAction,
    session: SessionId,
    (user, name): (UserId, &str),
) -> Result<(), StoreError> {
    let details = vec![("user", Detail::Text(user.to_string()))];
    let event = AuditEvent { organization: None, action, object: session.to_string(), details };
    let request_id = request_id::current();
    tx.audit().record(&event, &Author { user: Some(user), name, request_id: &request_id })
}
