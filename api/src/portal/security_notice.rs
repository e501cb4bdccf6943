//! Security notices: emails to users about their own login.

use std::net::IpAddr;

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::UserId;
use portal_domain::ground::mail::{OutgoingMail, SecurityMatter};
use portal_domain::identity::attempts::guessing_stopped;
use portal_domain::identity::security_notice::security_notice;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

use crate::portal::request_id;
use crate::portal::state::Portal;

/// The recipient of a notice.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The user.
    pub user: UserId,
    /// "First Last".
    pub name: &'a str,
    /// The email address on file.
    pub email: &'a str,
}

/// The notice about an event. `epoch` distinguishes it from the same event at another time. `None` if
/// the address on file is not valid: the user cannot be notified, which must not undo the event.
pub fn mail(
    recipient: Recipient<'_>,
    matter: SecurityMatter,
    epoch: impl std::fmt::Display,
) -> Option<OutgoingMail> {
    let Recipient { user, name, email } = recipient;
    let Ok(address) = EmailAddress::parse(email) else {
        tracing::error!(%user, "the email address on file is not valid");
        return None;
    };
    Some(security_notice(user, name, address, matter, epoch))
}

/// A series of wrong guesses that was stopped (decision D-10).
#[derive(Clone, Copy, Debug)]
pub struct Stopped {
    /// The user whose credentials were guessed.
    pub user: UserId,
    /// `SignInBlocked` or `WrongCodes`.
    pub matter: SecurityMatter,
    /// What was guessed, as a code for the audit trail and the log.
    pub guessed: &'static str,
    /// The address of the last guess; an IPv6 address is reduced to its /64.
    pub origin: IpAddr,
}

/// Reports that guessing was stopped: to the user by email, in the audit trail, and in the log.
/// Uses a transaction of its own, because that of the guess is rolled back. The response to the
/// guess does not depend on the result.
pub fn report(portal: &Portal, stopped: Stopped) {
    let Stopped { user, matter, guessed, origin } = stopped;
    tracing::warn!(%user, %origin, %matter, guessed, "guessing was stopped");
    let notified =
        portal.database.write(portal.moment(), |tx| notify(tx, portal, &stopped).map(|done| done.with(())));
    if let Err(failure) = notified {
        tracing::error!(%user, %failure, "guessing was stopped, and the user could not be notified");
    }
}

fn notify(tx: &mut Tx<'_>, portal: &Portal, stopped: &Stopped) -> Result<Done, StoreError> {
    let Stopped { user, matter, guessed, .. } = *stopped;
    let Some(person) = tx.users().find(user)? else { return Ok(Done::unchanged()) };
    let now = portal.clock.session_now();
    let epoch = match matter {
        // An attacker who knows the password can continue indefinitely, so send at most one email
        // an hour.
        SecurityMatter::WrongCodes => now.format("%Y-%m-%dT%H").to_string(),
        _ => now.timestamp_micros().to_string(),
    };
    let name = person.name();
    let notice = mail(Recipient { user, name: &name, email: &person.email }, matter, epoch);
    let request_id = request_id::current();
    let author = Author { user: None, name: "attempt counter", request_id: &request_id };
    tx.commit_effects(&guessing_stopped(user, matter, guessed, notice), &author)
}
