//! Email: renders the outbox and delivers it to a mail server, apart from any request.
//!
//! A request only posts an email (`tx.outbox().post`), in the transaction of the event that it
//! reports. [`run`] delivers it. Without a mail server, emails are written to files. In the
//! sandbox, they stay in memory and can be read with `GET /sandbox/mailbox`.

mod association;
mod block;
mod body;
mod mailbox;
mod render;
mod smtp;
mod transport;
mod undelivered;
mod user_input;
mod worker;

pub use mailbox::{KeptMail, Mailbox};
pub use render::{RenderedMail, render};
pub use smtp::SmtpServer;
pub use transport::{SEND_TIMEOUT, Transport};
pub use undelivered::Undelivered;
pub use worker::{deliver_due, run};

use lettre::Address;

use crate::portal::settings::Settings;

/// Delivers the portal's emails.
pub struct Mailer {
    transport: Transport,
    sender: Address,
}

impl Mailer {
    /// Delivers as the settings say: to the sandbox's mailbox, a mail server, or files. Does not
    /// access the network or the disk yet.
    pub fn from_settings(settings: &Settings) -> Result<Self, String> {
        Self::through(Transport::from_settings(settings)?, settings)
    }

    /// Delivers through this transport, from the sender in the settings.
    pub fn through(transport: Transport, settings: &Settings) -> Result<Self, String> {
        let sender = settings.mail_from.parse::<Address>().map_err(|error| format!("mail_from: {error}"))?;
        Ok(Self { transport, sender })
    }

    /// The transport of emails.
    #[must_use]
    pub const fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The sender address of emails.
    #[must_use]
    pub const fn sender(&self) -> &Address {
        &self.sender
    }
}
