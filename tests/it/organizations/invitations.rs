//! Invitations: who may be invited to what, the link that works once, and what accepting does.

use chrono::Duration;
use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::given::{Given, House, Person, reassignment};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const PASSWORD: &str = "seven purple lanterns";

/// A group that may have a CA Admin Manager, and its administrator.
fn eligible(app: &TestApp) -> (House<'_>, Person<'_>) {
    let house = app.provider_group("Bluegrass");
    let _ = house.agent("Marcus Webb");
    let _ = house.agent("Priya Nair");
    let katherine = house.administrator("Katherine Tully");
    (house, katherine)
}

fn invite(house: &House<'_>, by: &Client, email: &str, role: &str) -> Answer {
    by.post(&house.path("/invitations"), &json!({"email": email, "role": role}))
}

/// Invites and gives the token of the mail.
fn invited(app: &TestApp, house: &House<'_>, by: &Client, email: &str, role: &str) -> String {
    let _ = invite(house, by, email, role).expect(201);
    app.only_mail_to(email).token()
}

fn accept_as_new(app: &TestApp, token: &str) -> Answer {
    let body = json!({"token": token, "first_name": "Nora", "last_name": "Fields", "password": PASSWORD});
    app.anonymous().post("/api/v1/invitations/accept", &body)
}

fn inspect(app: &TestApp, token: &str) -> Answer {
    app.anonymous().post("/api/v1/invitations/inspect", &json!({"token": token}))
}

fn reasons(problem: &Value) -> Vec<&str> {
    problem["reasons"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap()).collect()
}

