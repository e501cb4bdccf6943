//! The delivery worker: claims due emails, sends them, and records the results.
//!
//! An email is delivered at least once, under one Message-ID, or is marked as dead for operators to
//! see (decision D-13). It can be sent twice only if the process dies or the database fails before
//! the mail server's answer is recorded.

use actix_web::web;
use chrono::Duration;
use portal_domain::ground::id::{MailId, WorkerId};
use portal_persistence::StoreError;
use portal_persistence::platform::outbox::ClaimedMail;

use super::Mailer;
use super::render::render;
use super::transport::SEND_TIMEOUT;
use crate::background::mail::undelivered::Undelivered;
use crate::portal::failure::Failure;
use crate::portal::state::Portal;

/// How long the worker pauses when nothing is due.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);
/// Emails claimed at a time.
const BATCH: i64 = 20;
/// Attempts to deliver an email.
const MAX_ATTEMPTS: i64 = 8;

/// How long a claim lasts: much longer than one email takes.
const fn lease() -> Duration {
    Duration::minutes(2)
}

/// The delay after this many attempts; `None` after the last one. Jitter from the id of the email
/// keeps emails that failed together from being retried together.
fn wait_after(attempts: i64, mail: MailId) -> Option<Duration> {
    let minutes = match attempts {
        ..=1 => 1,
        2 => 5,
        3 => 15,
        4 => 60,
        5..MAX_ATTEMPTS => 360,
        _ => return None,
    };
    let spread = i32::try_from(mail.uuid().as_u128() % 401).unwrap_or_default();
    Some(Duration::minutes(minutes) * (800 + spread) / 1000)
}

/// Delivers at most one batch of due emails. Returns the number of emails attempted.
pub async fn deliver_due(portal: &web::Data<Portal>, mailer: &Mailer) -> Result<usize, Failure> {
    let inner = portal.clone();
    let claim = move || {
        inner
            .database
            .write_unrecorded(inner.moment(), |tx| {
                let worker: WorkerId = tx.new_id();
                let claimed = tx.outbox().claim(worker, lease(), BATCH)?;
                Ok::<_, StoreError>((worker, claimed))
            })
            .map_err(Failure::from)
    };
    let claimed_until = portal.clock.session_now() + lease();
    let (worker, claimed) = portal.blocking(claim).await?;
    let one_mail = Duration::from_std(SEND_TIMEOUT).unwrap_or_else(|_error| lease());
    let (mut tried, mut noted) = (0, Ok(()));
    for mail in &claimed {
        // After the claim ends, another worker may be sending the email.
        let too_late = portal.clock.session_now() + one_mail > claimed_until;
        if tried > 0 && (too_late || portal.is_draining()) {
            break;
        }
        tried += 1;
        noted = deliver(portal, mailer, worker, mail).await;
        if noted.is_err() {
            break;
        }
    }
    // An email whose result could not be recorded keeps its claim until the claim ends, because it
    // may have been sent.
    let left: Vec<MailId> = claimed.iter().skip(tried).map(|mail| mail.id).collect();
    let mut released = Ok(0);
    if !left.is_empty() {
        let inner = portal.clone();
        let release = move || {
            inner
                .database
                .write_unrecorded(inner.moment(), |tx| tx.outbox().release(worker, &left))
                .map_err(Failure::from)
        };
        released = portal.blocking(release).await;
    }
    noted.and(released).map(|_released| tried)
}

/// Sends an email that this worker still claims, and records the result.
async fn deliver(
    portal: &web::Data<Portal>,
    mailer: &Mailer,
    worker: WorkerId,
    mail: &ClaimedMail,
) -> Result<(), Failure> {
    let (inner, id) = (portal.clone(), mail.id);
    let look = move || {
        inner.database.read(inner.moment(), |tx| tx.outbox().is_claimed(id, worker)).map_err(Failure::from)
    };
    if !portal.blocking(look).await? {
        tracing::info!(mail = %id, "an email was withdrawn before its delivery");
        return Ok(());
    }
    let outcome = attempt(portal, mailer, mail).await;
    note(portal, worker, mail, outcome).await
}

