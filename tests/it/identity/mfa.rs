//! Second factors: registration, changes, who needs one, and loss (domain rule R-111, decision
//! D-12).

use chrono::Duration;
use portal_api::cli;
use portal_api::http::auth::second_factor::code_at;
use portal_domain::Instant;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::identity::user_administration::UserChange;
use portal_domain::organizations::membership::Role;
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::json::text;
use portal_tests::sign_in::{self, PASSWORD, TOKEN};
use portal_tests::{Answer, Client, Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

pub(super) const METHODS: &str = "/api/v1/me/mfa-methods";

/// A confirmed second factor.
pub(super) struct Factor {
    path: String,
    pub(super) secret: String,
    pub(super) recovery_codes: Vec<String>,
}

pub(super) fn code(app: &TestApp, secret: &str) -> String {
    code_at(secret, app.clock.session_now()).unwrap()
}

/// A code that is valid neither for the current time step nor for the previous one.
pub(super) fn wrong_code(app: &TestApp, secret: &str) -> String {
    let step = |steps: i32| code_at(secret, app.clock.session_now() - Duration::seconds(30) * steps).unwrap();
    let right = [step(0), step(1)];
    (0..3).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).unwrap()
}

fn begin(client: &Client, kind: &str) -> (String, String) {
    let created = client.post(METHODS, &json!({"kind": kind})).expect(201).json();
    (format!("{METHODS}/{}", text(&created, "id")), text(&created, "secret"))
}

fn confirm(client: &Client, path: &str, otp: &str) -> Answer {
    client.post(&format!("{path}/confirm"), &json!({"otp": otp}))
}

/// Registers a factor, and advances the clock past its first code.
pub(super) fn enroll(app: &TestApp, client: &Client, kind: &str) -> Factor {
    let (path, secret) = begin(client, kind);
    let confirmed = confirm(client, &path, &code(app, &secret)).expect(200).json();
    app.advance(Duration::seconds(30));
    let codes = confirmed["recovery_codes"].as_array().into_iter().flatten();
    let recovery_codes = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
    Factor { path, secret, recovery_codes }
}

pub(super) fn sign_in(app: &TestApp, email: &str) -> Answer {
    sign_in::sign_in(app, email, PASSWORD)
}

/// Signs in with the password; returns the token for the second step.
pub(super) fn first_step(app: &TestApp, email: &str) -> String {
    text(&sign_in(app, email).problem(403, "mfa_required"), "mfa_token")
}

pub(super) fn second_step(client: &Client, mfa_token: &str, member: &str, value: &str) -> Answer {
    client.post_form(TOKEN, &[("grant_type", "mfa_otp"), ("mfa_token", mfa_token), (member, value)])
}

pub(super) fn with_otp(app: &TestApp, mfa_token: &str, otp: &str) -> Answer {
    second_step(&app.anonymous(), mfa_token, "otp", otp)
}

fn amr(app: &TestApp, tokens: &Value) -> Vec<String> {
    let now = app.clock.session_now();
    app.portal.tokens.verify(&text(tokens, "access_token"), now).unwrap().amr
}

pub(super) fn mails(app: &TestApp) -> Vec<String> {
    app.inspector().texts("SELECT template AS value FROM outbox_mails ORDER BY created_at")
}

/// A portal that enforces the plans' rules for second factors.
fn start_with_enforcement(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("SECOND_FACTOR", "enforced")])
}

