//! The audit anchor: what an attacker with every right in the database cuts from the audit trail,
//! removes, or replaces.

use std::fs;
use std::path::{Path, PathBuf};

use portal_api::background::audit_anchor;
use portal_api::cli::verify_audit;
use portal_api::portal::keys::Keys;
use portal_api::portal::settings::Settings;
use portal_api::portal::state::Portal;
use portal_api::server::serve;
use portal_domain::ground::id::OrganizationId;
use portal_tests::app::contract;
use portal_tests::given::{Organization, reassignment};
use portal_tests::{Engine, TestApp, on_both_engines};
use tempfile::TempDir;

/// A portal that records its audit chains in a file of this folder.
fn anchored(engine: Engine, folder: &TempDir) -> (TestApp, PathBuf) {
    let file = folder.path().join("anchor");
    let app = TestApp::start_with(engine, false, &[("AUDIT_ANCHOR", file.to_str().unwrap())]);
    (app, file)
}

/// Records so many events in the chain of the organization.
fn record_events(org: &Organization<'_>, count: usize) {
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    for item in org.applications(&marcus, count) {
        let body = reassignment(&marcus, &priya, &[item]);
        let _ = manager.post(&org.path("/reassignments"), &body).expect(201);
    }
}

/// Deletes the events after this one, and makes it the head of the chain.
fn cut(app: &TestApp, chain: OrganizationId, last: i64) {
    let event = format!("SELECT hash FROM audit_events WHERE chain = '{chain}' AND sequence = {last}");
    app.inspector().run(&format!(
        "DELETE FROM audit_events WHERE chain = '{chain}' AND sequence > {last};
         UPDATE audit_heads SET sequence = {last}, hash = ({event}) WHERE chain = '{chain}'"
    ));
}

fn errors(app: &TestApp, anchor: Option<&Path>) -> Vec<String> {
    verify_audit(&app.portal, anchor).unwrap().errors
}

const NONE: [String; 0] = [];

on_both_engines!(a_chain_cut_together_with_its_head_is_found_with_the_anchor);
fn a_chain_cut_together_with_its_head_is_found_with_the_anchor(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let (app, file) = anchored(app.engine, &folder);
    let org = app.provider_group("Bluegrass");
    record_events(&org, 5);
    audit_anchor::record(&app.portal).unwrap();
    let verified = verify_audit(&app.portal, Some(&file)).unwrap();
    assert_eq!(verified.errors, NONE);
    assert!(verified.intact.contains(&format!("{}: 5 events, intact", org.id)), "{verified:?}");

    cut(&app, org.id, 3);

    assert_eq!(errors(&app, None), NONE, "without the anchor, nothing is missing");
    let expected = [format!("{}: cut after event 3; the anchor has 5 events", org.id)];
    assert_eq!(errors(&app, Some(&file)), expected);
    audit_anchor::record(&app.portal).unwrap();
    assert_eq!(errors(&app, Some(&file)), expected, "the server does not record the shorter chain");
}

on_both_engines!(events_replaced_after_a_cut_are_found_with_the_anchor);
fn events_replaced_after_a_cut_are_found_with_the_anchor(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let (app, file) = anchored(app.engine, &folder);
    let org = app.provider_group("Bluegrass");
    record_events(&org, 5);
    audit_anchor::record(&app.portal).unwrap();

    cut(&app, org.id, 3);
    record_events(&org, 2);
    assert_eq!(errors(&app, None), NONE);
    let expected = [format!("{}: event 5 differs from the anchor", org.id)];
    assert_eq!(errors(&app, Some(&file)), expected);

    record_events(&org, 1);
    audit_anchor::record(&app.portal).unwrap();
    assert_eq!(errors(&app, Some(&file)), expected, "a longer chain hides nothing");
}

on_both_engines!(a_removed_chain_is_found_with_the_anchor);
fn a_removed_chain_is_found_with_the_anchor(app: &TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let (app, file) = anchored(app.engine, &folder);
    let (org, other) = (app.provider_group("Bluegrass"), app.provider_group("Derby City"));
    record_events(&org, 2);
    record_events(&other, 1);
    audit_anchor::record(&app.portal).unwrap();
    assert_eq!(errors(&app, Some(&file)), NONE);

    let chain = org.id;
    app.inspector().run(&format!(
        "DELETE FROM audit_events WHERE chain = '{chain}'; DELETE FROM audit_heads WHERE chain = '{chain}'"
    ));

    assert_eq!(errors(&app, None), NONE, "without the anchor, nothing is missing");
    assert_eq!(errors(&app, Some(&file)), [format!("{chain}: removed; the anchor has 2 events")]);
}

