//! Transports of emails: to a mail server, into files, or into the sandbox's mailbox.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_web::web;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox as Party, MultiPart, SinglePart};
use lettre::{Address, Message};
use portal_domain::Instant;

use super::render::RenderedMail;
use crate::background::mail::mailbox::Mailbox;
use crate::background::mail::smtp::SmtpServer;
use crate::background::mail::undelivered::{Undelivered, permanent, temporary};
use crate::portal::settings::Settings;

/// How long a mail server may take for one email in total.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// A transport of emails.
pub enum Transport {
    /// To a mail server.
    Smtp(Box<SmtpServer>),
    /// Into a folder, one file per email.
    Files(PathBuf),
    /// Into memory, for users of the sandbox to read.
    Mailbox(Mailbox),
}

impl Transport {
    /// The transport that the settings name.
    pub fn from_settings(settings: &Settings) -> Result<Self, String> {
        Ok(match &settings.smtp_url {
            _ if settings.demo => Self::Mailbox(Mailbox::default()),
            Some(url) => Self::Smtp(Box::new(SmtpServer::at(url, SEND_TIMEOUT)?)),
            None => Self::Files(PathBuf::from(&settings.mail_dir)),
        })
    }

    /// The mailbox, if the transport is one.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Mailbox(mailbox) => Some(mailbox),
            Self::Smtp(_) | Self::Files(_) => None,
        }
    }

    /// Delivers an email.
    pub async fn send(&self, mail: &RenderedMail, sender: &Address, now: Instant) -> Result<(), Undelivered> {
        // Build the message for every transport, so that each finds out what a mail server would
        // refuse.
        let message = message(mail, sender)?;
        match self {
            Self::Smtp(server) => server.send(&message).await,
            Self::Files(folder) => {
                let (folder, name) = (folder.clone(), format!("{}.eml", mail.id));
                let written = web::block(move || write(&folder, &name, &message.formatted())).await;
                written.map_err(|_error| temporary("the file was not written"))?.map_err(|error| {
                    tracing::error!(mail = %mail.id, %error, "an email could not be written to a file");
                    temporary("the file was not written")
                })
            }
            Self::Mailbox(mailbox) => {
                mailbox.keep(mail.clone(), now);
                Ok(())
            }
        }
    }
}

/// Builds the message. It is the same at every attempt, including its boundary and date.
fn message(mail: &RenderedMail, sender: &Address) -> Result<Message, Undelivered> {
    let recipient =
        mail.to.parse::<Address>().map_err(|_error| permanent("mail cannot be sent to this address"))?;
    let parts = MultiPart::alternative()
        .boundary(format!("part_{}", mail.id))
        .singlepart(SinglePart::plain(mail.text.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    // Keeps vacation notices and other automatic replies from being sent back (RFC 3834).
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
    Message::builder()
        .from(Party::new(None, sender.clone()))
        .to(Party::new(None, recipient))
        .subject(mail.subject.as_str())
        .message_id(Some(mail.message_id.clone()))
        .date(mail.posted_at.into())
        .raw_header(automatic)
        .multipart(parts)
        .map_err(|_error| permanent("the message could not be put together"))
}

/// Writes a file completely or not at all, readable by its owner only.
fn write(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        builder.mode(0o700);
        options.mode(0o600);
    }
    builder.create(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    options.open(&unfinished)?.write_all(content)?;
    std::fs::rename(unfinished, folder.join(name))
}