on_both_engines!(r_111_f_13_a_user_registers_a_second_factor_and_signs_in_with_it);
fn r_111_f_13_a_user_registers_a_second_factor_and_signs_in_with_it(app: &TestApp) {
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
    assert_eq!(mails(app), ["factor_registered"]);
    let again = confirm(&client, &path, &code(app, &secret)).problem(409, "invalid_transition");
    assert_eq!((&again["from"], &again["allowed"]), (&json!("registered"), &json!([])));

    app.advance(Duration::seconds(30));
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

on_both_engines!(r_111_a_registration_from_before_october_2022_does_not_count);
fn r_111_a_registration_from_before_october_2022_does_not_count(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let factor = enroll(app, &client, "okta_verify");
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

on_both_engines!(a_stolen_password_is_not_enough_to_change_the_second_factors);
fn a_stolen_password_is_not_enough_to_change_the_second_factors(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let owner = app.signed_in(user);
    let factor = enroll(app, &owner, "okta_verify");
    let without = app.signed_in(user);
    let before = app.fingerprint();
    let _ = without.post(METHODS, &json!({"kind": "symantec_vip"})).problem(403, "step_up_required");
    let delete = |client: &Client| client.call("DELETE", &factor.path).header("if-match", "*").send();
    let _ = delete(&without).problem(403, "step_up_required");
    assert_eq!(app.fingerprint(), before);
    let foreign = app.signed_in(app.person("Sam Outsider", None, &[]).0);
    let _ = delete(&foreign).problem(404, "not_found");
    let _ = confirm(&foreign, &factor.path, "123456").problem(404, "not_found");
    let _ = owner.unchecked().call("DELETE", &factor.path).send().problem(428, "precondition_required");
    let stale = owner.call("DELETE", &factor.path).header("if-match", "\"v9-000000000000\"").send();
    let _ = stale.problem(412, "precondition_failed");
    let _ = delete(&owner).expect(204);
    let _ = without.get("/api/v1/me").problem(401, "unauthenticated");
    let list = owner.get(METHODS).expect(200).json();
    assert_eq!(
        (&list["items"], &list["recovery_codes_left"]),
        (&json!([]), &json!(0)),
        "the recovery codes were removed with it"
    );
    assert_eq!(mails(app).len(), 2);
}

on_both_engines!(d_09_changing_second_factors_requires_one_verified_within_five_minutes);
fn d_09_changing_second_factors_requires_one_verified_within_five_minutes(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let factor = enroll(app, &client, "okta_verify");
    app.advance(Duration::minutes(5) - Duration::seconds(30));
    let (path, secret) = begin(&client, "symantec_vip");
    app.advance(Duration::microseconds(1));
    let before = app.fingerprint();
    let refused = client.post(METHODS, &json!({"kind": "okta_verify"})).problem(403, "step_up_required");
    assert_eq!(refused["accepted"], json!(["otp", "recovery_code"]));
    let _ = confirm(&client, &path, &code(app, &secret)).problem(403, "step_up_required");
    let delete = |client: &Client| client.call("DELETE", &factor.path).header("if-match", "*").send();
    let _ = delete(&client).problem(403, "step_up_required");
    assert_eq!(app.fingerprint(), before);
    let tokens = with_otp(app, &first_step(app, &email), &code(app, &factor.secret)).expect(200).json();
    let again = app.with_token(&text(&tokens, "access_token"));
    let _ = confirm(&again, &path, &code(app, &secret)).expect(200);
    let _ = delete(&again).expect(204);
}

on_both_engines!(the_command_line_removes_the_second_factors_of_a_user_who_lost_app_and_codes);
fn the_command_line_removes_the_second_factors_of_a_user_who_lost_app_and_codes(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let _ = enroll(app, &client, "okta_verify");
    let _ = begin(&client, "symantec_vip");
    let _ = app.deliver_mails();
    let remove =
        |email: &str| cli::change_user(&app.portal, email, "Lost the phone.", &UserChange::RemoveFactors);
    let before = app.audit_events();
    assert_eq!(remove(&email.to_uppercase()), Ok(()));
    assert_eq!(app.audit_events() - before, 1);
    let author = "SELECT actor_name AS value FROM audit_events WHERE action = 'mfa_method.removed'";
    assert_eq!(app.inspector().texts(author), ["command line"]);
    assert!(app.only_mail_to(&email).text.contains("a second factor was removed"));
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let tokens = sign_in(app, &email).expect(200).json();
    let list = app.with_token(&text(&tokens, "access_token")).get(METHODS).expect(200).json();
    assert_eq!((&list["items"], &list["recovery_codes_left"]), (&json!([]), &json!(0)));
    let before = app.fingerprint();
    assert!(remove(&email).is_err(), "there is no second factor to remove");
    assert!(remove("nobody@example.org").is_err());
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(a_new_second_factor_replaces_the_old_one_of_its_kind);
fn a_new_second_factor_replaces_the_old_one_of_its_kind(app: &TestApp) {
    let (user, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let client = app.signed_in(user);
    let old = enroll(app, &client, "okta_verify");
    let (path, secret) = begin(&client, "okta_verify");
    assert_eq!(client.get(METHODS).expect(200).json()["items"].as_array().unwrap().len(), 2);
    let body = json!({"otp": code(app, &secret), "renew_recovery_codes": true});
    let confirmed = client.post(&format!("{path}/confirm"), &body).expect(200).json();
    assert_eq!(confirmed["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(client.get(METHODS).expect(200).json()["items"].as_array().unwrap().len(), 1);
    app.advance(Duration::seconds(30));
    let token = first_step(app, &email);
    let _ = second_step(&app.anonymous(), &token, "recovery_code", &old.recovery_codes[0])
        .problem(400, "invalid_grant");
    let _ = with_otp(app, &token, &code(app, &secret)).expect(200);
}

on_both_engines!(responses_with_secrets_are_not_stored_for_retries);
fn responses_with_secrets_are_not_stored_for_retries(app: &TestApp) {
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

on_both_engines!(r_111_users_who_need_a_second_factor_must_register_it_first, start_with_enforcement);
fn r_111_users_who_need_a_second_factor_must_register_it_first(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    // The OpenAPI document describes this refusal once for all operations.
    let unchecked = manager.unchecked();
    for path in ["/api/v1/organizations", "/api/v1/notifications", &org.path("/credentialing-agents")] {
        let _ = unchecked.get(path).problem(403, "mfa_registration_required");
    }
    let profile = json!({"first_name": "Debi"});
    let patch = unchecked.call("PATCH", "/api/v1/me").header("if-match", "*").json(&profile).send();
    let _ = patch.problem(403, "mfa_registration_required");
    let me = manager.get("/api/v1/me").expect(200).json();
    assert_eq!(me["second_factor"], json!({"required": true, "registered": false}));
    let _ = manager.get("/api/v1/me/sessions").expect(200);
    let factor = enroll(app, &manager, "okta_verify");
    let _ = manager.get("/api/v1/organizations").expect(200);

    let remove = |factor: &Factor| manager.call("DELETE", &factor.path).header("if-match", "*").send();
    let _ = remove(&factor).problem(409, "last_factor_required");
    let other = enroll(app, &manager, "symantec_vip");
    assert!(other.recovery_codes.is_empty(), "the user already has ten");
    let _ = remove(&factor).expect(204);
    let _ = remove(&other).problem(409, "last_factor_required");
}

on_both_engines!(r_111_the_plan_and_the_role_determine_who_needs_a_second_factor, start_with_enforcement);
fn r_111_the_plan_and_the_role_determine_who_needs_a_second_factor(app: &TestApp) {
    let needs = |client: &Client| client.unchecked().get("/api/v1/organizations").status == 403;
    for role in PlatformRole::ALL {
        let client = app.staff("Ruth Delgado", *role);
        assert!(needs(&client), "{role}");
    }
    let account = app.organization("Harbor", OrganizationKind::ProviderAccount, PlanCode::Cca);
    assert!(!needs(&account.member("Uma User", &[Role::AccountUser]).client()));
    assert!(needs(&account.member("Ada Admin", &[Role::OrganizationAdministrator]).client()));
    assert!(!needs(&app.signed_in(app.person("Nora Nobody", None, &[]).0)));
}