on_both_engines!(a_head_moved_back_before_its_last_event_is_found_without_the_anchor);
fn a_head_moved_back_before_its_last_event_is_found_without_the_anchor(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    record_events(&org, 3);
    let chain = org.id;
    let event = format!("SELECT hash FROM audit_events WHERE chain = '{chain}' AND sequence = 2");
    app.inspector()
        .run(&format!("UPDATE audit_heads SET sequence = 2, hash = ({event}) WHERE chain = '{chain}'"));
    assert_eq!(errors(app, None), [format!("{chain}: broken at event 3")]);
}

#[test]
fn a_changed_or_missing_line_of_the_anchor_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (app, file) = anchored(Engine::Sqlite, &folder);
    let org = app.provider_group("Bluegrass");
    record_events(&org, 5);
    audit_anchor::record(&app.portal).unwrap();
    cut(&app, org.id, 3);
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();

    let changed = text.replacen(&format!("{} 5 ", org.id), &format!("{} 3 ", org.id), 1);
    assert_ne!(changed, text);
    fs::write(&file, changed).unwrap();
    assert_eq!(errors(&app, Some(&file)), ["anchor: line 1 was changed, or signed with another key"]);

    fs::write(&file, lines[1..].join("\n")).unwrap();
    assert_eq!(errors(&app, Some(&file)), ["anchor: line 1 does not follow the line before it"]);

    fs::write(&file, "").unwrap();
    assert_eq!(errors(&app, Some(&file)), ["anchor: the file is empty"]);
}

#[test]
fn several_instances_append_to_one_anchor() {
    let folder = tempfile::tempdir().unwrap();
    let (app, file) = anchored(Engine::Sqlite, &folder);
    let other = app.another_instance(app.clock.clone());
    let org = app.provider_group("Bluegrass");
    for round in 0..4 {
        record_events(&org, 1);
        audit_anchor::record(if round % 2 == 0 { &app.portal } else { &other }).unwrap();
    }
    assert_eq!(errors(&app, Some(&file)), NONE);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 8, "a head and an inventory each time");
}

#[test]
fn a_new_file_starts_with_every_chain() {
    let folder = tempfile::tempdir().unwrap();
    let (app, file) = anchored(Engine::Sqlite, &folder);
    let org = app.provider_group("Bluegrass");
    record_events(&org, 2);
    audit_anchor::record(&app.portal).unwrap();
    fs::rename(&file, folder.path().join("anchor.2026-01")).unwrap();
    audit_anchor::record(&app.portal).unwrap();
    assert_eq!(errors(&app, Some(&file)), NONE);
    assert_eq!(errors(&app, Some(&folder.path().join("anchor.2026-01"))), NONE);
    cut(&app, org.id, 1);
    assert_eq!(errors(&app, Some(&file)).len(), 1);
}

#[test]
fn the_anchor_is_written_at_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let (app, file) = anchored(Engine::Sqlite, &folder);
    let org = app.provider_group("Bluegrass");
    record_events(&org, 1);
    let portal = app.another_instance(app.clock.clone());
    actix_web::rt::System::new().block_on(async move {
        let listening = serve::listen(portal, contract(false)).unwrap();
        serve::until(listening, std::future::ready(())).await.unwrap();
    });
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(&format!(" {} 1 ", org.id)), "{text}");
}

#[test]
fn an_anchor_needs_a_key_and_a_file_that_can_be_written() {
    let mut document: serde_json::Value = serde_json::from_str(&Keys::generate().unwrap()).unwrap();
    let _ = document.as_object_mut().unwrap().remove("anchor_keys");
    let settings = |anchor: &str| {
        let pairs = [("PORTAL_DATABASE_URL", "sqlite://never-opened.db"), ("PORTAL_AUDIT_ANCHOR", anchor)];
        Settings::load(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())), false).unwrap()
    };
    let keys = Keys::parse(&document.to_string()).unwrap();
    let clock = || std::sync::Arc::new(portal_api::portal::clock::Clock::system());
    let refused = Portal::new(settings("anchor"), keys, clock(), None).err().unwrap();
    assert_eq!(refused, "audit_anchor: the keys have no anchor_keys");

    let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
    let portal = Portal::new(settings("/nonexistent/anchor"), keys, clock(), None).unwrap();
    let at = portal.moment().session;
    let refused = portal.audit_anchor.append(at, &[]).unwrap_err();
    assert!(refused.starts_with("/nonexistent/anchor: "), "{refused}");
}
