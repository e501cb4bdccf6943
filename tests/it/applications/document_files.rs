//! The content of documents: what is accepted, and how it is returned (threat T-20, decision D-20).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use portal_domain::applications::document::MAX_BYTES;
use portal_domain::ground::id::ApplicationId;
use portal_tests::documents::{LICENSE, add, documents, path_of, request, send};
use portal_tests::given::{Given, Item};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::json;

/// The SHA-256 digest of the small license as a header value.
const LICENSE_DIGEST: &str = "sha-256=:dC9vAjdiz7WKmSDgmQASr7vKA0EGTJwl+p/rVdodS08=:";

/// Starts an upload of `size` bytes that is admitted but sends no content yet.
fn start_upload(app: &TestApp, client: &Client, application: ApplicationId, size: usize) -> TcpStream {
    let (path, host, token) = (documents(application), app.address, client.token().unwrap());
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "POST {path}?document_type=other&file_name=scan.pdf HTTP/1.1\r\nHost: {host}\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/pdf\r\nContent-Length: {size}\r\n\
         Expect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server sends this after it has reserved memory for the upload.
    assert!(read_head(&mut stream).starts_with("HTTP/1.1 100 "));
    stream
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

on_both_engines!(t_20_content_is_returned_as_an_attachment_whatever_the_client_accepts);
fn t_20_content_is_returned_as_an_attachment_whatever_the_client_accepts(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let document = add(&client, item.id, "Lizenz \"Müller\".pdf");
    let path = format!("{}/content", path_of(item.id, &document));

    for accepted in ["application/pdf", "text/html", "*/*"] {
        let content = client.call("GET", &path).header("accept", accepted).send().expect(200);
        for (name, value) in [
            ("content-type", "application/pdf"),
            (
                "content-disposition",
                "attachment; filename=\"Lizenz _M_ller_.pdf\"; filename*=UTF-8''Lizenz%20%22M%C3%BCller%22.pdf",
            ),
            ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("repr-digest", LICENSE_DIGEST),
        ] {
            assert_eq!(content.header(name), Some(value), "{name}");
        }
        assert_eq!(content.body, LICENSE);
    }
    let head = client.call("HEAD", &path).send().expect(200);
    assert_eq!((head.body.len(), head.header("content-length")), (0, Some("23")));
    let etag = head.header("etag").unwrap();
    app.forget_statements();
    let unchanged = client.call("GET", &path).header("if-none-match", etag).send().expect(304);
    assert!(unchanged.body.is_empty());
    let statements = app.statements();
    assert!(statements.iter().any(|statement| statement.contains("documents")));
    assert!(
        !statements.iter().any(|statement| statement.contains("document_contents")),
        "the content is not even loaded"
    );

    let list = client.call("GET", &documents(item.id)).header("accept", "text/html").send();
    let _ = list.problem(406, "not_acceptable");
    let gone =
        client.call("GET", &path.replace(document["id"].as_str().unwrap(), "doc_01h455vb4pex5vsknk084sn02q"));
    let _ = gone.header("accept", "application/pdf").send().problem(404, "not_found");
}

on_both_engines!(d_20_ten_mebibytes_are_accepted_and_one_byte_more_is_refused);
fn d_20_ten_mebibytes_are_accepted_and_one_byte_more_is_refused(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let mut file = b"%PDF-".to_vec();
    file.resize(MAX_BYTES + 1, b'x');
    let before = app.fingerprint();
    let refused =
        send(&client, item.id, "scan.pdf", "application/pdf", &file).problem(413, "payload_too_large");
    assert_eq!(refused["limit"], 10_485_760);
    assert!(app.fingerprint() == before, "nothing changed");

    file.truncate(MAX_BYTES);
    let document = send(&client, item.id, "scan.pdf", "application/pdf", &file).expect(201).json();

    assert_eq!(document["size"], 10_485_760);
    let id = document["id"].as_str().unwrap().parse().unwrap();
    let stored = app.read(|tx| tx.documents().find(item.id, id)).unwrap();
    assert!(app.read(|tx| tx.documents().content(&stored)).is_some_and(|content| content == file));
    let head = client.call("HEAD", &format!("{}/content", path_of(item.id, &document))).send().expect(200);
    assert_eq!(head.header("content-length"), Some("10485760"));
}

on_both_engines!(t_20_a_user_can_upload_two_big_files_concurrently_but_not_three);
fn t_20_a_user_can_upload_two_big_files_concurrently_but_not_three(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (agent, colleague) = (org.agent("Marcus Webb"), org.agent("Mai Tran"));
    let (item, theirs) =
        (org.application(&agent, Given::default()), org.application(&colleague, Given::default()));
    let (client, colleague) = (agent.client(), colleague.client());
    let mut file = b"%PDF-".to_vec();
    file.resize(MAX_BYTES, b'x');
    let big = |client: &Client, item: Item| send(client, item.id, "scan.pdf", "application/pdf", &file);
    let mut held_back = [(); 2].map(|()| start_upload(app, &client, item.id, MAX_BYTES));

    let before = app.fingerprint();
    let refused = big(&client, item);
    assert_eq!(refused.header("retry-after"), Some("1"));
    let _ = refused.problem(429, "too_many_requests");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = add(&client, item.id, "license.pdf");
    let _ = big(&colleague, theirs).expect(201);

    for stream in &mut held_back {
        stream.write_all(&file).unwrap();
        assert!(read_head(stream).starts_with("HTTP/1.1 201 "));
    }
    let _ = big(&client, item).expect(201);
}

on_both_engines!(t_20_the_content_must_match_the_declared_media_type);
fn t_20_the_content_must_match_the_declared_media_type(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let before = app.fingerprint();
    let mismatched: [(&str, &[u8]); 6] = [
        ("image/png", LICENSE),
        ("application/pdf", b"\xff\xd8\xff\xe0 a photograph"),
        ("application/pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("application/pdf", b" %PDF-1.7"),
        ("image/jpeg", b"GIF89a"),
        ("image/tiff", b"II*"),
    ];
    for (media_type, body) in mismatched {
        let refused = send(&client, item.id, "scan", media_type, body).problem(422, "validation_failed");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        let violation = &refused["errors"][0];
        assert_eq!(
            (&violation["parameter"], &violation["code"]),
            (&json!("Content-Type"), &json!("media_type_mismatch"))
        );
    }
    let empty = send(&client, item.id, "scan", "application/pdf", b"").problem(422, "validation_failed");
    assert_eq!(
        (&empty["errors"][0]["pointer"], &empty["errors"][0]["code"]),
        (&json!(""), &json!("required"))
    );
    for media_type in [
        "application/octet-stream",
        "application/json",
        "image/svg+xml",
        "text/html",
        "multipart/form-data; boundary=x",
    ] {
        let _ = send(&client, item.id, "scan", media_type, LICENSE).problem(415, "unsupported_media_type");
    }
    let compressed = request(&client, item.id, "scan", "application/pdf", LICENSE)
        .header("content-encoding", "gzip")
        .send();
    let _ = compressed.problem(415, "unsupported_media_type");
    assert!(app.fingerprint() == before, "nothing changed");

    let kinds: [(&str, &[u8]); 5] = [
        ("Application/PDF; version=1.7", LICENSE),
        ("image/jpeg", b"\xff\xd8\xff\xe0"),
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/tiff", b"II*\0"),
        ("image/tiff", b"MM\0*"),
    ];
    for (media_type, body) in kinds {
        let document = send(&client, item.id, "scan", media_type, body).expect(201).json();
        let content = client.get(&format!("{}/content", path_of(item.id, &document))).expect(200);
        assert_eq!(
            (content.header("content-type"), content.body.as_slice()),
            (document["media_type"].as_str(), body)
        );
    }
}

on_both_engines!(t_20_d_18_file_names_with_paths_control_characters_or_sensitive_numbers_are_refused);
fn t_20_d_18_file_names_with_paths_control_characters_or_sensitive_numbers_are_refused(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let before = app.fingerprint();
    for (file_name, code) in [
        ("../../etc/passwd", "format"),
        ("C:\\license.pdf", "format"),
        ("..", "format"),
        ("a\r\nSet-Cookie: a=b", "format"),
        ("cod\u{202e}fdp.exe", "format"),
        (" \u{a0}", "blank"),
        ("é".repeat(256).as_str(), "too_long"),
        ("W9 123-45-6789.pdf", "looks_like_ssn"),
    ] {
        let refused =
            send(&client, item.id, file_name, "application/pdf", LICENSE).problem(422, "validation_failed");
        let violation = &refused["errors"][0];
        assert_eq!(
            (&violation["parameter"], &violation["code"]),
            (&json!("file_name"), &json!(code)),
            "{file_name:?}"
        );
        assert!(!refused.to_string().contains("6789"));
    }
    let both = send(&client, item.id, "a/b", "image/png", LICENSE).problem(422, "validation_failed");
    assert_eq!(both["errors"].as_array().unwrap().len(), 2, "every violation at once");
    let with = |query: &str| {
        client
            .call("POST", &format!("{}{query}", documents(item.id)))
            .header("content-type", "application/pdf")
            .body(LICENSE.to_vec())
            .send()
    };
    let _ = with("?document_type=license_copy&file_name=a%00b").problem(400, "malformed_parameter");
    let _ = with("?document_type=license_copy&file_name=").problem(422, "validation_failed");
    let _ = with("?document_type=license_copy").problem(422, "validation_failed");
    let _ = with("?file_name=a.pdf").problem(422, "validation_failed");
    let _ = with("?document_type=passport&file_name=a.pdf").problem(422, "validation_failed");
    let _ = with("?document_type=other&file_name=a.pdf&folder=b").problem(400, "unknown_parameter");
    assert!(app.fingerprint() == before, "nothing changed");

    for file_name in
        ["<script>alert(1)<x>", "\"; filename=\"x.exe", "老虎😀.pdf", "%2e%2e", "…", "é".repeat(255).as_str()]
    {
        let document = add(&client, item.id, file_name);
        assert_eq!(document["file_name"], file_name, "stored unchanged");
        let content = client.get(&format!("{}/content", path_of(item.id, &document))).expect(200);
        let disposition = content.header("content-disposition").unwrap();
        assert!(
            disposition.is_ascii() && disposition.starts_with("attachment; filename=\""),
            "{disposition}"
        );
        let extended = disposition.rsplit("UTF-8''").next().unwrap();
        assert!(!extended.contains(['"', ';', ' ', '/']), "{disposition}");
    }
}
