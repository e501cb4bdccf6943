//! The contents of documents are encrypted at rest, and damage is detected.

use std::ops::ControlFlow;

use portal_api::background::reseal::{Progress, reseal};
use portal_persistence::platform::sealed_columns::SealedColumn;
use portal_tests::documents::{LICENSE, documents, path_of, remove, send};
use portal_tests::given::{Given, Item};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::Value;

/// Stored bytes before the first chunk: format, key id, and salt.
const HEADER: usize = 1 + 4 + 32;
/// Stored bytes of a chunk: 64 KiB and its tag.
const CHUNK: usize = 64 * 1024 + 16;

/// A PDF file of this many bytes, in which each line has the number.
fn scan(length: usize, number: u32) -> Vec<u8> {
    let line = format!("page {number} of the license of Dr. Example\n");
    b"%PDF-1.7\n".iter().copied().chain(line.bytes().cycle()).take(length).collect()
}

fn content_of(client: &Client, path: &str) -> Answer {
    client.get(&format!("{path}/content"))
}

on_both_engines!(t_20_the_raw_database_contains_nothing_of_an_uploaded_document);
fn t_20_the_raw_database_contains_nothing_of_an_uploaded_document(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let file = scan(200_000, 1);

    let document = send(&client, item.id, "license.pdf", "application/pdf", &file).expect(201).json();

    for secret in [&file[..32], &file[100_000..100_032], &file[199_968..]] {
        assert!(!app.raw_database_contains(secret));
    }
    assert_eq!(content_of(&client, &path_of(item.id, &document)).expect(200).body, file);
    app.store_in_clear(&document, &file);
    assert!(app.raw_database_contains(&file[100_000..100_032]), "the check finds content in clear");
}

on_both_engines!(t_20_a_document_with_swapped_missing_or_foreign_chunks_is_not_delivered);
fn t_20_a_document_with_swapped_missing_or_foreign_chunks_is_not_delivered(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let upload = |number| {
        let file = scan(3 * 64 * 1024, number);
        send(&client, item.id, "scan.pdf", "application/pdf", &file).expect(201).json()
    };
    let (document, other) = (upload(1), upload(2));
    let (sealed, foreign) = (app.stored_content(&document), app.stored_content(&other));
    let chunk = |content: &[u8], number: usize| content[HEADER + number * CHUNK..][..CHUNK].to_vec();
    let assembled = |chunks: &[Vec<u8>]| [&sealed[..HEADER], &chunks.concat()].concat();
    let [first, second, third] = [0, 1, 2].map(|number| chunk(&sealed, number));
    let path = path_of(item.id, &document);

    for (what, content) in [
        ("swapped chunks", assembled(&[second.clone(), first.clone(), third.clone()])),
        ("the last chunk is missing", assembled(&[first.clone(), second.clone()])),
        ("the end is missing", sealed[..sealed.len() - 1].to_vec()),
        ("a chunk of another document", assembled(&[first, chunk(&foreign, 1), third])),
        ("all of another document", foreign.clone()),
        ("nothing", vec![]),
    ] {
        app.replace_content(&document, &content);
        let before = app.fingerprint();
        let _ = content_of(&client, &path).problem(409, "document_damaged");
        assert!(app.fingerprint() == before, "{what}: nothing changed");
    }
    assert_eq!(client.all(&documents(item.id)).len(), 2, "still listed");
    let _ = content_of(&client, &path_of(item.id, &other)).expect(200);
    app.replace_content(&document, &sealed);
    assert_eq!(content_of(&client, &path).expect(200).body, scan(3 * 64 * 1024, 1));
    app.replace_content(&document, &foreign);
    let _ = remove(&client, &path).expect(204);
}

/// Uploads this many documents and stores them in clear, as an earlier version did.
fn uploaded_before_the_upgrade(app: &TestApp, client: &Client, item: Item, count: usize) -> Vec<Value> {
    let uploaded = (0..count).map(|n| {
        let document = send(client, item.id, &format!("{n}.pdf"), "application/pdf", LICENSE);
        let document = document.expect(201).json();
        app.store_in_clear(&document, LICENSE);
        document
    });
    uploaded.collect()
}

on_both_engines!(documents_of_an_earlier_version_stay_readable_and_are_sealed_in_batches);
fn documents_of_an_earlier_version_stay_readable_and_are_sealed_in_batches(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let old = uploaded_before_the_upgrade(app, &client, item, 6);
    let all_are_readable = || {
        old.iter()
            .all(|document| content_of(&client, &path_of(item.id, document)).expect(200).body == LICENSE)
    };
    assert!(all_are_readable());
    assert!(app.raw_database_contains(LICENSE));

    let interrupted = reseal(&app.portal, |_progress| ControlFlow::Break(())).unwrap();
    let column = SealedColumn::DocumentContents;
    assert_eq!(interrupted.columns.last(), Some(&Progress { column, done: 4, unreadable: 0, left: 2 }));
    assert!(all_are_readable());

    let resumed = reseal(&app.portal, |_progress| ControlFlow::Continue(())).unwrap();
    assert_eq!(resumed.columns.last(), Some(&Progress { column, done: 2, unreadable: 0, left: 0 }));
    assert!(all_are_readable());
    let in_clear = app.count("document_contents WHERE sealed_with IS NULL");
    assert_eq!(in_clear, 0);
    assert!(old.iter().all(|document| app.stored_content(document).len() == HEADER + LICENSE.len() + 16));
    let before = app.fingerprint();
    let again = reseal(&app.portal, |_progress| ControlFlow::Continue(())).unwrap();
    assert!(again.columns.iter().all(|progress| progress.done == 0 && progress.left == 0));
    assert!(app.fingerprint() == before, "nothing was left to do");
}

on_both_engines!(a_damaged_document_of_an_earlier_version_is_neither_delivered_nor_sealed);
fn a_damaged_document_of_an_earlier_version_is_neither_delivered_nor_sealed(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let item = org.application(&agent, Given::default());
    let old = uploaded_before_the_upgrade(app, &client, item, 2);
    app.store_in_clear(&old[0], b"%PDF-1.7\nanother license\n");
    let _ = content_of(&client, &path_of(item.id, &old[0])).problem(409, "document_damaged");

    let sealed = reseal(&app.portal, |_progress| ControlFlow::Continue(())).unwrap();

    let column = SealedColumn::DocumentContents;
    assert_eq!(sealed.columns.last(), Some(&Progress { column, done: 1, unreadable: 1, left: 1 }));
    let _ = content_of(&client, &path_of(item.id, &old[0])).problem(409, "document_damaged");
    let _ = content_of(&client, &path_of(item.id, &old[1])).expect(200);
}
