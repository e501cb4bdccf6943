//! Mails to a person about their own sign-in, posted in the transaction of what happened.

use std::net::IpAddr;

use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::UserId;
use portal_domain::ground::mail::{MailContent, OutgoingMail, SecurityMatter};
use portal_persistence::platform::audit::Author;
use portal_persistence::{StoreError, Tx};

use crate::portal::request_id;
use crate::portal::state::Portal;

/// Whom a notice is for.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The person.
    pub user: UserId,
    /// "First Last".
    pub name: &'a str,
    /// The address on file.
    pub email: &'a str,
}

/// Posts a notice about something that happened; `epoch` tells it apart from the same thing at another time.
pub fn post(
    tx: &mut Tx<'_>,
    recipient: Recipient<'_>,
    matter: SecurityMatter,
    epoch: impl std::fmt::Display,
) -> Result<(), StoreError> {
    let Ok(address) = EmailAddress::parse(recipient.email) else {
        // Nobody could be told; that is no reason to undo what happened.
        tracing::error!(user = %recipient.user, "the address on file is none");
        return Ok(());
    };
    let mail = OutgoingMail {
        key: format!("security_notice|{matter}|{epoch}|{}", recipient.user),
        recipient: address,
        organization: None,
        content: MailContent::SecurityNotice { name: recipient.name.to_owned(), matter },
    };
    tx.outbox().post(&[mail])?;
    Ok(())
}

/// Guessing that was stopped (decision D-10).
#[derive(Clone, Copy, Debug)]
pub struct Stopped {
    /// Whose sign-in was guessed at.
    pub user: UserId,
    /// `SignInBlocked` or `WrongCodes`.
    pub matter: SecurityMatter,
    /// What was guessed at, in a word for the trail and the log.
    pub guessed: &'static str,
    /// Where the last guess came from: of an IPv6 address the /64.
    pub origin: IpAddr,
}

/// Tells that guessing was stopped: its owner by mail, the trail, and the log. In a transaction of its own, because that
/// of the guess leaves nothing behind. The answer to the guess does not depend on whether this works.
pub fn report(portal: &Portal, stopped: Stopped) {
    let Stopped { user, matter, guessed, origin } = stopped;
    tracing::warn!(%user, %origin, %matter, guessed, "guessing was stopped");
    let told = portal.database.write(portal.moment(), |tx| tell(tx, portal, &stopped));
    match told {
        Ok(()) => portal.wake_mail(),
        Err(failure) => tracing::error!(%user, %failure, "guessing was stopped, and nobody could be told"),
    }
}

fn tell(tx: &mut Tx<'_>, portal: &Portal, stopped: &Stopped) -> Result<(), StoreError> {
    let Stopped { user, matter, guessed, .. } = *stopped;
    let Some(person) = tx.users().find(user)? else { return Ok(()) };
    let now = portal.clock.session_now();
    let epoch = match matter {
        // Whoever knows the password can go on like this for as long as they want: one mail an hour says it.
        SecurityMatter::WrongCodes => now.format("%Y-%m-%dT%H").to_string(),
        _ => now.timestamp_micros().to_string(),
    };
    let name = person.name();
    post(tx, Recipient { user, name: &name, email: &person.email }, matter, epoch)?;
    let event = AuditEvent {
        organization: None,
        action: AuditAction::SignInBlocked,
        object: user.to_string(),
        details: vec![
            ("matter", Detail::Text(matter.to_string())),
            ("guessed", Detail::Text(guessed.to_owned())),
        ],
    };
    let request_id = request_id::current();
    let author = Author { user: None, name: "attempt counter", request_id: &request_id };
    tx.audit().record(&event, &author)
}
