//! A virus scanner that speaks the protocol of ClamAV's daemon and finds EICAR-like test files.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portal_api::portal::settings::{Scanner, ScannerAddress};
use tempfile::TempDir;

/// What the scanner finds. Real scanners find the EICAR test file, which this project must not
/// contain, because they would find it here, too.
pub const VIRUS: &[u8] = b"EICAR-like test virus";

/// The behavior of the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// Scans files.
    Scan,
    /// Reads the file and never answers.
    Hang,
    /// Closes the connection within the file.
    HangUp,
    /// Refuses every file because of its size.
    RefuseSize,
}

struct Shared {
    behavior: Mutex<Behavior>,
    scanned: Mutex<Vec<Vec<u8>>>,
    stopped: AtomicBool,
}

/// A scanner on a TCP port and at a socket file.
pub struct FakeScanner {
    shared: Arc<Shared>,
    port: u16,
    socket: PathBuf,
    _folder: TempDir,
}

impl FakeScanner {
    /// Starts a scanner that scans.
    #[must_use]
    pub fn start() -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = tcp.local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("clamd.ctl");
        let unix = UnixListener::bind(&socket).unwrap();
        let shared = Arc::new(Shared {
            behavior: Mutex::new(Behavior::Scan),
            scanned: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in tcp.incoming() {
                if served.stopped.load(Ordering::SeqCst) {
                    return;
                }
                spawn(stream.unwrap(), &served);
            }
        });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in unix.incoming() {
                if served.stopped.load(Ordering::SeqCst) {
                    return;
                }
                spawn(stream.unwrap(), &served);
            }
        });
        Self { shared, port, socket, _folder: folder }
    }

    /// Changes the behavior for further files.
    pub fn behave(&self, behavior: Behavior) {
        *self.shared.behavior.lock().unwrap() = behavior;
    }

    /// The scanner at its TCP port, with a generous time limit.
    #[must_use]
    pub fn by_tcp(&self) -> Scanner {
        at(&format!("tcp://127.0.0.1:{}", self.port), Duration::from_secs(20))
    }

    /// The scanner at its socket file, with this time limit.
    #[must_use]
    pub fn by_socket(&self, limit: Duration) -> Scanner {
        at(&format!("unix:{}", self.socket.display()), limit)
    }

    /// The files that the scanner received completely.
    #[must_use]
    pub fn scanned(&self) -> Vec<Vec<u8>> {
        self.shared.scanned.lock().unwrap().clone()
    }
}

/// A scanner at an address.
#[must_use]
pub fn at(address: &str, limit: Duration) -> Scanner {
    Scanner { address: ScannerAddress::parse(address).unwrap(), limit }
}

impl Drop for FakeScanner {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wake the listeners, which wait for a connection.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        drop(std::os::unix::net::UnixStream::connect(&self.socket));
    }
}

fn spawn(stream: impl Read + Write + Send + 'static, shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    // Ignore errors: in some tests, the client closes the connection.
    std::thread::spawn(move || drop(serve(stream, &shared)));
}

fn serve(mut stream: impl Read + Write, shared: &Shared) -> std::io::Result<()> {
    let behavior = *shared.behavior.lock().unwrap();
    let mut command = [0; 10];
    stream.read_exact(&mut command)?;
    if &command != b"zINSTREAM\0" {
        return stream.write_all(b"UNKNOWN COMMAND\0");
    }
    let mut file = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let mut slice = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
        if slice.is_empty() {
            break;
        }
        if behavior == Behavior::HangUp {
            return Ok(());
        }
        stream.read_exact(&mut slice)?;
        file.extend_from_slice(&slice);
    }
    let found = file.windows(VIRUS.len()).any(|window| window == VIRUS);
    shared.scanned.lock().unwrap().push(file);
    match behavior {
        // Wait until the client disconnects.
        Behavior::Hang => stream.read_to_end(&mut Vec::new()).map(drop),
        Behavior::RefuseSize => stream.write_all(b"INSTREAM size limit exceeded. ERROR\0"),
        _ if found => stream.write_all(b"stream: Win.Test.EICAR-like_HDB-1 FOUND\0"),
        _ => stream.write_all(b"stream: OK\0"),
    }
}
