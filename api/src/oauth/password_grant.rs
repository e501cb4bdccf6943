//! Signing in with the password: one hash and one answer, whether the account exists or not. A guess is counted before it
//! is looked at (decision D-10), in a transaction of its own.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use portal_domain::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::id::{SessionId, UserId};
use portal_domain::mfa::MfaMethodKind;
use portal_persistence::audit::Author;
use portal_persistence::sessions::NewSession;
use portal_persistence::sign_in_attempts::device_subject;
use portal_persistence::users::Credentials;
use portal_persistence::{StoreError, Tx};
use zeroize::Zeroizing;

use super::form::refusal;
use super::view::TokenView;
use crate::app::Portal;
use crate::auth::token::OpaqueToken;
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

/// What somebody signs in with.
pub struct PasswordProof<'f> {
    /// The e-mail address.
    pub username: &'f str,
    /// The password.
    pub password: &'f str,
    /// What this client got when it signed in before.
    pub device_token: Option<&'f str>,
}

/// A client as far as it is known by its token.
pub(super) struct KnownClient(Option<(Zeroizing<String>, Vec<u8>)>);

impl KnownClient {
    pub(super) fn of(token: Option<&str>) -> Self {
        Self(token.map(|token| (Zeroizing::new(token.to_owned()), OpaqueToken::hash_of(token))))
    }

    fn owner(&self, tx: &mut Tx<'_>) -> Result<Option<UserId>, StoreError> {
        match &self.0 {
            Some((_, hash)) => tx.sign_in_attempts().device_owner(hash),
            None => Ok(None),
        }
    }

    /// Knows the client from now on by the token returned: the one it has, or a new one.
    pub(super) fn remember(&self, tx: &mut Tx<'_>, user: UserId) -> Result<String, StoreError> {
        if let Some((token, hash)) = &self.0
            && tx.sign_in_attempts().is_trusted(user, hash)?
        {
            tx.sign_in_attempts().note_use(hash)?;
            return Ok(token.as_str().to_owned());
        }
        let fresh = OpaqueToken::device();
        tx.sign_in_attempts().remember(user, &fresh.hash())?;
        Ok(fresh.expose().to_owned())
    }
}

/// A guess that was counted.
struct Attempt {
    person: Option<Credentials>,
    subject: String,
    admitted: bool,
}

/// What became of the right password.
enum Outcome {
    SignedIn(TokenView),
    SecondFactorNeeded(OpaqueToken, Vec<MfaMethodKind>),
}

/// Signs in with e-mail address and password.
pub async fn sign_in(
    portal: &web::Data<Portal>,
    proof: &PasswordProof<'_>,
    device: Device,
) -> Result<TokenView, Problem> {
    let turn = portal.passwords.turn().await?;
    let (username, password) = (proof.username.to_owned(), Zeroizing::new(proof.password.to_owned()));
    let client = KnownClient::of(proof.device_token);
    let inner = portal.clone();
    let outcome = portal
        .blocking(move || {
            let (_turn, portal) = (turn, inner);
            let moment = portal.moment();
            let attempt = portal.database.write(moment, |tx| count(tx, &username, &client))?;
            let person = attempt.person.as_ref().filter(|_| attempt.admitted);
            let hash = person.and_then(|person| person.password_hash.as_deref());
            // One hash in any case: whoever waits for the answer does not learn whether the guess was looked at.
            let right = portal.passwords.verify(&password, hash);
            let proven = hash.filter(|_| right).ok_or_else(refused)?;
            let outdated = portal.passwords.is_outdated(proven);
            let new_hash = outdated.then(|| portal.passwords.hash(&password)).and_then(Result::ok);
            portal.database.write(moment, |tx| {
                // Read again: meanwhile the person may have been locked, or have another password.
                let person = tx
                    .users()
                    .credentials(&username)?
                    .filter(|person| person.password_hash.as_deref() == Some(proven) && !person.barred());
                let person = person.ok_or_else(refused)?;
                let methods = tx.mfa().list(person.id)?;
                let kinds: Vec<_> =
                    methods.iter().filter(|method| method.counts()).map(|method| method.kind).collect();
                if kinds.is_empty() {
                    tx.users().note_login(person.id, new_hash.as_deref())?;
                    tx.sign_in_attempts().reset(&attempt.subject)?;
                    let device_token = client.remember(tx, person.id)?;
                    let tokens = start_session(tx, &portal, (person.id, &person.name), &device)?;
                    return Ok(Outcome::SignedIn(TokenView { device_token: Some(device_token), ..tokens }));
                }
                if let Some(new_hash) = &new_hash {
                    tx.users().rehash(person.id, proven, new_hash)?;
                }
                tx.sign_in_attempts().reset(&attempt.subject)?;
                let token = OpaqueToken::second_step();
                tx.mfa().challenge(person.id, &token.hash())?;
                Ok::<_, Problem>(Outcome::SecondFactorNeeded(token, kinds))
            })
        })
        .await?;
    match outcome {
        Outcome::SignedIn(tokens) => Ok(tokens),
        Outcome::SecondFactorNeeded(token, methods) => {
            let text = "the password is right; the second factor is needed";
            Err(refusal(Code::mfa_required, "mfa_required", text)
                .member("mfa_token", token.expose())
                .member("methods", methods))
        }
    }
}

