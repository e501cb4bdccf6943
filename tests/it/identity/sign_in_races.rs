//! Signing in while the password or the second factors change: the second transaction sees the
//! effects of the first.

use std::sync::Barrier;
use std::time::Duration as Pause;

use chrono::Duration;
use portal_api::http::auth::second_factor::code_at;
use portal_api::portal::keys::Keys;
use portal_api::portal::passwords::Passwords;
use portal_api::portal::settings::PasswordCost;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::UserId;
use portal_persistence::identity::users::NewUser;
use portal_tests::sign_in::{PASSWORD, TOKEN, sign_in_with};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::json;

use super::mfa::METHODS;

const NEW: &str = "seven quiet herons under glass";
const ROUNDS: u64 = 20;
const SIGN_INS: usize = 4;

/// A user whose password hash has outdated parameters, so that signing in replaces it.
fn person_with_outdated_hash(app: &TestApp, round: u64) -> (UserId, String) {
    let keys = Keys::parse(app.portal.settings.keys.as_deref().unwrap()).unwrap();
    let passwords = Passwords::new(keys.peppers, PasswordCost { memory_kib: 32, iterations: 1 }).unwrap();
    let hash = passwords.hash(PASSWORD).unwrap();
    assert!(app.portal.passwords.is_outdated(&hash));
    let email = format!("debi.{round}@example.org");
    let user = app.write(|tx| {
        let id = tx.new_id();
        tx.users().insert(&NewUser {
            id,
            email: EmailAddress::parse(&email).unwrap(),
            first_name: "Debi".into(),
            last_name: "Henderson".into(),
            password_hash: Some(hash.clone()),
            platform_roles: vec![],
        })?;
        Ok(id)
    });
    (user, email)
}

