//! Self-registration under a tax ID: neutral responses, notification of managers or the plan's
//! staff, and completion by link.

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::sign_in::NEW_PASSWORD;
use portal_tests::{Answer, TestApp, on_both_engines};
use serde_json::json;

const TIN: &str = "72-7654321";

fn register(app: &TestApp, plan: &str, tin: &str, email: &str) -> Answer {
    let body = json!({"plan": plan, "tin": tin, "email": email, "first_name": "Jeremy", "last_name": "Huang", "telephone": "1231231234"});
    app.anonymous().post("/api/v1/registrations", &body)
}

fn complete(app: &TestApp, token: &str) -> Answer {
    app.anonymous().post("/api/v1/registrations/complete", &json!({"token": token, "password": NEW_PASSWORD}))
}

on_both_engines!(s4_a_user_registers_a_manager_enables_by_email_and_the_user_completes);
fn s4_a_user_registers_a_manager_enables_by_email_and_the_user_completes(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend Pediatrics", PlanCode::Lhcc, TIN);
    let (lena, sofia) = (practice.account_manager("Lena Ortiz"), practice.account_manager("Sofia Second"));
    let _ = register(app, "lhcc", TIN, "jeremy@example.org").expect(202);
    app.process_requests();
    let mails = app.deliver_mails();
    let mut notified: Vec<_> = mails.iter().map(|mail| mail.to.clone()).collect();
    notified.sort();
    let mut expected = [lena.email.clone(), sofia.email.clone()];
    expected.sort();
    assert_eq!(notified, expected, "all active account managers");
    assert!(mails.iter().all(|mail| mail.text.contains("**-***4321") && !mail.text.contains("7654321")));
    let button = mails[0].token();

    let outsider = app.member_elsewhere("Sam Outsider").client();
    let _ = outsider
        .post("/api/v1/registrations/enable", &json!({"token": button}))
        .problem(403, "role_required");
    let other = app.practice("Hillside", PlanCode::Lhcc).account_manager("Olga Other").client();
    let _ = other.post("/api/v1/registrations/enable", &json!({"token": button})).problem(404, "not_found");
    let looked =
        app.anonymous().unchecked().call("GET", "/links/enable-user").header("accept", "text/html").send();
    assert_eq!(looked.status, 200);

    let enabled =
        lena.client().post("/api/v1/registrations/enable", &json!({"token": button})).expect(200).json();
    assert_eq!((&enabled["status"], &enabled["verified"]), (&"unverified".into(), &true.into()));
    let _ = sofia
        .client()
        .post("/api/v1/registrations/enable", &json!({"token": button}))
        .problem(410, "link_used");
    let member = practice.path(&format!("/members/{}", enabled["id"].as_str().unwrap()));
    let _ = lena.client().post(&format!("{member}/send-registration-email"), &json!({})).expect(200);
    let mails = app.deliver_mails();
    let token = mails.iter().find(|mail| mail.text.contains("#token=ppg_")).unwrap().token();
    let completed = complete(app, &token).expect(200).json();
    assert_eq!(
        (&completed["status"], &completed["organization_name"]),
        (&"active".into(), &"Riverbend Pediatrics".into())
    );
    let jeremy = app.sign_in("jeremy@example.org", NEW_PASSWORD);
    assert_eq!(jeremy.get("/api/v1/me").expect(200).json()["memberships"][0]["status"], "active");
}

on_both_engines!(d_11_the_response_reveals_nothing_and_takes_the_same_statements);
fn d_11_the_response_reveals_nothing_and_takes_the_same_statements(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let known = practice.account_manager("Lena Ortiz");
    // The first event of the audit trail takes additional statements.
    let _ = register(app, "ahw", "71-2222222", "first@example.org").expect(202);
    let mut answers = Vec::new();
    let mut statements = Vec::new();
    for (tin, email) in [
        (TIN, known.email.as_str()),
        (TIN, "new@example.org"),
        ("71-1111111", "new@example.org"),
        ("71-1111111", &known.email),
    ] {
        app.forget_statements();
        answers.push(register(app, "ahw", tin, email).expect(202).without_request_id());
        statements.push(app.statements().len());
    }
    answers.dedup();
    statements.dedup();
    assert_eq!((answers.len(), statements.len()), (1, 1), "{statements:?}");
}

on_both_engines!(a_registration_of_an_existing_member_changes_nothing);
fn a_registration_of_an_existing_member_changes_nothing(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let _ = practice.account_manager("Lena Ortiz");
    let person = practice.member_with("Jeremy Huang", &[Role::AccountUser], &[], MembershipStatus::Disabled);
    let _ = register(app, "ahw", TIN, &person.email.to_uppercase()).expect(202);
    app.process_requests();
    assert!(app.deliver_mails().is_empty(), "registering does not enable a disabled user");
    assert_eq!(
        app.read(|tx| tx.members().find(practice.id, person.membership)).unwrap().member.status,
        MembershipStatus::Disabled
    );
}

