//! Where mails go: to a mail server, into files, or into the sandbox's mailbox.

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

/// How long a mail server may take for one mail, all in all.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// Where mails go.
pub enum Transport {
    /// To a mail server.
    Smtp(Box<SmtpServer>),
    /// Into a folder, a file for each.
    Files(PathBuf),
    /// Into memory, to be read by whoever explores.
    Mailbox(Mailbox),
}

impl Transport {
    /// What the settings say.
    pub fn from_settings(settings: &Settings) -> Result<Self, String> {
        Ok(match &settings.smtp_url {
            _ if settings.demo => Self::Mailbox(Mailbox::default()),
            Some(url) => Self::Smtp(Box::new(SmtpServer::at(url, SEND_TIMEOUT)?)),
            None => Self::Files(PathBuf::from(&settings.mail_dir)),
        })
    }

    /// The mailbox, where it is one.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Mailbox(mailbox) => Some(mailbox),
            Self::Smtp(_) | Self::Files(_) => None,
        }
    }

    /// Delivers a mail.
    pub async fn send(&self, mail: &RenderedMail, sender: &Address, now: Instant) -> Result<(), Undelivered> {
        // Put together even where nobody reads it as a message: what a mail server would refuse is found out everywhere.
        let message = message(mail, sender)?;
        match self {
            Self::Smtp(server) => server.send(&message).await,
            Self::Files(folder) => {
                let (folder, name) = (folder.clone(), format!("{}.eml", mail.id));
                let written = web::block(move || write(&folder, &name, &message.formatted())).await;
                written.map_err(|_error| temporary("the file was not written"))?.map_err(|error| {
                    tracing::error!(mail = %mail.id, %error, "a mail could not be written as a file");
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

/// The message, the same at every attempt down to its boundary and date.
fn message(mail: &RenderedMail, sender: &Address) -> Result<Message, Undelivered> {
    let recipient =
        mail.to.parse::<Address>().map_err(|_error| permanent("no mail can be sent to such an address"))?;
    let parts = MultiPart::alternative()
        .boundary(format!("part_{}", mail.id))
        .singlepart(SinglePart::plain(mail.text.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    // Keeps holiday notices and the like from being sent back (RFC 3834).
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

/// Writes a file that is whole or not there, readable by nobody else.
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
