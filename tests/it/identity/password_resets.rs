//! Setting a new password through a link.

use chrono::Duration;
use portal_domain::identity::user::LockReason;
use portal_tests::json::text;
use portal_tests::sign_in::{NEW_PASSWORD, PASSWORD, sign_in};
use portal_tests::{Answer, TestApp, on_both_engines};
use serde_json::json;

use super::mfa::{code, enroll, with_otp};

fn ask(app: &TestApp, email: &str) -> Answer {
    let answer = app.anonymous().post("/api/v1/password-resets", &json!({"email": email}));
    app.process_requests();
    answer
}

fn complete(app: &TestApp, token: &str, password: &str) -> Answer {
    app.anonymous().post("/api/v1/password-resets/complete", &json!({"token": token, "password": password}))
}

on_both_engines!(a_password_reset_sets_a_new_password_and_ends_every_session);
fn a_password_reset_sets_a_new_password_and_ends_every_session(app: &TestApp) {
    let (user, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let session = app.signed_in(user);
    let _ = session.get("/api/v1/me").expect(200);
    let _ = ask(app, &email.to_uppercase()).expect(202);
    let mail = app.only_mail_to(&email);
    let _ = complete(app, &mail.token(), NEW_PASSWORD).expect(204);
    let _ = session.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = sign_in(app, &email, PASSWORD).problem(400, "invalid_grant");
    app.advance(Duration::seconds(2));
    let _ = sign_in(app, &email, NEW_PASSWORD).expect(200);
    assert!(app.only_mail_to(&email).text.to_lowercase().contains("password"), "the owner is notified");
    let _ = complete(app, &mail.token(), NEW_PASSWORD).problem(410, "link_used");
}

on_both_engines!(a_password_reset_does_not_replace_the_second_factor);
fn a_password_reset_does_not_replace_the_second_factor(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let _ = app.deliver_mails();
    let _ = ask(app, &email).expect(202);
    let _ = complete(app, &app.only_mail_to(&email).token(), NEW_PASSWORD).expect(204);
    let first_step = sign_in(app, &email, NEW_PASSWORD).problem(403, "mfa_required");
    let _ = with_otp(app, &text(&first_step, "mfa_token"), &code(app, &factor.secret)).expect(200);
}

on_both_engines!(d_11_a_reset_request_does_not_reveal_whether_an_account_exists);
fn d_11_a_reset_request_does_not_reveal_whether_an_account_exists(app: &TestApp) {
    let (_, known) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let (_, without_password) = app.person("Nora New", None, &[]);
    let (disabled, disabled_email) = app.person("Dan Disabled", Some(PASSWORD), &[]);
    app.write(|tx| tx.users().set_disabled(disabled, true));
    // The first event of the audit trail takes additional statements.
    let _ =
        app.anonymous().post("/api/v1/password-resets", &json!({"email": "first@example.org"})).expect(202);
    let (mut answers, mut statements) = (Vec::new(), Vec::new());
    for email in [known.as_str(), "nobody@example.org", &without_password, &disabled_email] {
        app.forget_statements();
        let answer = app.anonymous().post("/api/v1/password-resets", &json!({"email": email})).expect(202);
        statements.push(app.statements().len());
        answers.push(answer.without_request_id());
    }
    answers.dedup();
    statements.dedup();
    assert_eq!((answers.len(), statements.len()), (1, 1));
    app.process_requests();
    let mails = app.deliver_mails();
    assert_eq!(
        mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        [known.as_str()],
        "one email, to the address on file"
    );
}

on_both_engines!(sec_cve_c_24_a_newer_link_supersedes_the_older_one);
fn sec_cve_c_24_a_newer_link_supersedes_the_older_one(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let _ = ask(app, &email).expect(202);
    let first = app.only_mail_to(&email).token();
    let _ = ask(app, &email).expect(202);
    let second = app.only_mail_to(&email).token();
    let _ = complete(app, &first, NEW_PASSWORD).problem(410, "link_superseded");
    let _ = complete(app, &second, NEW_PASSWORD).expect(204);
}

on_both_engines!(sec_cve_c_26_a_link_sets_only_the_password_of_its_own_user);
fn sec_cve_c_26_a_link_sets_only_the_password_of_its_own_user(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let (_, other) = app.person("Vera Victim", Some(PASSWORD), &[]);
    let _ = ask(app, &email).expect(202);
    let token = app.only_mail_to(&email).token();
    for field in ["email", "user_id", "step"] {
        let mut body = json!({"token": token, "password": NEW_PASSWORD});
        body[field] = other.as_str().into();
        let _ = app.anonymous().post("/api/v1/password-resets/complete", &body).problem(400, "unknown_field");
    }
    let _ = complete(app, &token, NEW_PASSWORD).expect(204);
    let _ = sign_in(app, &other, PASSWORD).expect(200);
    let _ = sign_in(app, &email, NEW_PASSWORD).expect(200);
}

on_both_engines!(a_reset_link_is_valid_for_half_an_hour);
fn a_reset_link_is_valid_for_half_an_hour(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let _ = ask(app, &email).expect(202);
    let token = app.only_mail_to(&email).token();
    app.advance(Duration::minutes(30) - Duration::microseconds(1));
    let _ = complete(app, &token, "short").problem(422, "validation_failed");
    app.advance(Duration::microseconds(1));
    let before = app.fingerprint();
    let _ = complete(app, &token, NEW_PASSWORD).problem(410, "link_expired");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(a_refused_password_does_not_consume_the_link);
fn a_refused_password_does_not_consume_the_link(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let _ = ask(app, &email).expect(202);
    let token = app.only_mail_to(&email).token();
    let before = app.fingerprint();
    for (password, code) in [("short", "password_too_short"), ("passwordpassword", "password_too_common")] {
        let problem = complete(app, &token, password).problem(422, "validation_failed");
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&"/password".into(), &code.into())
        );
    }
    assert_eq!(app.fingerprint(), before);
    let _ = complete(app, &token, NEW_PASSWORD).expect(204);
}

