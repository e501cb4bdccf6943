//! A stored response is sent again only to callers who still have the rights of a new request.

use portal_tests::fixture::{Fixture, Relation};
use portal_tests::operation::Operation;
use portal_tests::operations::OPERATIONS;
use portal_tests::{Answer, TestApp, on_both_engines};

type Headers = &'static [(&'static str, &'static str)];

const FIRST: Headers = &[("idempotency-key", "first")];
const SECOND: Headers = &[("idempotency-key", "second")];

/// How the caller loses rights, one after another. The caller of the fixture is Pat Caller.
const LOSSES: [(&str, &str); 4] = [
    ("the agents' access", "UPDATE agent_access SET state = 'removed'"),
    (
        "roles and permissions",
        "DELETE FROM membership_rights WHERE membership_id IN (SELECT memberships.id FROM memberships \
         JOIN users ON users.id = memberships.user_id WHERE users.last_name = 'Caller')",
    ),
    (
        "the membership",
        "UPDATE memberships SET status = 'revoked' \
         WHERE user_id IN (SELECT id FROM users WHERE last_name = 'Caller')",
    ),
    (
        "platform roles",
        "DELETE FROM user_platform_roles WHERE user_id IN (SELECT id FROM users WHERE last_name = 'Caller')",
    ),
];

fn call(operation: &Operation, headers: Headers, fixture: &Fixture) -> Answer {
    Operation { headers, ..*operation }.call(&fixture.client, fixture.targets(Relation::Own))
}

/// The status of the refusal of a caller without rights; `None` for every other response. The codes
/// can differ: a new request names the right to act, and a replay the right to see.
fn refusal(answer: &Answer) -> Option<u16> {
    matches!(answer.status, 401 | 403 | 404).then_some(answer.status)
}

/// The operations on the caller's own login, which need no rights in an organization.
const ON_THE_OWN_LOGIN: [&str; 5] = [
    "/api/v1/access-requests",
    "/api/v1/me/linked-accounts",
    "/api/v1/me/linked-accounts/{association_id}/complete",
    "/api/v1/provider-account-associations",
    "/api/v1/provider-account-associations/{association_id}/complete",
];

on_both_engines!(a_replay_is_refused_like_a_new_request_after_the_caller_lost_rights);
fn a_replay_is_refused_like_a_new_request_after_the_caller_lost_rights(app: &TestApp) {
    let mut with_stored_response = 0;
    let mut never_refused = Vec::new();
    for operation in OPERATIONS.iter().filter(|operation| operation.method == "POST") {
        let (app, fixture) = Fixture::of(app.engine, operation.by);
        let first = call(operation, FIRST, &fixture);
        if app.count("idempotency_keys") == 0 {
            continue;
        }
        with_stored_response += 1;
        let named = format!("{} {}", operation.method, operation.path);
        assert!(first.status < 300, "{named}: {}", first.text());
        let repeated = call(operation, FIRST, &fixture);
        assert_eq!(
            (repeated.status, repeated.header("idempotency-replayed")),
            (first.status, Some("true")),
            "{named}: {}",
            repeated.text()
        );
        let mut refused = false;
        for (lost, change) in LOSSES {
            app.inspector().run(change);
            let replay = call(operation, FIRST, &fixture);
            let new = call(operation, SECOND, &fixture);
            if let Some(expected) = refusal(&new) {
                assert_eq!(refusal(&replay), Some(expected), "{named} without {lost}: {}", replay.text());
                refused = true;
            }
        }
        if !refused {
            never_refused.push(operation.documented());
        }
    }
    never_refused.sort();
    assert_eq!(never_refused, ON_THE_OWN_LOGIN);
    assert!(with_stored_response > 30, "{with_stored_response} operations store a response");
}

on_both_engines!(the_name_of_a_document_is_not_replayed_after_access_was_removed);
fn the_name_of_a_document_is_not_replayed_after_access_was_removed(app: &TestApp) {
    let upload = OPERATIONS.iter().find(|operation| {
        operation.method == "POST" && operation.path == "/api/v1/applications/{fileable}/documents"
    });
    let upload = upload.expect("the operation is listed");
    let (app, fixture) = Fixture::of(app.engine, upload.by);
    assert_eq!(call(upload, FIRST, &fixture).expect(201).json()["file_name"], "license.pdf");
    app.inspector().run("UPDATE agent_access SET state = 'removed'");
    let before = app.fingerprint();
    let replay = call(upload, FIRST, &fixture);
    assert!(!replay.text().contains("license.pdf"));
    let _ = replay.problem(403, "access_not_granted");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(a_response_about_a_member_is_not_replayed_with_data_that_is_hidden_since);
fn a_response_about_a_member_is_not_replayed_with_data_that_is_hidden_since(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.administrator("Katherine Tully").client();
    let agent = org.agent("Marcus Webb");
    app.write(|tx| tx.users().set_telephone(agent.user, Some("5025550142")));
    let path = org.path(&format!("/members/{}/disable", agent.membership));
    let disable =
        || client.call("POST", &path).header("idempotency-key", "first").json(&serde_json::json!({})).send();
    assert_eq!(disable().expect(200).json()["telephone"], "5025550142");
    assert_eq!(disable().expect(200).json()["telephone"], "5025550142");
    let revoke = org.path(&format!("/members/{}/revoke", agent.membership));
    let _ = client.post(&revoke, &serde_json::json!({})).expect(200);
    let replay = disable();
    assert!(!replay.text().contains("5025550142"));
    let _ = replay.problem(409, "changed_meanwhile");
}
