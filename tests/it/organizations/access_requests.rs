//! Requests for access to a provider account that has an administrator.

use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_persistence::organizations::memberships::NewMembership;
use portal_tests::provider_accounts::{ASSOCIATE, TAX_ID, associate};
use portal_tests::{Client, Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

const ASK: &str = "/api/v1/access-requests";

fn requests(client: &Client, organization: OrganizationId) -> Vec<Value> {
    client.all(&format!("/api/v1/organizations/{organization}/access-requests?limit=1"))
}

/// Requests access; returns the parts of the response that do not identify the request.
fn ask(client: &Client, provider_id: &str) -> (Vec<String>, Vec<u8>) {
    let body = json!({"provider_id": provider_id, "message": "I work at the front desk."});
    let answer = client.post(ASK, &body).expect(202);
    let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (names, answer.body)
}

/// In these tests, first administrators need no confirmation.
fn start(engine: Engine) -> TestApp {
    TestApp::start_without_confirmation(engine)
}

on_both_engines!(every_administrator_gets_a_request_by_email_and_in_the_list, start);
fn every_administrator_gets_a_request_by_email_and_in_the_list(app: &TestApp) {
    let record = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let (_, owners) = app.registrant("Amara Whitfield");
    let _ = associate(&owners, ASSOCIATE, &record).expect(201);
    let account = app.account_of(&record).unwrap();
    let second = app.registrant("Ruth Office").0;
    for (user, role, status) in [
        (second, Role::OrganizationAdministrator, MembershipStatus::Active),
        (app.registrant("Una User").0, Role::AccountUser, MembershipStatus::Active),
        (app.registrant("Dee Disabled").0, Role::OrganizationAdministrator, MembershipStatus::Disabled),
    ] {
        app.write(|tx| {
            let id: MembershipId = tx.new_id();
            tx.memberships().insert(&NewMembership {
                id,
                organization: account,
                user,
                status,
                roles: vec![role],
                permissions: vec![],
            })
        });
    }
    let (_, asking) = app.registrant("Noor Haddad");
    let _ = ask(&asking, "cca-1");
    assert!(requests(&owners, account).is_empty(), "the request is processed later");
    let _ = app.deliver_mails();
    app.process_requests();
    let found = requests(&owners, account);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["name"], &found[0]["message"]),
        (&json!("Noor Haddad"), &json!("I work at the front desk."))
    );
    assert!(found[0]["email"].as_str().unwrap().starts_with("noor."));
    let mails = app.deliver_mails();
    assert_eq!(mails.len(), 2, "to both active administrators");
    for mail in &mails {
        assert!(mail.text.contains("Noor Haddad") && !mail.text.contains("043555017"), "{}", mail.text);
    }
    // Repeating an open request changes nothing.
    let _ = ask(&asking, "CCA-1");
    app.process_requests();
    assert_eq!(requests(&owners, account).len(), 1);
    assert!(app.deliver_mails().is_empty());
    // An answered request is no longer listed.
    let requester: portal_domain::ground::id::UserId = found[0]["user_id"].as_str().unwrap().parse().unwrap();
    assert!(app.write(|tx| tx.access_requests().answer_open(account, requester)));
    assert!(!app.write(|tx| tx.access_requests().answer_open(account, requester)));
    assert!(requests(&owners, account).is_empty());
}

on_both_engines!(the_response_does_not_reveal_whether_the_account_exists, start);
fn the_response_does_not_reveal_whether_the_account_exists(app: &TestApp) {
    let record = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let _ = app.provider_on_file("CCA-2", "Noor Haddad", "04-3555028");
    let (_, owners) = app.registrant("Amara Whitfield");
    let _ = associate(&owners, ASSOCIATE, &record).expect(201);
    let (_, asking) = app.registrant("Pat Asking");
    let known = ask(&asking, "CCA-1");
    let before = app.audit_events();
    assert_eq!(ask(&asking, "CCA-2"), known, "known to the plan, without an account");
    assert_eq!(ask(&asking, "CCA-404"), known, "unknown");
    assert_eq!(app.audit_events(), before + 2, "each request records one event");
    let _ = ask(&owners, "CCA-1");
    app.process_requests();
    assert_eq!(
        requests(&owners, app.account_of(&record).unwrap()).len(),
        1,
        "a member cannot request access"
    );
    assert_eq!(app.deliver_mails().len(), 1);
}

on_both_engines!(an_account_whose_administrators_left_gets_no_requests, start);
fn an_account_whose_administrators_left_gets_no_requests(app: &TestApp) {
    let record = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let (owner, owners) = app.registrant("Amara Whitfield");
    let _ = associate(&owners, ASSOCIATE, &record).expect(201);
    let account = app.account_of(&record).unwrap();
    let membership = app.read(|tx| tx.members().find_user(account, owner)).unwrap().member.id;
    app.set_membership_status(membership, MembershipStatus::Disabled);
    let _ = ask(&app.registrant("Pat Asking").1, "CCA-1");
    app.process_requests();
    assert!(app.read(|tx| tx.access_requests().list_open(account, None, 10)).items.is_empty());
    assert!(app.deliver_mails().is_empty());
}

on_both_engines!(only_administrators_see_requests_and_requests_are_validated, start);
fn only_administrators_see_requests_and_requests_are_validated(app: &TestApp) {
    let record = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let (_, owners) = app.registrant("Amara Whitfield");
    let _ = associate(&owners, ASSOCIATE, &record).expect(201);
    let path = format!("/api/v1/organizations/{}/access-requests", app.account_of(&record).unwrap());
    let (_, outsider) = app.registrant("Pat Outsider");
    let _ = outsider.get(&path).problem(403, "role_required");
    let other = app.provider_on_file("CCA-2", "Noor Haddad", "04-3555028");
    let _ = associate(&outsider, ASSOCIATE, &other).expect(201);
    let _ = outsider.get(&path).problem(404, "not_found");
    for body in [json!({}), json!({"provider_id": "CCA 1"}), json!({"provider_id": "x".repeat(21)})] {
        let refused = outsider.post(ASK, &body).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], "/provider_id", "{body}");
    }
    for message in ["", &"x".repeat(501)] {
        let refused = outsider
            .post(ASK, &json!({"provider_id": "CCA-1", "message": message}))
            .problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], "/message");
    }
    for _ in 0..5 {
        let _ = outsider.post(ASK, &json!({"provider_id": "CCA-1"})).expect(202);
    }
    let _ = outsider.post(ASK, &json!({"provider_id": "CCA-1"})).problem(429, "too_many_attempts");
}
