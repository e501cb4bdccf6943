//! Documents of applications: what is taken, how it comes back, and who may (flow F-05; threat T-20, decision D-20).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::time::Duration;

use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::document::{MAX_BYTES, MAX_DOCUMENTS, MediaType};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::organizations::membership::Role;
use portal_persistence::applications::applications::NewApplication;
use portal_persistence::applications::documents::NewDocument;
use portal_persistence::platform::audit::ChainState;
use portal_tests::client::{Call, encoded};
use portal_tests::given::{Given, Item, Person};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

/// 23 bytes, and what `sha256sum` says about them.
const LICENSE: &[u8] = b"%PDF-1.7\nlicense\n%%EOF\n";
const LICENSE_SHA256: &str = "742f6f023762cfb58a9920e0990012afbbca0341064c9c25fa9feb55da1d4b4f";
const LICENSE_DIGEST: &str = "sha-256=:dC9vAjdiz7WKmSDgmQASr7vKA0EGTJwl+p/rVdodS08=:";

fn documents(application: ApplicationId) -> String {
    format!("/api/v1/applications/{application}/documents")
}

fn request<'c>(
    client: &'c Client,
    application: ApplicationId,
    file_name: &str,
    media_type: &str,
    body: &[u8],
) -> Call<'c> {
    let query = format!("document_type=license_copy&file_name={}", encoded(file_name));
    client
        .call("POST", &format!("{}?{query}", documents(application)))
        .header("content-type", media_type)
        .body(body.to_vec())
}

fn send(
    client: &Client,
    application: ApplicationId,
    file_name: &str,
    media_type: &str,
    body: &[u8],
) -> Answer {
    request(client, application, file_name, media_type, body).send()
}

fn add(client: &Client, application: ApplicationId, file_name: &str) -> Value {
    send(client, application, file_name, "application/pdf", LICENSE).expect(201).json()
}

fn path_of(application: ApplicationId, document: &Value) -> String {
    format!("{}/{}", documents(application), document["id"].as_str().unwrap())
}

fn remove(client: &Client, path: &str) -> Answer {
    client.call("DELETE", path).header("if-match", "*").send()
}

/// So many documents, straight into the store.
fn stored(app: &TestApp, agent: &Person<'_>, item: Item, count: i64) {
    for _ in 0..count {
        app.write(|tx| {
            let id = tx.new_id();
            tx.documents().insert(&NewDocument {
                id,
                application: item.id,
                document_type: DocumentType::Other,
                file_name: "page.png",
                media_type: MediaType::Png,
                content: b"\x89PNG\r\n\x1a\n",
                sha256: &[7; 32],
                uploaded_by: (agent.user, &agent.name),
            })
        });
    }
}

/// An upload of so many bytes that is let in, and sends nothing of them yet.
fn hold_back(app: &TestApp, client: &Client, application: ApplicationId, size: usize) -> TcpStream {
    let (path, host, token) = (documents(application), app.address, client.token().unwrap());
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "POST {path}?document_type=other&file_name=scan.pdf HTTP/1.1\r\nHost: {host}\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/pdf\r\nContent-Length: {size}\r\n\
         Expect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // This goes out after the first look at the request, which takes the room.
    assert!(head_of(&mut stream).starts_with("HTTP/1.1 100 "));
    stream
}

fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

/// Lets all of these requests go at the same moment.
fn at_once(requests: Vec<Box<dyn FnOnce() -> Answer + Send + '_>>) -> Vec<Answer> {
    let barrier = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let begun: Vec<_> = requests
            .into_iter()
            .map(|request| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    request()
                })
            })
            .collect();
        begun.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