on_both_engines!(sec_cve_c_12_a_registration_with_another_users_address_reveals_nothing_to_the_manager);
fn sec_cve_c_12_a_registration_with_another_users_address_reveals_nothing_to_the_manager(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let lena = practice.account_manager("Lena Ortiz").client();
    let victim = app.member_elsewhere("Vera Victim");
    app.write(|tx| tx.users().set_telephone(victim.user, Some("5025550199")));
    let session = victim.client();
    let _ = register(app, "ahw", TIN, &victim.email).expect(202);
    app.process_requests();
    let waiting = lena.get(&practice.path("/members?verification_pending=true")).expect(200).json();
    let shown = &waiting["items"][0];
    assert_eq!(
        (&shown["name"], &shown["telephone"]),
        (&"Jeremy Huang".into(), &"1231231234".into()),
        "with the name that they entered"
    );
    assert!(shown.get("last_login_at").is_none());
    assert!(!app.deliver_mails().iter().any(|mail| mail.text.contains("Victim")));
    let sessions = practice.path(&format!("/members/{}/sessions", shown["id"].as_str().unwrap()));
    let _ = lena.get(&sessions).problem(404, "not_found");
    let _ = lena.call("DELETE", &sessions).send().problem(409, "invalid_transition");
    let _ = session.get("/api/v1/me").expect(200);
}

on_both_engines!(r_171_the_original_registrant_waits_for_the_plans_staff);
fn r_171_the_original_registrant_waits_for_the_plans_staff(app: &TestApp) {
    let staff_user = app.platform_user("Stella Staff", &[PlatformRole::PlanStaff]);
    let staff = app.signed_in(staff_user).with_purpose(Some("enrollment"));
    let _ = register(app, "ahw", TIN, "first@example.org").expect(202);
    app.process_requests();
    let mails = app.deliver_mails();
    assert_eq!(mails.len(), 1, "the plan's staff, because there is no manager");
    let waiting = staff.get("/api/v1/plan/registrations?without_manager=true").expect(200).json();
    let first = &waiting["items"][0];
    assert_eq!(
        (&first["email"], &first["tax_id_masked"]),
        (&"first@example.org".into(), &"**-***4321".into())
    );
    assert_eq!(
        staff.get("/api/v1/plan/registrations?without_manager=false").expect(200).json()["items"],
        json!([])
    );
    let path = format!("/api/v1/plan/registrations/{}/verify-original", first["id"].as_str().unwrap());
    let body = json!({"organization_name": "Riverbend Pediatrics", "comment": "Called back."});
    let outsider = app.member_elsewhere("Sam Outsider").client();
    let _ = outsider.post(&path, &body).problem(403, "role_required");
    let verified = staff.post(&path, &body).expect(200).json();
    assert_eq!(verified["status"], "unverified");
    assert!(
        verified["permissions"].as_array().unwrap().contains(&"manage_account".into()),
        "with every permission of the plan"
    );
    let _ = staff.post(&path, &body).problem(409, "invalid_transition");
    let organization = first["organization_id"].as_str().unwrap();
    let member = format!("/api/v1/organizations/{organization}/members/{}", first["id"].as_str().unwrap());
    let mail = app.deliver_mails().into_iter().find(|mail| mail.text.contains("#token=ppg_")).unwrap();
    assert!(mail.text.contains("Riverbend Pediatrics"), "with the name that the plan entered");
    let _ = staff.get(&member).expect(200);
    let _ = complete(app, &mail.token()).expect(200);
    let manager = app.sign_in("first@example.org", NEW_PASSWORD);
    let members = manager.get(&format!("/api/v1/organizations/{organization}/members")).expect(200).json();
    assert_eq!(members["items"].as_array().unwrap().len(), 1);
    let named = manager.get(&format!("/api/v1/organizations/{organization}")).expect(200).json();
    assert_eq!(named["name"], "Riverbend Pediatrics");
}

on_both_engines!(r_171_only_the_plans_staff_enable_the_first_registrant);
fn r_171_only_the_plans_staff_enable_the_first_registrant(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Ahw, TIN);
    let _ = register(app, "ahw", TIN, "first@example.org").expect(202);
    app.process_requests();
    let _ = app.deliver_mails();
    let user = practice.member_with(
        "Claims User",
        &[Role::AccountUser],
        &[portal_domain::organizations::membership::Permission::Claims],
        MembershipStatus::Active,
    );
    let _ = user.client().get(&practice.path("/members")).problem(403, "role_required");
}