/// Counts a guess at the password of an address. A client that signed in before is counted apart from strangers, who so
/// cannot lock it out. The statements are the same for unknown addresses.
fn count(tx: &mut Tx<'_>, username: &str, client: &KnownClient) -> Result<Attempt, StoreError> {
    let person = tx.users().credentials(username)?;
    let owner = client.owner(tx)?;
    let trusted = owner.is_some() && owner == person.as_ref().map(|person| person.id);
    let subject = match &client.0 {
        Some((_, hash)) if trusted => device_subject(hash),
        _ => tx.sign_in_attempts().account_subject(username)?,
    };
    let admitted = tx.sign_in_attempts().count(&subject)?;
    Ok(Attempt { person, subject, admitted })
}

fn refused() -> Problem {
    tracing::warn!("a sign-in was refused");
    not_accepted()
}

/// Starts a session for a person who proved who they are, and records it.
pub(crate) fn start_session(
    tx: &mut Tx<'_>,
    portal: &Portal,
    person: (UserId, &str),
    device: &Device,
) -> Result<TokenView, Problem> {
    mint(tx, portal, person, device, false)
}

/// The one place where a session gets its first tokens, whatever the grant: the person is read again here, and nobody who
/// is locked or disabled gets any.
pub(super) fn mint(
    tx: &mut Tx<'_>,
    portal: &Portal,
    (user, name): (UserId, &str),
    device: &Device,
    second_factor: bool,
) -> Result<TokenView, Problem> {
    tx.users().credentials_of(user)?.filter(|person| !person.barred()).ok_or_else(refused)?;
    let refresh_token = OpaqueToken::refresh();
    let id: SessionId = tx.new_id();
    let started = NewSession {
        id,
        user,
        device: device.name.clone(),
        ip_address: device.address.clone(),
        token_hash: refresh_token.hash(),
    };
    tx.sessions().start(&started)?;
    if second_factor {
        tx.sessions().note_second_factor(id)?;
    }
    record(tx, AuditAction::SessionStarted, id, (user, name))?;
    let now = portal.clock.session_now();
    let access_token = portal.tokens.issue_after((user, id), 1, now, second_factor, now)?;
    Ok(tokens(portal, access_token, &refresh_token))
}

pub(super) fn tokens(portal: &Portal, access_token: String, refresh_token: &OpaqueToken) -> TokenView {
    TokenView {
        access_token,
        token_type: "Bearer",
        expires_in: portal.tokens.lifetimes().access_token.num_seconds(),
        refresh_token: refresh_token.expose().to_owned(),
        device_token: None,
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
