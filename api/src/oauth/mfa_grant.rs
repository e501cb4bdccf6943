//! The second step of signing in: the token that stands for the password, and a code. Tries are counted before they are
//! looked at, in a transaction of their own, and apart from those at the password (decisions D-10, D-12).

use actix_web::web;
use portal_domain::id::UserId;
use portal_domain::mail::SecurityMatter;
use portal_persistence::sign_in_attempts::otp_subject;
use portal_persistence::{StoreError, Tx};
use zeroize::Zeroizing;

use super::form::{Form, refusal};
use super::password_grant::{Device, KnownClient, mint};
use super::view::TokenView;
use crate::app::Portal;
use crate::auth::notice::{self, Recipient};
use crate::auth::second_factor::{accept_otp, accept_recovery_code};
use crate::auth::token::OpaqueToken;
use crate::problem::{Code, Problem};

/// The code of the second step.
enum SecondFactorCode {
    /// What the authenticator app shows.
    Otp(Zeroizing<String>),
    /// One of the recovery codes.
    Recovery(Zeroizing<String>),
}

/// What the second step is made with.
pub struct Proof {
    token_hash: Vec<u8>,
    code: SecondFactorCode,
    client: KnownClient,
}

impl Proof {
    /// The proof in a form, which has a code or a recovery code, and not both.
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

/// Why the second step failed; never told apart from outside.
fn not_accepted() -> Problem {
    tracing::warn!("a second factor was refused");
    let text = "the code is not right, or the mfa_token is over";
    refusal(Code::invalid_grant, "invalid_grant", text)
}

/// Signs in with the second factor, after the password.
pub(super) async fn sign_in(
    portal: &web::Data<Portal>,
    proof: Proof,
    device: Device,
) -> Result<TokenView, Problem> {
    let inner = portal.clone();
    portal
        .blocking(move || {
            let portal = inner;
            let moment = portal.moment();
            let user = portal.database.write(moment, |tx| count(tx, &proof))?.ok_or_else(not_accepted)?;
            portal.database.write(moment, |tx| {
                // Read again: meanwhile the person may have been locked. A new password withdraws the token.
                let person = tx.users().credentials_of(user)?.filter(|person| !person.barred());
                let person = person.ok_or_else(not_accepted)?;
                if !tx.mfa().consume_challenge(&proof.token_hash)? || !accepted(tx, &portal, user, &proof)? {
                    return Err(not_accepted());
                }
                tx.users().note_login(user, None)?;
                tx.sign_in_attempts().reset(&otp_subject(user))?;
                let device_token = proof.client.remember(tx, user)?;
                if matches!(proof.code, SecondFactorCode::Recovery(_)) {
                    let recipient = Recipient { user, name: &person.name, email: &person.email };
                    let epoch = moment.session.timestamp_micros();
                    notice::post(tx, recipient, SecurityMatter::RecoveryCodeUsed, epoch)?;
                }
                let tokens = mint(tx, &portal, (user, &person.name), &device, true)?;
                Ok(TokenView { device_token: Some(device_token), ..tokens })
            })
        })
        .await
}

/// Counts a try, and tells whose it is if it may be looked at. Guesses at six digits also count for the person, whatever
/// the number of tokens; a recovery code has too many bits for that, and still works when the digits are disabled.
fn count(tx: &mut Tx<'_>, proof: &Proof) -> Result<Option<UserId>, StoreError> {
    let Some(user) = tx.mfa().count_attempt(&proof.token_hash)? else { return Ok(None) };
    let admitted = match proof.code {
        SecondFactorCode::Otp(_) => tx.sign_in_attempts().count(&otp_subject(user))?,
        SecondFactorCode::Recovery(_) => true,
    };
    Ok(admitted.then_some(user))
}

fn accepted(tx: &mut Tx<'_>, portal: &Portal, user: UserId, proof: &Proof) -> Result<bool, StoreError> {
    match &proof.code {
        SecondFactorCode::Otp(otp) => {
            let methods = tx.mfa().list(user)?;
            accept_otp(tx, &methods, otp, portal.clock.session_now())
        }
        SecondFactorCode::Recovery(code) => accept_recovery_code(tx, user, code),
    }
}