/// Registers a factor; returns the recovery codes.
fn enroll(app: &TestApp, client: &Client) -> Vec<String> {
    let (path, otp) = begin(app, client);
    let confirmed = client.post(&path, &json!({"otp": otp})).expect(200).json();
    let codes = confirmed["recovery_codes"].as_array().unwrap();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// Starts the registration of a factor; returns the confirmation path and the first code.
fn begin(app: &TestApp, client: &Client) -> (String, String) {
    let created = client.post(METHODS, &json!({"kind": "okta_verify"})).expect(201).json();
    let path = format!("{METHODS}/{}/confirm", created["id"].as_str().unwrap());
    (path, code_at(created["secret"].as_str().unwrap(), app.clock.session_now()).unwrap())
}

fn change_password(client: &Client) -> Answer {
    let body = json!({"current_password": PASSWORD, "new_password": NEW});
    client.call("PUT", "/api/v1/me/password").header("if-match", "*").json(&body).send()
}

/// Runs one change concurrently with several sign-ins. Each round delays the change a little more,
/// so that they overlap at every point.
fn race(
    round: u64,
    change: impl FnOnce() -> Answer + Send,
    sign_in: impl Fn() -> Answer + Sync,
) -> (Answer, Vec<Answer>) {
    let barrier = Barrier::new(SIGN_INS + 1);
    std::thread::scope(|scope| {
        let (barrier, sign_in) = (&barrier, &sign_in);
        let threads: Vec<_> = (0..SIGN_INS)
            .map(|_| {
                scope.spawn(move || {
                    barrier.wait();
                    sign_in()
                })
            })
            .collect();
        let changed = scope.spawn(move || {
            barrier.wait();
            std::thread::sleep(Pause::from_micros(500 * round));
            change()
        });
        let changed = changed.join().unwrap();
        (changed, threads.into_iter().map(|thread| thread.join().unwrap()).collect())
    })
}

/// Checks that every session started in the race has ended.
fn check_all_ended(app: &TestApp, answers: &[Answer]) {
    for answer in answers {
        match answer.status {
            200 => {
                let tokens = answer.json();
                let client = app.with_token(tokens["access_token"].as_str().unwrap());
                let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
                let refresh_token = tokens["refresh_token"].as_str().unwrap();
                let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
                let _ = app.anonymous().post_form(TOKEN, &form).problem(400, "invalid_grant");
            }
            403 => assert_eq!(answer.json()["code"], "mfa_required"),
            status => assert_eq!((status, &answer.json()["code"]), (400, &json!("invalid_grant"))),
        }
    }
}

fn live_sessions(app: &TestApp, condition: &str) -> u64 {
    app.count(&format!("sessions WHERE ended_at IS NULL{condition}")).try_into().unwrap()
}

/// Checks that only the new password works.
fn check_only_new_password_works(app: &TestApp, email: &str) {
    app.advance(Duration::seconds(10));
    let _ = sign_in_with(&app.anonymous(), email, PASSWORD).problem(400, "invalid_grant");
    app.advance(Duration::seconds(10));
    assert!([200, 403].contains(&sign_in_with(&app.anonymous(), email, NEW).status));
}

on_both_engines!(no_session_without_the_second_factor_outlives_its_confirmation);
fn no_session_without_the_second_factor_outlives_its_confirmation(app: &TestApp) {
    let anonymous = app.anonymous();
    for round in 0..ROUNDS {
        let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
        let client = app.signed_in(user);
        let (path, otp) = begin(app, &client);
        let confirm = || client.post(&path, &json!({"otp": otp}));
        let (confirmed, started) = race(round, confirm, || sign_in_with(&anonymous, &email, PASSWORD));
        let _ = confirmed.expect(200);
        check_all_ended(app, &started);
        assert_eq!(live_sessions(app, " AND second_factor_at IS NULL"), 0, "round {round}");
        let _ = client.get("/api/v1/me").expect(200);
    }
}

on_both_engines!(no_session_of_the_old_password_outlives_its_change);
fn no_session_of_the_old_password_outlives_its_change(app: &TestApp) {
    let anonymous = app.anonymous();
    for round in 0..ROUNDS {
        let (user, email) = person_with_outdated_hash(app, round);
        let client = app.signed_in(user);
        let (changed, started) =
            race(round, || change_password(&client), || sign_in_with(&anonymous, &email, PASSWORD));
        let _ = changed.expect(204);
        check_all_ended(app, &started);
        // This round's session that changed the password, plus two from each earlier round: the one
        // that changed it and the last sign-in.
        assert_eq!(live_sessions(app, ""), 2 * round + 1, "round {round}");
        check_only_new_password_works(app, &email);
    }
}

on_both_engines!(no_session_of_the_old_password_outlives_its_reset);
fn no_session_of_the_old_password_outlives_its_reset(app: &TestApp) {
    let anonymous = app.anonymous();
    for round in 0..ROUNDS {
        let (_, email) = person_with_outdated_hash(app, round);
        let _ = app.anonymous().post("/api/v1/password-resets", &json!({"email": email})).expect(202);
        app.process_requests();
        let body = json!({"token": app.only_mail_to(&email).token(), "password": NEW});
        let complete = || anonymous.post("/api/v1/password-resets/complete", &body);
        let (completed, started) = race(round, complete, || sign_in_with(&anonymous, &email, PASSWORD));
        let _ = completed.expect(204);
        check_all_ended(app, &started);
        assert_eq!(live_sessions(app, ""), round, "round {round}");
        check_only_new_password_works(app, &email);
    }
}

on_both_engines!(no_second_step_started_with_the_old_password_outlives_its_change);
fn no_second_step_started_with_the_old_password_outlives_its_change(app: &TestApp) {
    let anonymous = app.anonymous();
    for round in 0..ROUNDS {
        let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
        let client = app.signed_in(user);
        let code = enroll(app, &client).remove(0);
        let needed = sign_in_with(&anonymous, &email, PASSWORD).problem(403, "mfa_required");
        let mfa_token = needed["mfa_token"].as_str().unwrap();
        let form = [("grant_type", "mfa_otp"), ("mfa_token", mfa_token), ("recovery_code", code.as_str())];
        let step = || anonymous.post_form(TOKEN, &form);
        let (changed, started) = race(round, || change_password(&client), step);
        let _ = changed.expect(204);
        check_all_ended(app, &started);
        assert_eq!(live_sessions(app, ""), round + 1, "round {round}");
        check_only_new_password_works(app, &email);
    }
}
