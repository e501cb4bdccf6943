//! Where mails go: to a mail server, into files, or into the sandbox's mailbox.

use std::collections::VecDeque;
use std::error::Error as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox as Party, MultiPart, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::{Address, Message};
use portal_domain::Instant;
use url::{Host, Url};

use super::render::RenderedMail;
use crate::portal::settings::Settings;

/// How long a mail server may take for one mail, all in all.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a mail server may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(2);
/// When a server cannot do what a mail or the settings need.
const LACKING: &str = "the mail server lacks something that this mail or the settings need";
/// So many mails the sandbox's mailbox keeps.
const KEPT: usize = 500;

/// Why a mail was not delivered, in words for operators: never an address, a token, or what the server wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// Trying again later may help.
    Temporary(String),
    /// The mail itself was refused.
    Permanent(String),
}

/// Where mails go.
pub enum Transport {
    /// To a mail server.
    Smtp(Box<SmtpServer>),
    /// Into a folder, a file for each.
    Files(PathBuf),
    /// Into memory, to be read by whoever explores.
    Mailbox(Mailbox),
}

/// A mail server, as its URL describes it.
pub struct SmtpServer {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    greeting: ClientId,
    timeout: Duration,
}

enum Encryption {
    /// None, which production refuses.
    Nothing,
    /// STARTTLS, or no mail.
    StartTls(TlsParameters),
    /// TLS from the first byte.
    Implicit(TlsParameters),
}

/// Mails kept in memory, the latest ones.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Mutex<VecDeque<KeptMail>>>);

/// A mail kept in memory.
#[derive(Clone)]
pub struct KeptMail {
    /// The mail.
    pub mail: RenderedMail,
    /// When it was delivered.
    pub sent_at: Instant,
}

impl Mailbox {
    fn keep(&self, mail: RenderedMail, sent_at: Instant) {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if mails.len() == KEPT {
            mails.pop_front();
        }
        mails.push_back(KeptMail { mail, sent_at });
    }

