//! Signing in with a password: one hash and one response, whether or not the account exists. An
//! attempt is counted before it is checked (decision D-10), in a separate transaction.

use std::net::IpAddr;

use portal_domain::ground::audit::AuditAction;
use portal_domain::ground::id::{SessionId, UserId};
use portal_domain::ground::mail::{OutgoingMail, SecurityMatter};
use portal_domain::identity::attempts::Counted;
use portal_domain::identity::mfa::MfaMethodKind;
use portal_domain::identity::session::session_effects;
use portal_persistence::identity::sessions::NewSession;
use portal_persistence::identity::sign_in_attempts::device_subject;
use portal_persistence::identity::users::Credentials;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};
use zeroize::Zeroizing;

use super::admission::{Admitted, Failure, Reason};
use super::form::refusal;
use super::view::TokenView;
use crate::http::auth::anonymous::{Anonymous, AnonymousTransactions};
use crate::http::problem::{Code, Problem};
use crate::portal::rate_limits::subscriber;
use crate::portal::request_id;
use crate::portal::security_notice::Stopped;
use crate::portal::services::Services;
use crate::portal::tokens::OpaqueToken;

/// The device that started a session, for its user to recognize.
#[derive(Clone, Debug)]
pub struct Device {
    name: String,
    address: IpAddr,
}

impl Device {
    /// The device of a caller: its `User-Agent`, truncated to 200 characters, and its address.
    #[must_use]
    pub fn of(caller: &Anonymous) -> Self {
        let agent = caller.user_agent().unwrap_or("unknown");
        Self { name: agent.chars().take(200).collect(), address: caller.address() }
    }

    /// The origin of attempts: the address, or the /64 of an IPv6 address.
    pub(super) fn origin(&self) -> IpAddr {
        subscriber(self.address)
    }
}

/// The input of a sign-in.
pub struct PasswordProof<'f> {
    /// The email address.
    pub username: &'f str,
    /// The password.
    pub password: &'f str,
    /// The token that this client got in an earlier sign-in.
    pub device_token: Option<&'f str>,
}

/// A client, identified by its token if it has one.
pub(super) struct KnownClient(Option<(Zeroizing<String>, Vec<u8>)>);

impl KnownClient {
    pub(super) fn of(token: Option<&str>) -> Self {
        Self(token.map(|token| (Zeroizing::new(token.to_owned()), OpaqueToken::hash_of(token))))
    }

    /// The client's user, and the hash of its token.
    pub(super) fn owner(&self, tx: &mut Tx<'_>) -> Result<Option<(UserId, &[u8])>, StoreError> {
        let Some((_, hash)) = &self.0 else { return Ok(None) };
        let owner = tx.sign_in_attempts().device_owner(hash)?;
        Ok(owner.map(|owner| (owner, hash.as_slice())))
    }

    /// Remembers the client by the returned token, either its own or a new one.
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

/// A counted attempt.
struct Attempt {
    person: Option<Credentials>,
    subject: String,
    /// Whether it comes from a known client of that user.
    by_known_client: bool,
    counted: Counted,
    /// A keyed hash of the address tried, for the log.
    address_hash: String,
}

impl Attempt {
    /// The user and the hash to verify the password against. `None` if the user may not sign in
    /// anyway, as for an unknown address.
    fn looked_at(&self) -> Option<(&Credentials, &str)> {
        let person = self.person.as_ref().filter(|person| self.counted.admitted() && !person.barred())?;
        Some((person, person.password_hash.as_deref()?))
    }

    /// Why the attempt was refused, before or after the password was checked.
    fn reason(&self) -> Reason {
        let Some(person) = &self.person else { return Reason::UnknownAddress };
        if let Some(reason) = Reason::barring(person) {
            return reason;
        }
        match self.counted {
            _ if person.password_hash.is_none() => Reason::NoPassword,
            Counted::TooSoon => Reason::TooSoon,
            Counted::Disabled => Reason::Blocked,
            Counted::Admitted | Counted::Last => Reason::WrongPassword,
        }
    }

