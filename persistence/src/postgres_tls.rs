//! TLS to PostgreSQL. The bundled libpq has none, because OpenSSL would double the time of the
//! first build (decision 0042).
//!
//! For each connection, rustls connects to the server and verifies it. libpq then connects to a
//! Unix socket that accepts one connection, and two threads relay between both.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use diesel::{Connection, ConnectionError, ConnectionResult, PgConnection};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use crate::postgres_url::{PostgresUrl, TlsServer};

/// How long the server may take to accept the connection, and for each step of the handshake.
const PATIENCE: Duration = Duration::from_secs(5);

/// The message of PostgreSQL's protocol that asks for TLS: its length, and a fixed number.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// The port in the name of the Unix socket. It only has to be the same on both sides.
const PORT: u16 = 5432;

const BUFFER: usize = 16 * 1024;

/// Opens verified connections to one server.
pub(crate) struct TlsConnector {
    url: PostgresUrl,
    server: TlsServer,
    entropy: fn(&mut [u8]),
    config: OnceLock<Arc<ClientConfig>>,
}

/// A private folder, removed on drop.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    /// Only the user of this process can enter the folder. A folder that exists is an error.
    fn create(entropy: fn(&mut [u8])) -> std::io::Result<Self> {
        let mut random = [0; 8];
        entropy(&mut random);
        let path = std::env::temp_dir().join(format!("portal-{:016x}", u64::from_ne_bytes(random)));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

fn pem<T: PemObject>(path: &Path) -> Result<Vec<T>, String> {
    let named = |error: rustls::pki_types::pem::Error| format!("{}: {error}", path.display());
    let found = T::pem_file_iter(path).map_err(named)?.collect::<Result<Vec<_>, _>>().map_err(named)?;
    if found.is_empty() { Err(format!("{}: nothing found", path.display())) } else { Ok(found) }
}

fn configuration(server: &TlsServer) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    match &server.authorities {
        Some(path) => {
            for authority in pem::<CertificateDer<'_>>(path)? {
                roots.add(authority).map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            let (added, _ignored) = roots.add_parsable_certificates(found.certs);
            if added == 0 {
                return Err("the system has no certificate authorities; set sslrootcert".to_owned());
            }
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots);
    match &server.client {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => {
            let chain = pem(certificate)?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| format!("sslkey: {error}"))?;
            builder.with_client_auth_cert(chain, key).map_err(|error| format!("sslcert: {error}"))
        }
    }
}

fn reach(server: &TlsServer) -> std::io::Result<TcpStream> {
    let mut last = ErrorKind::AddrNotAvailable.into();
    for address in (server.host.as_str(), server.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

impl TlsConnector {
    /// A connector for the URL's server; `None` if the URL does not ask for TLS.
    pub(crate) fn of(url: &str, entropy: fn(&mut [u8])) -> Result<Option<Self>, String> {
        let url = PostgresUrl::parse(url)?;
        let server = url.tls()?;
        Ok(server.map(|server| Self { url, server, entropy, config: OnceLock::new() }))
    }

    fn config(&self) -> Result<Arc<ClientConfig>, String> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(configuration(&self.server)?);
        Ok(Arc::clone(self.config.get_or_init(|| config)))
    }

    /// Connects to the server, asks for TLS, and verifies the server.
    fn handshake(&self) -> Result<(TcpStream, ClientConnection), String> {
        let name = ServerName::try_from(self.server.name.clone()).map_err(|error| error.to_string())?;
        let mut tls = ClientConnection::new(self.config()?, name).map_err(|error| error.to_string())?;
        let mut shake = || {
            let mut tcp = reach(&self.server)?;
            tcp.set_nodelay(true)?;
            tcp.set_read_timeout(Some(PATIENCE))?;
            tcp.set_write_timeout(Some(PATIENCE))?;
            tcp.write_all(&SSL_REQUEST)?;
            let mut answer = [0];
            tcp.read_exact(&mut answer)?;
            if answer != *b"S" {
                return Err(std::io::Error::other("the server does not offer TLS"));
            }
            while tls.is_handshaking() {
                tls.complete_io(&mut tcp)?;
            }
            tcp.set_read_timeout(None)?;
            tcp.set_write_timeout(None)?;
            Ok(tcp)
        };
        let tcp = shake().map_err(|error| error.to_string())?;
        Ok((tcp, tls))
    }

    /// Opens a connection.
    pub(crate) fn establish(&self) -> ConnectionResult<PgConnection> {
        let named =
            |error: String| ConnectionError::BadConnection(format!("TLS to {}: {error}", self.server.name));
        let (tcp, tls) = self.handshake().map_err(named)?;
        let relayed = |error: std::io::Error| named(format!("relay: {error}"));
        let folder = Folder::create(self.entropy).map_err(relayed)?;
        let socket = folder.0.join(format!(".s.PGSQL.{PORT}"));
        let listener = UnixListener::bind(&socket).map_err(relayed)?;
        thread::Builder::new()
            .name("postgres-tls".to_owned())
            .spawn(move || {
                // The listener is dropped here, so there is no second connection.
                let accepted = listener.accept();
                drop(listener);
                if let Ok((libpq, _address)) = accepted {
                    relay(libpq, tcp, tls);
                }
            })
            .map_err(relayed)?;
        let connection = PgConnection::establish(&self.url.through(&folder.0.to_string_lossy(), PORT));
        // If libpq refused its options, it never connected, and the thread still waits.
        drop(UnixStream::connect(&socket));
        connection
    }
}

/// Relays in both directions until one side closes.
fn relay(libpq: UnixStream, tcp: TcpStream, tls: ClientConnection) {
    let tls = Mutex::new(tls);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ended = send(&libpq, &tcp, &tls);
            let _closed = tcp.shutdown(Shutdown::Both);
            let _closed = libpq.shutdown(Shutdown::Both);
        });
        let _ended = receive(&libpq, &tcp, &tls);
        let _closed = tcp.shutdown(Shutdown::Both);
        let _closed = libpq.shutdown(Shutdown::Both);
    });
}

