//! The second step of a sign-in: a token that proves the password, and a code. Attempts are counted
//! before they are checked, in a separate transaction, and apart from password attempts (decisions
//! D-10, D-12).

use portal_domain::ground::id::UserId;
use portal_domain::ground::mail::SecurityMatter;
use portal_domain::identity::attempts::Counted;
use portal_persistence::identity::mfa::ATTEMPTS_PER_CHALLENGE;
use portal_persistence::identity::sign_in_attempts::{otp_device_subject, otp_subject};
use portal_persistence::{Done, StoreError, Tx};
use zeroize::Zeroizing;

use super::admission::{Admitted, Failure, Reason};
use super::form::{Form, refusal};
use super::password_grant::{Device, KnownClient, SignedInWith, mint};
use super::view::TokenView;
use crate::http::auth::anonymous::{Anonymous, AnonymousTransactions};
use crate::http::auth::second_factor::{accept_otp, accept_recovery_code};
use crate::http::problem::{Code, Problem};
use crate::portal::security_notice::{self, Recipient, Stopped};
use crate::portal::services::Services;
use crate::portal::tokens::OpaqueToken;

/// The code of the second step.
enum SecondFactorCode {
    /// The code from the authenticator app.
    Otp(Zeroizing<String>),
    /// A recovery code.
    Recovery(Zeroizing<String>),
}

/// The input of the second step.
pub struct Proof {
    token_hash: Vec<u8>,
    code: SecondFactorCode,
    client: KnownClient,
}

impl Proof {
    /// Reads the proof from a form, which must have either a code or a recovery code.
    pub(super) fn of(form: &Form) -> Result<Self, Problem> {
        let kept = |text: &str| Zeroizing::new(text.to_owned());
        let code = match (form.optional("otp"), form.optional("recovery_code")) {
            (Some(otp), None) => SecondFactorCode::Otp(kept(otp)),
            (None, Some(code)) => SecondFactorCode::Recovery(kept(code)),
            _ => {
                let text = "send otp or recovery_code, one of them";
                return Err(refusal(Code::invalid_request, "invalid_request", text));
            }
        };
        Ok(Self {
            token_hash: OpaqueToken::hash_of(form.required("mfa_token")?),
            code,
            client: KnownClient::of(form.optional("device_token")),
        })
    }
}

/// A counted attempt.
struct Attempt {
    user: UserId,
    /// The counter of the user's known client, if it is one.
    client_subject: Option<String>,
    counted: Counted,
    /// The number of this attempt with one `mfa_token`.
    number: i64,
}

impl Attempt {
    fn refuse(&self, transactions: &AnonymousTransactions, device: &Device, reason: Reason) -> Problem {
        let guessed_at = match (&self.client_subject, reason, self.counted) {
            (None, Reason::WrongCode, Counted::Last) => Some((SecurityMatter::SignInBlocked, "codes")),
            (Some(_), Reason::WrongCode, Counted::Last) => {
                Some((SecurityMatter::SignInBlocked, "codes_from_known_client"))
            }
            // A caller who gets this far knows the password.
            (_, Reason::WrongCode | Reason::TooSoon | Reason::Blocked, _)
                if self.number >= ATTEMPTS_PER_CHALLENGE =>
            {
                Some((SecurityMatter::WrongCodes, "codes_after_password"))
            }
            _ => None,
        };
        if let Some((matter, guessed)) = guessed_at {
            transactions.report(Stopped { user: self.user, matter, guessed, origin: device.origin() });
        }
        refused(reason, Some(self.user), device)
    }
}

/// The reason is only logged; responses do not distinguish reasons.
fn refused(reason: Reason, user: Option<UserId>, device: &Device) -> Problem {
    let user = user.map(|user| user.to_string()).unwrap_or_default();
    tracing::warn!(reason = reason.as_str(), user, origin = %device.origin(), "a second factor was refused");
    let text = "the code is incorrect, or the mfa_token has expired";
    refusal(Code::invalid_grant, "invalid_grant", text)
}

