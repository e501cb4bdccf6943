//! Signing in with a second factor: one-time codes, attempt limits, and recovery codes.

use chrono::Duration;
use portal_api::portal::tokens::OpaqueToken;
use portal_domain::identity::attempts::DISABLED_AT;
use portal_domain::identity::user::LockReason;
use portal_persistence::identity::sign_in_attempts::{otp_device_subject, otp_subject};
use portal_tests::json::text;
use portal_tests::sign_in::{PASSWORD, TOKEN};
use portal_tests::{Answer, TestApp, at_once, on_both_engines};
use serde_json::json;

use super::mfa::{METHODS, code, enroll, first_step, mails, second_step, sign_in, with_otp, wrong_code};

const CLIENTS: usize = 64;

fn with_otp_from(app: &TestApp, mfa_token: &str, otp: &str, device: &str) -> Answer {
    let form = [("grant_type", "mfa_otp"), ("mfa_token", mfa_token), ("otp", otp), ("device_token", device)];
    app.anonymous().post_form(TOKEN, &form)
}

/// Runs all of these second steps at the same moment.
fn second_steps_at_once(app: &TestApp, mfa_tokens: &[String], member: &str, value: &str) -> Vec<Answer> {
    let client = app.anonymous();
    at_once(mfa_tokens.iter().map(|mfa_token| {
        let client = client.clone();
        move || second_step(&client, mfa_token, member, value)
    }))
}

fn winners(answers: &[Answer]) -> usize {
    assert!(answers.iter().all(|answer| [200, 400].contains(&answer.status)));
    answers.iter().filter(|answer| answer.status == 200).count()
}

on_both_engines!(sec_cve_c_37_a_code_works_once);
fn sec_cve_c_37_a_code_works_once(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let early = code(app, &factor.secret);
    app.advance(Duration::seconds(30));
    let (first, second, third) = (first_step(app, &email), first_step(app, &email), first_step(app, &email));
    let current = code(app, &factor.secret);
    let _ = with_otp(app, &first, &current).expect(200);
    let _ = with_otp(app, &first, &current).problem(400, "invalid_grant");
    let _ = with_otp(app, &second, &current).problem(400, "invalid_grant");
    app.advance(Duration::seconds(1));
    let _ = with_otp(app, &third, &early).problem(400, "invalid_grant");
    app.advance(Duration::seconds(30));
    let _ = with_otp(app, &second, &code(app, &factor.secret)).expect(200);
}

on_both_engines!(sec_cve_c_37_one_of_sixty_four_concurrent_uses_of_a_code_succeeds);
fn sec_cve_c_37_one_of_sixty_four_concurrent_uses_of_a_code_succeeds(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let tokens: Vec<_> = (0..CLIENTS).map(|_| first_step(app, &email)).collect();
    assert_eq!(winners(&second_steps_at_once(app, &tokens, "otp", &code(app, &factor.secret))), 1);
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_concurrent_uses_of_a_recovery_code_succeeds);
fn sec_cve_c_20_one_of_sixty_four_concurrent_uses_of_a_recovery_code_succeeds(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let tokens: Vec<_> = (0..CLIENTS).map(|_| first_step(app, &email)).collect();
    assert_eq!(winners(&second_steps_at_once(app, &tokens, "recovery_code", &factor.recovery_codes[0])), 1);
    assert_eq!(app.read(|tx| tx.mfa().unused_recovery_codes(user)), 9);
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_concurrent_uses_of_an_mfa_token_succeeds);
fn sec_cve_c_20_one_of_sixty_four_concurrent_uses_of_an_mfa_token_succeeds(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let tokens = vec![first_step(app, &email); CLIENTS];
    assert_eq!(winners(&second_steps_at_once(app, &tokens, "recovery_code", &factor.recovery_codes[0])), 1);
}

on_both_engines!(a_recovery_code_works_once_in_any_spelling_and_its_owner_is_notified);
fn a_recovery_code_works_once_in_any_spelling_and_its_owner_is_notified(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "symantec_vip");
    let typed = factor.recovery_codes[3].to_lowercase().replace('-', " ");
    let with_code =
        |code: &str| second_step(&app.anonymous(), &first_step(app, &email), "recovery_code", code);
    let tokens = with_code(&typed).expect(200).json();
    let client = app.with_token(&text(&tokens, "access_token"));
    assert_eq!(client.get(METHODS).expect(200).json()["recovery_codes_left"], 9);
    assert_eq!(mails(app).len(), 2, "registered, and used a recovery code");
    let _ = with_code(&factor.recovery_codes[3]).problem(400, "invalid_grant");
    let _ = with_code("0000-0000-0000-0000").problem(400, "invalid_grant");
    let _ = with_code(&factor.recovery_codes[4]).expect(200);
}

