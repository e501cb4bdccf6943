//! Concurrent uploads of documents to one application.

use portal_domain::applications::document::MAX_DOCUMENTS;
use portal_persistence::platform::audit::ChainState;
use portal_tests::documents::{LICENSE, documents, path_of, send, stored};
use portal_tests::given::Given;
use portal_tests::{Answer, TestApp, at_once, on_both_engines};

on_both_engines!(sixteen_concurrent_uploads_are_stored_one_after_another);
fn sixteen_concurrent_uploads_are_stored_one_after_another(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let item = org.application(&agent, Given::default());
    let requests = agent.clients(16).into_iter().enumerate().map(|(n, client)| {
        let _ = client.get("/api/v1/me").expect(200);
        let body = format!("%PDF-1.7\npage {n}\n").into_bytes();
        move || send(&client, item.id, &format!("{n}.pdf"), "application/pdf", &body)
    });
    let answers = at_once(requests);

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
    assert_eq!(versions, (1..=17).collect::<Vec<i64>>(), "the history has consecutive versions");
    let chain = app.read(|tx| tx.audit().verify(&org.id.to_string()));
    assert_eq!(chain, ChainState::Intact { events: 16 });
}

on_both_engines!(concurrent_uploads_do_not_exceed_the_maximum);
fn concurrent_uploads_do_not_exceed_the_maximum(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let item = org.application(&agent, Given::default());
    stored(app, &agent, item, MAX_DOCUMENTS - 3);
    let requests = agent.clients(16).into_iter().map(|client| {
        let _ = client.get("/api/v1/me").expect(200);
        move || send(&client, item.id, "license.pdf", "application/pdf", LICENSE)
    });
    let answers = at_once(requests);
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    let full = answers.iter().filter(|answer| answer.text().contains("too_many_items")).count();
    assert_eq!((taken, full), (3, 13));
    assert_eq!(app.read(|tx| tx.documents().count(item.id)), MAX_DOCUMENTS);
}