/// Signs in with the second factor, after the password.
pub(super) async fn sign_in(caller: &Anonymous, proof: Proof) -> Result<TokenView, Problem> {
    let device = Device::of(caller);
    caller
        .in_transactions(move |transactions| {
            let attempt = transactions.unrecorded(|tx| count(tx, &proof))?;
            let attempt = attempt.ok_or_else(|| refused(Reason::UnknownToken, None, &device))?;
            let done = match attempt.counted {
                Counted::TooSoon => Err(Failure::Refused(Reason::TooSoon)),
                Counted::Disabled => Err(Failure::Refused(Reason::Blocked)),
                Counted::Admitted | Counted::Last => {
                    transactions.write(|tx, services| finish(tx, services, &proof, &attempt, &device))
                }
            };
            done.map_err(|failure| failure.answered(|reason| attempt.refuse(transactions, &device, reason)))
        })
        .await
}

/// Counts an attempt and identifies the user. Six-digit codes also count per user, across tokens.
/// Known clients have their own counters, so attackers who know the password cannot lock them out.
/// A recovery code has too many bits to guess: it is not counted there, and works even when codes
/// are blocked.
fn count(tx: &mut Tx<'_>, proof: &Proof) -> Result<Option<Attempt>, StoreError> {
    let Some((user, number)) = tx.mfa().count_attempt(&proof.token_hash)? else { return Ok(None) };
    let known = proof.client.owner(tx)?.filter(|(owner, _)| *owner == user);
    let client_subject = known.map(|(_, hash)| otp_device_subject(hash));
    let counted = match (&proof.code, &client_subject) {
        (SecondFactorCode::Recovery(_), _) => Counted::Admitted,
        (SecondFactorCode::Otp(_), Some(subject)) => tx.sign_in_attempts().count(subject)?,
        (SecondFactorCode::Otp(_), None) => tx.sign_in_attempts().count(&otp_subject(user))?,
    };
    Ok(Some(Attempt { user, client_subject, counted, number }))
}

/// Signs in if the code is right; otherwise everything is rolled back.
fn finish(
    tx: &mut Tx<'_>,
    services: &Services,
    proof: &Proof,
    attempt: &Attempt,
    device: &Device,
) -> Result<(TokenView, Done), Failure> {
    let user = attempt.user;
    let admitted = Admitted::by_challenge(tx, user, &proof.token_hash)?;
    if !accepted(tx, services, user, proof)? {
        return Err(Failure::Refused(Reason::WrongCode));
    }
    tx.users().note_login(user)?;
    tx.sign_in_attempts().reset(&otp_subject(user))?;
    if let Some(subject) = &attempt.client_subject {
        tx.sign_in_attempts().reset(subject)?;
    }
    let device_token = proof.client.remember(tx, user)?;
    let mut notice = None;
    if matches!(proof.code, SecondFactorCode::Recovery(_)) {
        let person = admitted.person();
        let recipient = Recipient { user, name: &person.name, email: &person.email };
        let epoch = services.clock.session_now().timestamp_micros();
        notice = security_notice::mail(recipient, SecurityMatter::RecoveryCodeUsed, epoch);
    }
    let (tokens, done) =
        mint(tx, services, &admitted, device, SignedInWith::SecondFactor(notice.map(Box::new)))?;
    Ok(done.with(TokenView { device_token: Some(device_token), ..tokens }))
}

fn accepted(tx: &mut Tx<'_>, services: &Services, user: UserId, proof: &Proof) -> Result<bool, StoreError> {
    match &proof.code {
        SecondFactorCode::Otp(otp) => {
            let methods = tx.mfa().list(user)?;
            accept_otp(tx, &methods, otp, services.clock.session_now())
        }
        SecondFactorCode::Recovery(code) => accept_recovery_code(tx, user, code),
    }
}