async fn attempt(portal: &web::Data<Portal>, mailer: &Mailer, mail: &ClaimedMail) -> Result<(), Undelivered> {
    if mail.attempts > MAX_ATTEMPTS {
        return Err(Undelivered::Permanent("every attempt was interrupted".into()));
    }
    let Some(content) = &mail.content else {
        return Err(Undelivered::Permanent("the content cannot be read".into()));
    };
    let rendered =
        render(mail, content, &portal.plans, &portal.settings.base(), mailer.sender()).map_err(|error| {
            tracing::error!(mail = %mail.id, %error, "an email cannot be rendered");
            Undelivered::Permanent("the mail cannot be rendered".into())
        })?;
    mailer.transport().send(&rendered, mailer.sender(), portal.clock.session_now()).await
}

async fn note(
    portal: &web::Data<Portal>,
    worker: WorkerId,
    mail: &ClaimedMail,
    outcome: Result<(), Undelivered>,
) -> Result<(), Failure> {
    let (id, attempts) = (mail.id, mail.attempts);
    let inner = portal.clone();
    let note = move || {
        let moment = inner.moment();
        let failure = match outcome {
            Ok(()) => None,
            Err(Undelivered::Temporary(error)) => {
                let retry_at = wait_after(attempts, id).map(|wait| moment.session + wait);
                Some((error, retry_at))
            }
            Err(Undelivered::Permanent(error)) => Some((error, None)),
        };
        let still_ours = inner.database.write_unrecorded(moment, |tx| match &failure {
            None => tx.outbox().mark_sent(id, worker),
            Some((error, retry_at)) => tx.outbox().mark_failed(id, worker, error, *retry_at),
        })?;
        match failure {
            _ if !still_ours => {
                let text =
                    "an email was withdrawn meanwhile, or took longer than its claim and may be sent twice";
                tracing::warn!(mail = %id, "{text}");
            }
            None => tracing::info!(mail = %id, attempts, "an email was delivered"),
            Some((error, Some(retry_at))) => {
                tracing::warn!(mail = %id, attempts, %error, %retry_at, "an email was not delivered yet");
            }
            Some((error, None)) => {
                tracing::error!(mail = %id, attempts, %error, "an email was abandoned; see GET /api/v1/system/mails");
            }
        }
        Ok::<(), Failure>(())
    };
    portal.blocking(note).await
}

/// Delivers emails until the portal shuts down. The email being sent is finished.
pub async fn run(portal: web::Data<Portal>, mailer: web::Data<Mailer>) {
    while !portal.is_draining() {
        match deliver_due(&portal, &mailer).await {
            Ok(0) => pause(&portal).await,
            Ok(_) => {}
            Err(failure) => {
                tracing::warn!(%failure, "emails could not be processed");
                pause(&portal).await;
            }
        }
    }
}

async fn pause(portal: &Portal) {
    let mail_or_end = async {
        tokio::select! { () = portal.mail_queued() => {}, () = portal.drained() => {} }
    };
    let _woken = tokio::time::timeout(PAUSE, mail_or_end).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_delays_grow_and_no_retry_follows_the_last_attempt() {
        let mail = MailId::new(1, [0; 10]);
        let waits: Vec<_> = (1..=9).map(|attempts| wait_after(attempts, mail)).collect();
        assert!(waits[..5].windows(2).all(|pair| pair[0] < pair[1]));
        assert!(waits[..7].iter().all(Option::is_some) && waits[7..].iter().all(Option::is_none));
    }

    #[test]
    fn retry_delays_vary_by_at_most_20_percent() {
        for random in 0..=255 {
            let wait = wait_after(2, MailId::new(1, [random; 10])).unwrap();
            assert!((Duration::minutes(4)..=Duration::minutes(6)).contains(&wait), "{wait}");
        }
    }
}
