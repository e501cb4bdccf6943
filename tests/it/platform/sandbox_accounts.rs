//! Runs the documented workflows for provider accounts and practices in the sandbox. The comments
//! name the documented steps.

use portal_tests::explorer::{accept, open_link, organization, persona, token_for};
use portal_tests::provider_accounts::{ASSOCIATE, LINK, acceptance, confirm, waiting};
use portal_tests::sign_in::NEW_PASSWORD;
use portal_tests::{Client, TestApp};
use serde_json::{Value, json};

/// The path of the member with that name.
fn member(client: &Client, organization: &str, name: &str) -> String {
    let members = client.all(&format!("/api/v1/organizations/{organization}/members"));
    let found = members.iter().find(|member| member["name"] == name).unwrap();
    format!("/api/v1/organizations/{organization}/members/{}", found["id"].as_str().unwrap())
}

/// Presses a button for a member; returns the status afterwards.
fn press(client: &Client, member: &str, button: &str) -> Value {
    client.post(&format!("{member}/{button}"), &json!({})).expect(200).json()["status"].clone()
}

fn complete_registration(app: &TestApp, email: &str) -> Client {
    open_link(app, "registration");
    let body = json!({"token": token_for(app, email, "registration"), "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).expect(200);
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).problem(410, "link_used");
    app.sign_in(email, NEW_PASSWORD)
}

/// The status of the client's only membership.
fn membership_status(client: &Client) -> Value {
    client.get("/api/v1/me").expect(200).json()["memberships"][0]["status"].clone()
}

#[test]
fn s2_a_registrant_associates_an_account_links_a_group_and_asks_for_access_to_another() {
    let app = TestApp::start_sandbox();
    let amara = persona(&app, "provider-registrant");
    let both_steps = |path: &str, claim: &Value| {
        let step_1 = amara.post(path, claim).expect(201).json();
        let id = step_1["association_id"].as_str().unwrap();
        amara.post(&format!("{path}/{id}/complete"), &acceptance(&step_1)).expect(201).json()
    };
    // Ensure the information matches the letter. Any ZIP code of the profile is valid.
    let practitioner = json!({
        "provider_type": "practitioner", "first_name": "Amara", "last_name": "Whitfield",
        "tax_id": "04-3555017", "provider_id": "CCA100234", "zip": "02139",
    });
    let own = both_steps(ASSOCIATE, &practitioner);
    assert_eq!(
        (&own["role"], &own["status"]),
        (&json!("organization_administrator"), &json!("verification_pending"))
    );
    // Select Users, then Link Account. Enter the information, click Next, accept the agreement, and
    // click Finish.
    let group = json!({
        "provider_type": "group", "group_name": "Harborlight Primary Care",
        "tax_id": "04-3555028", "provider_id": "CCA200417", "zip": "02210",
    });
    let linked = both_steps(LINK, &group);
    // The plan confirms the new administrator.
    let ruth = persona(&app, "plan-operator");
    for association in waiting(&ruth) {
        assert_eq!(association["email"], "amara.whitfield@harborlight.example");
        let _ = confirm(&ruth, &association).expect(200);
    }
    let members =
        format!("/api/v1/organizations/{}/members", own["provider_account"]["id"].as_str().unwrap());
    assert_eq!(amara.all(&members).len(), 1);
    // All linked accounts are on the Manage Linked Accounts tab.
    let accounts = amara.all(LINK);
    let usernames: Vec<_> = accounts.iter().map(|account| account["username"].as_str().unwrap()).collect();
    assert_eq!(usernames, ["CCA100234", "CCA200417"]);
    assert_eq!(accounts[1]["covers_total"], 2, "all providers listed under the Group Tax ID");
    let switch = json!({"membership_id": linked["membership_id"]});
    let switched =
        amara.call("PUT", "/api/v1/me/active-account").header("if-match", "*").json(&switch).send();
    assert_eq!(switched.expect(200).json()["username"], "CCA200417");
    // If an Administrator for the Provider ID exists, contact them and request access.
    let taken = json!({
        "provider_type": "group", "group_name": "Seaglass Physical Therapy",
        "tax_id": "04-3555039", "provider_id": "CCA300512", "zip": "01930",
    });
    let refused = amara.post(LINK, &taken).problem(409, "administrator_exists");
    let ask = json!({"provider_id": "CCA300512", "message": "I work at the front desk."});
    let _ = amara.post(refused["request_access"].as_str().unwrap(), &ask).expect(202);
    app.process_requests();
    let helen = persona(&app, "account-administrator");
    let requests = helen.all(&format!("/api/v1/organizations/{}/access-requests", organization(&helen)));
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0]["email"], "amara.whitfield@harborlight.example");
    let mails = app
        .anonymous()
        .get("/api/v1/sandbox/mailbox?recipient=helen.marsh@seaglass.example")
        .expect(200)
        .json();
    assert!(mails["items"][0]["text"].as_str().unwrap().contains("Amara Whitfield"));
}

