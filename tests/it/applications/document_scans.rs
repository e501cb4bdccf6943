//! Documents are in quarantine until a virus scanner found them clean.

use std::time::Duration;

use portal_api::background::scan::{Scanned, scan_next};
use portal_api::portal::settings::Scanner;
use portal_domain::applications::document_scan::ScanVerdict;
use portal_tests::clamd::{Behavior, FakeScanner, VIRUS, at};
use portal_tests::documents::{LICENSE, documents, path_of, remove, send};
use portal_tests::given::Given;
use portal_tests::{Engine, TestApp, on_both_engines};
use serde_json::json;

/// A portal with a virus scanner. The tests pass the scanner that is asked.
fn with_scanner(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("VIRUS_SCANNER", "tcp://127.0.0.1:3310")])
}

fn scan(app: &TestApp, scanner: &Scanner) -> Scanned {
    actix_web::rt::Runtime::new().unwrap().block_on(scan_next(&app.portal, scanner)).unwrap()
}

fn infected() -> Vec<u8> {
    [LICENSE, VIRUS].concat()
}

on_both_engines!(t_20_a_document_is_in_quarantine_until_it_was_found_clean, with_scanner);
fn t_20_a_document_is_in_quarantine_until_it_was_found_clean(app: &TestApp) {
    let scanner = FakeScanner::start();
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let (client, manager) = (agent.client(), org.manager("Debi Henderson").client());
    let item = org.application(&agent, Given::default());
    for asked in [scanner.by_tcp(), scanner.by_socket(Duration::from_secs(20))] {
        let file = [LICENSE, &vec![b' '; 200_000]].concat();
        let document = send(&client, item.id, "license.pdf", "application/pdf", &file).expect(201).json();
        assert_eq!(document["scan_status"], "waiting");
        let content = format!("{}/content", path_of(item.id, &document));
        let before = app.fingerprint();
        for reader in [&client, &manager] {
            let refused = reader.get(&content).problem(409, "document_not_scanned");
            assert_eq!(refused["reasons"], json!(["scan_pending"]));
            assert_eq!(reader.call("HEAD", &content).send().status, 409);
            let known = reader.call("GET", &content).header("if-none-match", "*").send();
            let _ = known.problem(409, "document_not_scanned");
        }
        assert!(app.fingerprint() == before, "nothing changed");
        let events = app.audit_events();

        assert_eq!(scan(app, &asked), Scanned::Done);

        assert_eq!(scanner.scanned().last(), Some(&file), "the scanner gets the file itself");
        assert_eq!(manager.get(&content).expect(200).body, file);
        let listed = client.all(&documents(item.id));
        assert_eq!(listed.last().unwrap()["scan_status"], "clean");
        assert_eq!(app.audit_events(), events, "nothing to record");
        assert_eq!(scan(app, &asked), Scanned::Nothing);
    }
}

on_both_engines!(t_20_an_infected_document_is_never_delivered_and_its_agent_is_notified, with_scanner);
fn t_20_an_infected_document_is_never_delivered_and_its_agent_is_notified(app: &TestApp) {
    let scanner = FakeScanner::start();
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let document = send(&client, item.id, "license.pdf", "application/pdf", &infected()).expect(201).json();
    let path = path_of(item.id, &document);
    assert_eq!(app.read(|tx| tx.documents().types_of(item.id)).len(), 1);

    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::Done);

    let refused = client.get(&format!("{path}/content")).problem(409, "document_infected");
    assert_eq!(refused["reasons"], json!(["infected"]));
    assert_eq!(client.all(&documents(item.id))[0]["scan_status"], "infected");
    assert!(app.read(|tx| tx.documents().types_of(item.id)).is_empty(), "it does not count as submitted");
    let events = org.administrator("Katherine Tully").client().all(&org.path("/audit-events"));
    assert_eq!((&events[0]["action"], &events[0]["object"]), (&json!("document.infected"), &document["id"]));
    assert_eq!(events[0]["details"]["finding"], "Win.Test.EICAR-like_HDB-1");
    let notices = client.all("/api/v1/notifications");
    assert_eq!((notices.len(), &notices[0]["kind"]), (1, &json!("document_infected")));
    assert!(notices[0]["text"].as_str().unwrap().contains("\"license.pdf\""));

    app.advance(chrono::Duration::days(1));
    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::Nothing, "the verdict is final");
    let _ = remove(&agent.client(), &path).expect(204);
}

