//! Mail: what stands in the outbox is rendered from templates and handed to a mail server, apart from any request.
//!
//! A request only posts (`tx.outbox().post`), in the transaction of what the mail tells about; [`run`] delivers. Without a
//! mail server mails become files, and in the sandbox they stay in memory, to be read with `GET /sandbox/mailbox`.

mod landing;
mod render;
mod transport;
mod worker;

pub use landing::show_link;
pub use render::{RenderedMail, render};
pub use transport::{KeptMail, Mailbox, SEND_TIMEOUT, SmtpServer, Transport, Undelivered};
pub use worker::{deliver_due, run};

use std::time::Duration;

use lettre::Address;
use tokio::sync::Notify;

use crate::server::settings::Settings;

/// How long the deliverer rests when nothing is due.
const REST: Duration = Duration::from_secs(1);

/// How mails leave the portal.
pub struct Mailer {
    transport: Transport,
    sender: Address,
    base: String,
    posted: Notify,
}

impl Mailer {
    /// What the settings say: the sandbox's mailbox, a mail server, or files. Touches neither network nor disk yet.
    pub fn from_settings(settings: &Settings) -> Result<Self, String> {
        Ok(Self {
            transport: Transport::from_settings(settings)?,
            sender: settings.mail_from.parse::<Address>().map_err(|error| format!("mail_from: {error}"))?,
            base: settings.public_base_url.as_str().trim_end_matches('/').to_owned(),
            posted: Notify::new(),
        })
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

    /// Where links lead, without a slash at its end: the configured address and never one of a request (C-30).
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Has the deliverer look into the outbox now rather than within a second.
    pub fn wake(&self) {
        self.posted.notify_one();
    }

    async fn rest(&self) {
        let _woken = tokio::time::timeout(REST, self.posted.notified()).await;
    }
}
