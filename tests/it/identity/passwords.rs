//! Changing a password, the password rules (decision D-03), and changes to one's own profile.

use chrono::Duration;
use portal_api::portal::tokens::OpaqueToken;
use portal_tests::json::{pairs, violations};
use portal_tests::sign_in::{NEW_PASSWORD, PASSWORD, TOKEN, sign_in};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const NEW: &str = "seven quiet herons under glass";

fn change(client: &Client, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    client.call("PUT", "/api/v1/me/password").header("if-match", "*").json(&body).send()
}

fn patch(client: &Client, if_match: &str, body: &Value) -> Answer {
    client.call("PATCH", "/api/v1/me").header("if-match", if_match).json(body).send()
}

on_both_engines!(changing_the_password_ends_the_other_sessions_immediately);
fn changing_the_password_ends_the_other_sessions_immediately(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (client, other) = (app.signed_in(user), app.signed_in(user));
    let _ = other.get("/api/v1/me").expect(200);
    let device = sign_in(app, &email, PASSWORD).expect(200).json();
    let known = OpaqueToken::hash_of(device["device_token"].as_str().unwrap());
    let is_known = || app.read(|tx| tx.sign_in_attempts().is_trusted(user, &known));
    assert!(is_known());
    let before = app.audit_events();
    let _ = change(&client, PASSWORD, NEW).expect(204);
    assert_eq!(app.audit_events() - before, 1);
    assert!(!is_known());
    let _ = other.get("/api/v1/me").problem(401, "unauthenticated");
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", device["refresh_token"].as_str().unwrap())];
    let _ = app.anonymous().post_form(TOKEN, &form).problem(400, "invalid_grant");
    let _ = client.get("/api/v1/me").expect(200);
    let _ = sign_in(app, &email, PASSWORD).problem(400, "invalid_grant");
    app.advance(Duration::seconds(1));
    let _ = sign_in(app, &email, NEW).expect(200);
    let notified = app
        .inspector()
        .texts("SELECT recipient AS value FROM outbox_mails WHERE template = 'security_notice'");
    assert_eq!(notified, [email]);
}

on_both_engines!(a_change_requires_the_current_password_and_counts_wrong_ones);
fn a_change_requires_the_current_password_and_counts_wrong_ones(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let wrong = pairs(&[("/current_password", "wrong_password")]);
    assert_eq!(violations(change(&client, "wrong password here", NEW)), wrong);
    assert_eq!(violations(change(&client, PASSWORD, NEW)), wrong, "too soon");
    app.advance(Duration::seconds(1));
    let _ = change(&client, PASSWORD, NEW).expect(204);
    let (without, _) = app.person("Nora New", None, &[]);
    assert_eq!(violations(change(&app.signed_in(without), PASSWORD, NEW)), wrong);
}

on_both_engines!(d_03_a_new_password_must_be_long_and_hard_to_guess);
fn d_03_a_new_password_must_be_long_and_hard_to_guess(app: &TestApp) {
    let org = app.provider_group("Bluegrass Family Health");
    let person = org.agent("Debi Henderson");
    let hash = app.portal.passwords.hash(PASSWORD).unwrap();
    app.write(|tx| tx.users().set_password(person.user, &hash));
    let client = person.client();
    let long = "long ".repeat(60);
    for (new, code) in [
        ("fourteen chars", "password_too_short"),
        (long.as_str(), "password_too_long"),
        ("passwordpassword", "password_too_common"),
        ("qwertyuiopqwertyuiop", "password_too_common"),
        ("Password1234567890!", "password_listed"),
        ("Correct-Horse-Battery-Staple", "password_listed"),
        ("explore-the-portal", "password_listed"),
        ("Bluegrass-Family-Health", "password_contains_context"),
        ("henderson-henderson", "password_contains_context"),
    ] {
        assert_eq!(violations(change(&client, PASSWORD, new)), pairs(&[("/new_password", code)]), "{new}");
    }
    let both = violations(change(&client, "wrong password here", "fourteen chars"));
    assert_eq!(both.len(), 2, "{both:?}");
    app.advance(Duration::seconds(1));
    let _ = change(&client, PASSWORD, "seven purple lanterns").expect(204);
}

