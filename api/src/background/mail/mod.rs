//! Mail: what stands in the outbox is rendered from templates and handed to a mail server, apart from any request.
//!
//! A request only posts (`tx.outbox().post`), in the transaction of what the mail tells about; [`run`] delivers. Without a
//! mail server mails become files, and in the sandbox they stay in memory, to be read with `GET /sandbox/mailbox`.

mod mailbox;
mod render;
mod smtp;
mod transport;
mod undelivered;
mod worker;

pub use mailbox::{KeptMail, Mailbox};
pub use render::{RenderedMail, render};
pub use smtp::SmtpServer;
pub use transport::{SEND_TIMEOUT, Transport};
pub use undelivered::Undelivered;
pub use worker::{deliver_due, run};

use lettre::Address;

use crate::portal::settings::Settings;

/// How mails leave the portal.
pub struct Mailer {
    transport: Transport,
    sender: Address,
}

impl Mailer {
    /// What the settings say: the sandbox's mailbox, a mail server, or files. Touches neither network nor disk yet.
    pub fn from_settings(settings: &Settings) -> Result<Self, String> {
        Self::through(Transport::from_settings(settings)?, settings)
    }

    /// Through this transport, from the sender of these settings.
    pub fn through(transport: Transport, settings: &Settings) -> Result<Self, String> {
        let sender = settings.mail_from.parse::<Address>().map_err(|error| format!("mail_from: {error}"))?;
        Ok(Self { transport, sender })
    }

    /// Where mails go.
    #[must_use]
    pub const fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The address mails come from.
    #[must_use]
    pub const fn sender(&self) -> &Address {
        &self.sender
    }
}
