//! Slow clients, idle connections, and health checks do not keep others from being served.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use portal_tests::inspector::Inspector;
use portal_tests::{Engine, TestApp, on_both_engines};
use socket2::{Domain, Socket, Type};

/// Polls until `poll` finds something, for at most 20 seconds.
fn wait_for<T>(mut poll: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(20) {
        if let Some(found) = poll() {
            return Some(found);
        }
        sleep(Duration::from_millis(20));
    }
    None
}

/// A connection from this address of the loopback network.
fn connection_from(address: [u8; 4], server: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((Ipv4Addr::from(address), 0)).into()).unwrap();
    socket.connect(&server.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// A client that asks for megabytes and reads nothing.
fn slow_reader(server: SocketAddr) -> TcpStream {
    let mut stream = connection_from([127, 0, 0, 2], server);
    let request = "GET /api-docs/openapi.json HTTP/1.1\r\nhost: portal\r\n\r\n";
    stream.write_all(request.repeat(20).as_bytes()).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream
}

/// Whether the server has ended the connection. Sends a byte of a further request to find out.
fn is_ended(mut stream: &TcpStream) -> bool {
    matches!(stream.write(b"G"), Err(error) if error.kind() != ErrorKind::WouldBlock)
}

/// The status of one request on this connection; `None` if the server closed it.
fn status(stream: &mut TcpStream, path: &str) -> Option<u16> {
    // The server may have closed the connection already.
    let _sent = write!(stream, "GET {path} HTTP/1.1\r\nhost: portal\r\nconnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ended = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}

fn start(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("RESPONSE_STALL_SECONDS", "1")])
}

on_both_engines!(honest_clients_are_served_among_slow_readers_and_health_checks, start);
fn honest_clients_are_served_among_slow_readers_and_health_checks(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.manager("Debi Henderson").client();
    let _ = client.get("/api/v1/me").expect(200);
    let slow: Vec<_> = (0..240).map(|_| slow_reader(app.address)).collect();
    let (mut times, done) = (Vec::new(), AtomicBool::new(false));
    let checked = std::thread::scope(|scope| {
        let checks: Vec<_> = (0..30)
            .map(|_| {
                let (health, done) = (app.anonymous().tolerating_outages(), &done);
                scope.spawn(move || {
                    let mut statuses = Vec::new();
                    while statuses.len() < 30 || !done.load(Ordering::SeqCst) {
                        statuses.push(health.get("/readyz").status);
                    }
                    statuses
                })
            })
            .collect();
        for _ in 0..100 {
            let started = Instant::now();
            let _ = client.get("/api/v1/me").expect(200);
            times.push(started.elapsed());
        }
        done.store(true, Ordering::SeqCst);
        checks.into_iter().flat_map(|check| check.join().unwrap()).collect::<Vec<_>>()
    });
    times.sort_unstable();
    println!(
        "{:?}: {} health checks; of 100 requests, p50 {:?}, p99 {:?}",
        app.engine,
        checked.len(),
        times[49],
        times[98]
    );
    assert!(checked.len() >= 900 && checked.iter().all(|status| *status == 200));
    assert!(times[98] < Duration::from_secs(2), "{:?}", times[98]);
    let all_ended = wait_for(|| slow.iter().all(is_ended).then_some(()));
    assert!(all_ended.is_some(), "every slow reader is disconnected");
}

on_both_engines!(health_checks_never_wait_for_the_database);
fn health_checks_never_wait_for_the_database(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let honest = org.manager("Debi Henderson").client();
    let _ = honest.get("/api/v1/me").expect(200);
    let held = app.hold_every_connection();
    app.forget_statements();
    let slowest = std::thread::scope(|scope| {
        let checks: Vec<_> = (0..30)
            .map(|_| {
                let health = app.anonymous();
                scope.spawn(move || {
                    let timed = |_| {
                        let started = Instant::now();
                        let _ = health.get("/readyz").expect(200);
                        started.elapsed()
                    };
                    (0..30).map(timed).max()
                })
            })
            .collect();
        checks.into_iter().filter_map(|check| check.join().unwrap()).max()
    });
    // Waiting for a connection would take a second.
    assert!(slowest.unwrap() < Duration::from_secs(1), "{slowest:?}");
    assert_eq!(app.statements(), [""; 0]);
    drop(held);
    let _ = honest.get("/api/v1/me").expect(200);
}

#[test]
fn readiness_follows_the_database_within_seconds() {
    portal_tests::app::on(Engine::Postgres, TestApp::start, |app| {
        let client = app.anonymous().tolerating_outages();
        let _ = client.get("/readyz").expect(200);
        let becomes = |status: u16| wait_for(|| (client.get("/readyz").status == status).then_some(()));
        let (_server, path) = app.database().url.rsplit_once("/portal_").unwrap();
        let name = format!("portal_{}", path.split('?').next().unwrap());
        let mut admin = Inspector::open(&app.database().url.replace(&name, "postgres"));
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        let _ = admin.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        let _ = admin.execute(&end);
        assert!(becomes(503).is_some(), "the database does not answer");
        let _ = client.get("/livez").expect(200);
        let _ = admin.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
        assert!(becomes(200).is_some(), "the database answers again");
    });
}

#[test]
fn one_address_cannot_take_the_connections_of_others() {
    let app = TestApp::start_with(Engine::Sqlite, false, &[("MAX_CONNECTIONS_PER_ADDRESS", "4")]);
    let connect = |last| connection_from([127, 0, 0, last], app.address);
    let mut idle: Vec<_> = (0..4).map(|_| connect(2)).collect();
    // The server has accepted them once it has answered a later one.
    assert_eq!(status(&mut connect(3), "/livez"), Some(200));
    let refused = |last| matches!(status(&mut connect(last), "/livez"), None | Some(503));
    assert!(wait_for(|| refused(2).then_some(())).is_some());
    assert_eq!(status(&mut connect(3), "/livez"), Some(200), "another address");
    drop(idle.pop());
    assert!(wait_for(|| (status(&mut connect(2), "/livez") == Some(200)).then_some(())).is_some());
}

#[test]
fn connections_are_limited_in_all() {
    let app = TestApp::start_with(Engine::Sqlite, false, &[("MAX_CONNECTIONS", "4")]);
    let connect = |last| connection_from([127, 0, 0, last], app.address);
    let mut idle: Vec<_> = (2..6).map(connect).collect();
    let refused = |last| matches!(status(&mut connect(last), "/livez"), None | Some(503));
    assert!(wait_for(|| refused(9).then_some(())).is_some());
    drop(idle.pop());
    assert!(wait_for(|| (status(&mut connect(9), "/livez") == Some(200)).then_some(())).is_some());
}
