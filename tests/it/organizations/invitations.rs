//! Invitations: who can be invited to which role, and the effects of each step.

use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::given::{Given, Organization, Person, reassignment};
use portal_tests::sign_in::NEW_PASSWORD;
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

/// A group that is eligible for a CA Admin Manager, and its administrator.
pub(super) fn eligible(app: &TestApp) -> (Organization<'_>, Person<'_>) {
    let org = app.provider_group("Bluegrass");
    let _ = org.agent("Marcus Webb");
    let _ = org.agent("Priya Nair");
    let katherine = org.administrator("Katherine Tully");
    (org, katherine)
}

pub(super) fn invite(org: &Organization<'_>, by: &Client, email: &str, role: &str) -> Answer {
    by.post(&org.path("/invitations"), &json!({"email": email, "role": role}))
}

/// Sends an invitation; returns the token in the email.
pub(super) fn invited(app: &TestApp, org: &Organization<'_>, by: &Client, email: &str, role: &str) -> String {
    let _ = invite(org, by, email, role).expect(201);
    app.only_mail_to(email).token()
}

pub(super) fn accept_as_new(app: &TestApp, token: &str) -> Answer {
    let body = json!({"token": token, "first_name": "Nora", "last_name": "Fields", "password": NEW_PASSWORD});
    app.anonymous().post("/api/v1/invitations/accept", &body)
}

pub(super) fn inspect(app: &TestApp, token: &str) -> Answer {
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
    let org = app.provider_group("Bluegrass Family Health Group");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    let katherine = org.administrator("Katherine Tully");
    let created =
        invite(&org, &katherine.client(), "Nora.Fields@example.org", "ca_admin_manager").expect(201);
    let invitation = created.json();
    assert_eq!(
        (&invitation["status"], &invitation["role_name"]),
        (&"pending".into(), &"AdminManager".into())
    );
    assert_eq!(invitation["application_name"], "Partner Portal");
    assert_eq!(invitation["expires_at"], "2026-02-04T17:00:00Z");
    assert!(!created.text().contains("ppi_"), "only the email contains the token");

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
    let nora = app.sign_in("nora.fields@example.org", NEW_PASSWORD);
    let moved = nora.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    assert_eq!(moved.json()["moved"], 1);
    assert!(priya.has(item));
    let list = katherine.client().get(&org.path("/invitations?status=accepted")).expect(200).json();
    assert_eq!(list["items"][0]["id"], invitation["id"]);
}

on_both_engines!(r_001_an_agent_keeps_their_role_when_they_accept_signed_in);
fn r_001_an_agent_keeps_their_role_when_they_accept_signed_in(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let marcus = org.agent("Marcus Two");
    let token = invited(app, &org, &katherine.client(), &marcus.email, "ca_admin_manager");
    let accepted =
        marcus.client().post("/api/v1/invitations/accept", &json!({"token": token})).expect(200).json();
    assert_eq!(accepted["roles"], json!(["ca_admin_manager", "credentialing_agent"]));
    assert_eq!(accepted["membership_id"], marcus.membership.to_string());
    let _ = marcus.client().get(&org.path("/credentialing-agents")).expect(200);
}

on_both_engines!(r_003_r_004_an_invitation_is_refused_with_every_reason_at_once);
fn r_003_r_004_an_invitation_is_refused_with_every_reason_at_once(app: &TestApp) {
    let third_party =
        app.organization("Credentials Inc", OrganizationKind::ThirdPartyCredentialing, PlanCode::Ky);
    let administrator = third_party.administrator("Theo Third").client();
    app.set_medicaid_id_status(&third_party.group_medicaid_id, MedicaidIdStatus::Terminated);
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
    let org = app.provider_group("Bluegrass");
    let katherine = org.administrator("Katherine Tully").client();
    let _ = org.agent("Marcus Webb");
    for status in
        [MembershipStatus::Disabled, MembershipStatus::Unverified, MembershipStatus::VerificationPending]
    {
        let _ = org.member_with("Not Counted", &[Role::CredentialingAgent], &[], status);
    }
    let problem = invite(&org, &katherine, "nora@example.org", "ca_admin_manager")
        .problem(409, "organization_not_eligible");
    assert_eq!(reasons(&problem), ["fewer_than_two_credentialing_agents"]);
    let _ = org.agent("Priya Nair");
    let _ = invite(&org, &katherine, "nora@example.org", "ca_admin_manager").expect(201);
}

on_both_engines!(r_003_eligibility_is_checked_again_at_acceptance_and_the_link_survives_a_refusal);
fn r_003_eligibility_is_checked_again_at_acceptance_and_the_link_survives_a_refusal(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let token = invited(app, &org, &katherine.client(), "nora@example.org", "ca_admin_manager");
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Terminated);
    let before = app.fingerprint();
    let problem = accept_as_new(app, &token).problem(409, "organization_not_eligible");
    assert_eq!(reasons(&problem), ["no_group_medicaid_id"]);
    assert_eq!(app.fingerprint(), before);
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Active);
    let _ = accept_as_new(app, &token).expect(200);
}