    fn refuse(&self, transactions: &AnonymousTransactions, device: &Device) -> Problem {
        if let (Some((person, _)), Counted::Last) = (self.looked_at(), self.counted) {
            let guessed = if self.by_known_client { "password_from_known_client" } else { "password" };
            let matter = SecurityMatter::SignInBlocked;
            transactions.report(Stopped { user: person.id, matter, guessed, origin: device.origin() });
        }
        refused(self.reason(), self.person.as_ref().map(|person| person.id), device, &self.address_hash)
    }
}

/// The result of a right password.
enum Outcome {
    SignedIn(TokenView),
    SecondFactorNeeded(OpaqueToken, Vec<MfaMethodKind>),
}

/// Signs in with email address and password.
pub async fn sign_in(caller: &Anonymous, proof: &PasswordProof<'_>) -> Result<TokenView, Problem> {
    let permit = caller.services().passwords.permit().await?;
    let device = Device::of(caller);
    let (username, password) = (proof.username.to_owned(), Zeroizing::new(proof.password.to_owned()));
    let client = KnownClient::of(proof.device_token);
    let outcome = caller
        .in_transactions(move |transactions| {
            let _permit = permit;
            let attempt = transactions.unrecorded(|tx| count(tx, &username, &client))?;
            let looked_at = attempt.looked_at();
            // Always compute one hash, so that the timing does not reveal whether the password was
            // checked.
            let passwords = &transactions.services().passwords;
            let right = passwords.verify(&password, looked_at.map(|(_, hash)| hash));
            let Some((person, proven)) = looked_at.filter(|_| right) else {
                return Err(attempt.refuse(transactions, &device));
            };
            let user = person.id;
            let outdated = passwords.is_outdated(proven);
            let new_hash = outdated.then(|| passwords.hash(&password)).and_then(Result::ok);
            let done = transactions.write(|tx, services| {
                let admitted = Admitted::by_password(tx, user, proven)?;
                if let Some(new_hash) = &new_hash {
                    tx.users().rehash(user, proven, new_hash)?;
                }
                tx.sign_in_attempts().reset(&attempt.subject)?;
                let methods = tx.mfa().list(user)?;
                let kinds: Vec<_> =
                    methods.iter().filter(|method| method.counts()).map(|method| method.kind).collect();
                if kinds.is_empty() {
                    tx.users().note_login(user)?;
                    let device_token = client.remember(tx, user)?;
                    let (tokens, done) = mint(tx, services, &admitted, &device, SignedInWith::Password)?;
                    let view = TokenView { device_token: Some(device_token), ..tokens };
                    return Ok(done.with(Outcome::SignedIn(view)));
                }
                let token = OpaqueToken::second_step();
                tx.mfa().challenge(user, &token.hash())?;
                // The sign-in is recorded with its second step.
                Ok::<_, Failure>(Done::bookkeeping().with(Outcome::SecondFactorNeeded(token, kinds)))
            });
            let refused = |reason| refused(reason, Some(user), &device, &attempt.address_hash);
            done.map_err(|failure| failure.answered(refused))
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

/// Counts an attempt on the password of an address. A known client has its own counter, so others
/// cannot lock it out. The statements are the same for unknown addresses.
fn count(tx: &mut Tx<'_>, username: &str, client: &KnownClient) -> Result<Attempt, StoreError> {
    let person = tx.users().credentials(username)?;
    let owner = client.owner(tx)?;
    let known = owner.filter(|(owner, _)| person.as_ref().is_some_and(|person| person.id == *owner));
    let subject = match (known, &person) {
        (Some((_, hash)), _) => device_subject(hash),
        (None, Some(_)) => tx.sign_in_attempts().account_subject(username)?,
        (None, None) => tx.sign_in_attempts().unregistered_subject(username)?,
    };
    let counted = tx.sign_in_attempts().count(&subject)?;
    let address_hash = tx.sign_in_attempts().address_hash(username)?;
    let by_known_client = known.is_some();
    Ok(Attempt { person, subject, by_known_client, counted, address_hash })
}

/// The reason is only logged; responses do not distinguish reasons.
fn refused(reason: Reason, user: Option<UserId>, device: &Device, address_hash: &str) -> Problem {
    let user = user.map(|user| user.to_string()).unwrap_or_default();
    let (reason, origin) = (reason.as_str(), device.origin());
    tracing::warn!(reason, user, %origin, address_hash, "a sign-in was refused");
    refusal(Code::invalid_grant, "invalid_grant", "the email address or password is incorrect")
}

/// Starts a session for a user who needs no proof, and records it.
pub(crate) fn start_session(
    tx: &mut Tx<'_>,
    services: &Services,
    user: UserId,
    device: &Device,
) -> Result<(TokenView, Done), Problem> {
    let admitted = Admitted::by_name(tx, user)
        .map_err(|failure| failure.answered(|reason| refused(reason, Some(user), device, "")))?;
    mint(tx, services, &admitted, device, SignedInWith::Password)
}

/// What a user signed in with.
pub(super) enum SignedInWith {
    /// The password alone, or as a persona of the sandbox.
    Password,
    /// A second factor too; with a notice to the user if it was a recovery code.
    SecondFactor(Option<Box<OutgoingMail>>),
}

/// Issues the first tokens of a session. Every grant uses this function, and only for admitted
/// users.
pub(super) fn mint(
    tx: &mut Tx<'_>,
    services: &Services,
    admitted: &Admitted,
    device: &Device,
    signed_in_with: SignedInWith,
) -> Result<(TokenView, Done), Problem> {
    let Credentials { id: user, name, .. } = admitted.person();
    let user = *user;
    let refresh_token = OpaqueToken::refresh();
    let id: SessionId = tx.new_id();
    let started = NewSession {
        id,
        user,
        device: device.name.clone(),
        ip_address: device.address.to_string(),
        token_hash: refresh_token.hash(),
    };
    tx.sessions().start(&started)?;
    let (second_factor, notice) = match signed_in_with {
        SignedInWith::Password => (false, None),
        SignedInWith::SecondFactor(notice) => (true, notice.map(|notice| *notice)),
    };
    if second_factor {
        tx.sessions().note_second_factor(id)?;
    }
    let done = record(tx, AuditAction::SessionStarted, id, (user, name), notice)?;
    let now = services.clock.session_now();
    let access_token = services.tokens.issue_after((user, id), 1, now, second_factor, now)?;
    Ok(done.with(tokens(services, access_token, &refresh_token)))
}

pub(super) fn tokens(services: &Services, access_token: String, refresh_token: &OpaqueToken) -> TokenView {
    TokenView {
        access_token,
        token_type: "Bearer",
        expires_in: services.tokens.lifetimes().access_token.num_seconds(),
        refresh_token: refresh_token.expose().to_owned(),
        device_token: None,
    }
}

pub(super) fn record(
    tx: &mut Tx<'_>,
    action: AuditAction,
    session: SessionId,
    (user, name): (UserId, &str),
    notice: Option<OutgoingMail>,
) -> Result<Done, StoreError> {
    let request_id = request_id::current();
    let author = Author { user: Some(user), name, request_id: &request_id };
    tx.commit_effects(&session_effects(action, session, user, notice), &author)
}