on_both_engines!(sec_cve_c_35_an_mfa_token_allows_ten_attempts);
fn sec_cve_c_35_an_mfa_token_allows_ten_attempts(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let token = first_step(app, &email);
    for _ in 0..10 {
        let _ = with_otp(app, &token, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
        app.advance(Duration::seconds(10));
    }
    let _ = with_otp(app, &token, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200);
}

on_both_engines!(sec_cve_c_35_attempts_are_counted_across_mfa_tokens);
fn sec_cve_c_35_attempts_are_counted_across_mfa_tokens(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let (first, second) = (first_step(app, &email), first_step(app, &email));
    let _ = with_otp(app, &first, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
    let too_soon = with_otp(app, &second, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let wrong = with_otp(app, "ppm_unknown", "123456").problem(400, "invalid_grant");
    assert_eq!(too_soon["detail"], wrong["detail"]);
    app.advance(Duration::seconds(1));
    let _ = with_otp(app, &second, &code(app, &factor.secret)).expect(200);
    let _ = sign_in(app, &email).problem(403, "mfa_required");
}

on_both_engines!(d_10_ten_wrong_codes_after_the_right_password_are_reported_once_an_hour);
fn d_10_ten_wrong_codes_after_the_right_password_are_reported_once_an_hour(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let _ = app.deliver_mails();
    let blocked =
        || app.inspector().texts("SELECT object AS value FROM audit_events WHERE action = 'sign_in.blocked'");
    let wrong = |token: &str| {
        let _ = with_otp(app, token, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
    };
    let token = first_step(app, &email);
    (0..9).for_each(|_| wrong(&token));
    assert!(blocked().is_empty());
    wrong(&token);
    wrong(&token);
    assert_eq!(blocked(), [user.to_string()]);
    assert!(app.only_mail_to(&email).text.contains("ten wrong codes"));
    let token = first_step(app, &email);
    (0..10).for_each(|_| wrong(&token));
    assert_eq!((blocked().len(), app.deliver_mails().len()), (2, 0));
    app.advance(Duration::hours(1));
    let token = first_step(app, &email);
    (0..10).for_each(|_| wrong(&token));
    assert_eq!((blocked().len(), app.deliver_mails().len()), (3, 1));
    // A correct tenth attempt causes neither an audit event nor an email.
    app.advance(Duration::hours(1));
    let token = first_step(app, &email);
    (0..9).for_each(|_| wrong(&token));
    app.advance(Duration::seconds(10));
    let _ = with_otp(app, &token, &code(app, &factor.secret)).expect(200);
    let _ = with_otp(app, &token, &code(app, &factor.secret)).problem(400, "invalid_grant");
    assert_eq!((blocked().len(), app.deliver_mails().len()), (3, 0));
}

on_both_engines!(d_10_a_hundred_wrong_codes_are_reported_once_and_a_recovery_code_resets_the_count);
fn d_10_a_hundred_wrong_codes_are_reported_once_and_a_recovery_code_resets_the_count(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let _ = app.deliver_mails();
    for _ in 0..DISABLED_AT - 1 {
        assert!(app.write(|tx| tx.sign_in_attempts().count(&otp_subject(user))).admitted());
        app.advance(Duration::seconds(10));
    }
    let token = first_step(app, &email);
    for _ in 0..2 {
        let _ = with_otp(app, &token, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
        app.advance(Duration::seconds(10));
    }
    assert!(app.only_mail_to(&email).text.contains("100 wrong passwords or codes"));
    let _ = with_otp(app, &token, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = second_step(&app.anonymous(), &token, "recovery_code", &factor.recovery_codes[0]).expect(200);
    let _ = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200);
}

on_both_engines!(sec_cve_c_36_wrong_codes_of_unknown_clients_do_not_block_a_known_client);
fn sec_cve_c_36_wrong_codes_of_unknown_clients_do_not_block_a_known_client(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let tokens = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200).json();
    let device = text(&tokens, "device_token");
    let failures = |subject: &str| app.read(|tx| tx.sign_in_attempts().failures(subject));
    let of_device = otp_device_subject(&OpaqueToken::hash_of(&device));
    app.advance(Duration::seconds(30));
    let (unknown_client, own) = (first_step(app, &email), first_step(app, &email));
    let _ = with_otp(app, &unknown_client, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp(app, &unknown_client, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp_from(app, &own, &wrong_code(app, &factor.secret), &device).problem(400, "invalid_grant");
    assert_eq!((failures(&otp_subject(user)), failures(&of_device)), (1, 1));
    app.advance(Duration::seconds(1));
    let _ = with_otp(app, &unknown_client, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp_from(app, &own, &code(app, &factor.secret), &device).expect(200);
    assert_eq!((failures(&otp_subject(user)), failures(&of_device)), (0, 0), "both counts restart");
    // Another user's device token does not make a client known.
    let (_, other) = app.person("Sam Outsider", Some(PASSWORD), &[]);
    let foreign = text(&sign_in(app, &other).expect(200).json(), "device_token");
    let _ = with_otp_from(app, &first_step(app, &email), &wrong_code(app, &factor.secret), &foreign)
        .problem(400, "invalid_grant");
    assert_eq!(failures(&otp_subject(user)), 1);
}

on_both_engines!(an_mfa_token_is_valid_for_five_minutes);
fn an_mfa_token_is_valid_for_five_minutes(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let (in_time, late) = (first_step(app, &email), first_step(app, &email));
    app.advance(Duration::minutes(5) - Duration::microseconds(1));
    let _ = with_otp(app, &in_time, &code(app, &factor.secret)).expect(200);
    app.advance(Duration::microseconds(1));
    let late = second_step(&app.anonymous(), &late, "recovery_code", &factor.recovery_codes[0]);
    let _ = late.problem(400, "invalid_grant");
}

on_both_engines!(sec_cve_c_34_a_lock_or_a_new_password_between_the_steps_prevents_the_sign_in);
fn sec_cve_c_34_a_lock_or_a_new_password_between_the_steps_prevents_the_sign_in(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enroll(app, &app.signed_in(user), "okta_verify");
    let code_number = |n: usize| factor.recovery_codes[n].clone();
    let token = first_step(app, &email);
    let try_it = |n: usize| second_step(&app.anonymous(), &token, "recovery_code", &code_number(n));
    app.write(|tx| tx.users().set_lock(user, Some(LockReason::Staff)));
    let _ = try_it(0).problem(400, "invalid_grant");
    app.write(|tx| tx.users().set_lock(user, None));
    app.write(|tx| tx.users().set_disabled(user, true));
    let _ = try_it(0).problem(400, "invalid_grant");
    app.write(|tx| tx.users().set_disabled(user, false));
    let hash = app.portal.passwords.hash(PASSWORD).unwrap();
    app.write(|tx| tx.users().set_password(user, &hash));
    let _ = try_it(0).problem(400, "invalid_grant");
    let fresh = first_step(app, &email);
    let _ = second_step(&app.anonymous(), &fresh, "recovery_code", &code_number(0)).expect(200);
}

on_both_engines!(malformed_second_steps_get_specific_errors);
fn malformed_second_steps_get_specific_errors(app: &TestApp) {
    let client = app.anonymous();
    let _ = client
        .post_form(TOKEN, &[("grant_type", "mfa_otp"), ("otp", "123456")])
        .problem(400, "invalid_request");
    let _ = client
        .post_form(TOKEN, &[("grant_type", "mfa_otp"), ("mfa_token", "x")])
        .problem(400, "invalid_request");
    let both = [("grant_type", "mfa_otp"), ("mfa_token", "x"), ("otp", "123456"), ("recovery_code", "x")];
    let _ = client.post_form(TOKEN, &both).problem(400, "invalid_request");
    let _ = with_otp(app, "ppm_unknown", "123456").problem(400, "invalid_grant");
    let metadata = client.get("/.well-known/oauth-authorization-server").expect(200).json();
    assert_eq!(metadata["grant_types_supported"], json!(["password", "mfa_otp", "refresh_token"]));
}