on_both_engines!(r_005_only_an_administrator_of_the_organization_invites_a_manager);
fn r_005_only_an_administrator_of_the_organization_invites_a_manager(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let other = app.provider_group("Lakeside");
    let (debi, priya) = (org.manager("Debi Henderson").client(), org.agent("Priya Two").client());
    let olga = other.administrator("Olga Other").client();
    let before = app.fingerprint();
    let _ = invite(&org, &debi, "x@example.org", "ca_admin_manager")
        .problem(403, "only_organization_administrator");
    let _ = invite(&org, &priya, "x@example.org", "credentialing_agent").problem(403, "beyond_authority");
    let _ = invite(&org, &olga, "x@example.org", "ca_admin_manager").problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
    let _ = invite(&org, &katherine.client(), "x@example.org", "ca_admin_manager").expect(201);
}

on_both_engines!(f_01_grantable_roles_list_every_reason_for_a_disabled_choice);
fn f_01_grantable_roles_list_every_reason_for_a_disabled_choice(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let katherine = org.administrator("Katherine Tully").client();
    let grants = katherine.get(&org.path("/grantable-roles")).expect(200).json();
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

on_both_engines!(staff_cannot_invite_themselves_into_a_practice);
fn staff_cannot_invite_themselves_into_a_practice(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let (staff, email) =
        app.person("Stella Staff", None, &[portal_domain::identity::user::PlatformRole::PlanStaff]);
    let client = app.signed_in(staff);
    let body = json!({"email": email, "role": "account_user", "permissions": ["manage_account"]});
    let before = app.fingerprint();
    let _ = client.post(&practice.path("/invitations"), &body).problem(403, "own_rights");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(sec_cve_c_12_callers_without_the_right_to_invite_learn_nothing_about_users);
fn sec_cve_c_12_callers_without_the_right_to_invite_learn_nothing_about_users(app: &TestApp) {
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

on_both_engines!(sec_cve_c_08_c_09_fields_that_only_the_server_sets_are_refused);
fn sec_cve_c_08_c_09_fields_that_only_the_server_sets_are_refused(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let client = katherine.client();
    for field in ["status", "organization_id", "token", "roles"] {
        let mut body = json!({"email": "nora@example.org", "role": "credentialing_agent"});
        body[field] = "active".into();
        let _ = client.post(&org.path("/invitations"), &body).problem(400, "unknown_field");
    }
    let body = json!({"email": ["a@example.org", "b@example.org"], "role": "credentialing_agent"});
    let _ = client.post(&org.path("/invitations"), &body).problem(422, "validation_failed");
}

on_both_engines!(sec_cve_c_31_a_lookalike_of_the_invited_address_is_a_different_address);
fn sec_cve_c_31_a_lookalike_of_the_invited_address_is_a_different_address(app: &TestApp) {
    let (org, katherine) = eligible(app);
    for odd in ["\u{212a}atherine@example.org", "nora@ex\u{e4}mple.org", "nora\u{200b}@example.org"] {
        let _ =
            invite(&org, &katherine.client(), odd, "credentialing_agent").problem(422, "validation_failed");
    }
}

on_both_engines!(every_step_of_an_invitation_records_exactly_one_event);
fn every_step_of_an_invitation_records_exactly_one_event(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let client = katherine.client();
    let _ = client.get("/api/v1/me").expect(200);
    let counted = |step: &dyn Fn() -> Answer| {
        let before = app.audit_events();
        let answer = step();
        assert_eq!(app.audit_events() - before, 1);
        answer
    };
    let created =
        counted(&|| invite(&org, &client, "nora@example.org", "credentialing_agent").expect(201)).json();
    let _ = app.deliver_mails();
    let resend = org.path(&format!("/invitations/{}/resend", created["id"].as_str().unwrap()));
    let _ = counted(&|| client.post_empty(&resend).expect(201));
    let token = app.only_mail_to("nora@example.org").token();
    let _ = counted(&|| accept_as_new(app, &token).expect(200));
}

on_both_engines!(the_other_administrators_are_notified_of_a_new_one);
fn the_other_administrators_are_notified_of_a_new_one(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let body = json!({"email": "nora@example.org", "role": "organization_administrator"});
    let _ = katherine.client().post(&org.path("/invitations"), &body).expect(201);
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

on_both_engines!(a_foreign_invitation_gets_the_response_of_a_nonexistent_one);
fn a_foreign_invitation_gets_the_response_of_a_nonexistent_one(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let (_, other) = (app.provider_group("Lakeside"), app.provider_group("Hillside"));
    let olga = other.administrator("Olga Other").client();
    let created =
        invite(&org, &katherine.client(), "nora@example.org", "credentialing_agent").expect(201).json();
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
    let _: OrganizationId = org.id;
}
