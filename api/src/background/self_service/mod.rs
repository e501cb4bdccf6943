//! Processes self-service requests (decision D-11). Each was answered before, and always alike.
//! Only here does the portal find out whether there is anything to do.

use portal_domain::identity::password;
use portal_persistence::Done;
mod access_request;
mod association_review;
mod registration;

use std::panic::{AssertUnwindSafe, catch_unwind};

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MailId, SelfServiceRequestId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_persistence::Tx;
use portal_persistence::identity::one_time_tokens::TokenSubject;
use portal_persistence::identity::self_service::QueuedRequest;
use portal_persistence::platform::audit::Author;

use crate::portal::failure::Failure;
use crate::portal::one_time_token::OneTimeToken;
use crate::portal::state::Portal;

/// Requests processed at a time.
const BATCH: i64 = 50;
/// Attempts to process a request.
const MAX_ATTEMPTS: i64 = 8;
/// Links to one user within an hour; more are not sent (decision D-19).
const RESETS_PER_ADDRESS: i64 = 3;

/// Processes requests that are due, and returns their number. Blocks the thread. Several instances
/// can do so at once: each request is removed in the transaction of its effects. A request that
/// fails is postponed, and does not hold up others.
pub fn process_requests(portal: &Portal) -> Result<usize, Failure> {
    let due = portal.database.read(portal.moment(), |tx| tx.self_service().due(BATCH))?;
    let mut looked_into = 0;
    for queued in &due {
        if portal.is_draining() {
            break;
        }
        looked_into += 1;
        let outcome = contained(|| {
            portal.database.write(portal.moment(), |tx| {
                let Some(request) = tx.self_service().take(queued)? else {
                    return Ok(Done::unchanged().with(()));
                };
                Ok(process(tx, portal, queued.id, request)?.with(()))
            })
        });
        if let Err(failure) = outcome {
            put_off(portal, queued, &failure);
        }
    }
    Ok(looked_into)
}

/// Turns a panic into a failure, so that one request does not keep the others waiting.
fn contained<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let caught = catch_unwind(AssertUnwindSafe(work));
    caught.unwrap_or_else(|_panic| Err(Failure::Panicked))
}

/// The delay of a request after this many failed attempts; `None` if it is set aside.
const fn wait_after(attempts: i64) -> Option<chrono::Duration> {
    let minutes = match attempts {
        ..=1 => 1,
        2 => 5,
        3 => 15,
        4 => 60,
        5..MAX_ATTEMPTS => 360,
        _ => return None,
    };
    Some(chrono::Duration::minutes(minutes))
}

fn put_off(portal: &Portal, queued: &QueuedRequest, failure: &Failure) {
    let (id, attempts, moment) = (queued.id, queued.attempts + 1, portal.moment());
    let retry_at = wait_after(attempts).map(|wait| moment.session + wait);
    match retry_at {
        Some(retry_at) => {
            let text = "a self-service request failed; it will be retried";
            tracing::warn!(request = %id, attempts, %failure, %retry_at, "{text}");
        }
        None => {
            let text = "a self-service request failed; it is set aside";
            tracing::error!(request = %id, attempts, %failure, "{text}");
        }
    }
    if let Err(error) =
        portal.database.write_unrecorded(moment, |tx| tx.self_service().put_off(queued, retry_at))
    {
        tracing::warn!(request = %id, %error, "the failed self-service request could not be postponed");
    }
}

fn process(
    tx: &mut Tx<'_>,
    portal: &Portal,
    id: SelfServiceRequestId,
    request: SelfServiceRequest,
) -> Result<Done, Failure> {
    match request {
        SelfServiceRequest::PasswordReset { email } => reset_password(tx, portal, &email),
        request @ SelfServiceRequest::Registration { .. } => registration::process(tx, portal, request),
        request @ SelfServiceRequest::AccessRequest { .. } => access_request::process(tx, id, &request),
        request @ SelfServiceRequest::AssociationReview { .. } => association_review::process(tx, request),
    }
}

/// The worker as the author in the audit trail.
pub(crate) const fn worker() -> Author<'static> {
    Author { user: None, name: "self-service", request_id: "" }
}

/// Sends a link to the address on file if the user exists, has a password, and is not disabled
/// (domain rule R-182, N-09).
fn reset_password(tx: &mut Tx<'_>, portal: &Portal, email: &str) -> Result<Done, Failure> {
    let Some(found) = tx.users().find_by_email(email)? else { return Ok(Done::bookkeeping()) };
    // The address may have changed before the lock: the link must not go to the old one.
    let locked = tx.users().lock(found.id)?.filter(|person| person.email == found.email);
    let Some(person) = locked else { return Ok(Done::bookkeeping()) };
    if !person.has_password || person.disabled_at.is_some() {
        return Ok(Done::bookkeeping());
    }
    let subject = format!("password_reset|{}", person.id);
    let within =
        tx.sign_in_attempts().hit_window(&subject, RESETS_PER_ADDRESS, chrono::Duration::hours(1))?;
    if !within {
        return Ok(Done::bookkeeping());
    }
    let Ok(recipient) = EmailAddress::parse(&person.email) else { return Ok(Done::bookkeeping()) };
    let token = OneTimeToken::generate(TokenPurpose::PasswordReset);
    // A user can belong to several plans, so the shortest lifetime of all plans applies.
    let lifetime = PlanCode::ALL.iter().filter_map(|code| portal.plans.get(*code));
    let lifetime = lifetime.map(|plan| plan.links.password_reset()).min();
    let expires_at = tx.now() + lifetime.unwrap_or_else(|| chrono::Duration::minutes(30));
    tx.one_time_tokens().issue(
        TokenPurpose::PasswordReset,
        &token.hash(),
        TokenSubject::User(person.id),
        expires_at,
    )?;
    let key: MailId = tx.new_id();
    let link = password::ResetLink {
        mail: key,
        name: person.name(),
        recipient,
        token: token.expose().to_owned(),
        expires_at,
    };
    Ok(tx.commit_effects(&password::reset_issued(person.id, link), &worker())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_fails_only_its_own_request() {
        let failure = contained::<()>(|| panic!("on purpose")).unwrap_err();
        assert_eq!(failure.to_string(), Failure::Panicked.to_string());
        assert!(contained(|| Ok(7)).is_ok());
    }

    #[test]
    fn retry_delays_grow_and_the_eighth_attempt_is_the_last() {
        let waits: Vec<_> = (1..=8).map(wait_after).collect();
        assert!(waits[..5].windows(2).all(|pair| pair[0] < pair[1]));
        assert!(waits[..7].iter().all(Option::is_some) && waits[7].is_none());
    }
}
