//! A PostgreSQL server that accepts only TLS and passwords, with a certificate made for the test.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ChildStdin;
use std::time::Duration;

use diesel::{Connection, PgConnection};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::database::{binaries, roomy_folder};
use crate::processes::{as_server, leash, own};

/// The name in the server's certificate.
pub const NAME: &str = "db.internal";

/// The password of the user `portal`. It needs escapes both in URLs and for libpq.
const PASSWORD: &str = r"it's a \ password";

/// The same in a URL.
const PASSWORD_IN_URL: &str = "it's%20a%20%5C%20password";

/// The server. It stops when this value is dropped.
pub struct TlsPostgres {
    folder: PathBuf,
    port: u16,
    _leash: ChildStdin,
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::new([]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

impl TlsPostgres {
    /// Starts the server; `None` if PostgreSQL is not installed.
    #[must_use]
    pub fn start() -> Option<Self> {
        let bin = binaries()?.display().to_string();
        let folder =
            tempfile::Builder::new().prefix("portal-tls-").tempdir_in(roomy_folder()).unwrap().keep();
        let shown = folder.display().to_string();
        let (ca, other, key) = (authority("ours"), authority("another"), KeyPair::generate().unwrap());
        let certificate = CertificateParams::new([NAME.to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
        for (name, text) in [
            ("ca.pem", ca.pem()),
            ("other-ca.pem", other.pem()),
            ("server.pem", certificate.pem()),
            ("server.key", key.serialize_pem()),
            ("password", PASSWORD.to_owned()),
            ("hba", "hostssl all all 127.0.0.1/32 scram-sha-256\nlocal all all trust\n".to_owned()),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        own(&shown);
        let init = format!(
            "chmod 600 {shown}/server.key && {bin}/initdb -D {shown}/data -U portal -A scram-sha-256 \
             --pwfile={shown}/password -E UTF8 --no-sync --locale=C.UTF-8 >/dev/null"
        );
        assert!(as_server(&init).status().unwrap().success(), "initdb");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let serve = format!(
            "{bin}/postgres -D {shown}/data -k {shown} -c listen_addresses=127.0.0.1 -c port={port} -c ssl=on \
             -c ssl_cert_file={shown}/server.pem -c ssl_key_file={shown}/server.key -c hba_file={shown}/hba \
             -c fsync=off -c shared_buffers=16MB >{shown}/log 2>&1 & server=$!; cat >/dev/null; \
             kill -INT $server; wait $server; rm -rf {shown}"
        );
        let server = Self { folder, port, _leash: leash(&mut as_server(&serve)) };
        for _ in 0..200 {
            if PgConnection::establish(&server.local_url()).is_ok() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("PostgreSQL did not start: see {shown}/log");
    }

    /// The URL of the Unix socket, for looking at the server from outside.
    #[must_use]
    pub fn local_url(&self) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://portal@{folder}:{}/postgres", self.port)
    }

    /// The URL by TCP without a word about TLS.
    #[must_use]
    pub fn plain_url(&self, name: &str) -> String {
        format!(
            "postgres://portal:{PASSWORD_IN_URL}@{name}:{}/postgres?hostaddr=127.0.0.1&application_name=attested",
            self.port
        )
    }

    /// The URL of a verified connection to the server under this name, trusting one authority:
    /// `ca.pem` issued the certificate, `other-ca.pem` did not.
    #[must_use]
    pub fn verified_url(&self, name: &str, authority: &str) -> String {
        let authority = self.folder.join(authority).display().to_string();
        format!("{}&sslmode=verify-full&sslrootcert={authority}", self.plain_url(name))
    }
}
