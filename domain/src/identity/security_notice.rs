//! Security notices: mails to users about their own login.

use std::fmt::Display;

use crate::ground::email::EmailAddress;
use crate::ground::id::UserId;
use crate::ground::mail::{MailContent, OutgoingMail, SecurityMatter};

/// The notice to a user about an event of their login. `epoch` distinguishes the event from the same
/// event at another time, so that each is sent once.
#[must_use]
pub fn security_notice(
    user: UserId,
    name: &str,
    recipient: EmailAddress,
    matter: SecurityMatter,
    epoch: impl Display,
) -> OutgoingMail {
    OutgoingMail {
        key: format!("security_notice|{matter}|{epoch}|{user}"),
        recipient,
        organization: None,
        content: MailContent::SecurityNotice { name: name.to_owned(), matter },
    }
}
