//! Delivers emails to a mail server.

use std::error::Error;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use url::{Host, Url};

use crate::background::mail::Undelivered;
use crate::background::mail::undelivered::{permanent, temporary};
/// How long a mail server may take to close the connection.
const FAREWELL: Duration = Duration::from_secs(2);

/// The error if a server lacks what an email or the settings need.
const LACKING: &str = "the mail server lacks something that this mail or the settings need";

/// A mail server, as its URL describes it.
pub struct SmtpServer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) encryption: Encryption,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) greeting: ClientId,
    timeout: Duration,
}

pub(crate) enum Encryption {
    /// No encryption, which production refuses.
    Nothing,
    /// STARTTLS. Without it, no email is sent.
    StartTls(TlsParameters),
    /// TLS from the first byte.
    Implicit(TlsParameters),
}

impl SmtpServer {
    /// The server of a URL such as `smtps://user:password@host` or `smtp://host?tls=required`.
    /// `timeout` is the time for one email. The path, if there is one, is the client's name in the
    /// greeting. Certificates are verified against those of the machine.
    pub fn at(url: &str, timeout: Duration) -> Result<Self, String> {
        // Errors must not contain the URL, because it has the password.
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
            // A misspelling such as `starttls=required` must not disable TLS.
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

    /// Sends a message on a new connection. lettre's pool is not safe: it reuses a connection whose
    /// send timed out, and sends the next email into the middle of it. It also waits forever for
    /// servers that hang.
    pub(crate) async fn send(&self, message: &Message) -> Result<(), Undelivered> {
        let handed_over = tokio::time::timeout(self.timeout, self.hand_over(message)).await;
        let mut connection = handed_over.map_err(|_elapsed| temporary("the mail server took too long"))??;
        // The server has accepted the email, so errors while closing the connection do not matter.
        drop(tokio::time::timeout(FAREWELL, connection.quit()).await);
        Ok(())
    }

    async fn hand_over(&self, message: &Message) -> Result<AsyncSmtpConnection, Undelivered> {
        // An error before the server has received the command for the email is not about the email.
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

/// The user name or password that a URL contains in encoded form.
fn percent_decoded(text: &str) -> String {
    // The decoder of forms also decodes this, once the characters that are special in forms are
    // escaped.
    let escaped = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(escaped.as_bytes()).map(|(text, _)| text.into_owned()).collect()
}

/// What the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The recipient.
    Recipient,
    /// The content.
    Content,
}

/// Sends the commands one by one. What a refusal means depends on the command, which lettre's own
/// method does not report.
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
    // If the server refuses the sender, or requires authentication or encryption, the settings are
    // wrong.
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

/// The error for an email that the server refused, temporarily or permanently.
pub(crate) fn refused(error: &smtp::Error, asked: Asked) -> Undelivered {
    let status = error.status().map_or(0, u16::from);
    if is_for_good(asked, status, enhanced_code(error).as_deref()) {
        permanent(in_words(error))
    } else {
        temporary(in_words(error))
    }
}

/// Whether a refusal is about this email: its recipient (5.1, except what is about the sender) or
/// its content (5.6). Other permanent refusals (policies, lists, quotas, relaying) end once an
/// administrator resolves them.
pub(crate) fn is_for_good(asked: Asked, status: u16, enhanced: Option<&str>) -> bool {
    match enhanced {
        _ if !(500..600).contains(&status) => false,
        Some("5.1.7" | "5.1.8") => false,
        Some(code) => code.starts_with("5.1.") || code.starts_with("5.6."),
        None => asked == Asked::Recipient && matches!(status, 550 | 551 | 553),
    }
}

/// Describes an error without the server's own text, which can contain the address.
fn in_words(error: &smtp::Error) -> String {
    if let Some(code) = error.status() {
        let detail = enhanced_code(error).map(|code| format!(" ({code})")).unwrap_or_default();
        format!("the mail server answered {code}{detail}")
    } else if error.is_tls() {
        "no TLS with the mail server: is its certificate valid?".into()
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
    use crate::background::mail::SEND_TIMEOUT;

    fn refusal(url: &str) -> String {
        SmtpServer::at(url, SEND_TIMEOUT).err().unwrap()
    }

    #[test]
    fn the_url_sets_host_port_credentials_and_encryption() {
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
    fn opportunistic_encryption_is_refused() {
        let error = refusal("smtp://portal:secret@mail.example.org?tls=opportunistic");
        assert!(error.starts_with("smtp_url: ") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_url_with_parts_that_would_be_ignored_is_refused() {
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
    fn only_errors_about_the_recipient_or_the_content_are_permanent() {
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
}