on_both_engines!(
    s0_f_01_f_02_r_006_an_org_admin_invites_a_ca_admin_manager_who_accepts_signs_in_and_reassigns
);
fn s0_f_01_f_02_r_006_an_org_admin_invites_a_ca_admin_manager_who_accepts_signs_in_and_reassigns(
    app: &TestApp,
) {
    let house = app.provider_group("Bluegrass Family Health Group");
    let (marcus, priya) = (house.agent("Marcus Webb"), house.agent("Priya Nair"));
    let item = house.application(&marcus, Given::default());
    let katherine = house.administrator("Katherine Tully");
    let created =
        invite(&house, &katherine.client(), "Nora.Fields@example.org", "ca_admin_manager").expect(201);
    let invitation = created.json();
    assert_eq!(
        (&invitation["status"], &invitation["role_name"]),
        (&"pending".into(), &"AdminManager".into())
    );
    assert_eq!(invitation["application_name"], "Partner Portal");
    assert_eq!(invitation["expires_at"], "2026-02-04T17:00:00Z");
    assert!(!created.text().contains("ppi_"), "the token is in the mail alone");

    let mail = app.only_mail_to("Nora.Fields@example.org");
    assert!(mail.text.contains("Role Name: AdminManager") && mail.text.contains("Katherine Tully"));
    let token = mail.token();
    let offer = inspect(app, &token).expect(200).json();
    assert_eq!(offer["organization_name"], "Bluegrass Family Health Group");
    assert_eq!(
        (&offer["email_masked"], &offer["sign_in_required"]),
        (&"N***@example.org".into(), &false.into())
    );

    let accepted = accept_as_new(app, &token).expect(200).json();
    assert_eq!((&accepted["status"], &accepted["roles"]), (&"active".into(), &json!(["ca_admin_manager"])));
    let nora = app.sign_in("nora.fields@example.org", PASSWORD);
    let moved = nora.post(&house.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    assert_eq!(moved.json()["moved"], 1);
    assert!(priya.has(item));
    let list = katherine.client().get(&house.path("/invitations?status=accepted")).expect(200).json();
    assert_eq!(list["items"][0]["id"], invitation["id"]);
}

on_both_engines!(r_001_an_agent_keeps_their_role_when_they_accept_signed_in);
fn r_001_an_agent_keeps_their_role_when_they_accept_signed_in(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let marcus = house.agent("Marcus Two");
    let token = invited(app, &house, &katherine.client(), &marcus.email, "ca_admin_manager");
    let accepted =
        marcus.client().post("/api/v1/invitations/accept", &json!({"token": token})).expect(200).json();
    assert_eq!(accepted["roles"], json!(["ca_admin_manager", "credentialing_agent"]));
    assert_eq!(accepted["membership_id"], marcus.membership.to_string());
    let _ = marcus.client().get(&house.path("/credentialing-agents")).expect(200);
}

on_both_engines!(r_003_r_004_every_reason_against_it_comes_at_once_when_inviting);
fn r_003_r_004_every_reason_against_it_comes_at_once_when_inviting(app: &TestApp) {
    let third_party =
        app.organization("Credentials Inc", OrganizationKind::ThirdPartyCredentialing, PlanCode::Ky);
    let administrator = third_party.administrator("Theo Third").client();
    app.write(|tx| {
        tx.medicaid_ids().set_status(&third_party.group_medicaid_id, MedicaidIdStatus::Terminated)
    });
    let before = app.fingerprint();
    let problem = invite(&third_party, &administrator, "nora@example.org", "ca_admin_manager")
        .problem(409, "organization_not_eligible");
    assert_eq!(
        reasons(&problem),
        ["no_group_medicaid_id", "fewer_than_two_credentialing_agents", "third_party_organization"]
    );
    assert_eq!(app.fingerprint(), before, "nothing changed");
    assert!(app.deliver_mails().is_empty());
}

on_both_engines!(r_003_only_active_agents_count);
fn r_003_only_active_agents_count(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let katherine = house.administrator("Katherine Tully").client();
    let _ = house.agent("Marcus Webb");
    for status in
        [MembershipStatus::Disabled, MembershipStatus::Unverified, MembershipStatus::VerificationPending]
    {
        let _ = house.member_with("Not Counted", &[Role::CredentialingAgent], &[], status);
    }
    let problem = invite(&house, &katherine, "nora@example.org", "ca_admin_manager")
        .problem(409, "organization_not_eligible");
    assert_eq!(reasons(&problem), ["fewer_than_two_credentialing_agents"]);
    let _ = house.agent("Priya Nair");
    let _ = invite(&house, &katherine, "nora@example.org", "ca_admin_manager").expect(201);
}

on_both_engines!(r_003_eligibility_is_asked_again_at_acceptance_and_the_link_survives_the_refusal);
fn r_003_eligibility_is_asked_again_at_acceptance_and_the_link_survives_the_refusal(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let token = invited(app, &house, &katherine.client(), "nora@example.org", "ca_admin_manager");
    app.write(|tx| tx.medicaid_ids().set_status(&house.group_medicaid_id, MedicaidIdStatus::Terminated));
    let before = app.fingerprint();
    let problem = accept_as_new(app, &token).problem(409, "organization_not_eligible");
    assert_eq!(reasons(&problem), ["no_group_medicaid_id"]);
    assert_eq!(app.fingerprint(), before);
    app.write(|tx| tx.medicaid_ids().set_status(&house.group_medicaid_id, MedicaidIdStatus::Active));
    let _ = accept_as_new(app, &token).expect(200);
}

on_both_engines!(r_005_nobody_but_an_organization_administrator_of_this_organization_invites_a_manager);
fn r_005_nobody_but_an_organization_administrator_of_this_organization_invites_a_manager(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let other = app.provider_group("Lakeside");
    let (debi, priya) = (house.manager("Debi Henderson").client(), house.agent("Priya Two").client());
    let olga = other.administrator("Olga Other").client();
    let before = app.fingerprint();
    let _ = invite(&house, &debi, "x@example.org", "ca_admin_manager")
        .problem(403, "only_organization_administrator");
    let _ = invite(&house, &priya, "x@example.org", "credentialing_agent").problem(403, "beyond_authority");
    let _ = invite(&house, &olga, "x@example.org", "ca_admin_manager").problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
    let _ = invite(&house, &katherine.client(), "x@example.org", "ca_admin_manager").expect(201);
}

on_both_engines!(f_01_grantable_roles_grey_the_choice_out_with_every_reason);
fn f_01_grantable_roles_grey_the_choice_out_with_every_reason(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let katherine = house.administrator("Katherine Tully").client();
    let grants = katherine.get(&house.path("/grantable-roles")).expect(200).json();
    let manager =
        grants["roles"].as_array().unwrap().iter().find(|role| role["role"] == "ca_admin_manager").unwrap();
    assert_eq!(
        (&manager["invitable"], &manager["reasons"]),
        (&false.into(), &json!(["fewer_than_two_credentialing_agents"]))
    );
    let agent = grants["roles"]
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["role"] == "credentialing_agent")
        .unwrap();
    assert_eq!(agent["invitable"], true);
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let lena = practice.account_manager("Lena Ortiz").client();
    let grants = lena.get(&practice.path("/grantable-roles")).expect(200).json();
    let offered: Vec<_> =
        grants["permissions"].as_array().unwrap().iter().map(|entry| entry["permission"].clone()).collect();
    assert!(!offered.contains(&"health_passport".into()) && offered.contains(&"manage_account".into()));
}

