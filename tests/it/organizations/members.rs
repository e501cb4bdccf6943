//! Members: searching, verifying, enabling, disabling, and removing.

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::given::{Organization, Person};
use portal_tests::sign_in::NEW_PASSWORD;
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

/// Strings found in a payer's comment history.
const SCRIPTS: [&str; 2] = ["<script>alert(1)</script>", ";alert(1)//\n</xmp><script>alert(1)</script>"];

pub(super) fn member_path(org: &Organization<'_>, person: &Person<'_>, rest: &str) -> String {
    org.path(&format!("/members/{}{rest}", person.membership))
}

pub(super) fn update(client: &Client, org: &Organization<'_>, person: &Person<'_>, body: &Value) -> Answer {
    client.call("PATCH", &member_path(org, person, "")).header("if-match", "*").json(body).send()
}

fn pending<'a>(practice: &Organization<'a>, name: &str) -> Person<'a> {
    practice.member_with(name, &[Role::AccountUser], &[], MembershipStatus::VerificationPending)
}

pub(super) fn user<'a>(practice: &Organization<'a>, name: &str) -> Person<'a> {
    practice.member_with(name, &[Role::AccountUser], &[Permission::Claims], MembershipStatus::Active)
}

fn other_alphabet<'a>(practice: &Organization<'a>) -> Person<'a> {
    user(practice, "Élise Ötvös")
}

fn account(app: &TestApp) -> Organization<'_> {
    app.organization("Commonwealth Practice", OrganizationKind::ProviderAccount, PlanCode::Cca)
}

