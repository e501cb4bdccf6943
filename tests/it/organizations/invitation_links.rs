//! Invitation links: how long and for whom they are valid, and the effects of accepting.

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::sign_in::NEW_PASSWORD;
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

use super::invitations::{accept_as_new, eligible, inspect, invite, invited};

on_both_engines!(sec_cve_c_25_r_008_the_link_works_until_the_last_instant_before_it_expires);
fn sec_cve_c_25_r_008_the_link_works_until_the_last_instant_before_it_expires(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let token = invited(app, &org, &katherine.client(), "nora@example.org", "credentialing_agent");
    app.advance(Duration::hours(72) - Duration::microseconds(1));
    let _ = inspect(app, &token).expect(200);
    app.advance(Duration::microseconds(1));
    let _ = inspect(app, &token).problem(410, "invitation_expired");
    let before = app.fingerprint();
    let _ = accept_as_new(app, &token).problem(410, "invitation_expired");
    assert_eq!(app.fingerprint(), before);
    let list = katherine.client().get(&org.path("/invitations?status=expired")).expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

on_both_engines!(sec_cve_c_27_r_009_a_link_works_once_and_inspecting_does_not_consume_it);
fn sec_cve_c_27_r_009_a_link_works_once_and_inspecting_does_not_consume_it(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let token = invited(app, &org, &katherine.client(), "nora@example.org", "credentialing_agent");
    for method in ["GET", "HEAD"] {
        let looked = app
            .anonymous()
            .unchecked()
            .call(method, "/links/invitation")
            .header("accept", "text/html")
            .send();
        assert_eq!(looked.status, 200);
        let _ = app.anonymous().unchecked().call(method, "/api/v1/invitations/accept").send().expect(405);
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

on_both_engines!(r_010_the_link_works_for_the_invited_address_in_any_letter_case);
fn r_010_the_link_works_for_the_invited_address_in_any_letter_case(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let nora = app.member_elsewhere("Nora Fields");
    let token = invited(app, &org, &katherine.client(), &nora.email.to_uppercase(), "credentialing_agent");
    let outsider = app.member_elsewhere("Sam Outsider").client();
    let body = json!({"token": token});
    let before = app.fingerprint();
    let _ = outsider.post("/api/v1/invitations/accept", &body).problem(403, "invitation_email_mismatch");
    assert_eq!(app.fingerprint(), before, "the link is not consumed");
    let _ = nora.client().post("/api/v1/invitations/accept", &body).expect(200);
}

on_both_engines!(d_08_an_account_is_never_attached_without_signing_in);
fn d_08_an_account_is_never_attached_without_signing_in(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let (_, email) = app.person("Nora Fields", Some(NEW_PASSWORD), &[]);
    let token = invited(app, &org, &katherine.client(), &email, "credentialing_agent");
    assert_eq!(inspect(app, &token).expect(200).json()["sign_in_required"], true);
    let before = app.fingerprint();
    let _ = accept_as_new(app, &token).problem(401, "unauthenticated");
    assert_eq!(app.fingerprint(), before);
    let nora = app.sign_in(&email, NEW_PASSWORD);
    let _ = nora.post("/api/v1/invitations/accept", &json!({"token": token})).expect(200);
}

on_both_engines!(d_08_an_invitation_is_void_when_the_inviter_loses_the_right);
fn d_08_an_invitation_is_void_when_the_inviter_loses_the_right(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let second = org.administrator("Sofia Second");
    let token = invited(app, &org, &second.client(), "nora@example.org", "ca_admin_manager");
    let path = org.path(&format!("/members/{}/disable", second.membership));
    let _ = katherine.client().post(&path, &json!({})).expect(200);
    let _ = accept_as_new(app, &token).problem(409, "inviter_lost_authority");
}

on_both_engines!(r_011_a_newer_invitation_supersedes_and_holders_of_the_role_are_not_invited);
fn r_011_a_newer_invitation_supersedes_and_holders_of_the_role_are_not_invited(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let client = katherine.client();
    let first = invited(app, &org, &client, "nora@example.org", "ca_admin_manager");
    let second = invited(app, &org, &client, "NORA@example.org", "ca_admin_manager");
    let _ = inspect(app, &first).problem(410, "invitation_superseded");
    let _ = accept_as_new(app, &second).expect(200);
    let _ = invite(&org, &client, "nora@example.org", "ca_admin_manager").problem(409, "already_has_role");
}

on_both_engines!(resending_creates_a_new_link_and_canceling_invalidates_it);
fn resending_creates_a_new_link_and_canceling_invalidates_it(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let client = katherine.client();
    let created = invite(&org, &client, "nora@example.org", "credentialing_agent").expect(201).json();
    let first = app.only_mail_to("nora@example.org").token();
    app.advance(Duration::hours(100));
    let client = katherine.client();
    let resend = org.path(&format!("/invitations/{}/resend", created["id"].as_str().unwrap()));
    let again = client.post_empty(&resend).expect(201).json();
    assert_eq!(again["status"], "pending");
    let second = app.only_mail_to("nora@example.org").token();
    let _ = inspect(app, &first).problem(410, "invitation_superseded");
    let _ = client.post_empty(&resend).problem(409, "invalid_transition");
    let cancel = org.path(&format!("/invitations/{}/cancel", again["id"].as_str().unwrap()));
    let _ = client.post_empty(&cancel).expect(200);
    let _ = inspect(app, &second).problem(410, "invitation_cancelled");
    let problem = client.post_empty(&cancel).problem(409, "invalid_transition");
    assert_eq!(problem["from"], "cancelled");
}

on_both_engines!(an_email_whose_link_became_invalid_before_delivery_is_not_sent);
fn an_email_whose_link_became_invalid_before_delivery_is_not_sent(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let client = katherine.client();
    let _ = invite(&org, &client, "nora@example.org", "credentialing_agent").expect(201);
    let second = invite(&org, &client, "nora@example.org", "credentialing_agent").expect(201).json();
    assert_eq!(app.deliver_mails().len(), 1, "the superseded one is not sent");
    let third = invite(&org, &client, "nora@example.org", "credentialing_agent").expect(201).json();
    for id in [&second["id"], &third["id"]] {
        let _ = client.post_empty(&org.path(&format!("/invitations/{}/cancel", id.as_str().unwrap())));
    }
    assert!(app.deliver_mails().is_empty());
}

on_both_engines!(two_links_cannot_both_set_a_first_password);
fn two_links_cannot_both_set_a_first_password(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let uma = practice.member_with("Uma Unverified", &[Role::AccountUser], &[], MembershipStatus::Unverified);
    let token = invited(app, &org, &katherine.client(), &uma.email, "credentialing_agent");
    let lena = practice.account_manager("Lena Ortiz").client();
    let _ = lena
        .post(&practice.path(&format!("/members/{}/send-registration-email", uma.membership)), &json!({}))
        .expect(200);
    let registration = app.only_mail_to(&uma.email).token();
    let _ = accept_as_new(app, &token).expect(200);
    let body = json!({"token": registration, "password": "another long passphrase"});
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).problem(401, "unauthenticated");
    let own = app.sign_in(&uma.email, NEW_PASSWORD);
    let _ = own.post("/api/v1/registrations/complete", &json!({"token": registration})).expect(200);
    assert_eq!(
        own.get("/api/v1/me").expect(200).json()["name"],
        "Nora Fields",
        "the user keeps their own name"
    );
}

on_both_engines!(a_new_user_needs_a_name_and_an_acceptable_password);
fn a_new_user_needs_a_name_and_an_acceptable_password(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let token = invited(app, &org, &katherine.client(), "nora@example.org", "credentialing_agent");
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

on_both_engines!(a_38_in_a_practice_acceptance_leads_to_the_registration_email);
fn a_38_in_a_practice_acceptance_leads_to_the_registration_email(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz").client();
    let body = json!({"email": "nora@example.org", "role": "account_user", "permissions": ["claims"]});
    let _ = lena.post(&practice.path("/invitations"), &body).expect(201);
    let token = app.only_mail_to("nora@example.org").token();
    let accepted = accept_as_new(app, &token).expect(200).json();
    assert_eq!(accepted["status"], "unverified");
    let nora = app.sign_in("nora@example.org", NEW_PASSWORD);
    let _ = nora.get(&practice.path("")).problem(404, "not_found");
    let registration = app.only_mail_to("nora@example.org").token();
    let completed =
        nora.post("/api/v1/registrations/complete", &json!({"token": registration})).expect(200).json();
    assert_eq!(completed["status"], "active");
    let _ = nora.get(&practice.path("")).expect(200);
}

on_both_engines!(sec_cve_c_10_c_11_no_response_contains_the_token_and_an_altered_one_is_invalid);
fn sec_cve_c_10_c_11_no_response_contains_the_token_and_an_altered_one_is_invalid(app: &TestApp) {
    let (org, katherine) = eligible(app);
    let client = katherine.client();
    let created = invite(&org, &client, "nora@example.org", "credentialing_agent").expect(201);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let token = app.only_mail_to("nora@example.org").token();
    let answers = [
        created,
        client.get(&org.path("/invitations")).expect(200),
        client.get(&org.path(&format!("/invitations/{id}"))).expect(200),
        client.get(&org.path("/audit-events")).expect(200),
        client.get("/api/v1/notifications").expect(200),
        inspect(app, &token).expect(200),
    ];
    assert!(answers.iter().all(|answer| !answer.text().contains("ppi_")));
    assert!(
        !app.fingerprint().contains(&token),
        "only the hash is stored, and the content of the email is erased"
    );
    let with_invalid_signature: String = token.chars().rev().collect();
    for forged in [with_invalid_signature.as_str(), &token[..token.len() - 1], &format!("{token}A"), &id] {
        let _ = accept_as_new(app, forged).problem(404, "not_found");
    }
}
