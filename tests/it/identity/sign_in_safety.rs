//! Password guessing: a soft lock that outsiders cannot use to lock users out (decision D-10), and
//! responses that reveal nothing about accounts (decision D-11).

use std::collections::BTreeSet;

use chrono::Duration;
use portal_api::portal::tokens::OpaqueToken;
use portal_domain::identity::attempts::DISABLED_AT;
use portal_domain::identity::user::LockReason;
use portal_persistence::identity::sign_in_attempts::{current_password_subject, device_subject};
use portal_tests::sign_in::{PASSWORD, TOKEN, sign_in};
use portal_tests::{Answer, TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

const WRONG: &str = "wrong password here";
const CLIENTS: usize = 64;

fn sign_in_from(app: &TestApp, email: &str, password: &str, device_token: &str) -> Answer {
    let form = [
        ("grant_type", "password"),
        ("username", email),
        ("password", password),
        ("device_token", device_token),
    ];
    app.anonymous().post_form(TOKEN, &form)
}

fn device_token(answer: Answer) -> String {
    answer.expect(200).json()["device_token"].as_str().unwrap().to_owned()
}

/// The number of consecutive failures of unknown clients.
fn failures(app: &TestApp, email: &str) -> i64 {
    app.read(|tx| {
        let subject = tx.sign_in_attempts().account_subject(email)?;
        tx.sign_in_attempts().failures(&subject)
    })
}

/// Counts this many consecutive failures directly in the counter.
fn add_failures(app: &TestApp, subject: &str, times: i64) {
    for _ in 0..times {
        assert!(app.write(|tx| tx.sign_in_attempts().count(subject)).admitted());
        app.advance(Duration::seconds(10));
    }
}

/// The recipients of security notices.
fn notified(app: &TestApp) -> Vec<String> {
    app.inspector().texts(
        "SELECT recipient AS value FROM outbox_mails WHERE template = 'security_notice' ORDER BY created_at",
    )
}

fn events_about_guessing(app: &TestApp) -> Vec<String> {
    app.inspector().texts("SELECT object AS value FROM audit_events WHERE action = 'sign_in.blocked'")
}

fn counters(app: &TestApp) -> usize {
    app.inspector().texts("SELECT subject AS value FROM attempt_counters").len()
}

on_both_engines!(d_10_after_a_wrong_password_the_right_one_is_refused_for_a_second);
fn d_10_after_a_wrong_password_the_right_one_is_refused_for_a_second(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    for _ in 0..2 {
        let wrong = sign_in(app, &email, WRONG).problem(400, "invalid_grant");
        let too_soon = sign_in(app, &email, PASSWORD).problem(400, "invalid_grant");
        assert_eq!(wrong["detail"], too_soon["detail"]);
        app.advance(Duration::seconds(1) - Duration::microseconds(1));
        let _ = sign_in(app, &email, PASSWORD).problem(400, "invalid_grant");
        assert_eq!(failures(app, &email), 1, "an attempt that was not checked is not counted");
        app.advance(Duration::microseconds(1));
        let _ = sign_in(app, &email, PASSWORD).expect(200);
        assert_eq!(failures(app, &email), 0, "the right password resets the count");
    }
}

on_both_engines!(d_10_the_wait_grows_with_the_failures);
fn d_10_the_wait_grows_with_the_failures(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let mut failed = 0;
    for (until, seconds) in [(2, 1), (8, 3), (24, 5), (30, 10)] {
        while failed < until {
            let _ = sign_in(app, &email, WRONG).problem(400, "invalid_grant");
            failed += 1;
            assert_eq!(failures(app, &email), failed);
            app.advance(Duration::seconds(seconds) - Duration::microseconds(1));
            let _ = sign_in(app, &email, WRONG).problem(400, "invalid_grant");
            assert_eq!(
                failures(app, &email),
                failed,
                "after {failed} failures, not before {seconds} s have passed"
            );
            app.advance(Duration::microseconds(1));
        }
    }
    let _ = sign_in(app, &email, PASSWORD).expect(200);
}

on_both_engines!(sec_cve_c_36_unknown_clients_cannot_lock_out_a_known_client);
fn sec_cve_c_36_unknown_clients_cannot_lock_out_a_known_client(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let device = device_token(sign_in(app, &email, PASSWORD));
    assert_eq!(device_token(sign_in_from(app, &email, PASSWORD, &device)), device, "the client stays known");
    for _ in 0..DISABLED_AT {
        let _ = sign_in(app, &email, WRONG).problem(400, "invalid_grant");
        let _ = sign_in_from(app, &email, PASSWORD, &device).expect(200);
        app.advance(Duration::seconds(10));
    }
    assert_eq!(failures(app, &email), DISABLED_AT);
    app.advance(Duration::days(30));
    let _ = sign_in(app, &email, PASSWORD).problem(400, "invalid_grant");
    assert_eq!(failures(app, &email), DISABLED_AT);
    let _ = sign_in_from(app, &email, PASSWORD, &device).expect(200);
    app.advance(Duration::seconds(1));
    let now = app.clock.session_now();
    assert_eq!(
        app.write(|tx| tx.sign_in_attempts().purge(now, 10)),
        1,
        "the counter of the client is purged"
    );
    let _ = sign_in(app, &email, PASSWORD).problem(400, "invalid_grant");

    let hash = app.portal.passwords.hash(PASSWORD).unwrap();
    app.write(|tx| {
        tx.users().set_password(user, &hash)?;
        tx.sign_in_attempts().rebind_password(user, &email)
    });
    let _ = sign_in(app, &email, PASSWORD).expect(200);
    assert_ne!(
        device_token(sign_in_from(app, &email, PASSWORD, &device)),
        device,
        "known clients are no longer known"
    );
}

on_both_engines!(sec_cve_c_36_a_client_locks_out_only_itself);
fn sec_cve_c_36_a_client_locks_out_only_itself(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (_, other_email) = app.person("Sam Outsider", Some(PASSWORD), &[]);
    let device = device_token(sign_in(app, &email, PASSWORD));
    let _ = sign_in_from(app, &email, WRONG, &device).problem(400, "invalid_grant");
    let _ = sign_in_from(app, &email, PASSWORD, &device).problem(400, "invalid_grant");
    let _ = sign_in(app, &email, PASSWORD).expect(200);
    // The device token of one user does not make a client known for another.
    let _ = sign_in_from(app, &other_email, WRONG, &device).problem(400, "invalid_grant");
    assert_eq!(failures(app, &other_email), 1);
    app.advance(Duration::seconds(1));
    assert_ne!(device_token(sign_in_from(app, &other_email, PASSWORD, &device)), device);
    let own = app.read(|tx| tx.sign_in_attempts().failures(&device_subject(&OpaqueToken::hash_of(&device))));
    assert_eq!(own, 1);
}

on_both_engines!(the_eleventh_known_client_replaces_the_least_recently_used);
fn the_eleventh_known_client_replaces_the_least_recently_used(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let devices: Vec<_> = (0..10)
        .map(|_| {
            app.advance(Duration::seconds(1));
            device_token(sign_in(app, &email, PASSWORD))
        })
        .collect();
    app.advance(Duration::seconds(1));
    let _ = sign_in_from(app, &email, PASSWORD, &devices[0]).expect(200);
    let newest = device_token(sign_in(app, &email, PASSWORD));
    let known =
        |token: &str| app.read(|tx| tx.sign_in_attempts().is_trusted(user, &OpaqueToken::hash_of(token)));
    assert!(known(&newest) && known(&devices[0]) && !known(&devices[1]) && known(&devices[2]));
}

on_both_engines!(sec_cve_c_32_unknown_accounts_cause_the_same_work_and_the_same_effects);
fn sec_cve_c_32_unknown_accounts_cause_the_same_work_and_the_same_effects(app: &TestApp) {
    let (_, known) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (locked, locked_email) = app.person("Lena Locked", Some(PASSWORD), &[]);
    let (disabled, disabled_email) = app.person("Dan Disabled", Some(PASSWORD), &[]);
    let (_, without_password) = app.person("Nora New", None, &[]);
    app.write(|tx| tx.users().set_lock(locked, Some(LockReason::Inactivity)));
    app.write(|tx| tx.users().set_disabled(disabled, true));
    let outcomes = [known.as_str(), "nobody@example.org", &locked_email, &disabled_email, &without_password]
        .map(|email| {
            // The first attempt is checked; the second is refused unchecked.
            [(); 2].map(|()| {
                let (rows, events) = (counters(app), app.audit_events());
                app.forget_statements();
                let mut problem = sign_in(app, email, WRONG).problem(400, "invalid_grant");
                problem["request_id"] = Value::Null;
                (problem, app.statements().len(), counters(app) - rows, app.audit_events() - events)
            })
        });
    assert!(outcomes.iter().all(|outcome| outcome == &outcomes[0]), "{outcomes:#?}");
    assert_eq!(
        outcomes[0][0].1, outcomes[0][1].1,
        "the response does not reveal whether the password was checked"
    );
    assert_eq!((outcomes[0][0].2, outcomes[0][1].2, outcomes[0][0].3), (1, 0, 0));
    assert_eq!(outcomes[0][0].0, outcomes[0][1].0);
    let subjects = app.inspector().texts("SELECT subject AS value FROM attempt_counters").concat();
    assert!(!subjects.contains('@'), "no counter contains an address: {subjects}");
}

on_both_engines!(sec_cve_c_32_the_right_password_of_locked_and_disabled_users_causes_the_same_work);
fn sec_cve_c_32_the_right_password_of_locked_and_disabled_users_causes_the_same_work(app: &TestApp) {
    let (locked, locked_email) = app.person("Lena Locked", Some(PASSWORD), &[]);
    let (disabled, disabled_email) = app.person("Dan Disabled", Some(PASSWORD), &[]);
    app.write(|tx| tx.users().set_lock(locked, Some(LockReason::Inactivity)));
    app.write(|tx| tx.users().set_disabled(disabled, true));
    let statements = |email: &str, password: &str| {
        app.forget_statements();
        let _ = sign_in(app, email, password).problem(400, "invalid_grant");
        app.statements()
    };
    let unknown = statements("nobody@example.org", WRONG);
    assert_eq!(statements(&locked_email, PASSWORD), unknown);
    assert_eq!(statements(&disabled_email, PASSWORD), unknown);
}

on_both_engines!(d_10_attempts_for_unknown_addresses_share_256_counters);
fn d_10_attempts_for_unknown_addresses_share_256_counters(app: &TestApp) {
    let subjects: BTreeSet<String> = app.read(|tx| {
        (0..2000)
            .map(|n| tx.sign_in_attempts().unregistered_subject(&format!("nobody.{n}@example.org")))
            .collect()
    });
    assert!((100..=256).contains(&subjects.len()), "{}", subjects.len());
    let address = "nobody.1@example.org";
    let subject = app.read(|tx| tx.sign_in_attempts().unregistered_subject(address));
    for _ in 0..2 {
        let _ = sign_in(app, address, WRONG).problem(400, "invalid_grant");
        app.advance(Duration::seconds(1));
    }
    assert_eq!(
        app.inspector().texts("SELECT subject AS value FROM attempt_counters"),
        std::slice::from_ref(&subject)
    );
    assert_eq!(app.read(|tx| tx.sign_in_attempts().failures(&subject)), 2);
    // The failures are not counted against a user who gets the address later.
    add_failures(app, &subject, DISABLED_AT - 2);
    let _ = sign_in(app, address, WRONG).problem(400, "invalid_grant");
    assert!(notified(app).is_empty() && events_about_guessing(app).is_empty());
    assert_eq!(failures(app, address), 0);
}

on_both_engines!(d_10_a_hundred_wrong_passwords_in_a_row_are_reported_once);
fn d_10_a_hundred_wrong_passwords_in_a_row_are_reported_once(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let subject = app.read(|tx| tx.sign_in_attempts().account_subject(&email));
    add_failures(app, &subject, DISABLED_AT - 1);
    let _ = sign_in(app, &email, PASSWORD).expect(200);
    assert!(notified(app).is_empty(), "the hundredth password was right");
    add_failures(app, &subject, DISABLED_AT - 1);
    let before = app.audit_events();
    for _ in 0..3 {
        let _ = sign_in(app, &email, WRONG).problem(400, "invalid_grant");
        app.advance(Duration::seconds(10));
    }
    assert_eq!(app.audit_events() - before, 1);
    assert_eq!((notified(app), events_about_guessing(app)), (vec![email.clone()], vec![user.to_string()]));
    assert!(app.only_mail_to(&email).text.contains("100 wrong passwords or codes"));
}

on_both_engines!(d_10_a_hundred_wrong_passwords_of_a_known_client_or_in_a_change_are_reported);
fn d_10_a_hundred_wrong_passwords_of_a_known_client_or_in_a_change_are_reported(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let device = device_token(sign_in(app, &email, PASSWORD));
    add_failures(app, &device_subject(&OpaqueToken::hash_of(&device)), DISABLED_AT - 1);
    let _ = sign_in_from(app, &email, WRONG, &device).problem(400, "invalid_grant");
    assert_eq!(notified(app).len(), 1);
    let _ = sign_in(app, &email, PASSWORD).expect(200);
    add_failures(app, &current_password_subject(user), DISABLED_AT - 1);
    let body = json!({"current_password": WRONG, "new_password": "seven quiet herons under glass"});
    let client = app.signed_in(user);
    for _ in 0..2 {
        let change = client.call("PUT", "/api/v1/me/password").header("if-match", "*").json(&body).send();
        let _ = change.problem(422, "validation_failed");
        app.advance(Duration::seconds(10));
    }
    assert_eq!((notified(app).len(), events_about_guessing(app).len()), (2, 2));
}

on_both_engines!(sec_cve_c_34_locked_and_disabled_users_get_no_tokens_by_any_grant);
fn sec_cve_c_34_locked_and_disabled_users_get_no_tokens_by_any_grant(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let signed_in = sign_in(app, &email, PASSWORD).expect(200).json();
    let refresh_token = signed_in["refresh_token"].as_str().unwrap();
    let device = signed_in["device_token"].as_str().unwrap();
    let refused = || {
        let _ = sign_in(app, &email, PASSWORD).problem(400, "invalid_grant");
        let _ = sign_in_from(app, &email, PASSWORD, device).problem(400, "invalid_grant");
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        let _ = app.anonymous().post_form(TOKEN, &form).problem(400, "invalid_grant");
        app.advance(Duration::seconds(10));
    };
    for reason in LockReason::ALL {
        app.write(|tx| tx.users().set_lock(user, Some(*reason)));
        refused();
    }
    app.write(|tx| tx.users().set_lock(user, None));
    app.write(|tx| tx.users().set_disabled(user, true));
    refused();
    app.write(|tx| tx.users().set_disabled(user, false));
    let _ = sign_in(app, &email, PASSWORD).expect(200);
}

on_both_engines!(of_sixty_four_concurrent_guesses_one_is_checked);
fn of_sixty_four_concurrent_guesses_one_is_checked(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.anonymous().tolerating_outages();
    let form = [("grant_type", "password"), ("username", email.as_str()), ("password", WRONG)];
    let answers = at_once((0..CLIENTS).map(|_| {
        let client = client.clone();
        move || client.post_form(TOKEN, &form)
    }));
    // Concurrent password hashing is limited; excess requests get 503.
    for answer in answers {
        assert!([400, 503].contains(&answer.status), "{}", answer.text());
    }
    assert_eq!(failures(app, &email), 1);
}

on_both_engines!(of_sixty_four_concurrent_attempts_exactly_one_is_admitted);
fn of_sixty_four_concurrent_attempts_exactly_one_is_admitted(app: &TestApp) {
    let (database, subject) = (&app.portal.database, "password|account|test");
    for failed in 1..=3 {
        let moment = app.portal.moment();
        let counts = at_once((0..CLIENTS).map(|_| {
            // All threads request one of eight connections at once.
            move || loop {
                match database.write_unrecorded(moment, |tx| tx.sign_in_attempts().count(subject)) {
                    Err(portal_persistence::StoreError::Busy(_)) => {}
                    counted => return counted.unwrap(),
                }
            }
        }));
        let admitted = counts.iter().filter(|counted| counted.admitted()).count();
        assert_eq!(admitted, 1);
        assert_eq!(app.read(|tx| tx.sign_in_attempts().failures(subject)), failed);
        app.advance(Duration::seconds(10));
    }
}

on_both_engines!(five_attempts_are_admitted_in_fifteen_minutes);
fn five_attempts_are_admitted_in_fifteen_minutes(app: &TestApp) {
    let try_it =
        || app.write(|tx| tx.sign_in_attempts().hit_window("matching|test", 5, Duration::minutes(15)));
    assert_eq!([(); 6].map(|()| try_it()), [true, true, true, true, true, false]);
    app.advance(Duration::minutes(15) - Duration::microseconds(1));
    assert!(!try_it());
    app.advance(Duration::microseconds(1));
    assert!(try_it());
}

on_both_engines!(d_06_the_owner_of_a_reused_refresh_token_is_notified_by_email);
fn d_06_the_owner_of_a_reused_refresh_token_is_notified_by_email(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let first = sign_in(app, &email, PASSWORD).expect(200).json();
    let refresh = |tokens: &Value| {
        let form =
            [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
        app.anonymous().post_form(TOKEN, &form)
    };
    let second = refresh(&first).expect(200).json();
    assert!(second.get("device_token").is_none(), "only signing in returns a device token");
    let _ = refresh(&second).expect(200);
    for _ in 0..2 {
        let _ = refresh(&first).problem(400, "invalid_grant");
    }
    let notified = app
        .inspector()
        .texts("SELECT recipient AS value FROM outbox_mails WHERE template = 'security_notice'");
    assert_eq!(notified, [email]);
}
