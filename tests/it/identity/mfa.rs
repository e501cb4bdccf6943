//! Second factors (domain rule R-111, decision D-12): registering one, signing in with it, who needs one, losing one.

use std::sync::Barrier;

use chrono::Duration;
use portal_api::cli;
use portal_api::http::auth::second_factor::code_at;
use portal_api::portal::tokens::OpaqueToken;
use portal_domain::Instant;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::attempts::DISABLED_AT;
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::membership::Role;
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::identity::sign_in_attempts::{otp_device_subject, otp_subject};
use portal_tests::{Answer, Client, Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";
const TOKEN: &str = "/api/v1/oauth/token";
const METHODS: &str = "/api/v1/me/mfa-methods";
const CLIENTS: usize = 64;

/// A second factor that counts.
struct Factor {
    path: String,
    secret: String,
    recovery_codes: Vec<String>,
}

fn text(document: &Value, member: &str) -> String {
    document[member].as_str().unwrap().to_owned()
}

fn code(app: &TestApp, secret: &str) -> String {
    code_at(secret, app.clock.session_now()).unwrap()
}

/// A code that is not the one of this moment, nor of the one before.
fn wrong_code(app: &TestApp, secret: &str) -> String {
    let step = |steps: i32| code_at(secret, app.clock.session_now() - Duration::seconds(30) * steps).unwrap();
    let right = [step(0), step(1)];
    (0..3).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).unwrap()
}

fn begin(client: &Client, kind: &str) -> (String, String) {
    let begun = client.post(METHODS, &json!({"kind": kind})).expect(201).json();
    (format!("{METHODS}/{}", text(&begun, "id")), text(&begun, "secret"))
}

fn confirm(client: &Client, path: &str, otp: &str) -> Answer {
    client.post(&format!("{path}/confirm"), &json!({"otp": otp}))
}

/// Registers a factor, and lets its first code pass.
fn enrol(app: &TestApp, client: &Client, kind: &str) -> Factor {
    let (path, secret) = begin(client, kind);
    let confirmed = confirm(client, &path, &code(app, &secret)).expect(200).json();
    app.pass(Duration::seconds(30));
    let codes = confirmed["recovery_codes"].as_array().into_iter().flatten();
    let recovery_codes = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
    Factor { path, secret, recovery_codes }
}

fn sign_in(app: &TestApp, email: &str) -> Answer {
    app.anonymous()
        .post_form(TOKEN, &[("grant_type", "password"), ("username", email), ("password", PASSWORD)])
}

/// Gives the password, and gets the token for the second step.
fn first_step(app: &TestApp, email: &str) -> String {
    text(&sign_in(app, email).problem(403, "mfa_required"), "mfa_token")
}

fn second_step(client: &Client, mfa_token: &str, member: &str, value: &str) -> Answer {
    client.post_form(TOKEN, &[("grant_type", "mfa_otp"), ("mfa_token", mfa_token), (member, value)])
}

fn with_otp(app: &TestApp, mfa_token: &str, otp: &str) -> Answer {
    second_step(&app.anonymous(), mfa_token, "otp", otp)
}

fn with_otp_from(app: &TestApp, mfa_token: &str, otp: &str, device: &str) -> Answer {
    let form = [("grant_type", "mfa_otp"), ("mfa_token", mfa_token), ("otp", otp), ("device_token", device)];
    app.anonymous().post_form(TOKEN, &form)
}

fn amr(app: &TestApp, tokens: &Value) -> Vec<String> {
    let now = app.clock.session_now();
    app.portal.tokens.verify(&text(tokens, "access_token"), now).unwrap().amr
}

fn mails(app: &TestApp) -> Vec<String> {
    app.inspector().texts("SELECT template AS value FROM outbox_mails ORDER BY created_at")
}