on_both_engines!(d_03_composed_and_decomposed_accents_are_equal);
fn d_03_composed_and_decomposed_accents_are_equal(app: &TestApp) {
    let (composed, decomposed) = ("caf\u{e9} over the quiet river", "cafe\u{301} over the quiet river");
    let (user, email) = app.person("Debi Henderson", Some(decomposed), &[]);
    let _ = sign_in(app, &email, composed).expect(200);
    let _ = sign_in(app, &email, decomposed).expect(200);
    let _ = change(&app.signed_in(user), composed, NEW).expect(204);
}

on_both_engines!(a_password_change_requires_the_current_version);
fn a_password_change_requires_the_current_version(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let body = json!({"current_password": PASSWORD, "new_password": NEW});
    let put = |if_match: &str| {
        client.call("PUT", "/api/v1/me/password").header("if-match", if_match).json(&body).send()
    };
    let etag = client.get("/api/v1/me").expect(200).header("etag").unwrap().to_owned();
    let missing = client.unchecked().call("PUT", "/api/v1/me/password").json(&body).send();
    let _ = missing.problem(428, "precondition_required");
    app.write(|tx| tx.users().set_telephone(user, Some("5025550142")));
    let _ = put(&etag).problem(412, "precondition_failed");
    let etag = client.get("/api/v1/me").expect(200).header("etag").unwrap().to_owned();
    let _ = put(&etag).expect(204);
}

on_both_engines!(sec_cve_c_24_a_password_change_supersedes_reset_links);
fn sec_cve_c_24_a_password_change_supersedes_reset_links(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let _ = app.anonymous().post("/api/v1/password-resets", &json!({"email": email})).expect(202);
    app.process_requests();
    let token = app.only_mail_to(&email).token();
    let _ = change(&app.signed_in(user), PASSWORD, NEW).expect(204);
    let body = json!({"token": token, "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &body).problem(410, "link_superseded");
    let _ = sign_in(app, &email, NEW).expect(200);
}

on_both_engines!(users_change_their_name_and_telephone_number);
fn users_change_their_name_and_telephone_number(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", None, &[]);
    let client = app.signed_in(user);
    let read = client.get("/api/v1/me").expect(200);
    let etag = read.header("etag").unwrap().to_owned();
    assert!(read.json().get("telephone").is_none());
    let before = app.audit_events();
    let changed =
        patch(&client, &etag, &json!({"last_name": "Tully", "telephone": "1231231234"})).expect(200);
    let me = changed.json();
    assert_eq!(
        (&me["name"], &me["first_name"], &me["telephone"]),
        (&json!("Debi Tully"), &json!("Debi"), &json!("1231231234"))
    );
    assert_eq!(changed.header("etag"), client.get("/api/v1/me").expect(200).header("etag"));
    assert_eq!(app.audit_events() - before, 1);
    let _ = patch(&client, &etag, &json!({"first_name": "Deborah"})).problem(412, "precondition_failed");
    let _ = patch(&client, "*", &json!({"last_name": "Tully"})).expect(200);
    assert_eq!(app.audit_events() - before, 1, "nothing differs");
    let removed = patch(&client, "*", &json!({"telephone": ""})).expect(200).json();
    assert!(removed.get("telephone").is_none());
    for (member, value) in [
        ("telephone", json!(null)),
        ("telephone", json!("123456789")),
        ("telephone", json!("12312312345")),
        ("telephone", json!("(123) 123-1234")),
        ("telephone", json!(1_231_231_234)),
        ("telephone", json!("１２３１２３１２３４")),
        ("first_name", json!("")),
        ("first_name", json!("   ")),
        ("first_name", json!(null)),
        ("last_name", json!("a\nb")),
        ("last_name", json!("x".repeat(101))),
    ] {
        let wrong = violations(patch(&client, "*", &json!({member: value})));
        assert_eq!(wrong[0].0, format!("/{member}"), "{value}");
    }
    let _ = patch(&client, "*", &json!({"email": "new@example.org"})).problem(400, "unknown_field");
}