on_both_engines!(f_05_r_100_an_agent_adds_a_document_and_everybody_who_sees_the_application_reads_it);
fn f_05_r_100_an_agent_adds_a_document_and_everybody_who_sees_the_application_reads_it(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given { rested_days: 45, ..Given::default() });

    let answer = send(&client, item.id, " Lizenz Müller.pdf ", "application/pdf", LICENSE).expect(201);

    let document = answer.json();
    assert_eq!(document["document_type"], "license_copy");
    assert_eq!(document["file_name"], "Lizenz Müller.pdf");
    assert_eq!(document["media_type"], "application/pdf");
    assert_eq!((&document["size"], &document["sha256"]), (&json!(23), &json!(LICENSE_SHA256)));
    assert_eq!(document["uploaded_by"], json!({"id": agent.user.to_string(), "name": "Marcus Webb"}));
    assert_eq!(document["uploaded_at"], "2026-02-01T17:00:00Z");
    assert_eq!(document["actions"], json!([{"action": "remove_document", "allowed": true, "reasons": []}]));
    let path = path_of(item.id, &document);
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert_eq!(client.all(&documents(item.id)), std::slice::from_ref(&document));

    for reader in [&client, &manager] {
        let content = reader.get(&format!("{path}/content")).expect(200);
        assert_eq!(content.body, LICENSE);
    }
    let listed = manager.all(&documents(item.id));
    assert_eq!(
        listed[0]["actions"],
        json!([{"action": "remove_document", "allowed": false, "reasons": ["role_required"]}])
    );

    let events: Vec<_> = house.administrator("Katherine Tully").client().all(&house.path("/audit-events"));
    assert_eq!(
        (events.len(), &events[0]["action"], &events[0]["object"]),
        (1, &json!("document.added"), &document["id"])
    );
    assert_eq!(events[0]["details"]["sha256"], LICENSE_SHA256);
    assert!(
        !events[0].to_string().contains("Müller"),
        "the trail is forever, and names of files are people's"
    );
}

on_both_engines!(r_064_adding_and_removing_a_document_is_activity);
fn r_064_adding_and_removing_a_document_is_activity(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given { rested_days: 119, ..Given::default() });
    let path = format!("/api/v1/applications/{}", item.id);
    let days_inactive = || client.get(&path).expect(200).json()["days_inactive"].clone();
    assert_eq!(days_inactive(), 119);

    let document = add(&client, item.id, "license.pdf");
    assert_eq!(days_inactive(), 0);
    let _ = remove(&client, &path_of(item.id, &document)).expect(204);

    let application = client.get(&path).expect(200).json();
    assert_eq!(
        (&application["version"], &application["application_status"]),
        (&json!(3), &json!("in_progress"))
    );
    let history = app.read(|tx| tx.applications().history(item.id, None, 10)).items;
    let told: Vec<_> = history.iter().map(|entry| (entry.action, entry.detail.as_deref())).collect();
    let detail = Some("license_copy: license.pdf");
    assert_eq!(told[..2], [(HistoryAction::DocumentRemoved, detail), (HistoryAction::DocumentAdded, detail)]);
}

on_both_engines!(t_20_content_comes_back_as_an_attachment_whatever_is_accepted);
fn t_20_content_comes_back_as_an_attachment_whatever_is_accepted(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
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
    assert!(!statements.iter().any(|statement| statement.contains("document_contents")), "not even loaded");

    let list = client.call("GET", &documents(item.id)).header("accept", "text/html").send();
    let _ = list.problem(406, "not_acceptable");
    let gone =
        client.call("GET", &path.replace(document["id"].as_str().unwrap(), "doc_01h455vb4pex5vsknk084sn02q"));
    let _ = gone.header("accept", "application/pdf").send().problem(404, "not_found");
}

on_both_engines!(d_20_ten_mebibytes_are_taken_and_one_byte_more_is_not);
fn d_20_ten_mebibytes_are_taken_and_one_byte_more_is_not(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
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
    assert!(app.read(|tx| tx.documents().content(id)).is_some_and(|content| content == file));
    let head = client.call("HEAD", &format!("{}/content", path_of(item.id, &document))).send().expect(200);
    assert_eq!(head.header("content-length"), Some("10485760"));
}

on_both_engines!(t_20_one_person_sends_two_big_files_at_once_and_not_three);
fn t_20_one_person_sends_two_big_files_at_once_and_not_three(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (agent, colleague) = (house.agent("Marcus Webb"), house.agent("Mai Tran"));
    let (item, theirs) =
        (house.application(&agent, Given::default()), house.application(&colleague, Given::default()));
    let (client, colleague) = (agent.client(), colleague.client());
    let mut file = b"%PDF-".to_vec();
    file.resize(MAX_BYTES, b'x');
    let big = |client: &Client, item: Item| send(client, item.id, "scan.pdf", "application/pdf", &file);
    let mut held_back = [(); 2].map(|()| hold_back(app, &client, item.id, MAX_BYTES));

    let before = app.fingerprint();
    let refused = big(&client, item);
    assert_eq!(refused.header("retry-after"), Some("1"));
    let _ = refused.problem(429, "too_many_requests");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = add(&client, item.id, "license.pdf");
    let _ = big(&colleague, theirs).expect(201);

    for stream in &mut held_back {
        stream.write_all(&file).unwrap();
        assert!(head_of(stream).starts_with("HTTP/1.1 201 "));
    }
    let _ = big(&client, item).expect(201);
}

