//! The token endpoint: signing in, refreshing, and signing out.

use chrono::Duration;
use portal_domain::identity::user::LockReason;
use portal_tests::json::text;
use portal_tests::sign_in::{PASSWORD, TOKEN, sign_in};
use portal_tests::{Answer, TestApp, on_both_engines};
use serde_json::Value;

fn refresh(app: &TestApp, token: &str) -> Answer {
    app.anonymous().post_form(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

on_both_engines!(a_user_signs_in_refreshes_and_signs_out);
fn a_user_signs_in_refreshes_and_signs_out(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let signed_in = sign_in(app, &email.to_uppercase(), PASSWORD).expect(200);
    assert_eq!(signed_in.header("cache-control"), Some("no-store"));
    let tokens = signed_in.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&"Bearer".into(), &600.into()));
    let client = app.with_token(&text(&tokens, "access_token"));
    assert_eq!(client.get("/api/v1/me").expect(200).json()["name"], "Debi Henderson");
    app.advance(Duration::minutes(11));
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let fresh = refresh(app, &text(&tokens, "refresh_token")).expect(200).json();
    let client = app.with_token(&text(&fresh, "access_token"));
    let _ = client.get("/api/v1/me").expect(200);
    let _ = app
        .anonymous()
        .post_form("/api/v1/oauth/revoke", &[("token", &text(&fresh, "refresh_token"))])
        .expect(200);
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = refresh(app, &text(&fresh, "refresh_token")).problem(400, "invalid_grant");
    let _ = app.anonymous().post_form("/api/v1/oauth/revoke", &[("token", "ppr_unknown")]).expect(200);
}

on_both_engines!(each_step_of_a_session_records_exactly_one_event);
fn each_step_of_a_session_records_exactly_one_event(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let counted = |step: &dyn Fn() -> Answer| {
        let before = app.audit_events();
        let answer = step();
        (app.audit_events() - before, answer)
    };
    let (events, first) = counted(&|| sign_in(app, &email, PASSWORD).expect(200));
    assert_eq!(events, 1);
    let first = text(&first.json(), "refresh_token");
    let (events, second) = counted(&|| refresh(app, &first).expect(200));
    assert_eq!(events, 1);
    let second = text(&second.json(), "refresh_token");
    assert_eq!(counted(&|| refresh(app, &first).expect(409)).0, 0, "two tabs");
    let _ = refresh(app, &second).expect(200);
    assert_eq!(counted(&|| refresh(app, &first).expect(400)).0, 1, "reuse ends the session");
    assert_eq!(counted(&|| refresh(app, &first).expect(400)).0, 0, "it ends only once");
    let other = text(&sign_in(app, &email, PASSWORD).expect(200).json(), "access_token");
    let revoke = || app.anonymous().post_form("/api/v1/oauth/revoke", &[("token", &other)]).expect(200);
    assert_eq!(counted(&revoke).0, 1);
    assert_eq!(counted(&revoke).0, 0);
    assert_eq!(counted(&|| sign_in(app, &email, "wrong password here").expect(400)).0, 0);
}

on_both_engines!(every_failed_sign_in_gets_the_same_response);
fn every_failed_sign_in_gets_the_same_response(app: &TestApp) {
    let (_, known) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (locked, locked_email) = app.person("Lena Locked", Some(PASSWORD), &[]);
    let (disabled, disabled_email) = app.person("Dan Disabled", Some(PASSWORD), &[]);
    let (_, without_password) = app.person("Nora New", None, &[]);
    app.write(|tx| tx.users().set_lock(locked, Some(LockReason::Inactivity)));
    app.write(|tx| tx.users().set_disabled(disabled, true));
    let before = app.fingerprint();
    let mut answers = [
        (known.as_str(), "wrong password here"),
        ("nobody@example.org", PASSWORD),
        (&locked_email, PASSWORD),
        (&disabled_email, PASSWORD),
        (&without_password, PASSWORD),
    ]
    .map(|(email, password)| {
        let mut problem = sign_in(app, email, password).problem(400, "invalid_grant");
        problem["request_id"] = Value::Null;
        problem
    })
    .to_vec();
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0]["error"], "invalid_grant");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(reusing_a_refresh_token_after_its_successor_ends_the_session);
fn reusing_a_refresh_token_after_its_successor_ends_the_session(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let first = sign_in(app, &email, PASSWORD).expect(200).json();
    let second = refresh(app, &text(&first, "refresh_token")).expect(200).json();
    let third = refresh(app, &text(&second, "refresh_token")).expect(200).json();
    let client = app.with_token(&text(&third, "access_token"));
    let _ = client.get("/api/v1/me").expect(200);
    let _ = refresh(app, &text(&first, "refresh_token")).problem(400, "invalid_grant");
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = refresh(app, &text(&third, "refresh_token")).problem(400, "invalid_grant");
}

