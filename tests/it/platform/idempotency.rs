//! Retries with an `Idempotency-Key` take effect once.

use chrono::Duration;
use portal_tests::given::{Given, reassignment};
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(a_retry_gets_the_first_response_and_takes_effect_once);
fn a_retry_gets_the_first_response_and_takes_effect_once(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    let body = reassignment(&marcus, &priya, &[item]);
    let send = |key: &str| {
        manager.call("POST", &org.path("/reassignments")).header("idempotency-key", key).json(&body).send()
    };
    let first = send("\"key-1\"").expect(201);
    let before = app.fingerprint();
    let again = send("key-1").expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(
        (again.body, again.headers.get("location"), again.headers.get("etag")),
        (first.body, first.headers.get("location"), first.headers.get("etag"))
    );
    assert_eq!(app.fingerprint(), before, "nothing happened twice");
    let _ = send("key-2").problem(409, "items_not_reassignable");
}

on_both_engines!(a_key_belongs_to_one_request_and_one_user);
fn a_key_belongs_to_one_request_and_one_user(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items = org.applications(&marcus, 2);
    let send = |client: &portal_tests::Client, item| {
        client
            .call("POST", &org.path("/reassignments"))
            .header("idempotency-key", "key-1")
            .json(&reassignment(&marcus, &priya, &[item]))
            .send()
    };
    let _ = send(&manager, items[0]).expect(201);
    let before = app.fingerprint();
    let _ = send(&manager, items[1]).problem(422, "idempotency_key_reused");
    assert_eq!(app.fingerprint(), before);
    let _ = send(&org.manager("Second Manager").client(), items[1]).expect(201);
}

on_both_engines!(a_refusal_is_not_stored);
fn a_refusal_is_not_stored(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&priya, Given::default());
    let send = || {
        manager
            .call("POST", &org.path("/reassignments"))
            .header("idempotency-key", "key-1")
            .json(&reassignment(&marcus, &priya, &[item]))
            .send()
    };
    let _ = send().problem(409, "items_not_reassignable");
    let back = reassignment(&priya, &marcus, &[item]);
    let _ = manager.post(&org.path("/reassignments"), &back).expect(201);
    let _ = send().problem(409, "items_not_reassignable");
    assert!(marcus.has(item));
}

on_both_engines!(a_key_can_be_reused_after_a_day);
fn a_key_can_be_reused_after_a_day(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items = org.applications(&marcus, 2);
    let send = |item| {
        manager
            .client()
            .call("POST", &org.path("/reassignments"))
            .header("idempotency-key", "key-1")
            .json(&reassignment(&marcus, &priya, &[item]))
            .send()
    };
    let _ = send(items[0]).expect(201);
    app.advance(Duration::hours(24) - Duration::microseconds(1));
    let _ = send(items[1]).problem(422, "idempotency_key_reused");
    app.advance(Duration::microseconds(1));
    let _ = send(items[1]).expect(201);
}

on_both_engines!(malformed_keys_are_refused);
fn malformed_keys_are_refused(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    for key in ["\"\"", &"k".repeat(256), "a\"b", "a b", "{}"] {
        let sent = manager
            .call("POST", &org.path("/reassignments"))
            .header("idempotency-key", key)
            .json(&reassignment(&marcus, &priya, &[item]))
            .send();
        let _ = sent.problem(400, "malformed_header");
    }
    assert!(marcus.has(item));
}