on_both_engines!(t_20_the_body_is_what_it_is_said_to_be);
fn t_20_the_body_is_what_it_is_said_to_be(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
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
        let fault = &refused["errors"][0];
        assert_eq!(
            (&fault["parameter"], &fault["code"]),
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
    let squeezed = request(&client, item.id, "scan", "application/pdf", LICENSE)
        .header("content-encoding", "gzip")
        .send();
    let _ = squeezed.problem(415, "unsupported_media_type");
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

on_both_engines!(t_20_d_18_a_file_name_is_a_name_and_nothing_else);
fn t_20_d_18_a_file_name_is_a_name_and_nothing_else(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
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
        let fault = &refused["errors"][0];
        assert_eq!(
            (&fault["parameter"], &fault["code"]),
            (&json!("file_name"), &json!(code)),
            "{file_name:?}"
        );
        assert!(!refused.to_string().contains("6789"));
    }
    let both = send(&client, item.id, "a/b", "image/png", LICENSE).problem(422, "validation_failed");
    assert_eq!(both["errors"].as_array().unwrap().len(), 2, "every fault at once");
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
        assert_eq!(document["file_name"], file_name, "kept as it is");
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

on_both_engines!(f_05_a_removed_document_is_gone_and_leaves_its_record);
fn f_05_a_removed_document_is_gone_and_leaves_its_record(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
    let answer = send(&client, item.id, "license.pdf", "application/pdf", LICENSE).expect(201);
    let path = path_of(item.id, &answer.json());
    let before = app.fingerprint();
    let _ = client.call("DELETE", &path).send().problem(428, "precondition_required");
    let stale = client.call("DELETE", &path).header("if-match", "\"v2-000000000000\"").send();
    let _ = stale.problem(412, "precondition_failed");
    assert!(app.fingerprint() == before, "nothing changed");

    let etag = answer.header("etag").unwrap();
    let _ = client.call("DELETE", &path).header("if-match", etag).send().expect(204);

    assert!(client.all(&documents(item.id)).is_empty());
    let _ = client.get(&format!("{path}/content")).problem(404, "not_found");
    let _ = remove(&client, &path).problem(404, "not_found");
    assert!(app.read(|tx| tx.documents().types_of(item.id)).is_empty());
    let mut inspector = app.inspector();
    assert_eq!(inspector.texts("SELECT removed_by_name AS value FROM documents"), ["Marcus Webb"]);
    assert_eq!(inspector.texts("SELECT CAST(count(*) AS text) AS value FROM document_contents"), ["0"]);
}

on_both_engines!(documents_come_in_pages);
fn documents_come_in_pages(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
    stored(app, &agent, item, 5);
    let page = client.get(&format!("{}?limit=2", documents(item.id))).expect(200);
    assert_eq!(page.json()["items"].as_array().unwrap().len(), 2);
    assert!(page.header("link").is_some());
    let mut all: Vec<_> = client.all(&format!("{}?limit=2", documents(item.id)));
    all.dedup();
    assert_eq!(all.len(), 5);
    let other = house.application(&agent, Given::default());
    let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
    let _ = client.get(&format!("{}?cursor={cursor}", documents(other.id))).problem(400, "invalid_cursor");
}

on_both_engines!(an_application_has_fifty_documents_and_not_fifty_one);
fn an_application_has_fifty_documents_and_not_fifty_one(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
    stored(app, &agent, item, MAX_DOCUMENTS - 1);
    let fiftieth = add(&client, item.id, "license.pdf");
    let before = app.fingerprint();
    let refused =
        send(&client, item.id, "license.pdf", "application/pdf", LICENSE).problem(422, "validation_failed");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!(""), &json!("too_many_items"))
    );
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = remove(&client, &path_of(item.id, &fiftieth)).expect(204);
    let _ = add(&client, item.id, "license.pdf");
}

