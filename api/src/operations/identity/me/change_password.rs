//! PUT /me/password

use std::net::IpAddr;

use actix_web::put;
use portal_domain::ground::mail::SecurityMatter;
use portal_domain::identity::attempts::Counted;
use portal_domain::identity::password;
use portal_domain::identity::session::SessionEnd;
use portal_persistence::identity::sign_in_attempts::current_password_subject;
use portal_persistence::{Done, Tx};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use super::describe::describe;
use super::view::MeView;
use crate::http::auth::call::Call;
use crate::http::auth::caller::{May, Transactions};
use crate::http::auth::new_password::password_violation;
use crate::http::auth::permission::UpdateOwnUser;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, RightProblems, SignedInProblems, VersionHeader,
    VersionProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply, require_match};
use crate::portal::passwords::acceptable;
use crate::portal::security_notice::{self, Recipient, Stopped};

/// The current and the new password.
// No `Debug`, to keep them out of logs.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "current_password": "explore-the-portal",
    "new_password": "seven quiet herons under glass"
}))]
pub struct ChangePasswordRequest {
    /// Your current password.
    #[serde(default)]
    #[validate(
        required(code = "required", message = "is required"),
        length(min = 1, max = 1024, code = "length", message = "must be 1 to 1024 characters")
    )]
    #[schema(required, format = Password, min_length = 1, max_length = 1024)]
    pub current_password: Option<String>,
    /// Your new password: 15 to 256 characters, not easy to guess, and not based on your names,
    /// email address, organizations, or plans.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, format = Password, min_length = 15, max_length = 256)]
    pub new_password: Option<String>,
}

/// Change your password
///
/// Ends all your other sessions and invalidates pending password links and device tokens. You are
/// notified by email. After a wrong current password, the server refuses every attempt for some
/// seconds, even a correct one. Send `If-Match: *` or the ETag of `GET /me`.
#[utoipa::path(
    tag = "me",
    params(VersionHeader),
    request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "The password was changed."),
        AnyProblems, SignedInProblems, RightProblems, BodyProblems, ConflictProblems, VersionProblems,
    ),
)]
#[put("/me/password")]
pub async fn change_my_password(caller: May<UpdateOwnUser>, body: Json<ChangePasswordRequest>) -> Answered {
    let Json(body) = body;
    let current = Zeroizing::new(body.current_password.unwrap_or_default());
    let new = Zeroizing::new(body.new_password.unwrap_or_default());
    let permit = caller.services().passwords.permit().await?;
    let origin = caller.origin();
    caller
        .in_transactions(move |transactions| {
            let _permit = permit;
            let attempt = transactions.unrecorded(count_attempt)?;
            let right = verify(transactions, &attempt, &current, origin)?;
            let new_hash = hash_accepted(transactions, &attempt.me, right, &new)?;
            transactions.transaction(|tx, call| {
                let done = store(tx, call, &attempt, &new_hash)?;
                Ok(done.with(Reply::no_content()))
            })
        })
        .await
}

/// A counted attempt at the current password.
struct Attempt {
    me: MeView,
    version: i64,
    /// `None` if the user has no password, or must wait before another attempt.
    hash: Option<String>,
    counted: Counted,
}

/// Counts the attempt before the password is verified, as in a sign-in.
fn count_attempt(tx: &mut Tx<'_>, call: &Call<UpdateOwnUser>) -> Result<Attempt, Problem> {
    let (me, person) = describe(tx, call)?;
    require_match(call.if_match(), person.version, &me)?;
    let credentials = tx.users().credentials_of(person.id)?;
    let counted = tx.sign_in_attempts().count(&current_password_subject(person.id))?;
    let hash = credentials.filter(|_| counted.admitted()).and_then(|found| found.password_hash);
    Ok(Attempt { me, version: person.version, hash, counted })
}

/// Whether the current password is right. A right one resets the count; the last wrong one allowed
/// is reported to the user.
fn verify(
    transactions: &Transactions<UpdateOwnUser>,
    attempt: &Attempt,
    current: &str,
    origin: IpAddr,
) -> Result<bool, Problem> {
    let user = attempt.me.id;
    let right = transactions.services().passwords.verify(current, attempt.hash.as_deref());
    if right {
        transactions
            .unrecorded(|tx, _call| Ok(tx.sign_in_attempts().reset(&current_password_subject(user))?))?;
    } else if attempt.counted == Counted::Last && attempt.hash.is_some() {
        let matter = SecurityMatter::SignInBlocked;
        transactions.report(Stopped { user, matter, guessed: "present_password", origin });
    }
    Ok(right)
}

/// The hash of the new password, or both violations.
fn hash_accepted(
    transactions: &Transactions<UpdateOwnUser>,
    me: &MeView,
    right: bool,
    new: &str,
) -> Result<String, Problem> {
    let organizations = me.memberships.iter().map(|membership| &membership.organization);
    let context: Vec<&str> = [me.email.as_str(), me.first_name.as_str(), me.last_name.as_str()]
        .into_iter()
        .chain(organizations.flat_map(|of| [of.name.as_str(), of.plan.as_str()]))
        .collect();
    let wrong = || FieldError::at("/current_password", "wrong_password", "is not your password");
    let refusal = acceptable(new, &context).err();
    let violations: Vec<FieldError> = (!right)
        .then(wrong)
        .into_iter()
        .chain(refusal.map(|refusal| password_violation("/new_password", refusal)))
        .collect();
    if !violations.is_empty() {
        return Err(Problem::invalid(violations));
    }
    transactions.services().passwords.hash(new).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        Problem::new(Code::internal_error, "the request could not be carried out")
    })
}

/// Stores the new password and ends the user's other sessions.
fn store(
    tx: &mut Tx<'_>,
    call: &Call<UpdateOwnUser>,
    attempt: &Attempt,
    new_hash: &str,
) -> Result<Done, Problem> {
    let person = tx.users().lock(attempt.me.id)?.ok_or_else(Problem::not_found)?;
    if person.version != attempt.version {
        return Err(Problem::new(Code::changed_meanwhile, "your account changed during the request"));
    }
    tx.users().set_password(person.id, new_hash)?;
    let (session, reason) = (call.actor.session, SessionEnd::CredentialsChanged);
    tx.sessions().end_all_but(person.id, Some(session), reason)?;
    tx.sign_in_attempts().rebind_password(person.id, &person.email)?;
    let name = person.name();
    let recipient = Recipient { user: person.id, name: &name, email: &person.email };
    let epoch = person.version + 1;
    let notice = security_notice::mail(recipient, SecurityMatter::PasswordChanged, epoch);
    Ok(tx.commit_effects(&password::changed(person.id, notice), &call.author())?)
}