/// Lets all of these second steps go at the same moment.
fn at_once(app: &TestApp, mfa_tokens: &[String], member: &str, value: &str) -> Vec<Answer> {
    let barrier = Barrier::new(mfa_tokens.len());
    let client = app.anonymous();
    std::thread::scope(|scope| {
        let threads: Vec<_> = mfa_tokens
            .iter()
            .map(|mfa_token| {
                let (client, barrier) = (client.clone(), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    second_step(&client, mfa_token, member, value)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn winners(answers: &[Answer]) -> usize {
    assert!(answers.iter().all(|answer| [200, 400].contains(&answer.status)));
    answers.iter().filter(|answer| answer.status == 200).count()
}

/// A portal where the plans' rules about second factors hold.
fn where_enforced(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("SECOND_FACTOR", "enforced")])
}

on_both_engines!(r_111_f_13_a_person_registers_a_factor_and_signs_in_with_it);
fn r_111_f_13_a_person_registers_a_factor_and_signs_in_with_it(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (client, other) = (app.signed_in(user), app.signed_in(user));
    let _ = other.get("/api/v1/me").expect(200);
    let list = client.get(METHODS).expect(200).json();
    assert_eq!((&list["items"], &list["recovery_codes_left"]), (&json!([]), &json!(0)));
    assert_eq!(
        list["available"],
        json!([
            {"kind": "okta_verify", "label": "OKTA Verify", "recommended": true},
            {"kind": "symantec_vip", "label": "Symantec VIP", "recommended": false},
        ])
    );
    let (path, secret) = begin(&client, "okta_verify");
    let _ = sign_in(app, &email).expect(200);
    let refused = confirm(&client, &path, &wrong_code(app, &secret)).problem(422, "validation_failed");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/otp"), &json!("wrong_otp"))
    );
    let confirmed = confirm(&client, &path, &code(app, &secret)).expect(200).json();
    assert_eq!(confirmed["recovery_codes"].as_array().unwrap().len(), 10);
    let _ = other.get("/api/v1/me").problem(401, "unauthenticated");
    assert_eq!(
        client.get("/api/v1/me").expect(200).json()["second_factor"],
        json!({"required": false, "registered": true})
    );
    assert_eq!(mails(app), ["security_notice"]);
    let again = confirm(&client, &path, &code(app, &secret)).problem(409, "invalid_transition");
    assert_eq!((&again["from"], &again["allowed"]), (&json!("registered"), &json!([])));

    app.pass(Duration::seconds(30));
    let needed = sign_in(app, &email).problem(403, "mfa_required");
    assert_eq!((&needed["error"], &needed["methods"]), (&json!("mfa_required"), &json!(["okta_verify"])));
    let tokens = with_otp(app, &text(&needed, "mfa_token"), &code(app, &secret)).expect(200).json();
    assert_eq!(amr(app, &tokens), ["pwd", "otp"]);
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let refreshed = app.anonymous().post_form(TOKEN, &form).expect(200).json();
    assert_eq!(amr(app, &refreshed), ["pwd", "otp"]);
    let _ = app.with_token(&text(&refreshed, "access_token")).get("/api/v1/me").expect(200);
}

on_both_engines!(sec_cve_c_37_a_code_works_once);
fn sec_cve_c_37_a_code_works_once(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let early = code(app, &factor.secret);
    app.pass(Duration::seconds(30));
    let (first, second, third) = (first_step(app, &email), first_step(app, &email), first_step(app, &email));
    let current = code(app, &factor.secret);
    let _ = with_otp(app, &first, &current).expect(200);
    let _ = with_otp(app, &first, &current).problem(400, "invalid_grant");
    let _ = with_otp(app, &second, &current).problem(400, "invalid_grant");
    app.pass(Duration::seconds(1));
    let _ = with_otp(app, &third, &early).problem(400, "invalid_grant");
    app.pass(Duration::seconds(30));
    let _ = with_otp(app, &second, &code(app, &factor.secret)).expect(200);
}

on_both_engines!(sec_cve_c_37_one_of_sixty_four_uses_of_a_code_wins);
fn sec_cve_c_37_one_of_sixty_four_uses_of_a_code_wins(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let tokens: Vec<_> = (0..CLIENTS).map(|_| first_step(app, &email)).collect();
    assert_eq!(winners(&at_once(app, &tokens, "otp", &code(app, &factor.secret))), 1);
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_uses_of_a_recovery_code_wins);
fn sec_cve_c_20_one_of_sixty_four_uses_of_a_recovery_code_wins(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let tokens: Vec<_> = (0..CLIENTS).map(|_| first_step(app, &email)).collect();
    assert_eq!(winners(&at_once(app, &tokens, "recovery_code", &factor.recovery_codes[0])), 1);
    assert_eq!(app.read(|tx| tx.mfa().unused_recovery_codes(user)), 9);
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_uses_of_a_step_wins);
fn sec_cve_c_20_one_of_sixty_four_uses_of_a_step_wins(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let tokens = vec![first_step(app, &email); CLIENTS];
    assert_eq!(winners(&at_once(app, &tokens, "recovery_code", &factor.recovery_codes[0])), 1);
}

on_both_engines!(a_recovery_code_works_once_however_it_is_typed_and_its_owner_is_told);
fn a_recovery_code_works_once_however_it_is_typed_and_its_owner_is_told(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "symantec_vip");
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

on_both_engines!(sec_cve_c_35_ten_tries_with_one_proof_of_the_password);
fn sec_cve_c_35_ten_tries_with_one_proof_of_the_password(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let token = first_step(app, &email);
    for _ in 0..10 {
        let _ = with_otp(app, &token, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
        app.pass(Duration::seconds(10));
    }
    let _ = with_otp(app, &token, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200);
}

on_both_engines!(sec_cve_c_35_tries_at_codes_are_counted_over_all_proofs);
fn sec_cve_c_35_tries_at_codes_are_counted_over_all_proofs(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let (first, second) = (first_step(app, &email), first_step(app, &email));
    let _ = with_otp(app, &first, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
    let too_soon = with_otp(app, &second, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let wrong = with_otp(app, "ppm_unknown", "123456").problem(400, "invalid_grant");
    assert_eq!(too_soon["detail"], wrong["detail"]);
    app.pass(Duration::seconds(1));
    let _ = with_otp(app, &second, &code(app, &factor.secret)).expect(200);
    let _ = sign_in(app, &email).problem(403, "mfa_required");
}

on_both_engines!(d_10_ten_wrong_codes_after_the_right_password_are_told_once_an_hour);
fn d_10_ten_wrong_codes_after_the_right_password_are_told_once_an_hour(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
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
    assert!(app.only_mail_to(&email).text.contains("ten codes"));
    let token = first_step(app, &email);
    (0..10).for_each(|_| wrong(&token));
    assert_eq!((blocked().len(), app.deliver_mails().len()), (2, 0));
    app.pass(Duration::hours(1));
    let token = first_step(app, &email);
    (0..10).for_each(|_| wrong(&token));
    assert_eq!((blocked().len(), app.deliver_mails().len()), (3, 1));
    // Whose tenth try is right is not told on.
    app.pass(Duration::hours(1));
    let token = first_step(app, &email);
    (0..9).for_each(|_| wrong(&token));
    app.pass(Duration::seconds(10));
    let _ = with_otp(app, &token, &code(app, &factor.secret)).expect(200);
    let _ = with_otp(app, &token, &code(app, &factor.secret)).problem(400, "invalid_grant");
    assert_eq!((blocked().len(), app.deliver_mails().len()), (3, 0));
}

on_both_engines!(d_10_a_hundred_wrong_codes_in_a_row_are_told_once_and_a_recovery_code_begins_anew);
fn d_10_a_hundred_wrong_codes_in_a_row_are_told_once_and_a_recovery_code_begins_anew(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let _ = app.deliver_mails();
    for _ in 0..DISABLED_AT - 1 {
        assert!(app.write(|tx| tx.sign_in_attempts().count(&otp_subject(user))).admitted());
        app.pass(Duration::seconds(10));
    }
    let token = first_step(app, &email);
    for _ in 0..2 {
        let _ = with_otp(app, &token, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
        app.pass(Duration::seconds(10));
    }
    assert!(app.only_mail_to(&email).text.contains("100 wrong passwords or codes"));
    let _ = with_otp(app, &token, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = second_step(&app.anonymous(), &token, "recovery_code", &factor.recovery_codes[0]).expect(200);
    let _ = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200);
}

on_both_engines!(sec_cve_c_36_wrong_codes_of_strangers_do_not_stand_in_the_way_of_a_known_client);
fn sec_cve_c_36_wrong_codes_of_strangers_do_not_stand_in_the_way_of_a_known_client(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let tokens = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200).json();
    let device = text(&tokens, "device_token");
    let failures = |subject: &str| app.read(|tx| tx.sign_in_attempts().failures(subject));
    let of_device = otp_device_subject(&OpaqueToken::hash_of(&device));
    app.pass(Duration::seconds(30));
    let (strangers, own) = (first_step(app, &email), first_step(app, &email));
    let _ = with_otp(app, &strangers, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp(app, &strangers, &code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp_from(app, &own, &wrong_code(app, &factor.secret), &device).problem(400, "invalid_grant");
    assert_eq!((failures(&otp_subject(user)), failures(&of_device)), (1, 1));
    app.pass(Duration::seconds(1));
    let _ = with_otp(app, &strangers, &wrong_code(app, &factor.secret)).problem(400, "invalid_grant");
    let _ = with_otp_from(app, &own, &code(app, &factor.secret), &device).expect(200);
    assert_eq!((failures(&otp_subject(user)), failures(&of_device)), (0, 0), "both begin anew");
    // The token of somebody else's client is a stranger's.
    let (_, other) = app.person("Sam Stranger", Some(PASSWORD), &[]);
    let foreign = text(&sign_in(app, &other).expect(200).json(), "device_token");
    let _ = with_otp_from(app, &first_step(app, &email), &wrong_code(app, &factor.secret), &foreign)
        .problem(400, "invalid_grant");
    assert_eq!(failures(&otp_subject(user)), 1);
}

on_both_engines!(the_proof_of_the_password_is_good_for_five_minutes);
fn the_proof_of_the_password_is_good_for_five_minutes(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
    let (in_time, late) = (first_step(app, &email), first_step(app, &email));
    app.pass(Duration::minutes(5) - Duration::microseconds(1));
    let _ = with_otp(app, &in_time, &code(app, &factor.secret)).expect(200);
    app.pass(Duration::microseconds(1));
    let late = second_step(&app.anonymous(), &late, "recovery_code", &factor.recovery_codes[0]);
    let _ = late.problem(400, "invalid_grant");
}

on_both_engines!(sec_cve_c_34_between_the_steps_a_person_may_be_locked_disabled_or_get_another_password);
fn sec_cve_c_34_between_the_steps_a_person_may_be_locked_disabled_or_get_another_password(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let factor = enrol(app, &app.signed_in(user), "okta_verify");
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

on_both_engines!(malformed_second_steps_are_told_what_is_wrong);
fn malformed_second_steps_are_told_what_is_wrong(app: &TestApp) {
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

on_both_engines!(r_111_a_registration_from_before_october_2022_does_not_count);
fn r_111_a_registration_from_before_october_2022_does_not_count(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let factor = enrol(app, &client, "okta_verify");
    let registered_at = |text: &str| {
        let instant: Instant = text.parse().unwrap();
        let value = match app.engine {
            Engine::Sqlite => instant.timestamp_micros().to_string(),
            Engine::Postgres => format!("'{text}'"),
        };
        app.inspector().run(&format!("UPDATE mfa_methods SET registered_at = {value}"));
    };
    registered_at("2022-10-01T03:59:00Z");
    let tokens = sign_in(app, &email).expect(200).json();
    assert_eq!(amr(app, &tokens), ["pwd"]);
    let list = app.with_token(&text(&tokens, "access_token")).get(METHODS).expect(200).json();
    assert_eq!(list["items"][0]["valid"], false);
    registered_at("2022-10-01T04:00:00Z");
    let _ = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200);
}

on_both_engines!(a_stolen_password_is_not_enough_to_change_the_factors);
fn a_stolen_password_is_not_enough_to_change_the_factors(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let owner = app.signed_in(user);
    let factor = enrol(app, &owner, "okta_verify");
    let without = app.signed_in(user);
    let before = app.fingerprint();
    let _ = without.post(METHODS, &json!({"kind": "symantec_vip"})).problem(403, "mfa_required");
    let delete = |client: &Client| client.call("DELETE", &factor.path).header("if-match", "*").send();
    let _ = delete(&without).problem(403, "mfa_required");
    assert_eq!(app.fingerprint(), before);
    let foreign = app.signed_in(app.person("Sam Stranger", None, &[]).0);
    let _ = delete(&foreign).problem(404, "not_found");
    let _ = confirm(&foreign, &factor.path, "123456").problem(404, "not_found");
    let _ = owner.unruly().call("DELETE", &factor.path).send().problem(428, "precondition_required");
    let stale = owner.call("DELETE", &factor.path).header("if-match", "\"v9-000000000000\"").send();
    let _ = stale.problem(412, "precondition_failed");
    let _ = delete(&owner).expect(204);
    let _ = without.get("/api/v1/me").problem(401, "unauthenticated");
    let list = owner.get(METHODS).expect(200).json();
    assert_eq!(
        (&list["items"], &list["recovery_codes_left"]),
        (&json!([]), &json!(0)),
        "the codes went with it"
    );
    assert_eq!(mails(app).len(), 2);
}

on_both_engines!(d_09_who_changes_factors_has_shown_one_within_five_minutes);
fn d_09_who_changes_factors_has_shown_one_within_five_minutes(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let factor = enrol(app, &client, "okta_verify");
    app.pass(Duration::minutes(5) - Duration::seconds(30));
    let (path, secret) = begin(&client, "symantec_vip");
    app.pass(Duration::microseconds(1));
    let before = app.fingerprint();
    let refused = client.post(METHODS, &json!({"kind": "okta_verify"})).problem(403, "mfa_required");
    assert!(refused["detail"].as_str().unwrap().contains("sign in again with it"), "{refused}");
    let _ = confirm(&client, &path, &code(app, &secret)).problem(403, "mfa_required");
    let delete = |client: &Client| client.call("DELETE", &factor.path).header("if-match", "*").send();
    let _ = delete(&client).problem(403, "mfa_required");
    assert_eq!(app.fingerprint(), before);
    let tokens = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200).json();
    let again = app.with_token(&text(&tokens, "access_token"));
    let _ = confirm(&again, &path, &code(app, &secret)).expect(200);
    let _ = delete(&again).expect(204);
}

on_both_engines!(the_command_line_removes_the_factors_of_somebody_who_lost_app_and_codes);
fn the_command_line_removes_the_factors_of_somebody_who_lost_app_and_codes(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let _ = enrol(app, &client, "okta_verify");
    let _ = begin(&client, "symantec_vip");
    let _ = app.deliver_mails();
    let before = app.audit_events();
    assert_eq!(cli::remove_factors(&app.portal, &email.to_uppercase()), Ok(2));
    assert_eq!(app.audit_events() - before, 1);
    let author = "SELECT actor_name AS value FROM audit_events WHERE action = 'mfa_method.removed'";
    assert_eq!(app.inspector().texts(author), ["command line"]);
    assert!(app.only_mail_to(&email).text.contains("a second factor was removed"));
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let tokens = sign_in(app, &email).expect(200).json();
    let list = app.with_token(&text(&tokens, "access_token")).get(METHODS).expect(200).json();
    assert_eq!((&list["items"], &list["recovery_codes_left"]), (&json!([]), &json!(0)));
    let before = app.fingerprint();
    assert!(cli::remove_factors(&app.portal, &email).is_err(), "there is none");
    assert!(cli::remove_factors(&app.portal, "nobody@example.org").is_err());
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(a_new_app_takes_the_place_of_the_old_one_of_its_kind);
fn a_new_app_takes_the_place_of_the_old_one_of_its_kind(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let old = enrol(app, &client, "okta_verify");
    let (path, secret) = begin(&client, "okta_verify");
    assert_eq!(client.get(METHODS).expect(200).json()["items"].as_array().unwrap().len(), 2);
    let body = json!({"otp": code(app, &secret), "renew_recovery_codes": true});
    let confirmed = client.post(&format!("{path}/confirm"), &body).expect(200).json();
    assert_eq!(confirmed["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(client.get(METHODS).expect(200).json()["items"].as_array().unwrap().len(), 1);
    app.pass(Duration::seconds(30));
    let token = first_step(app, &email);
    let _ = second_step(&app.anonymous(), &token, "recovery_code", &old.recovery_codes[0])
        .problem(400, "invalid_grant");
    let _ = with_otp(app, &token, &code(app, &secret)).expect(200);
}

on_both_engines!(answers_with_secrets_are_not_kept_for_retries);
fn answers_with_secrets_are_not_kept_for_retries(app: &TestApp) {
    let client = app.signed_in(app.person("Debi Henderson", None, &[]).0);
    let begin = || {
        client
            .call("POST", METHODS)
            .header("idempotency-key", "one")
            .json(&json!({"kind": "okta_verify"}))
            .send()
    };
    let (first, second) = (begin().expect(201), begin().expect(201));
    assert_ne!(first.json()["secret"], second.json()["secret"]);
    assert_eq!(second.header("idempotency-replayed"), None);
    assert_eq!(client.get(METHODS).expect(200).json()["items"].as_array().unwrap().len(), 1);
    assert!(app.inspector().texts("SELECT route AS value FROM idempotency_keys").is_empty());
}

on_both_engines!(r_111_who_needs_a_factor_can_do_nothing_else_before_registering_it, where_enforced);
fn r_111_who_needs_a_factor_can_do_nothing_else_before_registering_it(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    // The document tells of this refusal once for all operations.
    let unruly = manager.unruly();
    for path in ["/api/v1/organizations", "/api/v1/notifications", &house.path("/credentialing-agents")] {
        let _ = unruly.get(path).problem(403, "mfa_registration_required");
    }
    let profile = json!({"first_name": "Debi"});
    let patch = unruly.call("PATCH", "/api/v1/me").header("if-match", "*").json(&profile).send();
    let _ = patch.problem(403, "mfa_registration_required");
    let me = manager.get("/api/v1/me").expect(200).json();
    assert_eq!(me["second_factor"], json!({"required": true, "registered": false}));
    let _ = manager.get("/api/v1/me/sessions").expect(200);
    let factor = enrol(app, &manager, "okta_verify");
    let _ = manager.get("/api/v1/organizations").expect(200);

    let remove = |factor: &Factor| manager.call("DELETE", &factor.path).header("if-match", "*").send();
    let _ = remove(&factor).problem(409, "last_factor_required");
    let other = enrol(app, &manager, "symantec_vip");
    assert!(other.recovery_codes.is_empty(), "there are ten already");
    let _ = remove(&factor).expect(204);
    let _ = remove(&other).problem(409, "last_factor_required");
}

on_both_engines!(r_111_the_plan_and_the_role_say_who_needs_a_factor, where_enforced);
fn r_111_the_plan_and_the_role_say_who_needs_a_factor(app: &TestApp) {
    let needs = |client: &Client| client.unruly().get("/api/v1/organizations").status == 403;
    for role in PlatformRole::ALL {
        let client = app.signed_in(app.platform_user("Ruth Delgado", &[*role]));
        assert_eq!(needs(&client), *role != PlatformRole::Support, "{role}");
    }
    let account = app.organization("Harbor", OrganizationKind::ProviderAccount, PlanCode::Cca);
    assert!(!needs(&account.member("Uma User", &[Role::AccountUser]).client()));
    assert!(needs(&account.member("Ada Admin", &[Role::OrganizationAdministrator]).client()));
    assert!(!needs(&app.signed_in(app.person("Nora Nobody", None, &[]).0)));
}