on_both_engines!(a_document_exists_in_its_own_application_only);
fn a_document_exists_in_its_own_application_only(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let (item, other) =
        (house.application(&agent, Given::default()), house.application(&agent, Given::default()));
    let document = add(&client, item.id, "license.pdf");
    let lakeside = app.provider_group("Lakeside");
    let stranger = lakeside.agent("Sam Stranger").client();
    let unknown: Value = json!({"id": "doc_01h455vb4pex5vsknk084sn02q"});
    let before = app.fingerprint();
    let expected = client.get(&format!("{}/content", path_of(item.id, &unknown))).problem(404, "not_found");
    let other_one = path_of(other.id, &document);
    for answer in [
        client.get(&format!("{other_one}/content")),
        remove(&client, &other_one),
        stranger.get(&documents(item.id)),
        stranger.get(&format!("{}/content", path_of(item.id, &document))),
        remove(&stranger, &path_of(item.id, &document)),
        send(&stranger, item.id, "license.pdf", "application/pdf", LICENSE),
    ] {
        assert_eq!(answer.problem(404, "not_found")["detail"], expected["detail"]);
    }
    let _ = send(&app.anonymous(), item.id, "license.pdf", "application/pdf", LICENSE)
        .problem(401, "unauthenticated");
    let _ = client.get(&format!("{}/{}/content", documents(item.id), item.id)).problem(400, "malformed_id");
    assert!(app.fingerprint() == before, "nothing changed");
    assert!(client.all(&documents(other.id)).is_empty());
}

