//! Step-up: what a stolen session alone cannot change (decision D-09).

use chrono::Duration;
use portal_domain::organizations::membership::Role;
use portal_tests::fixture::{Fixture, Relation};
use portal_tests::given::Person;
use portal_tests::json::text;
use portal_tests::operations::OPERATIONS;
use portal_tests::sign_in::{NEW_PASSWORD, PASSWORD};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

use super::mfa::{METHODS, code, enroll, wrong_code};

const STEP_UP: &str = "/api/v1/me/step-up";

fn step_up(client: &Client, method: &str, value: &str) -> Answer {
    client.post(STEP_UP, &json!({"method": method, "value": value}))
}

fn register(client: &Client) -> Answer {
    client.post(METHODS, &json!({"kind": "okta_verify"}))
}

/// The place and the code of the only violation.
fn violation(answer: Answer) -> (String, String) {
    let problem = answer.problem(422, "validation_failed");
    (text(&problem["errors"][0], "pointer"), text(&problem["errors"][0], "code"))
}

fn wrong(code: &str) -> (String, String) {
    ("/value".into(), code.into())
}

fn five_minutes_and_a_moment() -> Duration {
    Duration::minutes(5) + Duration::microseconds(1)
}

on_both_engines!(a_stolen_session_is_not_enough_to_register_a_second_factor);
fn a_stolen_session_is_not_enough_to_register_a_second_factor(app: &TestApp) {
    let thief = app.signed_in(app.person("Debi Henderson", Some(PASSWORD), &[]).0);
    app.advance(five_minutes_and_a_moment());
    let before = app.fingerprint();
    let refused = register(&thief).problem(403, "step_up_required");
    assert_eq!(refused["accepted"], json!(["password"]));
    assert_eq!(violation(step_up(&thief, "password", "a guess")), wrong("wrong_password"));
    let _ = register(&thief).problem(403, "step_up_required");
    assert!(thief.get(METHODS).expect(200).json()["items"].as_array().unwrap().is_empty());
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(d_09_a_sign_in_or_the_password_counts_for_five_minutes);
fn d_09_a_sign_in_or_the_password_counts_for_five_minutes(app: &TestApp) {
    let client = app.signed_in(app.person("Debi Henderson", Some(PASSWORD), &[]).0);
    app.advance(Duration::minutes(5));
    let _ = register(&client).expect(201);
    app.advance(Duration::microseconds(1));
    let _ = register(&client).problem(403, "step_up_required");
    let until = app.clock.session_now() + Duration::minutes(5);
    let accepted = step_up(&client, "password", PASSWORD).expect(200).json();
    let valid_until: portal_domain::Instant = text(&accepted, "valid_until").parse().unwrap();
    assert_eq!(valid_until, until);
    app.advance(Duration::minutes(5));
    let _ = register(&client).expect(201);
    app.advance(Duration::microseconds(1));
    let _ = register(&client).problem(403, "step_up_required");
}

on_both_engines!(d_09_a_proof_counts_only_in_its_own_session);
fn d_09_a_proof_counts_only_in_its_own_session(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (owner, thief) = (app.signed_in(user), app.signed_in(user));
    app.advance(five_minutes_and_a_moment());
    let _ = step_up(&owner, "password", PASSWORD).expect(200);
    let _ = register(&thief).problem(403, "step_up_required");
    let _ = register(&owner).expect(201);
}

on_both_engines!(d_09_users_with_a_second_factor_prove_it_instead_of_the_password);
fn d_09_users_with_a_second_factor_prove_it_instead_of_the_password(app: &TestApp) {
    let client = app.signed_in(app.person("Debi Henderson", Some(PASSWORD), &[]).0);
    let not_accepted = ("/method".to_owned(), "method_not_accepted".to_owned());
    assert_eq!(violation(step_up(&client, "otp", "123456")), not_accepted);
    let factor = enroll(app, &client, "okta_verify");
    let _ = app.deliver_mails();
    app.advance(five_minutes_and_a_moment());
    let refused = register(&client).problem(403, "step_up_required");
    assert_eq!(refused["accepted"], json!(["otp", "recovery_code"]));
    assert_eq!(violation(step_up(&client, "password", PASSWORD)), not_accepted);
    let _ = register(&client).problem(403, "step_up_required");

    let otp = code(app, &factor.secret);
    let _ = step_up(&client, "otp", &otp).expect(200);
    let _ = register(&client).expect(201);
    assert_eq!(violation(step_up(&client, "otp", &otp)), wrong("wrong_otp"), "a code works once");
}

on_both_engines!(d_09_a_recovery_code_proves_the_identity_once_and_the_owner_is_notified);
fn d_09_a_recovery_code_proves_the_identity_once_and_the_owner_is_notified(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let factor = enroll(app, &client, "okta_verify");
    let _ = app.deliver_mails();
    app.advance(five_minutes_and_a_moment());
    let recovery_code = &factor.recovery_codes[0];
    let _ = step_up(&client, "recovery_code", recovery_code).expect(200);
    let _ = register(&client).expect(201);
    assert!(app.only_mail_to(&email).text.contains("a recovery code was used"));
    assert_eq!(violation(step_up(&client, "recovery_code", recovery_code)), wrong("wrong_recovery_code"));
}

on_both_engines!(d_10_wrong_proofs_are_counted_and_even_a_right_one_waits);
fn d_10_wrong_proofs_are_counted_and_even_a_right_one_waits(app: &TestApp) {
    let client = app.signed_in(app.person("Debi Henderson", Some(PASSWORD), &[]).0);
    assert_eq!(violation(step_up(&client, "password", "a guess")), wrong("wrong_password"));
    assert_eq!(violation(step_up(&client, "password", PASSWORD)), wrong("wrong_password"));
    app.advance(Duration::seconds(1));
    let _ = step_up(&client, "password", PASSWORD).expect(200);

    let factor = enroll(app, &client, "okta_verify");
    assert_eq!(violation(step_up(&client, "otp", &wrong_code(app, &factor.secret))), wrong("wrong_otp"));
    assert_eq!(violation(step_up(&client, "otp", &code(app, &factor.secret))), wrong("wrong_otp"));
    app.advance(Duration::seconds(1));
    let _ = step_up(&client, "otp", &code(app, &factor.secret)).expect(200);
}

on_both_engines!(d_10_a_hundred_wrong_codes_in_a_session_are_reported_to_the_owner);
fn d_10_a_hundred_wrong_codes_in_a_session_are_reported_to_the_owner(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let factor = enroll(app, &client, "okta_verify");
    let _ = app.deliver_mails();
    app.inspector().run("UPDATE attempt_counters SET failures = 99");
    let _ = step_up(&client, "otp", &wrong_code(app, &factor.secret));
    // The first attempt of a user creates the counter.
    app.inspector().run("UPDATE attempt_counters SET failures = 99");
    app.advance(Duration::seconds(10));
    let _ = violation(step_up(&client, "otp", &wrong_code(app, &factor.secret)));
    assert_eq!(app.only_mail_to(&email).subject, "Someone failed to sign in as you");
}

/// The operations that need a step-up: they grant top rights or remove protection.
const WITH_STEP_UP: [&str; 10] = [
    "POST /api/v1/me/mfa-methods",
    "POST /api/v1/me/mfa-methods/{mfa_method_id}/confirm",
    "DELETE /api/v1/me/mfa-methods/{mfa_method_id}",
    "POST /api/v1/organizations/{organization_id}/appoint-administrator",
    "POST /api/v1/organizations/{organization_id}/members/{member_id}/make-admin",
    "POST /api/v1/plan/associations/{association_id}/confirm",
    "POST /api/v1/plan/registrations/{member_id}/verify-original",
    "POST /api/v1/users/{user_id}/grant-role",
    "POST /api/v1/users/{user_id}/remove-factors",
    "POST /api/v1/users/{user_id}/set-email",
];

on_both_engines!(d_09_exactly_the_listed_operations_require_a_step_up);
fn d_09_exactly_the_listed_operations_require_a_step_up(app: &TestApp) {
    let mut refused = Vec::new();
    for operation in OPERATIONS.iter().filter(|operation| operation.changes) {
        let (app, fixture) = Fixture::of(app.engine, operation.by);
        app.advance(five_minutes_and_a_moment());
        let before = app.fingerprint();
        let answer = operation.call(&fixture.client, fixture.targets(Relation::Own));
        if answer.status == 403 && answer.json()["code"] == "step_up_required" {
            assert_eq!(app.fingerprint(), before, "{} {}", operation.method, operation.path);
            refused.push(format!("{} {}", operation.method, operation.documented()));
        }
    }
    let mut expected = WITH_STEP_UP;
    expected.sort_unstable();
    refused.sort_unstable();
    assert_eq!(refused, expected);
}

/// The request of a manager whose last proof is too old: refused without an effect, and carried out
/// after a step-up.
fn needs_a_step_up(app: &TestApp, person: &Person<'_>, send: impl Fn(&Client) -> Answer) -> Answer {
    let client = person.client();
    app.write(|tx| tx.users().set_password(person.user, &app.portal.passwords.hash(PASSWORD).unwrap()));
    app.advance(five_minutes_and_a_moment());
    let before = app.fingerprint();
    let _ = send(&client).problem(403, "step_up_required");
    assert_eq!(app.fingerprint(), before);
    let _ = step_up(&client, "password", PASSWORD).expect(200);
    send(&client)
}

on_both_engines!(d_09_a_stolen_session_cannot_make_or_invite_an_administrator);
fn d_09_a_stolen_session_cannot_make_or_invite_an_administrator(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let accomplice = org.agent("Alan Accomplice");
    let make = org.path(&format!("/members/{}/make-admin", accomplice.membership));
    let katherine = org.administrator("Katherine Tully");
    let made = needs_a_step_up(app, &katherine, |client| client.post(&make, &json!({})));
    assert!(made.expect(200).json()["roles"].to_string().contains("organization_administrator"));

    let invite = |client: &Client, role: &str| {
        client.post(&org.path("/invitations"), &json!({"email": "accomplice@example.org", "role": role}))
    };
    let helen = org.administrator("Helen Tully");
    let _ = needs_a_step_up(app, &helen, |client| invite(client, "organization_administrator")).expect(201);
    let stale = org.administrator("Irene Tully").client();
    app.advance(five_minutes_and_a_moment());
    let _ = invite(&stale, "account_user").expect(201);
}

on_both_engines!(d_09_a_stolen_session_cannot_grant_the_role_of_an_administrator_in_an_update);
fn d_09_a_stolen_session_cannot_grant_the_role_of_an_administrator_in_an_update(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let accomplice = org.agent("Alan Accomplice");
    let path = org.path(&format!("/members/{}", accomplice.membership));
    let update =
        |client: &Client, body: &Value| client.call("PATCH", &path).header("if-match", "*").json(body).send();
    let roles = json!({"roles": ["credentialing_agent", "organization_administrator"]});
    let katherine = org.administrator("Katherine Tully");
    let _ = needs_a_step_up(app, &katherine, |client| update(client, &roles)).expect(200);
    let stale = org.administrator("Helen Tully").client();
    app.advance(five_minutes_and_a_moment());
    let _ = update(&stale, &json!({"comment": "Noted."})).expect(200);
    assert_eq!(
        accomplice.client().get("/api/v1/me").expect(200).json()["memberships"][0]["roles"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

on_both_engines!(d_09_callers_who_may_not_make_the_change_are_refused_without_a_step_up);
fn d_09_callers_who_may_not_make_the_change_are_refused_without_a_step_up(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (agent, other) = (org.member("Marcus Webb", &[Role::CredentialingAgent]), org.agent("Priya Nair"));
    let client = agent.client();
    app.advance(five_minutes_and_a_moment());
    let make = org.path(&format!("/members/{}/make-admin", other.membership));
    let _ = client.post(&make, &json!({})).problem(403, "role_required");
    let stranger = app.signed_in(app.person("Sam Outsider", None, &[]).0);
    app.advance(five_minutes_and_a_moment());
    let refused = stranger.post(&make, &json!({}));
    assert_ne!(refused.json()["code"], "step_up_required", "{}", refused.text());
}

on_both_engines!(a_new_password_ends_nothing_of_a_step_up_elsewhere);
fn a_new_password_ends_nothing_of_a_step_up_elsewhere(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (owner, thief) = (app.signed_in(user), app.signed_in(user));
    let _ = step_up(&thief, "password", PASSWORD).expect(200);
    let body = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let _ = owner.call("PUT", "/api/v1/me/password").header("if-match", "*").json(&body).send().expect(204);
    let _ = register(&thief).problem(401, "unauthenticated");
}