on_both_engines!(using_an_access_token_of_the_successor_counts_as_using_the_successor);
fn using_an_access_token_of_the_successor_counts_as_using_the_successor(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let first = sign_in(app, &email, PASSWORD).expect(200).json();
    let second = refresh(app, &text(&first, "refresh_token")).expect(200).json();
    let client = app.with_token(&text(&second, "access_token"));
    let _ = client.get("/api/v1/me").expect(200);
    app.advance(Duration::seconds(11));
    let _ = refresh(app, &text(&first, "refresh_token")).problem(400, "invalid_grant");
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
}

on_both_engines!(concurrent_refreshes_of_two_tabs_keep_the_session);
fn concurrent_refreshes_of_two_tabs_keep_the_session(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let first = sign_in(app, &email, PASSWORD).expect(200).json();
    let second = refresh(app, &text(&first, "refresh_token")).expect(200).json();
    app.advance(Duration::seconds(9));
    let late = refresh(app, &text(&first, "refresh_token"));
    assert_eq!(late.header("retry-after"), Some("1"));
    let _ = late.problem(409, "refresh_in_progress");
    let _ = app.with_token(&text(&second, "access_token")).get("/api/v1/me").expect(200);
}

on_both_engines!(a_lost_refresh_response_is_replaced_once);
fn a_lost_refresh_response_is_replaced_once(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let first = sign_in(app, &email, PASSWORD).expect(200).json();
    let lost = refresh(app, &text(&first, "refresh_token")).expect(200).json();
    app.advance(Duration::seconds(10));
    let anew = refresh(app, &text(&first, "refresh_token")).expect(200).json();
    let client = app.with_token(&text(&anew, "access_token"));
    let _ = client.get("/api/v1/me").expect(200);
    let _ = refresh(app, &text(&lost, "refresh_token")).problem(400, "invalid_grant");
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
}

on_both_engines!(sec_cve_c_33_locking_and_disabling_take_effect_on_the_next_request);
fn sec_cve_c_33_locking_and_disabling_take_effect_on_the_next_request(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let tokens = sign_in(app, &email, PASSWORD).expect(200).json();
    let client = app.with_token(&text(&tokens, "access_token"));
    app.write(|tx| tx.users().set_lock(user, Some(LockReason::Staff)));
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = refresh(app, &text(&tokens, "refresh_token")).problem(400, "invalid_grant");
    app.write(|tx| tx.users().set_lock(user, None));
    let _ = client.get("/api/v1/me").expect(200);
    app.write(|tx| tx.users().set_disabled(user, true));
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
}

on_both_engines!(malformed_token_requests_get_specific_errors);
fn malformed_token_requests_get_specific_errors(app: &TestApp) {
    let client = app.anonymous();
    let _ = client.post_form(TOKEN, &[]).problem(400, "invalid_request");
    let _ = client.post_form(TOKEN, &[("grant_type", "magic")]).problem(400, "unsupported_grant_type");
    let _ = client
        .post_form(TOKEN, &[("grant_type", "password"), ("username", "a")])
        .problem(400, "invalid_request");
    let twice = [("grant_type", "password"), ("username", "a"), ("username", "b"), ("password", "c")];
    let _ = client.post_form(TOKEN, &twice).problem(400, "invalid_request");
    let json = client.call("POST", TOKEN).json(&serde_json::json!({})).send();
    let _ = json.problem(415, "unsupported_media_type");
}

on_both_engines!(the_keys_and_the_metadata_are_public);
fn the_keys_and_the_metadata_are_public(app: &TestApp) {
    let keys = app.anonymous().get("/.well-known/jwks.json").expect(200).json();
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["crv"]), (&"OKP".into(), &"Ed25519".into()));
    assert!(keys["keys"][0].get("d").is_none(), "the private key is not published");
    let metadata = app.anonymous().get("/.well-known/oauth-authorization-server").expect(200).json();
    assert!(metadata["token_endpoint"].as_str().unwrap().ends_with("/api/v1/oauth/token"));
}
