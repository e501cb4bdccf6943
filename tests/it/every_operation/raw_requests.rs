//! Requests that no ordinary client sends, byte by byte.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use portal_tests::{Engine, TestApp};

/// Sends these bytes over a connection of its own, and returns everything until the server closes
/// it.
fn send(app: &TestApp, request: &str) -> String {
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// If a proxy and the server disagreed about where a request ends, the rest of its body would be
/// the next request of another user.
#[test]
fn requests_with_an_ambiguous_length_are_refused() {
    let app = TestApp::start(Engine::Sqlite);
    let hidden = "GET /livez HTTP/1.1\r\nHost: portal\r\n\r\n";
    let post = |headers: &str, body: &str| {
        send(&app, &format!("POST /api/v1/oauth/token HTTP/1.1\r\nHost: portal\r\n{headers}\r\n{body}"))
    };
    for headers in [
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding : chunked\r\n",
    ] {
        let response = post(headers, &format!("0\r\n\r\n{hidden}"));
        assert!(response.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{headers} {response}");
        assert_eq!(response.matches("HTTP/1.1 ").count(), 1, "{headers} {response}");
    }
    // One of the two headers is enough, and the next request on the connection is answered.
    let close = hidden.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    for (headers, body) in [("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), ("Content-Length: 0\r\n", "")] {
        let response = post(headers, &format!("{body}{close}"));
        assert_eq!(response.matches("HTTP/1.1 ").count(), 2, "{headers} {response}");
        assert!(response.contains("HTTP/1.1 200 OK\r\n"), "{headers} {response}");
    }
}