    /// The mails, in the order in which they came.
    #[must_use]
    pub fn mails(&self) -> Vec<KeptMail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Empties it.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
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

fn temporary(text: impl Into<String>) -> Undelivered {
    Undelivered::Temporary(text.into())
}

fn permanent(text: impl Into<String>) -> Undelivered {
    Undelivered::Permanent(text.into())
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

impl SmtpServer {
    /// The server of a URL such as `smtps://user:password@host` or `smtp://host?tls=required`; one mail may take so long.
    /// The path, if there is one, is the name to greet with. Certificates are verified against those of the machine.
    pub fn at(url: &str, timeout: Duration) -> Result<Self, String> {
        // The URL itself stays out of every error: it has the password.
        let invalid = |text: &str| format!("smtp_url: {text}");
        let url = Url::parse(url).map_err(|error| invalid(&error.to_string()))?;
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => return Err(invalid("names no host")),
        };
        let certified =
            || TlsParameters::new(host.clone()).map_err(|error| invalid(&format!("no TLS: {error}")));
        let mut pairs = url.query_pairs();
        let wanted = match (pairs.next(), pairs.next()) {
            (None, _) => None,
            (Some((name, value)), None) if name == "tls" => Some(value.into_owned()),
            // Whoever wrote `starttls=required` must not get mail without TLS.
            _ => return Err(invalid("expected nothing but tls=required behind the question mark")),
        };
        if url.fragment().is_some() {
            return Err(invalid("has a #, which must be percent-encoded in a password"));
        }
        if url.username().is_empty() == url.password().is_some() {
            return Err(invalid("expected a user name and a password, or neither"));
        }
        let (encryption, port) = match (url.scheme(), wanted.as_deref()) {
            ("smtps", None | Some("required")) => {
                (Encryption::Implicit(certified()?), smtp::SUBMISSIONS_PORT)
            }
            ("smtp", Some("required")) => (Encryption::StartTls(certified()?), smtp::SUBMISSION_PORT),
            ("smtp", None) => (Encryption::Nothing, smtp::SMTP_PORT),
            _ => return Err(invalid("expected smtps://… or smtp://…, with ?tls=required or nothing")),
        };
        let credentials = url
            .password()
            .map(|password| Credentials::new(percent_decoded(url.username()), percent_decoded(password)));
        let name = url.path().trim_matches('/');
        Ok(Self {
            encryption,
            port: url.port().unwrap_or(port),
            credentials,
            greeting: if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) },
            host,
            timeout,
        })
    }

    /// Hands a message over, on a connection of its own. A pool would not do: lettre keeps a connection whose send was
    /// cut off by a timeout and sends the next mail into the middle of it, and waits for hung servers for ever.
    async fn send(&self, message: &Message) -> Result<(), Undelivered> {
        let handed_over = tokio::time::timeout(self.timeout, self.hand_over(message)).await;
        let mut connection = handed_over.map_err(|_elapsed| temporary("the mail server took too long"))??;
        // The mail is the server's from here on, however the farewell goes.
        drop(tokio::time::timeout(FAREWELL, connection.quit()).await);
        Ok(())
    }

    async fn hand_over(&self, message: &Message) -> Result<AsyncSmtpConnection, Undelivered> {
        // Whatever a server says before it has heard of the mail is not about the mail.
        let connected = self.connect().await;
        let mut connection = connected.map_err(|error| temporary(in_words(&error)))?;
        match transfer(&mut connection, message).await {
            Ok(()) => Ok(connection),
            Err(undelivered) => {
                drop(tokio::time::timeout(FAREWELL, connection.abort()).await);
                Err(undelivered)
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        let implicit = match &self.encryption {
            Encryption::Implicit(parameters) => Some(parameters.clone()),
            Encryption::Nothing | Encryption::StartTls(_) => None,
        };
        let place = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, Some(self.timeout), &self.greeting, implicit, None)
                .await?;
        if let Encryption::StartTls(parameters) = &self.encryption {
            connection.starttls(parameters.clone(), &self.greeting).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// A user name or password as it stood before it was put into a URL.
fn percent_decoded(text: &str) -> String {
    // What decodes forms decodes this, once the characters that mean something in forms only are out of the way.
    let escaped = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(escaped.as_bytes()).map(|(text, _)| text.into_owned()).collect()
}

/// What the server was asked when it refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// To deliver to the recipient.
    Recipient,
    /// To take the content over.
    Content,
}

/// Goes through the commands one by one: what a refusal means depends on what was asked, which lettre's own way of sending
/// does not tell.
async fn transfer(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Undelivered> {
    let (envelope, content) = (message.envelope(), message.formatted());
    let mut parameters = Vec::new();
    let addresses = envelope.to().iter().chain(envelope.from());
    if addresses.map(AsRef::<str>::as_ref).any(|address| !address.is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(temporary(LACKING));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !content.is_ascii() {
        if !connection.server_info().supports_feature(Extension::EightBitMime) {
            return Err(temporary(LACKING));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    // That the sender is refused is about the settings, as is a server that wants us to sign in or encrypt first.
    let introduced = connection.command(Mail::new(envelope.from().cloned(), parameters)).await;
    introduced.map_err(|error| temporary(in_words(&error)))?;
    for recipient in envelope.to() {
        let addressed = connection.command(Rcpt::new(recipient.clone(), vec![])).await;
        addressed.map_err(|error| refused(&error, Asked::Recipient))?;
    }
    connection.command(Data).await.map_err(|error| refused(&error, Asked::Content))?;
    connection.message(&content).await.map_err(|error| refused(&error, Asked::Content))?;
    Ok(())
}

/// A mail that the server did not take, for now or for good.
fn refused(error: &smtp::Error, asked: Asked) -> Undelivered {
    let status = error.status().map_or(0, u16::from);
    if is_for_good(asked, status, enhanced_code(error).as_deref()) {
        permanent(in_words(error))
    } else {
        temporary(in_words(error))
    }
}

/// Whether a refusal is about this very mail: its recipient (5.1, but for what is wrong with the sender) or its content
/// (5.6). Whatever else servers refuse for good (policies, lists, quotas, relaying) passes once somebody sees to it.
fn is_for_good(asked: Asked, status: u16, enhanced: Option<&str>) -> bool {
    match enhanced {
        _ if !(500..600).contains(&status) => false,
        Some("5.1.7" | "5.1.8") => false,
        Some(code) => code.starts_with("5.1.") || code.starts_with("5.6."),
        None => asked == Asked::Recipient && matches!(status, 550 | 551 | 553),
    }
}

/// What went wrong, without what the server wrote: that may have the address in it.
fn in_words(error: &smtp::Error) -> String {
    if let Some(code) = error.status() {
        let detail = enhanced_code(error).map(|code| format!(" ({code})")).unwrap_or_default();
        format!("the mail server answered {code}{detail}")
    } else if error.is_tls() {
        "no TLS with the mail server: is its certificate good?".into()
    } else if error.is_client() {
        LACKING.into()
    } else if error.is_response() {
        "the mail server hung up, or could not be understood".into()
    } else {
        "the mail server could not be reached".into()
    }
}

/// The enhanced status code (RFC 3463) at the beginning of a refusal, such as `5.1.1`.
fn enhanced_code(error: &smtp::Error) -> Option<String> {
    let text = error.source()?.to_string();
    let first = text.split_whitespace().next()?;
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (first.split('.').count() == 3 && first.split('.').all(number)).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> String {
        SmtpServer::at(url, SEND_TIMEOUT).err().unwrap()
    }

    #[test]
    fn a_url_describes_the_server() {
        let server = SmtpServer::at("smtp://po%2Brtal:p%40ss+w%26rd@mail.example.org", SEND_TIMEOUT).unwrap();
        assert_eq!((server.host.as_str(), server.port), ("mail.example.org", smtp::SMTP_PORT));
        assert_eq!(server.credentials, Some(Credentials::new("po+rtal".into(), "p@ss+w&rd".into())));
        let server =
            SmtpServer::at("smtps://mail.example.org:2465/portal.example.org", SEND_TIMEOUT).unwrap();
        assert!(matches!(server.encryption, Encryption::Implicit(_)));
        assert_eq!(server.port, 2465);
        assert_eq!(server.greeting, ClientId::Domain("portal.example.org".into()));
        let server = SmtpServer::at("smtp://mail.example.org?tls=required", SEND_TIMEOUT).unwrap();
        assert!(matches!(server.encryption, Encryption::StartTls(_)));
        assert_eq!(server.port, smtp::SUBMISSION_PORT);
    }

    #[test]
    fn encryption_that_an_attacker_could_take_away_is_not_offered() {
        let error = refusal("smtp://portal:secret@mail.example.org?tls=opportunistic");
        assert!(error.starts_with("smtp_url: ") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_url_with_something_that_would_be_passed_over_is_refused() {
        for url in [
            "smtp://portal:secret@mail.example.org?starttls=required",
            "smtp://portal:secret@mail.example.org?tls=required&tls=required",
            "smtp://portal:secret@mail.example.org?tls=required&timeout=5",
            "smtps://portal:secret@mail.example.org?name=portal",
            "smtp://portal:secret@mail.example.org?tls=required#secret",
            "smtps://secret@mail.example.org",
            "smtps://secret:@mail.example.org",
            "smtps://:secret@mail.example.org",
        ] {
            let error = refusal(url);
            assert!(error.starts_with("smtp_url: ") && !error.contains("secret"), "{url}: {error}");
        }
    }

    #[test]
    fn only_what_is_wrong_with_recipient_or_content_is_refused_for_good() {
        use Asked::{Content, Recipient};
        for (asked, status, enhanced) in [
            (Recipient, 550, None),
            (Recipient, 551, None),
            (Recipient, 553, None),
            (Recipient, 550, Some("5.1.1")),
            (Recipient, 556, Some("5.1.10")),
            (Content, 550, Some("5.1.1")),
            (Content, 554, Some("5.6.0")),
        ] {
            assert!(is_for_good(asked, status, enhanced), "{asked:?} {status} {enhanced:?}");
        }
        for (asked, status, enhanced) in [
            (Recipient, 450, None),
            (Recipient, 450, Some("4.1.1")),
            (Recipient, 450, Some("5.1.1")),
            (Recipient, 530, None),
            (Recipient, 552, Some("5.2.2")),
            (Recipient, 553, Some("5.1.8")),
            (Recipient, 550, Some("5.7.1")),
            (Recipient, 554, None),
            (Content, 550, None),
            (Content, 554, None),
            (Content, 554, Some("5.7.1")),
            (Content, 0, None),
        ] {
            assert!(!is_for_good(asked, status, enhanced), "{asked:?} {status} {enhanced:?}");
        }
    }

    #[test]
    fn the_mailbox_keeps_the_latest_mails() {
        let mailbox = Mailbox::default();
        let mail = |number: u16| RenderedMail {
            id: portal_domain::ground::id::MailId::new(u64::from(number), [7; 10]),
            to: String::new(),
            subject: number.to_string(),
            text: String::new(),
            html: String::new(),
            message_id: String::new(),
            link: None,
            posted_at: Instant::UNIX_EPOCH,
        };
        (0..=500).for_each(|number| mailbox.keep(mail(number), Instant::UNIX_EPOCH));
        let kept = mailbox.mails();
        assert_eq!(kept.len(), KEPT);
        assert_eq!((kept[0].mail.subject.as_str(), kept[499].mail.subject.as_str()), ("1", "500"));
    }
}
