//! What an administrator ends after restoring the database from a backup.

use chrono::Duration;
use portal_api::cli::after_restore;
use portal_domain::platform::restore::Ended;
use portal_tests::outbox::{RECIPIENT, mail, post, reset, stored};
use portal_tests::sign_in::{PASSWORD, sign_in};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(after_a_restore_links_sessions_and_queued_emails_of_the_backup_are_void);
fn after_a_restore_links_sessions_and_queued_emails_of_the_backup_are_void(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let signed_in = sign_in(app, &email, PASSWORD).expect(200).json();
    let client = app.with_token(signed_in["access_token"].as_str().unwrap());
    let _ = client.get("/api/v1/me").expect(200);
    let _ = app.anonymous().post("/api/v1/password-resets", &json!({"email": email})).expect(202);
    app.process_requests();
    let token = app.only_mail_to(&email).token();
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let events = app.audit_events();

    let ended = after_restore(&app.portal, Duration::zero()).unwrap();

    assert_eq!(ended, Ended { links: 1, sessions: 1, mails: 1 });
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", signed_in["refresh_token"].as_str().unwrap())];
    let _ = app.anonymous().post_form("/api/v1/oauth/token", &form).problem(400, "invalid_grant");
    let body = json!({"token": token, "password": "eleven green kettles"});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &body).problem(410, "link_superseded");
    assert_eq!(app.deliver_mails().len(), 0);
    assert_eq!(app.audit_events(), events + 1);
    // Users sign in again, and repeating the command ends only what began since.
    let _ = sign_in(app, &email, PASSWORD).expect(200);
    let again = after_restore(&app.portal, Duration::zero()).unwrap();
    assert_eq!(again, Ended { links: 0, sessions: 1, mails: 0 });
}

on_both_engines!(emails_younger_than_the_given_age_are_kept);
fn emails_younger_than_the_given_age_are_kept(app: &TestApp) {
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    app.advance(Duration::minutes(59));
    assert_eq!(after_restore(&app.portal, Duration::hours(1)).unwrap().mails, 0);
    assert_eq!(stored(app).len(), 1);
    app.advance(Duration::minutes(1));
    assert_eq!(after_restore(&app.portal, Duration::hours(1)).unwrap().mails, 1);
    assert_eq!(stored(app).len(), 0);
}
