//! A mail server that follows a script for each connection.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portal_api::background::mail::{SmtpServer, Transport};

/// The behavior of the server on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Accepts every email.
    Accept,
    /// Replies 451 to RCPT: temporary failure.
    DeferRecipient,
    /// Replies 452 after the content: temporary failure.
    DeferContent,
    /// Replies 550 to RCPT: permanent failure.
    RefuseRecipient,
    /// Replies 554 after the content: permanent failure.
    RefuseContent,
    /// Replies 554 instead of a greeting: no mail service.
    RefuseService,
    /// Accepts the connection and never replies.
    Hang,
    /// Closes the connection within the content.
    DropBeforeDot,
    /// Closes the connection after the complete content, without a reply.
    DropAfterDot,
}

/// An email that the server received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The envelope recipients, as in RCPT.
    pub recipients: Vec<String>,
    /// The content received, with LF line endings.
    pub content: String,
    /// Whether the server accepted the email.
    pub accepted: bool,
}

impl Received {
    /// The values of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<String> {
        let values = self.headers().into_iter().filter(|(known, _)| known == name);
        values.map(|(_, value)| value).collect()
    }

    /// The headers in order, unfolded.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let head = self.content.split("\n\n").next().unwrap_or_default();
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.lines() {
            match line.split_once(": ") {
                Some((name, value)) if !line.starts_with([' ', '\t']) => {
                    headers.push((name.to_owned(), value.to_owned()));
                }
                _ => headers.last_mut().expect("a continued header").1.push_str(line),
            }
        }
        headers
    }
}

struct Shared {
    scripts: Mutex<VecDeque<Script>>,
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

/// A mail server on its own port.
pub struct ScriptedServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl ScriptedServer {
    /// Starts a server that uses one script per connection, and accepts email after the last one.
    #[must_use]
    pub fn start(scripts: &[Script]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            scripts: Mutex::new(scripts.iter().copied().collect()),
            received: Mutex::new(vec![]),
            connections: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if served.stopped.load(Ordering::SeqCst) {
                    return;
                }
                served.connections.fetch_add(1, Ordering::SeqCst);
                let script = served.scripts.lock().unwrap().pop_front().unwrap_or(Script::Accept);
                let (stream, served) = (stream.unwrap(), Arc::clone(&served));
                // Ignore errors: in some tests, the client closes the connection.
                std::thread::spawn(move || drop(serve(&stream, script, &served)));
            }
        });
        Self { address, shared }
    }

    /// The server's URL, without TLS.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// A transport to this server that gives up on an email after `patience`.
    #[must_use]
    pub fn transport(&self, patience: Duration) -> Transport {
        Transport::Smtp(Box::new(SmtpServer::at(&self.url(), patience).unwrap()))
    }

    /// The emails received, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// The number of connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wake the listener, which waits for a connection.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(stream: &TcpStream, script: Script, shared: &Shared) -> std::io::Result<()> {
    let mut writer = stream;
    let mut reader = BufReader::new(stream);
    let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes());
    match script {
        Script::Hang => {
            // Wait until the client disconnects.
            return reader.read_to_end(&mut Vec::new()).map(drop);
        }
        Script::RefuseService => return say("554 5.3.2 no mail here"),
        _ => say("220 scripted ESMTP")?,
    }
    let mut recipients = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
        match (verb.as_str(), script) {
            ("EHLO", _) => say("250-scripted\r\n250-8BITMIME\r\n250 SMTPUTF8")?,
            ("MAIL", _) => {
                recipients.clear();
                say("250 2.1.0 fine")?;
            }
            ("RCPT", Script::DeferRecipient) => say("451 4.7.1 <recipient@example.org> try again later")?,
            ("RCPT", Script::RefuseRecipient) => say("550 5.1.1 <recipient@example.org> no such user")?,
            ("RCPT", _) => {
                recipients.push(line.trim_end().to_owned());
                say("250 2.1.5 fine")?;
            }
            ("DATA", _) => {
                say("354 go on")?;
                let content = read_content(&mut reader, script)?;
                let accepted = script == Script::Accept;
                let received = Received { recipients: recipients.clone(), content, accepted };
                shared.received.lock().unwrap().push(received);
                match script {
                    Script::DropBeforeDot | Script::DropAfterDot => return Ok(()),
                    Script::DeferContent => say("452 4.3.1 no room now")?,
                    Script::RefuseContent => say("554 5.6.0 not wanted")?,
                    _ => say("250 2.0.0 taken over")?,
                }
            }
            ("QUIT", _) => return say("221 2.0.0 goodbye"),
            _ => say("502 5.5.1 what?")?,
        }
    }
}

/// Reads the content up to the final dot; with [`Script::DropBeforeDot`], only the headers.
fn read_content(reader: &mut impl BufRead, script: Script) -> std::io::Result<String> {
    let mut content = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == ".\r\n" {
            return Ok(content);
        }
        if script == Script::DropBeforeDot && line == "\r\n" {
            return Ok(content);
        }
        let line = line.trim_end_matches(['\r', '\n']);
        // A line that starts with a dot is sent with an additional dot (RFC 5321, section 4.5.2).
        content.push_str(line.strip_prefix('.').unwrap_or(line));
        content.push('\n');
    }
}
