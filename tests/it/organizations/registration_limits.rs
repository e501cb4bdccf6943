//! What registrations with other people's addresses can and cannot do: they write nothing to a
//! user, and their number is limited.

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_tests::given::{Organization, Person};
use portal_tests::sign_in::NEW_PASSWORD;
use portal_tests::{Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

const TIN: &str = "72-7654321";

/// Registers and lets the worker process the request.
fn register(app: &TestApp, tin: &str, email: &str, (first, last): (&str, &str)) {
    let body = json!({
        "plan": "ahw", "tin": tin, "email": email, "first_name": first, "last_name": last,
        "telephone": "6175550199",
    });
    let answer = app.anonymous().post("/api/v1/registrations", &body).expect(202).json();
    assert_eq!(answer["status"], "received", "the response is always the same");
    app.process_requests();
}

/// The members of a practice, as its account manager sees them.
fn members(practice: &Organization<'_>, manager: &Person<'_>) -> Vec<Value> {
    manager.client().all(&practice.path("/members"))
}

fn member(practice: &Organization<'_>, manager: &Person<'_>, email: &str) -> Value {
    members(practice, manager).into_iter().find(|member| member["email"] == email).unwrap()
}

/// Verifies a registrant and completes the registration as the owner of the address.
fn verify_and_complete(app: &TestApp, practice: &Organization<'_>, manager: &Person<'_>, email: &str) {
    let id = member(practice, manager, email)["id"].as_str().unwrap().to_owned();
    let path = practice.path(&format!("/members/{id}"));
    let _ = manager.client().post(&format!("{path}/verify"), &json!({})).expect(200);
    let _ = app.deliver_mails();
    let _ = manager.client().post(&format!("{path}/send-registration-email"), &json!({})).expect(200);
    let body = json!({"token": app.only_mail_to(email).token(), "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).expect(200);
}

on_both_engines!(r_214_a_registration_changes_nothing_about_an_existing_user);
fn r_214_a_registration_changes_nothing_about_an_existing_user(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let lena = practice.account_manager("Lena Ortiz");
    let victim = app.member_elsewhere("Vera Victim");
    let before = victim.client().get("/api/v1/me").expect(200).json()["version"].clone();
    register(app, TIN, &victim.email, ("Click", "Here"));
    let person = app.read(|tx| tx.users().find(victim.user)).unwrap();
    assert_eq!((person.name().as_str(), person.telephone), ("Vera Victim", None));
    assert_eq!(victim.client().get("/api/v1/me").expect(200).json()["version"], before);
    let shown = member(&practice, &lena, &victim.email);
    assert_eq!((&shown["name"], &shown["telephone"]), (&json!("Click Here"), &json!("6175550199")));
}

on_both_engines!(a_telephone_number_given_at_registration_stays_in_the_practice);
fn a_telephone_number_given_at_registration_stays_in_the_practice(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let lena = practice.account_manager("Lena Ortiz");
    register(app, TIN, "jeremy@example.org", ("Jeremy", "Huang"));
    verify_and_complete(app, &practice, &lena, "jeremy@example.org");
    let jeremy = app.sign_in("jeremy@example.org", NEW_PASSWORD);
    let me = jeremy.get("/api/v1/me").expect(200).json();
    assert_eq!(me.get("telephone"), None, "the owner of the address never saw the number");
    assert_eq!(member(&practice, &lena, "jeremy@example.org")["telephone"], "6175550199");
    let own = jeremy.call("PATCH", "/api/v1/me").header("if-match", "*");
    let _ = own.json(&json!({"telephone": "5025550142"})).send().expect(200);
    assert_eq!(member(&practice, &lena, "jeremy@example.org")["telephone"], "5025550142");
}

on_both_engines!(each_practice_sees_the_name_that_was_given_to_it_until_the_owner_completes);
fn each_practice_sees_the_name_that_was_given_to_it_until_the_owner_completes(app: &TestApp) {
    let first = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let second = app.practice_with_tax_id("Hillside", PlanCode::Ahw, "71-1111111");
    let (lena, olga) = (first.account_manager("Lena Ortiz"), second.account_manager("Olga Other"));
    let email = "jeremy@example.org";
    register(app, TIN, email, ("Mallory", "Planted"));
    register(app, "71-1111111", email, ("Jeremy", "Huang"));
    assert_eq!(member(&second, &olga, email)["name"], "Jeremy Huang");
    verify_and_complete(app, &second, &olga, email);
    let jeremy = app.sign_in(email, NEW_PASSWORD).get("/api/v1/me").expect(200).json();
    assert_eq!((&jeremy["first_name"], &jeremy["last_name"]), (&json!("Jeremy"), &json!("Huang")));
    assert_eq!(member(&second, &olga, email)["name"], "Jeremy Huang");
    assert_eq!(member(&first, &lena, email)["name"], "Mallory Planted", "not the name on file");
}

fn few_per_tax_id(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("REGISTRATIONS_PER_TAX_ID", "2")])
}

on_both_engines!(registrations_under_one_tax_id_are_limited_per_day, few_per_tax_id);
fn registrations_under_one_tax_id_are_limited_per_day(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let lena = practice.account_manager("Lena Ortiz");
    let count = || members(&practice, &lena).len();
    for (number, expected) in [(1, 2), (2, 3), (3, 3)] {
        register(app, TIN, &format!("jeremy.{number}@example.org"), ("Jeremy", "Huang"));
        assert_eq!(count(), expected, "registration {number}");
    }
    app.advance(Duration::days(1) - Duration::microseconds(1));
    register(app, TIN, "jeremy.4@example.org", ("Jeremy", "Huang"));
    assert_eq!(count(), 3, "the day is not over");
    app.advance(Duration::microseconds(1));
    register(app, TIN, "jeremy.5@example.org", ("Jeremy", "Huang"));
    assert_eq!(count(), 4, "the next day");
    let other = app.practice_with_tax_id("Hillside", PlanCode::Ahw, "71-1111111");
    let olga = other.account_manager("Olga Other");
    register(app, "71-1111111", "jeremy.6@example.org", ("Jeremy", "Huang"));
    assert_eq!(members(&other, &olga).len(), 2, "each tax ID has its own count");
    assert!(!app.fingerprint().contains("727654321"), "the counters do not reveal the tax ID");
}

fn few_per_email(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("REGISTRATIONS_PER_EMAIL", "2")])
}