/// Encrypts what libpq sends. Only this direction writes to the server. It writes without holding
/// the lock: otherwise, both sides could wait for the other to read.
fn send(mut libpq: &UnixStream, mut tcp: &TcpStream, tls: &Mutex<ClientConnection>) -> std::io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = libpq.read(&mut buffer)?;
        let mut sealed = Vec::with_capacity(BUFFER);
        {
            let mut tls = tls.lock().unwrap_or_else(PoisonError::into_inner);
            match count {
                0 => tls.send_close_notify(),
                _ => tls.writer().write_all(buffer.get(..count).unwrap_or_default())?,
            }
            while tls.wants_write() {
                tls.write_tls(&mut sealed)?;
            }
        }
        tcp.write_all(&sealed)?;
        if count == 0 {
            return Ok(());
        }
    }
}

/// The mechanism that binds a password to libpq's own TLS. libpq refuses to connect without TLS if
/// the server offers it, so it is removed from the offer.
const CHANNEL_BINDING: &[u8] = b"SCRAM-SHA-256-PLUS";

/// What the server sends until it offers mechanisms for passwords; afterward `None`.
struct Offer(Option<Vec<u8>>);

impl Offer {
    /// Messages of the server are longer only after the password.
    const LONGEST: usize = 4096;

    /// Returns what libpq gets next.
    fn pass(&mut self, opened: Vec<u8>) -> Vec<u8> {
        let Some(mut held) = self.0.take() else { return opened };
        held.extend(opened);
        let mut passed = Vec::new();
        while let [kind, a, b, c, d, ..] = *held {
            let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
            // The length includes itself, but not the kind.
            if (4..Self::LONGEST).contains(&length) && held.len() <= length {
                break;
            }
            let rest = held.split_off(held.len().min(length.saturating_add(1)));
            match kind {
                b'R' => passed.extend(without_channel_binding(&held)),
                _ => passed.append(&mut held),
            }
            held = rest;
            // Only the negotiation of the protocol's version comes before the offer.
            if kind != b'v' {
                passed.append(&mut held);
                return passed;
            }
        }
        self.0 = Some(held);
        passed
    }
}

/// An authentication message, without the offer of channel binding if it is an offer.
fn without_channel_binding(message: &[u8]) -> Vec<u8> {
    const OFFER: [u8; 4] = 10_u32.to_be_bytes();
    let Some(mechanisms) = message.get(5..).and_then(|body| body.strip_prefix(&OFFER)) else {
        return message.to_vec();
    };
    let mut body = OFFER.to_vec();
    for mechanism in mechanisms.split(|byte| *byte == 0) {
        if !mechanism.is_empty() && mechanism != CHANNEL_BINDING {
            body.extend_from_slice(mechanism);
            body.push(0);
        }
    }
    body.push(0);
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    [&[b'R'][..], &length.to_be_bytes(), &body].concat()
}

/// Decrypts what the server sends.
fn receive(
    mut libpq: &UnixStream,
    mut tcp: &TcpStream,
    tls: &Mutex<ClientConnection>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut offer = Offer(Some(Vec::new()));
    // The handshake may have read the first of it.
    let mut count = 0;
    loop {
        let mut opened = Vec::with_capacity(BUFFER);
        let closed = {
            let mut tls = tls.lock().unwrap_or_else(PoisonError::into_inner);
            let mut sealed = buffer.get(..count).unwrap_or_default();
            loop {
                if !sealed.is_empty() {
                    tls.read_tls(&mut sealed)?;
                }
                let state = tls.process_new_packets().map_err(std::io::Error::other)?;
                let length = u64::try_from(state.plaintext_bytes_to_read()).unwrap_or(u64::MAX);
                tls.reader().take(length).read_to_end(&mut opened)?;
                if sealed.is_empty() {
                    break state.peer_has_closed();
                }
            }
        };
        libpq.write_all(&offer.pass(opened))?;
        if closed {
            return Ok(());
        }
        count = tcp.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[kind][..], &length.to_be_bytes(), body].concat()
    }

    #[test]
    fn the_offer_of_channel_binding_does_not_reach_libpq() {
        let version = message(b'v', &[0, 3, 0, 0, 0, 0, 0, 0]);
        let offered = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
        let expected = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0");
        let later = message(b'R', b"\0\0\0\x0bSCRAM-SHA-256-PLUS\0");
        let sent = [&version[..], &offered, &later].concat();
        let received = [&version[..], &expected, &later].concat();
        for size in [1, 2, 7, sent.len()] {
            let mut offer = Offer(Some(Vec::new()));
            let passed: Vec<u8> = sent.chunks(size).flat_map(|part| offer.pass(part.to_vec())).collect();
            assert_eq!(passed, received, "in parts of {size} bytes");
        }
    }

    #[test]
    fn everything_else_reaches_libpq_unchanged() {
        for sent in [
            message(b'R', &[0, 0, 0, 0]),
            message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"),
            message(b'E', b"SFATAL\0Mno such role\0\0"),
            // Not PostgreSQL's protocol.
            vec![b'R', 0, 0, 0, 0, 1],
            vec![b'R', 0xff, 0xff, 0xff, 0xff, 1],
        ] {
            assert_eq!(Offer(Some(Vec::new())).pass(sent.clone()), sent);
        }
    }
}
