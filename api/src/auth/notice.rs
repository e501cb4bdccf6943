//! Mails to a person about their own sign-in, posted in the transaction of what happened.

use portal_domain::email::EmailAddress;
use portal_domain::id::UserId;
use portal_domain::mail::{MailContent, OutgoingMail, SecurityMatter};
use portal_persistence::Tx;

use crate::problem::Problem;

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
) -> Result<(), Problem> {
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
