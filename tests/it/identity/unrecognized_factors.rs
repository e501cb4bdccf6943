//! The link "this was not me" in the email about a second factor.

use chrono::Duration;
use portal_tests::json::text;
use portal_tests::sign_in::{NEW_PASSWORD, PASSWORD, sign_in as sign_in_with_password};
use portal_tests::{Answer, TestApp, at_once, on_both_engines};
use serde_json::json;

use super::mfa::{METHODS, code, enroll, first_step, sign_in, with_otp};

fn remove(app: &TestApp, token: &str) -> Answer {
    app.anonymous().post("/api/v1/mfa-methods/remove-unrecognized", &json!({"token": token}))
}

/// The token in the latest email to this address.
fn token_in_mail(app: &TestApp, email: &str) -> String {
    app.only_mail_to(email).token()
}

on_both_engines!(a_second_factor_of_an_intruder_is_removed_with_the_link_in_the_email);
fn a_second_factor_of_an_intruder_is_removed_with_the_link_in_the_email(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let intruder = app.signed_in(user);
    let _ = enroll(app, &intruder, "okta_verify");
    let mail = app.only_mail_to(&email);
    assert_eq!(mail.subject, "A second factor was registered for your login");
    assert!(mail.text.contains("OKTA Verify") && mail.text.contains("/links/remove-factor#token=ppf_"));

    // A new password alone does not help the owner.
    let _ = app.anonymous().post("/api/v1/password-resets", &json!({"email": email})).expect(202);
    app.process_requests();
    let reset = json!({"token": token_in_mail(app, &email), "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &reset).expect(204);
    let _ = app.deliver_mails();
    let _ = sign_in_with_password(app, &email, NEW_PASSWORD).problem(403, "mfa_required");

    let before = app.audit_events();
    let _ = remove(app, &mail.token()).expect(204);
    assert_eq!(app.audit_events() - before, 1);
    let tokens = sign_in_with_password(app, &email, NEW_PASSWORD).expect(200).json();
    let owner = app.with_token(&text(&tokens, "access_token"));
    let list = owner.get(METHODS).expect(200).json();
    assert_eq!((&list["items"], &list["recovery_codes_left"]), (&json!([]), &json!(0)));
    let notice = app.only_mail_to(&email);
    assert!(notice.text.contains("a second factor was removed"), "{}", notice.text);
    assert!(notice.text.contains("register a second factor again"), "{}", notice.text);
}

on_both_engines!(the_link_ends_the_sessions_of_the_intruder);
fn the_link_ends_the_sessions_of_the_intruder(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let intruder = app.signed_in(user);
    let factor = enroll(app, &intruder, "okta_verify");
    let waiting = first_step(app, &email);
    let _ = remove(app, &token_in_mail(app, &email)).expect(204);
    let _ = intruder.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = with_otp(app, &waiting, &code(app, &factor.secret)).problem(400, "invalid_grant");
}

on_both_engines!(the_link_also_removes_what_was_registered_later);
fn the_link_also_removes_what_was_registered_later(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let intruder = app.signed_in(user);
    let _ = enroll(app, &intruder, "okta_verify");
    let token = token_in_mail(app, &email);
    // The intruder replaces the factor, adds another, and begins a third registration.
    let _ = enroll(app, &intruder, "okta_verify");
    let _ = enroll(app, &intruder, "symantec_vip");
    let _ = intruder.post(METHODS, &json!({"kind": "okta_verify"})).expect(201);
    let _ = remove(app, &token).expect(204);
    assert_eq!(app.count("mfa_methods"), 0);
    assert_eq!(app.count("recovery_codes"), 0);
    let _ = sign_in(app, &email).expect(200);
}

on_both_engines!(the_link_leaves_earlier_factors_of_the_owner);
fn the_link_leaves_earlier_factors_of_the_owner(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let owner = app.signed_in(user);
    let own = enroll(app, &owner, "okta_verify");
    let _ = app.deliver_mails();
    let _ = enroll(app, &owner, "symantec_vip");
    let _ = remove(app, &token_in_mail(app, &email)).expect(204);
    let tokens = with_otp(app, &first_step(app, &email), &code(app, &own.secret)).expect(200).json();
    let list = app.with_token(&text(&tokens, "access_token")).get(METHODS).expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["kind"], "okta_verify");
}

on_both_engines!(the_link_works_once_and_for_72_hours);
fn the_link_works_once_and_for_72_hours(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let _ = enroll(app, &app.signed_in(user), "okta_verify");
    let first = token_in_mail(app, &email);
    // Enrolling advanced the clock by 30 seconds.
    app.advance(Duration::hours(72) - Duration::seconds(30) - Duration::microseconds(1));
    let answers = at_once((0..8).map(|_| || remove(app, &first).status));
    assert_eq!(answers.iter().filter(|status| **status == 204).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 410).count(), 7, "{answers:?}");
    let _ = app.deliver_mails();

    let _ = enroll(app, &app.signed_in(user), "okta_verify");
    let second = token_in_mail(app, &email);
    app.advance(Duration::hours(72) - Duration::seconds(30));
    let before = app.fingerprint();
    let _ = remove(app, &second).problem(410, "link_expired");
    let _ = remove(app, &first).problem(410, "link_used");
    let _ = remove(app, "ppf_unknown").problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(a_link_to_an_old_address_does_not_remove_factors);
fn a_link_to_an_old_address_does_not_remove_factors(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let _ = enroll(app, &app.signed_in(user), "okta_verify");
    let token = token_in_mail(app, &email);
    let path = format!("/api/v1/users/{user}/set-email");
    let body = json!({"email": "debi@new-office.example", "reason": "The mailbox was hijacked."});
    let _ = app.operator().post(&path, &body).expect(200);
    let before = app.fingerprint();
    let _ = remove(app, &token).problem(410, "link_superseded");
    assert_eq!(app.fingerprint(), before);
}