on_both_engines!(registrations_with_one_email_address_are_limited_per_day, few_per_email);
fn registrations_with_one_email_address_are_limited_per_day(app: &TestApp) {
    for (number, expected) in [(1, 1), (2, 2), (3, 2)] {
        register(app, &format!("71-111111{number}"), "Jeremy@example.org", ("Jeremy", "Huang"));
        assert_eq!(app.count("organizations"), expected, "registration {number}");
    }
    register(app, "71-1111114", "jeremy@EXAMPLE.org", ("Jeremy", "Huang"));
    assert_eq!(app.count("organizations"), 2, "letter case makes no difference");
    register(app, "71-1111114", "noor@example.org", ("Noor", "Haddad"));
    assert_eq!(app.count("organizations"), 3);
}

fn few_new_practices(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("NEW_PRACTICES_PER_DAY", "2")])
}

on_both_engines!(practices_that_registrations_create_are_limited_per_plan_and_day, few_new_practices);
fn practices_that_registrations_create_are_limited_per_plan_and_day(app: &TestApp) {
    for (number, expected) in [(1, 1), (2, 2), (3, 2)] {
        let email = format!("jeremy.{number}@example.org");
        register(app, &format!("71-111111{number}"), &email, ("Jeremy", "Huang"));
        assert_eq!(app.count("organizations"), expected, "registration {number}");
    }
    register(app, "71-1111111", "noor@example.org", ("Noor", "Haddad"));
    assert_eq!(app.count("memberships"), 3, "under a known tax ID");
    app.advance(Duration::days(1));
    register(app, "71-1111113", "jeremy.3@example.org", ("Jeremy", "Huang"));
    assert_eq!(app.count("organizations"), 3, "the next day");
}

fn few_mails(engine: Engine) -> TestApp {
    TestApp::start_with(engine, false, &[("REGISTRATION_MAILS_PER_HOUR", "2")])
}

on_both_engines!(emails_about_registrations_are_limited_per_recipient, few_mails);
fn emails_about_registrations_are_limited_per_recipient(app: &TestApp) {
    let staff = app.platform_user("Stella Staff", &[PlatformRole::PlanStaff]);
    let sent = |number: usize, tin: &str| {
        register(app, tin, &format!("jeremy.{number}@example.org"), ("Jeremy", "Huang"));
        app.deliver_mails().len()
    };
    let to_staff: Vec<_> = (1..=3).map(|number| sent(number, &format!("71-111111{number}"))).collect();
    assert_eq!(to_staff, [1, 1, 0], "the plan's staff");
    let waiting = app.signed_in(staff).all("/api/v1/plan/registrations");
    assert_eq!(waiting.len(), 3, "the portal shows every registration");
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let _ = practice.account_manager("Lena Ortiz");
    let to_manager: Vec<_> = (4..=6).map(|number| sent(number, TIN)).collect();
    assert_eq!(to_manager, [1, 1, 0], "the account manager has a count of their own");
    app.advance(Duration::hours(1));
    assert_eq!(sent(7, TIN), 1, "the next hour");
}
