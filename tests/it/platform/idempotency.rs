//! Retries with an `Idempotency-Key` take effect once.

use chrono::Duration;
use portal_persistence::platform::idempotency::{Claim, KeptAnswer, KeyedRequest, MAX_PER_USER};
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

on_both_engines!(the_latest_thousand_responses_of_a_user_are_kept);
fn the_latest_thousand_responses_of_a_user_are_kept(app: &TestApp) {
    let (busy, other) = (app.person("Debi Henderson", None, &[]).0, app.person("Sam Outsider", None, &[]).0);
    let keyed = |user, key: i64| KeyedRequest {
        user,
        route: "POST /api/v1/applications".into(),
        key: key.to_string(),
        digest: vec![1],
    };
    let answer = KeptAnswer { status: 201, headers: serde_json::json!([]), body: vec![] };
    let keep = |user, key| {
        app.advance(Duration::milliseconds(1));
        app.write(|tx| {
            let claim = tx.idempotency().claim(&keyed(user, key))?;
            if claim == Claim::Fresh {
                tx.idempotency().keep(&keyed(user, key), &answer)?;
            }
            Ok(claim)
        })
    };
    assert_eq!(keep(other, 0), Claim::Fresh);
    for key in 0..MAX_PER_USER {
        assert_eq!(keep(busy, key), Claim::Fresh);
    }
    assert_eq!(keep(busy, 0), Claim::Answered(answer.clone()), "a thousand are kept");
    assert_eq!(keep(busy, MAX_PER_USER), Claim::Fresh);
    assert_eq!(app.count("idempotency_keys"), MAX_PER_USER + 1);
    assert_eq!(keep(busy, 1), Claim::Answered(answer.clone()));
    assert_eq!(keep(busy, 0), Claim::Fresh, "the oldest was dropped");
    assert_eq!(keep(other, 0), Claim::Answered(answer.clone()), "those of others are kept");
}