on_both_engines!(s3_an_account_manager_verifies_comments_on_disables_and_enables_a_user);
fn s3_an_account_manager_verifies_comments_on_disables_and_enables_a_user(app: &TestApp) {
    let practice = app.practice("Riverbend Pediatrics", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz");
    let client = lena.client();
    let jeremy = pending(&practice, "Jeremy Huang");
    let waiting = client.get(&practice.path("/members?verification_pending=true")).expect(200).json();
    assert_eq!(waiting["items"][0]["name"], "Jeremy Huang");
    assert_eq!(waiting["items"][0]["status"], "verification_pending");

    let verified = client
        .post(&member_path(&practice, &jeremy, "/verify"), &json!({"permissions": ["claims", "eligibility"]}))
        .expect(200)
        .json();
    assert_eq!((&verified["status"], &verified["verified"]), (&"unverified".into(), &true.into()));
    assert_eq!(verified["permissions"], json!(["claims", "eligibility"]));
    let mail = app.only_mail_to(&jeremy.email);
    assert!(mail.text.contains("Riverbend Pediatrics"));

    let _ = client.post(&member_path(&practice, &jeremy, "/send-registration-email"), &json!({})).expect(200);
    let token = app.only_mail_to(&jeremy.email).token();
    let body = json!({"token": token, "password": NEW_PASSWORD});
    let completed = app.anonymous().post("/api/v1/registrations/complete", &body).expect(200).json();
    assert_eq!(completed["status"], "active");
    let jeremy_client = app.sign_in(&jeremy.email, NEW_PASSWORD);
    let _ = jeremy_client.get(&practice.path("")).expect(200);

    for script in SCRIPTS {
        let _ = update(&client, &practice, &jeremy, &json!({"comment": script})).expect(200);
    }
    let history = client.get(&member_path(&practice, &jeremy, "/comments")).expect(200).json();
    let newest: Vec<_> = history["items"].as_array().unwrap().iter().take(2).collect();
    assert_eq!(newest[0]["comment"], SCRIPTS[1], "unchanged, newest first");
    assert_eq!(newest[1]["comment"], SCRIPTS[0]);
    assert_eq!(
        (&newest[0]["action"], &newest[0]["actor_email"]),
        (&"update_user_roles".into(), &lena.email.clone().into())
    );

    let disabled = client
        .post(&member_path(&practice, &jeremy, "/disable"), &json!({"comment": "Left the practice."}))
        .expect(200)
        .json();
    assert_eq!(
        (&disabled["status"], &disabled["disabled_reason"]),
        (&"disabled".into(), &"by_account_manager".into())
    );
    let _ = jeremy_client.get(&practice.path("")).problem(404, "not_found");
    let enabled = client.post(&member_path(&practice, &jeremy, "/enable"), &json!({})).expect(200).json();
    assert_eq!(enabled["status"], "unverified", "as both documents say literally");
}

on_both_engines!(f_21_member_details_have_every_field_of_the_screen);
fn f_21_member_details_have_every_field_of_the_screen(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend Pediatrics", PlanCode::Ahw, "72-7654321");
    let client = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    app.write(|tx| {
        tx.users().set_telephone(jeremy.user, Some("1231231234"))?;
        tx.users().set_lock(jeremy.user, Some(LockReason::Inactivity))
    });
    let detail = client.get(&member_path(&practice, &jeremy, "")).expect(200);
    assert!(!detail.text().contains("727654321") && !detail.text().contains("72-7654321"));
    let detail = detail.json();
    assert_eq!(
        (&detail["status"], &detail["verified"]),
        (&"locked".into(), &true.into()),
        "the combination in the screenshot"
    );
    assert_eq!(
        (&detail["telephone"], &detail["tax_id_masked"]),
        (&"1231231234".into(), &"**-***4321".into())
    );
    assert_eq!((&detail["permissions"], &detail["comment_max"]), (&json!(["claims"]), &200.into()));
    let allowed: Vec<_> = detail["actions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|a| a["allowed"] == true)
        .map(|a| a["action"].clone())
        .collect();
    assert_eq!(allowed, ["disable_user", "update_permissions", "send_password_reset_email", "end_sessions"]);
}

on_both_engines!(r_175_members_are_found_by_name_email_address_and_status);
fn r_175_members_are_found_by_name_email_address_and_status(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let client = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    let _ = user(&practice, "Jerome O'Brien");
    let _ = other_alphabet(&practice);
    let _ = pending(&practice, "Petra Pending");
    let names = |query: &str| -> Vec<String> {
        let items = client.all(&practice.path(&format!("/members?{query}")));
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        names("limit=2"),
        ["Jeremy Huang", "Jerome O'Brien", "Lena Ortiz", "Petra Pending", "Élise Ötvös"]
    );
    assert_eq!(
        names("name=%C3%89LISE%20%C3%96TV"),
        ["Élise Ötvös"],
        "letters of every alphabet match in any case"
    );
    assert_eq!(names("name=JER"), ["Jeremy Huang", "Jerome O'Brien"]);
    assert_eq!(names("name=y%20hu"), ["Jeremy Huang"], "across the first and the last name");
    assert_eq!(
        names(&format!("name=jer&email={}", portal_tests::client::encoded(&jeremy.email))),
        ["Jeremy Huang"],
        "both conditions must match"
    );
    assert_eq!(names("name=%25"), Vec::<String>::new(), "a percent sign matches only itself");
    assert_eq!(names("status=verification_pending"), ["Petra Pending"]);
    assert_eq!(names("verification_pending=true"), ["Petra Pending"]);
    assert_eq!(names("status=active&status=verification_pending").len(), 5);
    app.write(|tx| tx.users().set_lock(jeremy.user, Some(LockReason::Staff)));
    assert_eq!(names("status=locked"), ["Jeremy Huang"]);
    assert_eq!(names("status=active"), ["Jerome O'Brien", "Lena Ortiz", "Élise Ötvös"]);
    assert_eq!(names("not_signed_in_since=2026-01-01T00:00:00Z").len(), 5);
    for odd in ["-9999-01-01T00:00:00Z", "%2B20000-01-01T00:00:00Z"] {
        let _ = client
            .get(&practice.path(&format!("/members?not_signed_in_since={odd}")))
            .problem(422, "validation_failed");
    }
}

on_both_engines!(sec_cve_c_06_c_07_r_170_a_manager_of_one_tin_gets_404_for_the_members_of_another);
fn sec_cve_c_06_c_07_r_170_a_manager_of_one_tin_gets_404_for_the_members_of_another(app: &TestApp) {
    let (practice, other) =
        (app.practice("Riverbend", PlanCode::Ahw), app.practice("Hillside", PlanCode::Ahw));
    let lena = practice.account_manager("Lena Ortiz").client();
    let theirs = user(&other, "Theirs Entirely");
    let _ = lena.get(&other.path("/members")).problem(404, "not_found");
    let _ = lena.get(&member_path(&practice, &theirs, "")).problem(404, "not_found");
    let before = app.fingerprint();
    let _ = lena.post(&member_path(&practice, &theirs, "/disable"), &json!({})).problem(404, "not_found");
    let _ = lena.post(&member_path(&other, &theirs, "/disable"), &json!({})).problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(r_180_disabling_a_member_in_one_practice_keeps_the_other_memberships);
fn r_180_disabling_a_member_in_one_practice_keeps_the_other_memberships(app: &TestApp) {
    let (practice, other) =
        (app.practice("Riverbend", PlanCode::Ahw), app.practice("Hillside", PlanCode::Ahw));
    let lena = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    let elsewhere = other.join(&jeremy, &[Role::AccountUser], &[Permission::Claims]);
    let jeremy_client = jeremy.client();
    let _ = lena.post(&member_path(&practice, &jeremy, "/disable"), &json!({})).expect(200);
    let _ = jeremy_client.get(&practice.path("")).problem(404, "not_found");
    let _ = jeremy_client.get(&other.path("")).expect(200);
    let me = jeremy_client.get("/api/v1/me").expect(200).json();
    let statuses: Vec<_> =
        me["memberships"].as_array().unwrap().iter().map(|m| m["status"].clone()).collect();
    assert!(statuses.contains(&"disabled".into()) && statuses.contains(&"active".into()));
    let _ = elsewhere;
    let _ = lena
        .post(&member_path(&practice, &jeremy, "/disable"), &json!({}))
        .problem(409, "invalid_transition");
}

on_both_engines!(r_181_the_last_account_manager_cannot_be_disabled_or_lose_the_permission);
fn r_181_the_last_account_manager_cannot_be_disabled_or_lose_the_permission(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz");
    let client = lena.client();
    let before = app.fingerprint();
    let _ = client
        .post(&member_path(&practice, &lena, "/disable"), &json!({}))
        .problem(409, "last_account_manager");
    let problem =
        update(&client, &practice, &lena, &json!({"permissions": []})).problem(409, "last_account_manager");
    assert_eq!(problem["reasons"], json!(["own_rights", "last_account_manager"]), "every reason at once");
    assert_eq!(app.fingerprint(), before);
    let staff = app.staff("Stella Staff", PlatformRole::PlanStaff);
    let _ = staff
        .post(&member_path(&practice, &lena, "/disable"), &json!({}))
        .problem(409, "last_account_manager");
    let second = practice.account_manager("Sofia Second");
    let _ = second.client().post(&member_path(&practice, &lena, "/disable"), &json!({})).expect(200);
}

on_both_engines!(sec_cve_c_05_only_active_members_have_rights);
fn sec_cve_c_05_only_active_members_have_rights(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let jeremy = user(&practice, "Jeremy Huang");
    for status in [
        MembershipStatus::Invited,
        MembershipStatus::VerificationPending,
        MembershipStatus::Unverified,
        MembershipStatus::Disabled,
        MembershipStatus::Revoked,
    ] {
        let who = practice.member_with("Not Active", &[Role::AccountUser], Permission::ALL, status).client();
        let before = app.fingerprint();
        let answer = who.post(&member_path(&practice, &jeremy, "/disable"), &json!({}));
        assert!([403, 404].contains(&answer.status), "{status}: {}", answer.text());
        assert_eq!(app.fingerprint(), before, "{status}");
    }
}

on_both_engines!(r_154_r_155_r_156_an_administrator_edits_promotes_and_revokes_members);
fn r_154_r_155_r_156_an_administrator_edits_promotes_and_revokes_members(app: &TestApp) {
    let account = account(app);
    let ann = account.administrator("Ann Admin");
    let client = ann.client();
    let sam = user(&account, "Sam Reed");
    let sam_client = sam.client();
    let raised = client.post(&member_path(&account, &sam, "/make-admin"), &json!({})).expect(200).json();
    assert_eq!(raised["roles"], json!(["organization_administrator", "account_user"]));
    let _ =
        client.post(&member_path(&account, &sam, "/make-admin"), &json!({})).problem(409, "already_has_role");
    let _ = sam_client.get(&account.path("/members")).expect(200);
    let revoked = client.post(&member_path(&account, &sam, "/revoke"), &json!({})).expect(200).json();
    assert_eq!(revoked["status"], "revoked");
    let _ = sam_client.get(&account.path("/members")).problem(403, "role_required");
    let problem =
        client.post(&member_path(&account, &sam, "/revoke"), &json!({})).problem(409, "invalid_transition");
    assert_eq!((&problem["from"], &problem["allowed"]), (&"revoked".into(), &json!([])));
    let before = app.fingerprint();
    let _ =
        client.post(&member_path(&account, &ann, "/revoke"), &json!({})).problem(409, "last_administrator");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(r_182_a_manager_sends_a_reset_link_that_removes_the_lock_and_never_sees_it);
fn r_182_a_manager_sends_a_reset_link_that_removes_the_lock_and_never_sees_it(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let client = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    app.write(|tx| tx.users().set_lock(jeremy.user, Some(LockReason::Inactivity)));
    let sent =
        client.post(&member_path(&practice, &jeremy, "/send-password-reset-email"), &json!({})).expect(200);
    assert!(!sent.text().contains("ppw_"));
    let token = app.only_mail_to(&jeremy.email).token();
    app.advance(Duration::minutes(30) - Duration::microseconds(1));
    let body = json!({"token": token, "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &body).expect(204);
    let _ = app.sign_in(&jeremy.email, NEW_PASSWORD).get(&practice.path("")).expect(200);
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &body).problem(410, "link_used");
}

on_both_engines!(a_manager_lists_and_ends_the_sessions_of_a_member);
fn a_manager_lists_and_ends_the_sessions_of_a_member(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz");
    let jeremy = user(&practice, "Jeremy Huang");
    let (phone, desktop) = (jeremy.client(), jeremy.client());
    let client = lena.client();
    let path = member_path(&practice, &jeremy, "/sessions");
    assert_eq!(client.get(&path).expect(200).json()["items"].as_array().unwrap().len(), 2);
    let _ = client.call("DELETE", &path).send().expect(204);
    for gone in [phone, desktop] {
        let _ = gone.get("/api/v1/me").problem(401, "unauthenticated");
    }
    let _ =
        client.call("DELETE", &member_path(&practice, &lena, "/sessions")).send().problem(403, "own_rights");
}

on_both_engines!(allowed_actions_succeed_and_others_are_refused_with_the_listed_reasons);
fn allowed_actions_succeed_and_others_are_refused_with_the_listed_reasons(app: &TestApp) {
    let org = app.practice("Riverbend", PlanCode::Ahw);
    let _ = org.account_manager("Sofia Second");
    let client = org.account_manager("Lena Ortiz").client();
    let posts = [
        ("verify_account", "/verify"),
        ("enable_user", "/enable"),
        ("disable_user", "/disable"),
        ("send_registration_email", "/send-registration-email"),
        ("send_password_reset_email", "/send-password-reset-email"),
    ];
    for status in [
        MembershipStatus::VerificationPending,
        MembershipStatus::Unverified,
        MembershipStatus::Active,
        MembershipStatus::Disabled,
    ] {
        for (action, path) in posts {
            let member = org.member_with("Some Body", &[Role::AccountUser], &[], status);
            let detail = client.get(&member_path(&org, &member, "")).expect(200).json();
            let offered =
                detail["actions"].as_array().unwrap().iter().find(|a| a["action"] == action).unwrap().clone();
            let answer = client.post(&member_path(&org, &member, path), &json!({}));
            assert_eq!(
                answer.status == 200,
                offered["allowed"] == true,
                "{status} {action}: {}",
                answer.text()
            );
            if answer.status != 200 {
                assert_eq!(answer.json()["reasons"], offered["reasons"], "{status} {action}");
            }
        }
    }
}