on_both_engines!(f_05_only_the_agent_who_has_the_application_changes_its_documents);
fn f_05_only_the_agent_who_has_the_application_changes_its_documents(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let item = house.application(&agent, Given::default());
    let document = add(&agent.client(), item.id, "license.pdf");
    let manager = house.manager("Debi Henderson").client();
    let both = house.member("Priya Nair", &[Role::CaAdminManager, Role::CredentialingAgent]).client();
    let before = app.fingerprint();
    for (somebody, code) in [(&manager, "role_required"), (&both, "not_assigned")] {
        let _ = somebody.get(&documents(item.id)).expect(200);
        let _ = send(somebody, item.id, "license.pdf", "application/pdf", LICENSE).problem(403, code);
        let _ = remove(somebody, &path_of(item.id, &document)).problem(403, code);
    }
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(f_05_documents_of_a_filed_application_stay_as_they_are);
fn f_05_documents_of_a_filed_application_stay_as_they_are(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    for status in ApplicationStatus::ALL.iter().copied() {
        let item = house.application(&agent, Given { status, ..Given::default() });
        stored(app, &agent, item, 1);
        let document = client.all(&documents(item.id)).remove(0);
        let path = path_of(item.id, &document);
        let before = app.fingerprint();
        let added = send(&client, item.id, "license.pdf", "application/pdf", LICENSE);
        if matches!(status, ApplicationStatus::InProgress | ApplicationStatus::ReturnedToProvider) {
            assert_eq!((added.status, remove(&client, &path).status), (201, 204), "{status}");
            continue;
        }
        for refused in [added, remove(&client, &path)] {
            let refused = refused.problem(409, "invalid_transition");
            assert_eq!(
                (&refused["from"], &refused["reasons"]),
                (&json!(status.as_str()), &json!(["invalid_transition"]))
            );
        }
        assert!(app.fingerprint() == before, "nothing changed");
        assert_eq!(document["actions"][0]["reasons"], json!(["invalid_transition"]));
        let _ = client.get(&format!("{path}/content")).expect(200);
    }
}

on_both_engines!(r_046_without_access_agents_have_no_documents);
fn r_046_without_access_agents_have_no_documents(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let manager = house.manager("Debi Henderson");
    let medicaid_id = house.granted_medicaid_id();
    let id: ApplicationId = app.write(|tx| {
        let id = tx.new_id();
        let now = tx.now();
        tx.applications().insert(&NewApplication {
            id,
            organization: house.id,
            application_type: ApplicationType::Maintenance,
            application_number: "APP9100".into(),
            status: ApplicationStatus::InProgress,
            medicaid_id: Some(medicaid_id.number.clone()),
            provider_name: "Doe, John".into(),
            provider_type: ("64".into(), "Physician individual".into()),
            npi: None,
            npi_valid: false,
            date_of_initiation: now.date_naive(),
            initiated_by: (agent.user, agent.name.clone()),
            assigned_to: agent.membership,
            last_activity_at: now,
            category: MedicaidIdCategory::Individual,
            requested_effective_date: None,
            origin: HistoryAction::Started,
        })?;
        Ok(id)
    });
    let document = add(&client, id, "license.pdf");
    app.write(|tx| {
        let access = tx.agent_access().find(house.id, medicaid_id.id)?;
        let version = access.map_or(0, |access| access.version);
        tx.agent_access()
            .set(house.id, medicaid_id.id, AgentAccessState::Removed, (manager.user, &manager.name), version)
            .map(drop)
    });
    let path = path_of(id, &document);
    let before = app.fingerprint();
    for answer in [
        client.get(&documents(id)),
        client.get(&format!("{path}/content")),
        send(&client, id, "license.pdf", "application/pdf", LICENSE),
        remove(&client, &path),
    ] {
        let _ = answer.problem(403, "access_not_granted");
    }
    assert!(app.fingerprint() == before, "nothing changed");
    let manager = manager.client();
    assert_eq!(manager.get(&format!("{path}/content")).expect(200).body, LICENSE);
}

on_both_engines!(a_retry_gets_the_same_document_and_not_a_second_one);
fn a_retry_gets_the_same_document_and_not_a_second_one(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let client = agent.client();
    let item = house.application(&agent, Given::default());
    let send = |file_name: &str, body: &[u8]| {
        request(&client, item.id, file_name, "application/pdf", body)
            .header("idempotency-key", "scan-1")
            .send()
    };
    let first = send("license.pdf", LICENSE).expect(201);
    let before = app.fingerprint();
    let again = send("license.pdf", LICENSE).expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")));
    let _ = send("license.pdf", b"%PDF-another").problem(422, "idempotency_key_reused");
    let _ = send("another.pdf", LICENSE).problem(422, "idempotency_key_reused");
    assert!(app.fingerprint() == before, "nothing happened twice");
    assert_eq!(client.all(&documents(item.id)).len(), 1);
}

on_both_engines!(sixteen_at_once_are_sixteen_documents_one_after_the_other);
fn sixteen_at_once_are_sixteen_documents_one_after_the_other(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let item = house.application(&agent, Given::default());
    let requests = agent.clients(16).into_iter().enumerate().map(|(n, client)| {
        let _ = client.get("/api/v1/me").expect(200);
        let body = format!("%PDF-1.7\npage {n}\n").into_bytes();
        Box::new(move || send(&client, item.id, &format!("{n}.pdf"), "application/pdf", &body))
            as Box<dyn FnOnce() -> Answer + Send>
    });
    let answers = at_once(requests.collect());

    assert!(
        answers.iter().all(|answer| answer.status == 201),
        "{:?}",
        answers.iter().map(Answer::text).collect::<Vec<_>>()
    );
    let client = agent.client();
    let documents = client.all(&documents(item.id));
    assert_eq!(documents.len(), 16);
    for document in &documents {
        let content = client.get(&format!("{}/content", path_of(item.id, document))).expect(200).text();
        let page = document["file_name"].as_str().unwrap().trim_end_matches(".pdf");
        assert_eq!(content, format!("%PDF-1.7\npage {page}\n"));
    }
    let history = app.read(|tx| tx.applications().history(item.id, None, 100)).items;
    let versions: Vec<_> = history.iter().rev().map(|entry| entry.version_after).collect();
    assert_eq!(versions, (1..=17).collect::<Vec<i64>>(), "history is serial");
    let chain = app.read(|tx| tx.audit().verify(&house.id.to_string()));
    assert_eq!(chain, ChainState::Intact { events: 16 });
}

on_both_engines!(the_last_places_are_given_once);
fn the_last_places_are_given_once(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let agent = house.agent("Marcus Webb");
    let item = house.application(&agent, Given::default());
    stored(app, &agent, item, MAX_DOCUMENTS - 3);
    let requests = agent.clients(16).into_iter().map(|client| {
        let _ = client.get("/api/v1/me").expect(200);
        Box::new(move || send(&client, item.id, "license.pdf", "application/pdf", LICENSE))
            as Box<dyn FnOnce() -> Answer + Send>
    });
    let answers = at_once(requests.collect());
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    let full = answers.iter().filter(|answer| answer.text().contains("too_many_items")).count();
    assert_eq!((taken, full), (3, 13));
    assert_eq!(app.read(|tx| tx.documents().count(item.id)), MAX_DOCUMENTS);
}