on_both_engines!(sec_cve_c_25_r_008_the_link_works_until_the_last_instant_before_it_expires);
fn sec_cve_c_25_r_008_the_link_works_until_the_last_instant_before_it_expires(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let token = invited(app, &house, &katherine.client(), "nora@example.org", "credentialing_agent");
    app.pass(Duration::hours(72) - Duration::microseconds(1));
    let _ = inspect(app, &token).expect(200);
    app.pass(Duration::microseconds(1));
    let _ = inspect(app, &token).problem(410, "invitation_expired");
    let before = app.fingerprint();
    let _ = accept_as_new(app, &token).problem(410, "invitation_expired");
    assert_eq!(app.fingerprint(), before);
    let list = katherine.client().get(&house.path("/invitations?status=expired")).expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

on_both_engines!(sec_cve_c_27_r_009_a_link_is_used_once_and_looking_does_not_use_it);
fn sec_cve_c_27_r_009_a_link_is_used_once_and_looking_does_not_use_it(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let token = invited(app, &house, &katherine.client(), "nora@example.org", "credentialing_agent");
    for method in ["GET", "HEAD"] {
        let looked =
            app.anonymous().unruly().call(method, "/links/invitation").header("accept", "text/html").send();
        assert_eq!(looked.status, 200);
        let _ = app.anonymous().unruly().call(method, "/api/v1/invitations/accept").send().expect(405);
    }
    let _ = inspect(app, &token).expect(200);
    let _ = inspect(app, &token).expect(200);
    let _ = accept_as_new(app, &token).expect(200);
    let before = app.fingerprint();
    let _ = accept_as_new(app, &token).problem(410, "invitation_used");
    let _ = inspect(app, &token).problem(410, "invitation_used");
    assert_eq!(app.fingerprint(), before);
    let _ = inspect(app, "ppi_unknown").problem(404, "not_found");
}

on_both_engines!(r_010_the_link_is_for_the_invited_address_whatever_its_letter_case);
fn r_010_the_link_is_for_the_invited_address_whatever_its_letter_case(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let nora = app.member_elsewhere("Nora Fields");
    let token = invited(app, &house, &katherine.client(), &nora.email.to_uppercase(), "credentialing_agent");
    let somebody = app.member_elsewhere("Sam Stranger").client();
    let body = json!({"token": token});
    let before = app.fingerprint();
    let _ = somebody.post("/api/v1/invitations/accept", &body).problem(403, "invitation_email_mismatch");
    assert_eq!(app.fingerprint(), before, "the link is not consumed");
    let _ = nora.client().post("/api/v1/invitations/accept", &body).expect(200);
}

on_both_engines!(d_08_an_account_is_never_attached_without_signing_in);
fn d_08_an_account_is_never_attached_without_signing_in(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let (_, email) = app.person("Nora Fields", Some(PASSWORD), &[]);
    let token = invited(app, &house, &katherine.client(), &email, "credentialing_agent");
    assert_eq!(inspect(app, &token).expect(200).json()["sign_in_required"], true);
    let before = app.fingerprint();
    let _ = accept_as_new(app, &token).problem(401, "unauthenticated");
    assert_eq!(app.fingerprint(), before);
    let nora = app.sign_in(&email, PASSWORD);
    let _ = nora.post("/api/v1/invitations/accept", &json!({"token": token})).expect(200);
}

on_both_engines!(d_08_an_inviter_who_may_not_any_more_takes_the_offer_along);
fn d_08_an_inviter_who_may_not_any_more_takes_the_offer_along(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let second = house.administrator("Sofia Second");
    let token = invited(app, &house, &second.client(), "nora@example.org", "ca_admin_manager");
    let path = house.path(&format!("/members/{}/disable", second.membership));
    let _ = katherine.client().post(&path, &json!({})).expect(200);
    let _ = accept_as_new(app, &token).problem(409, "inviter_lost_authority");
}

on_both_engines!(r_011_a_newer_invitation_supersedes_and_a_holder_is_not_invited_again);
fn r_011_a_newer_invitation_supersedes_and_a_holder_is_not_invited_again(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let client = katherine.client();
    let first = invited(app, &house, &client, "nora@example.org", "ca_admin_manager");
    let second = invited(app, &house, &client, "NORA@example.org", "ca_admin_manager");
    let _ = inspect(app, &first).problem(410, "invitation_superseded");
    let _ = accept_as_new(app, &second).expect(200);
    let _ = invite(&house, &client, "nora@example.org", "ca_admin_manager").problem(409, "already_has_role");
}

on_both_engines!(resending_makes_a_new_link_and_cancelling_kills_it);
fn resending_makes_a_new_link_and_cancelling_kills_it(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let client = katherine.client();
    let created = invite(&house, &client, "nora@example.org", "credentialing_agent").expect(201).json();
    let first = app.only_mail_to("nora@example.org").token();
    app.pass(Duration::hours(100));
    let client = katherine.client();
    let resend = house.path(&format!("/invitations/{}/resend", created["id"].as_str().unwrap()));
    let again = client.post_empty(&resend).expect(201).json();
    assert_eq!(again["status"], "pending");
    let second = app.only_mail_to("nora@example.org").token();
    let _ = inspect(app, &first).problem(410, "invitation_superseded");
    let _ = client.post_empty(&resend).problem(409, "invalid_transition");
    let cancel = house.path(&format!("/invitations/{}/cancel", again["id"].as_str().unwrap()));
    let _ = client.post_empty(&cancel).expect(200);
    let _ = inspect(app, &second).problem(410, "invitation_cancelled");
    let problem = client.post_empty(&cancel).problem(409, "invalid_transition");
    assert_eq!(problem["from"], "cancelled");
}

on_both_engines!(a_mail_whose_link_is_dead_before_it_left_is_not_sent);
fn a_mail_whose_link_is_dead_before_it_left_is_not_sent(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let client = katherine.client();
    let _ = invite(&house, &client, "nora@example.org", "credentialing_agent").expect(201);
    let second = invite(&house, &client, "nora@example.org", "credentialing_agent").expect(201).json();
    assert_eq!(app.deliver_mails().len(), 1, "the superseded one is not sent");
    let third = invite(&house, &client, "nora@example.org", "credentialing_agent").expect(201).json();
    for id in [&second["id"], &third["id"]] {
        let _ = client.post_empty(&house.path(&format!("/invitations/{}/cancel", id.as_str().unwrap())));
    }
    assert!(app.deliver_mails().is_empty());
}

on_both_engines!(staff_do_not_invite_themselves_into_a_practice);
fn staff_do_not_invite_themselves_into_a_practice(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let (staff, email) =
        app.person("Stella Staff", None, &[portal_domain::identity::user::PlatformRole::PlanStaff]);
    let client = app.signed_in(staff);
    let body = json!({"email": email, "role": "account_user", "permissions": ["manage_account"]});
    let before = app.fingerprint();
    let _ = client.post(&practice.path("/invitations"), &body).problem(403, "own_rights");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(sec_cve_c_12_who_may_invite_nobody_learns_nothing_about_anybody);
fn sec_cve_c_12_who_may_invite_nobody_learns_nothing_about_anybody(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let user = practice
        .member_with("Claims User", &[Role::AccountUser], &[Permission::Claims], MembershipStatus::Active)
        .client();
    let known = practice.member_with("Dan Disabled", &[Role::AccountUser], &[], MembershipStatus::Disabled);
    let ask = |email: &str, role: &str| {
        let mut problem = user
            .post(&practice.path("/invitations"), &json!({"email": email, "role": role}))
            .problem(403, "beyond_authority");
        problem["request_id"] = Value::Null;
        problem
    };
    for role in ["account_user", "credentialing_agent"] {
        assert_eq!(ask(&known.email, role), ask("nobody@example.org", role));
    }
}

on_both_engines!(two_first_passwords_by_different_links_are_not_both_set);
fn two_first_passwords_by_different_links_are_not_both_set(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let uma = practice.member_with("Uma Unverified", &[Role::AccountUser], &[], MembershipStatus::Unverified);
    let token = invited(app, &house, &katherine.client(), &uma.email, "credentialing_agent");
    let lena = practice.account_manager("Lena Ortiz").client();
    let _ = lena
        .post(&practice.path(&format!("/members/{}/send-registration-email", uma.membership)), &json!({}))
        .expect(200);
    let registration = app.only_mail_to(&uma.email).token();
    let _ = accept_as_new(app, &token).expect(200);
    let body = json!({"token": registration, "password": "another long passphrase"});
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).problem(401, "unauthenticated");
    let own = app.sign_in(&uma.email, PASSWORD);
    let _ = own.post("/api/v1/registrations/complete", &json!({"token": registration})).expect(200);
    assert_eq!(
        own.get("/api/v1/me").expect(200).json()["name"],
        "Nora Fields",
        "the owner's own word for it"
    );
}

on_both_engines!(a_new_person_needs_a_name_and_an_acceptable_password);
fn a_new_person_needs_a_name_and_an_acceptable_password(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let token = invited(app, &house, &katherine.client(), "nora@example.org", "credentialing_agent");
    let before = app.fingerprint();
    let accept = |body: Value| app.anonymous().post("/api/v1/invitations/accept", &body);
    let problem = accept(json!({"token": token})).problem(422, "validation_failed");
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/first_name", "/last_name", "/password"]);
    let short = json!({"token": token, "first_name": "Nora", "last_name": "Fields", "password": "too short"});
    let problem = accept(short).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "password_too_short");
    let common =
        json!({"token": token, "first_name": "Nora", "last_name": "Fields", "password": "passwordpassword"});
    let _ = accept(common).problem(422, "validation_failed");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(sec_cve_c_08_c_09_fields_that_are_the_servers_are_refused);
fn sec_cve_c_08_c_09_fields_that_are_the_servers_are_refused(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let client = katherine.client();
    for field in ["status", "organization_id", "token", "roles"] {
        let mut body = json!({"email": "nora@example.org", "role": "credentialing_agent"});
        body[field] = "active".into();
        let _ = client.post(&house.path("/invitations"), &body).problem(400, "unknown_field");
    }
    let body = json!({"email": ["a@example.org", "b@example.org"], "role": "credentialing_agent"});
    let _ = client.post(&house.path("/invitations"), &body).problem(422, "validation_failed");
}

on_both_engines!(a_38_in_a_practice_acceptance_leads_to_the_registration_mail);
fn a_38_in_a_practice_acceptance_leads_to_the_registration_mail(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz").client();
    let body = json!({"email": "nora@example.org", "role": "account_user", "permissions": ["claims"]});
    let _ = lena.post(&practice.path("/invitations"), &body).expect(201);
    let token = app.only_mail_to("nora@example.org").token();
    let accepted = accept_as_new(app, &token).expect(200).json();
    assert_eq!(accepted["status"], "unverified");
    let nora = app.sign_in("nora@example.org", PASSWORD);
    let _ = nora.get(&practice.path("")).problem(404, "not_found");
    let registration = app.only_mail_to("nora@example.org").token();
    let completed =
        nora.post("/api/v1/registrations/complete", &json!({"token": registration})).expect(200).json();
    assert_eq!(completed["status"], "active");
    let _ = nora.get(&practice.path("")).expect(200);
}

on_both_engines!(sec_cve_c_10_c_11_no_answer_shows_the_token_and_a_bent_one_is_none);
fn sec_cve_c_10_c_11_no_answer_shows_the_token_and_a_bent_one_is_none(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let client = katherine.client();
    let created = invite(&house, &client, "nora@example.org", "credentialing_agent").expect(201);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let token = app.only_mail_to("nora@example.org").token();
    let answers = [
        created,
        client.get(&house.path("/invitations")).expect(200),
        client.get(&house.path(&format!("/invitations/{id}"))).expect(200),
        client.get(&house.path("/audit-events")).expect(200),
        client.get("/api/v1/notifications").expect(200),
        inspect(app, &token).expect(200),
    ];
    assert!(answers.iter().all(|answer| !answer.text().contains("ppi_")));
    assert!(!app.fingerprint().contains(&token), "only its hash is stored, and the mail's content is wiped");
    let bent: String = token.chars().rev().collect();
    for forged in [bent.as_str(), &token[..token.len() - 1], &format!("{token}A"), &id] {
        let _ = accept_as_new(app, forged).problem(404, "not_found");
    }
}

on_both_engines!(sec_cve_c_31_a_look_alike_of_the_invited_address_is_another_address);
fn sec_cve_c_31_a_look_alike_of_the_invited_address_is_another_address(app: &TestApp) {
    let (house, katherine) = eligible(app);
    for odd in ["\u{212a}atherine@example.org", "nora@ex\u{e4}mple.org", "nora\u{200b}@example.org"] {
        let _ =
            invite(&house, &katherine.client(), odd, "credentialing_agent").problem(422, "validation_failed");
    }
}

on_both_engines!(every_step_leaves_exactly_one_event);
fn every_step_leaves_exactly_one_event(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let client = katherine.client();
    let _ = client.get("/api/v1/me").expect(200);
    let counted = |step: &dyn Fn() -> Answer| {
        let before = app.audit_events();
        let answer = step();
        assert_eq!(app.audit_events() - before, 1);
        answer
    };
    let created =
        counted(&|| invite(&house, &client, "nora@example.org", "credentialing_agent").expect(201)).json();
    let _ = app.deliver_mails();
    let resend = house.path(&format!("/invitations/{}/resend", created["id"].as_str().unwrap()));
    let _ = counted(&|| client.post_empty(&resend).expect(201));
    let token = app.only_mail_to("nora@example.org").token();
    let _ = counted(&|| accept_as_new(app, &token).expect(200));
}

on_both_engines!(a_new_administrator_is_announced_to_the_others);
fn a_new_administrator_is_announced_to_the_others(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let body = json!({"email": "nora@example.org", "role": "organization_administrator"});
    let _ = katherine.client().post(&house.path("/invitations"), &body).expect(201);
    let token = app.only_mail_to("nora@example.org").token();
    let _ = accept_as_new(app, &token).expect(200);
    let mail = app.only_mail_to(&katherine.email);
    assert!(mail.text.contains("Nora Fields"));
}

on_both_engines!(permissions_beyond_the_plan_are_refused);
fn permissions_beyond_the_plan_are_refused(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let lena = practice.account_manager("Lena Ortiz").client();
    let body = json!({"email": "nora@example.org", "role": "account_user", "permissions": [Permission::HealthPassport]});
    let problem = lena.post(&practice.path("/invitations"), &body).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "permission_not_offered");
    let body = json!({"email": "nora@example.org", "role": "organization_administrator"});
    let problem = lena.post(&practice.path("/invitations"), &body).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "role_not_offered");
}

on_both_engines!(a_foreign_invitation_answers_like_none);
fn a_foreign_invitation_answers_like_none(app: &TestApp) {
    let (house, katherine) = eligible(app);
    let (_, other) = (app.provider_group("Lakeside"), app.provider_group("Hillside"));
    let olga = other.administrator("Olga Other").client();
    let created =
        invite(&house, &katherine.client(), "nora@example.org", "credentialing_agent").expect(201).json();
    let id = created["id"].as_str().unwrap();
    let theirs = olga
        .call("POST", &other.path(&format!("/invitations/{id}/cancel")))
        .header("x-request-id", "same")
        .send()
        .expect(404);
    let nothing = olga
        .call("POST", &other.path("/invitations/inv_01h455vb4pex5vsknk084sn02q/cancel"))
        .header("x-request-id", "same")
        .send()
        .expect(404);
    assert_eq!(theirs.text(), nothing.text());
    let _: OrganizationId = house.id;
}