on_both_engines!(r_177_a_link_works_once_until_it_expires_or_is_superseded);
fn r_177_a_link_works_once_until_it_expires_or_is_superseded(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz");
    let uma = practice.member_with("Uma Unverified", &[Role::AccountUser], &[], MembershipStatus::Unverified);
    let send = practice.path(&format!("/members/{}/send-registration-email", uma.membership));
    let token = || {
        let _ = lena.client().post(&send, &json!({})).expect(200);
        app.only_mail_to(&uma.email).token()
    };
    let first = token();
    let second = token();
    let before = app.fingerprint();
    let _ = complete(app, &first).problem(410, "link_superseded");
    app.advance(Duration::hours(72));
    let _ = complete(app, &second).problem(410, "link_expired");
    assert_eq!(app.fingerprint(), before);
    let third = token();
    app.advance(Duration::hours(72) - Duration::microseconds(1));
    let _ = complete(app, &third).expect(200);
    let _ = complete(app, &third).problem(410, "link_used");
    let _ = complete(app, "ppg_unknown").problem(404, "not_found");
}

on_both_engines!(sec_cve_c_23_a_token_is_valid_only_for_its_purpose);
fn sec_cve_c_23_a_token_is_valid_only_for_its_purpose(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz").client();
    let uma = practice.member_with("Uma Unverified", &[Role::AccountUser], &[], MembershipStatus::Unverified);
    let _ = lena
        .post(&practice.path(&format!("/members/{}/send-registration-email", uma.membership)), &json!({}))
        .expect(200);
    let token = app.only_mail_to(&uma.email).token();
    let before = app.fingerprint();
    let anonymous = app.anonymous();
    let _ = anonymous
        .post("/api/v1/password-resets/complete", &json!({"token": token, "password": NEW_PASSWORD}))
        .problem(404, "not_found");
    let _ = anonymous
        .post(
            "/api/v1/invitations/accept",
            &json!({"token": token, "first_name": "A", "last_name": "B", "password": NEW_PASSWORD}),
        )
        .problem(404, "not_found");
    let _ = lena.post("/api/v1/registrations/enable", &json!({"token": token})).problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(a_user_with_a_password_must_sign_in_to_complete);
fn a_user_with_a_password_must_sign_in_to_complete(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz").client();
    let (user, email) = app.person("Jeremy Huang", Some(NEW_PASSWORD), &[]);
    let membership = app.write(|tx| {
        let id = tx.new_id();
        tx.memberships().insert(&portal_persistence::organizations::memberships::NewMembership {
            id,
            organization: practice.id,
            user,
            status: MembershipStatus::Unverified,
            roles: vec![Role::AccountUser],
            permissions: vec![],
        })?;
        Ok(id)
    });
    let _ = lena
        .post(&practice.path(&format!("/members/{membership}/send-registration-email")), &json!({}))
        .expect(200);
    let token = app.only_mail_to(&email).token();
    let before = app.fingerprint();
    let _ = complete(app, &token).problem(401, "unauthenticated");
    assert_eq!(app.fingerprint(), before);
    let outsider = app.member_elsewhere("Sam Outsider").client();
    let _ = outsider
        .post("/api/v1/registrations/complete", &json!({"token": token}))
        .problem(403, "invitation_email_mismatch");
    let _ = app.signed_in(user).post("/api/v1/registrations/complete", &json!({"token": token})).expect(200);
}

on_both_engines!(violations_of_a_registration_are_reported_without_the_tax_id);
fn violations_of_a_registration_are_reported_without_the_tax_id(app: &TestApp) {
    let bad = json!({"plan": "ahw", "tin": "72-765432", "email": "nobody", "first_name": " ", "last_name": "x".repeat(101), "telephone": "123"});
    let problem = app.anonymous().post("/api/v1/registrations", &bad);
    assert!(!problem.text().contains("765432"));
    let problem = problem.problem(422, "validation_failed");
    let mut pointers: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap().to_owned())
        .collect();
    pointers.sort();
    assert_eq!(pointers, ["/email", "/first_name", "/last_name", "/telephone", "/tin"]);
    let _ = register(app, "ky", TIN, "a@example.org").problem(422, "validation_failed");
    let _ = register(app, "ahw", TIN, "a@example.org").expect(202);
    assert!(!app.fingerprint().contains("727654321"), "encrypted until it is processed");
}

#[test]
fn anonymous_registrations_from_one_address_are_limited_per_hour() {
    let app = TestApp::start_with(portal_tests::Engine::Sqlite, false, &[("SELF_SERVICE_PER_HOUR", "3")]);
    for _ in 0..3 {
        let _ = register(&app, "ahw", TIN, "a@example.org").expect(202);
    }
    let refused = register(&app, "ahw", TIN, "a@example.org");
    assert!(refused.header("retry-after").is_some());
    let _ = refused.problem(429, "too_many_requests");
}