#[test]
fn s2_an_administrator_invites_users_by_list_makes_an_admin_and_revokes() {
    let app = TestApp::start_sandbox();
    let helen = persona(&app, "account-administrator");
    let account = organization(&helen);
    let list = format!("/api/v1/organizations/{account}/invite-list");
    // Complete user information fields; ZIP code is typically the remittance address ZIP code.
    for (email, zip) in [("lee.tran@seaglass.example", "01930"), ("pat.otto@seaglass.example", "01944")] {
        let entry = json!({"email": email, "first_name": "Lee", "last_name": "Tran", "zip": zip, "role": "account_user"});
        let _ = helen.post(&list, &entry).expect(201);
    }
    // You will get a success or failure message once completed.
    let sent = helen.post_empty(&format!("{list}/send")).expect(200).json();
    assert_eq!((&sent["sent"], &sent["failed"]), (&json!(1), &json!(1)));
    let accepted = accept(&app, "lee.tran@seaglass.example", ("Lee", "Tran"));
    assert_eq!(accepted["status"], "active");
    // Select user; click Make Admin | Revoke User.
    let owen = persona(&app, "account-user");
    let members = format!("/api/v1/organizations/{account}/members");
    let _ = owen.get(&members).problem(403, "role_required");
    assert_eq!(press(&helen, &member(&helen, &account, "Owen Park"), "make-admin"), "active");
    assert_eq!(owen.all(&members).len(), 3);
    assert_eq!(press(&helen, &member(&helen, &account, "Lee Tran"), "revoke"), "revoked");
}

#[test]
fn s3_an_account_manager_verifies_jeremy_and_reads_his_comments_as_text() {
    let app = TestApp::start_sandbox();
    let lena = persona(&app, "account-manager");
    let practice = organization(&lena);
    // Select the Verification Pending box, click the Verify Account button.
    let waiting = lena.all(&format!("/api/v1/organizations/{practice}/members?verification_pending=true"));
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (&waiting[0]["name"], &waiting[0]["telephone"]),
        (&json!("Jeremy Huang"), &json!("1231231234"))
    );
    let jeremy = member(&lena, &practice, "Jeremy Huang");
    let comments = lena.all(&format!("{jeremy}/comments"));
    let actions: Vec<_> =
        comments.iter().map(|entry| (&entry["action"], entry["comment"].as_str())).collect();
    assert_eq!(
        actions,
        [
            (&json!("update_user_roles"), Some(";alert(1)//\n</xmp><script>alert(1)</script>")),
            (&json!("update_user_roles"), Some("<script>alert(1)</script>")),
            (&json!("registered"), None),
        ]
    );
    // Selecting access levels; once a user is enabled, their status will change to Unverified.
    let verify = json!({"permissions": ["claims", "eligibility"], "comment": "Called back."});
    let verified = lena.post(&format!("{jeremy}/verify"), &verify).expect(200).json();
    assert_eq!((&verified["status"], &verified["verified"]), (&json!("unverified"), &json!(true)));
    // Click Send Registration Email for the user to be notified that they must complete their
    // registration.
    assert_eq!(press(&lena, &jeremy, "send-registration-email"), "unverified");
    let his = complete_registration(&app, "jeremy.huang@riverbend.example");
    assert_eq!(membership_status(&his), "active");
    // If a user leaves the practice, click Disable User.
    assert_eq!(press(&lena, &jeremy, "disable"), "disabled");
    assert_eq!(membership_status(&his), "disabled", "at the next request");
}

