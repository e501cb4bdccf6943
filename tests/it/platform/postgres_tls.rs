//! TLS to PostgreSQL, against a server with a certificate made for the test.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use portal_api::portal::entropy;
use portal_persistence::field_keys::{FieldKeys, Key, KeyRing};
use portal_persistence::{Database, Options, StoreError};
use portal_tests::database::{self, TestDatabase};
use portal_tests::given::Given;
use portal_tests::inspector::Inspector;
use portal_tests::tls_postgres::{NAME, TlsPostgres};
use portal_tests::{TestApp, documents};

/// Connects once, as the portal does, and returns the error.
fn connected(url: &str) -> Result<(), String> {
    let ring = || KeyRing::new([(1, Key::new(entropy::bytes()))].into(), None).unwrap();
    let keys = FieldKeys::new(ring(), ring());
    let database = Database::open(Options {
        url: url.into(),
        pool_size: 1,
        pool_wait: Duration::from_millis(500),
        field_keys: Arc::new(keys),
        entropy: entropy::fill,
        observer: None,
        mail_queued: None,
    });
    let answer = database.and_then(|database| database.is_durable().map(drop));
    answer.map_err(|error: StoreError| error.to_string())
}

/// The connections of the portal that the server sees as encrypted.
const ENCRYPTED: &str =
    "pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'attested'";

#[test]
fn a_portal_works_over_verified_tls() {
    let Some(server) = TlsPostgres::start() else { return };
    let url = server.verified_url(NAME, "ca.pem");
    database::open(&url).migrate().unwrap();
    let app = TestApp::start_on(TestDatabase::at(&url));
    let mut outside = Inspector::open(&server.local_url());
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let application = org.application(&agent, Given::default()).id;
    // Megabytes in both directions.
    let mut content = documents::LICENSE.to_vec();
    content.splice(9..9, b"license\n".repeat(400_000));
    let document =
        documents::send(&client, application, "a.pdf", "application/pdf", &content).expect(201).json();
    let path = format!("{}/content", documents::path_of(application, &document));
    assert_eq!(client.get(&path).expect(200).body, content);
    assert!(outside.count(ENCRYPTED) > 0);
    // A server that closes connections, as at a restart, is reached again.
    let _ = outside.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'attested'",
    );
    let _ = client.get("/api/v1/me").expect(200);
}

#[test]
fn a_server_under_another_name_or_of_an_unknown_authority_is_refused() {
    let Some(server) = TlsPostgres::start() else { return };
    assert_eq!(connected(&server.verified_url(NAME, "ca.pem")), Ok(()));
    for (name, authority, reason) in [
        ("other.internal", "ca.pem", "not valid for name"),
        (NAME, "other-ca.pem", "UnknownIssuer"),
        ("127.0.0.1", "ca.pem", "not valid for name"),
        (NAME, "missing.pem", "missing.pem"),
        (NAME, "server.key", "nothing found"),
    ] {
        let error = connected(&server.verified_url(name, authority)).unwrap_err();
        assert!(error.contains(reason), "{name} {authority}: {error}");
    }
    let plain = connected(&server.plain_url(NAME)).unwrap_err();
    assert!(plain.contains("no encryption"), "the server requires TLS: {plain}");
}

#[test]
fn a_server_without_tls_never_sees_the_password() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, seen) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let (mut request, mut rest) = ([0; 8], Vec::new());
            stream.read_exact(&mut request).unwrap();
            stream.write_all(b"N").unwrap();
            let _ended = stream.read_to_end(&mut rest);
            if sender.send(rest).is_err() {
                return;
            }
        }
    });
    let url =
        format!("postgres://portal:secret@localhost:{port}/portal?hostaddr=127.0.0.1&sslmode=verify-full");
    let error = connected(&url).unwrap_err();
    assert!(error.contains("does not offer TLS"), "{error}");
    assert_eq!(seen.recv().unwrap(), b"", "nothing followed the refusal");
}