on_both_engines!(t_20_without_an_answer_of_the_scanner_a_document_stays_in_quarantine, with_scanner);
fn t_20_without_an_answer_of_the_scanner_a_document_stays_in_quarantine(app: &TestApp) {
    let scanner = FakeScanner::start();
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let document = send(&client, item.id, "license.pdf", "application/pdf", LICENSE).expect(201).json();
    let content = format!("{}/content", path_of(item.id, &document));
    let unreachable = at("unix:/nonexistent/clamd.ctl", Duration::from_secs(20));
    let impatient = scanner.by_socket(Duration::from_millis(200));
    for (behavior, asked, outcome) in [
        (Behavior::Scan, &unreachable, Scanned::NoScanner),
        (Behavior::Hang, &impatient, Scanned::NoScanner),
        (Behavior::HangUp, &scanner.by_tcp(), Scanned::NoScanner),
        (Behavior::RefuseSize, &scanner.by_tcp(), Scanned::PutOff),
    ] {
        scanner.behave(behavior);
        assert_eq!(scan(app, asked), outcome, "{behavior:?}");
        let _ = agent.client().get(&content).problem(409, "document_not_scanned");
        assert_eq!(scan(app, asked), Scanned::Nothing, "not due yet");
        app.advance(chrono::Duration::hours(1));
    }
    scanner.behave(Behavior::Scan);
    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::Done);
    let _ = agent.client().get(&content).expect(200);
}

on_both_engines!(a_damaged_document_is_not_sent_to_the_scanner, with_scanner);
fn a_damaged_document_is_not_sent_to_the_scanner(app: &TestApp) {
    let scanner = FakeScanner::start();
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let send = |name| send(&client, item.id, name, "application/pdf", LICENSE).expect(201).json();
    let damaged = send("1.pdf");
    app.advance(chrono::Duration::seconds(1));
    let intact = send("2.pdf");
    app.replace_content(&damaged, b"damaged");
    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::PutOff);
    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::Done, "it does not hold up the others");
    assert_eq!(scanner.scanned(), [LICENSE]);
    let content = |document| format!("{}/content", path_of(item.id, document));
    let _ = client.get(&content(&damaged)).problem(409, "document_not_scanned");
    let _ = client.get(&content(&intact)).expect(200);
}

on_both_engines!(another_worker_scans_the_document_of_a_dead_one_after_the_claim_expires, with_scanner);
fn another_worker_scans_the_document_of_a_dead_one_after_the_claim_expires(app: &TestApp) {
    let scanner = FakeScanner::start();
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let item = org.application(&agent, Given::default());
    let _ = send(&agent.client(), item.id, "license.pdf", "application/pdf", LICENSE).expect(201);
    let lease = chrono::Duration::seconds(90);
    let claimed = app.write(|tx| tx.documents().claim_scan(lease));
    assert_eq!(claimed.map(|claimed| claimed.attempts), Some(1));
    app.advance(lease - chrono::Duration::microseconds(1));
    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::Nothing);
    app.advance(chrono::Duration::microseconds(1));
    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::Done);
}

on_both_engines!(a_document_that_was_removed_during_its_scan_gets_no_verdict, with_scanner);
fn a_document_that_was_removed_during_its_scan_gets_no_verdict(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let document = send(&client, item.id, "license.pdf", "application/pdf", &infected()).expect(201).json();
    let claimed = app.write(|tx| tx.documents().claim_scan(chrono::Duration::seconds(90))).unwrap();
    let _ = remove(&client, &path_of(item.id, &document)).expect(204);
    let before = app.fingerprint();
    let infected = ScanVerdict::Infected;
    assert!(!app.write(|tx| tx.documents().record_verdict(claimed.document.id, infected, Some("found"))));
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(documents_uploaded_before_there_was_a_scanner_wait_for_it);
fn documents_uploaded_before_there_was_a_scanner_wait_for_it(app: &TestApp) {
    let scanner = FakeScanner::start();
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let document = send(&client, item.id, "license.pdf", "application/pdf", LICENSE).expect(201).json();
    assert_eq!(document["scan_status"], "not_scanned");
    let _ = client.get(&format!("{}/content", path_of(item.id, &document))).expect(200);
    assert_eq!(scan(app, &scanner.by_tcp()), Scanned::Done, "once a scanner is set");
    assert_eq!(client.all(&documents(item.id))[0]["scan_status"], "clean");
}