on_both_engines!(a_23_a_reset_removes_a_lock_for_inactivity_but_not_a_lock_by_staff);
fn a_23_a_reset_removes_a_lock_for_inactivity_but_not_a_lock_by_staff(app: &TestApp) {
    for (reason, opens) in [(LockReason::Inactivity, true), (LockReason::Staff, false)] {
        let (user, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
        app.write(|tx| tx.users().set_lock(user, Some(reason)));
        let _ = ask(app, &email).expect(202);
        let token = app.only_mail_to(&email).token();
        let _ = complete(app, &token, NEW_PASSWORD).expect(204);
        assert_eq!(sign_in(app, &email, NEW_PASSWORD).status == 200, opens, "{reason}");
        let _ = app.deliver_mails();
    }
}

on_both_engines!(an_address_gets_at_most_three_links_an_hour);
fn an_address_gets_at_most_three_links_an_hour(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    for _ in 0..5 {
        let _ = ask(app, &email).expect(202);
    }
    assert_eq!(app.deliver_mails().len(), 3);
    app.advance(Duration::hours(1));
    let _ = ask(app, &email).expect(202);
    assert_eq!(app.deliver_mails().len(), 1);
}

on_both_engines!(sec_cve_c_30_links_use_the_configured_url_whatever_the_request_says);
fn sec_cve_c_30_links_use_the_configured_url_whatever_the_request_says(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let answer = app
        .anonymous()
        .unchecked()
        .call("POST", "/api/v1/password-resets")
        .header("x-forwarded-host", "evil.example")
        .header("origin", "https://evil.example")
        .json(&json!({"email": email}))
        .send();
    assert_eq!(answer.status, 202);
    app.process_requests();
    let mail = app.only_mail_to(&email);
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
}