#[test]
fn s3_an_account_manager_helps_unverified_locked_and_disabled_users() {
    let app = TestApp::start_sandbox();
    let lena = persona(&app, "account-manager");
    let practice = organization(&lena);
    let uma = member(&lena, &practice, "Uma Rhodes");
    assert_eq!(press(&lena, &uma, "send-registration-email"), "unverified");
    assert_eq!(membership_status(&complete_registration(&app, "uma.rhodes@riverbend.example")), "active");
    // Send password reset emails to a user whose portal account is locked due to inactivity.
    let victor = member(&lena, &practice, "Victor Lane");
    let _ = lena.post(&format!("{victor}/enable"), &json!({})).problem(409, "use_password_reset");
    assert_eq!(press(&lena, &victor, "send-password-reset-email"), "locked");
    open_link(&app, "password-reset");
    let reset = json!({"token": token_for(&app, "victor.lane@riverbend.example", "password-reset"), "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &reset).expect(204);
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &reset).problem(410, "link_used");
    assert_eq!(membership_status(&app.sign_in("victor.lane@riverbend.example", NEW_PASSWORD)), "active");
    // Account Managers can use this button to re-enable these users.
    let dana = member(&lena, &practice, "Dana Cole");
    assert_eq!(lena.get(&dana).expect(200).json()["disabled_reason"], "by_account_manager");
    assert_eq!(press(&lena, &dana, "enable"), "unverified");
}

#[test]
fn s4_a_user_registers_a_manager_enables_by_email_and_the_plan_verifies_first_registrants() {
    let app = TestApp::start_sandbox();
    // Account managers will receive an email when a user creates a new user account under the tax
    // ID.
    let registration = json!({
        "plan": "lhcc", "tin": "72-7654321", "email": "rosa.field@riverbend.example", "first_name": "Rosa", "last_name": "Field",
    });
    let _ = app.anonymous().post("/api/v1/registrations", &registration).expect(202);
    app.process_requests();
    // The account manager can select the Enable User button in the email.
    open_link(&app, "enable-user");
    let button = json!({"token": token_for(&app, "lena.ortiz@riverbend.example", "enable-user")});
    let _ = app.anonymous().post("/api/v1/registrations/enable", &button).problem(401, "unauthenticated");
    let lena = persona(&app, "account-manager");
    let enabled = lena.post("/api/v1/registrations/enable", &button).expect(200).json();
    assert_eq!((&enabled["name"], &enabled["status"]), (&json!("Rosa Field"), &json!("unverified")));
    // The plan is responsible for verifying and setting up the original registrant of a tax ID.
    let ruth = persona(&app, "plan-operator");
    let waiting = ruth.all("/api/v1/plan/registrations?without_manager=true");
    assert_eq!(waiting.len(), 1);
    assert_eq!((&waiting[0]["name"], &waiting[0]["plan"]), (&json!("Carol Jennings"), &json!("ahw")));
    let id = waiting[0]["id"].as_str().unwrap();
    let name = json!({"organization_name": "Ozark Family Clinic"});
    let _ = ruth.post(&format!("/api/v1/plan/registrations/{id}/verify-original"), &name).expect(200);
    let practice = waiting[0]["organization_id"].as_str().unwrap();
    let hers = complete_registration(&app, "carol.jennings@ozark.example");
    assert_eq!(
        hers.all(&format!("/api/v1/organizations/{practice}/members")).len(),
        1,
        "she manages the account now"
    );
}
