//! Several Provider IDs with one login: linking, listing, and switching.

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::organizations::memberships::NewMembership;
use portal_tests::provider_accounts::{ASSOCIATE, LINK, TAX_ID, associate, claim};
use portal_tests::{Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

fn switch(client: &portal_tests::Client, membership: &Value) -> portal_tests::Answer {
    let body = json!({"membership_id": membership});
    client.call("PUT", "/api/v1/me/active-account").header("if-match", "*").json(&body).send()
}

/// The usernames in the list, with the active one marked.
fn listed(client: &portal_tests::Client) -> Vec<String> {
    let mark = |account: &Value| {
        let username = account["username"].as_str().unwrap();
        if account["active"] == true { format!("{username} *") } else { username.to_owned() }
    };
    client.all(&format!("{LINK}?limit=1")).iter().map(mark).collect()
}

/// The Provider IDs that an account covers.
fn covered(account: &Value) -> Vec<&str> {
    account["covers"].as_array().unwrap().iter().map(|one| one["provider_id"].as_str().unwrap()).collect()
}

/// In these tests, first administrators need no confirmation.
fn start(engine: Engine) -> TestApp {
    TestApp::start_without_confirmation(engine)
}

on_both_engines!(a_user_links_several_provider_ids_to_one_login_and_switches_between_them, start);
fn a_user_links_several_provider_ids_to_one_login_and_switches_between_them(app: &TestApp) {
    let own = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let other = app.provider_on_file("CCA-2", "Noor Haddad", "04-3555028");
    let (user, client) = app.registrant("Amara Whitfield");
    let _ = associate(&client, ASSOCIATE, &own).expect(201);
    // Select Users, then Link Account. Enter the same data, accept the agreement, and click Finish.
    let linked = associate(&client, LINK, &other).expect(201).json();
    // All linked accounts are on the Manage Linked Accounts tab.
    assert_eq!(listed(&client), ["CCA-1 *", "CCA-2"], "linking does not switch");
    let account = client.all(LINK).remove(1);
    assert_eq!(account["membership_id"], linked["membership_id"]);
    assert_eq!(account["organization"]["id"], linked["provider_account"]["id"]);
    assert_eq!(
        (&account["provider_name"], &account["provider_type"]),
        (&json!("Noor Haddad"), &json!("practitioner"))
    );
    assert_eq!(account["role"], "organization_administrator");
    assert_eq!(covered(&account), ["CCA-2"]);
    // Select the username in the drop-down menu.
    let switched = switch(&client, &linked["membership_id"]).expect(200).json();
    assert_eq!((&switched["username"], &switched["active"]), (&json!("CCA-2"), &json!(true)));
    assert_eq!(listed(&client), ["CCA-1", "CCA-2 *"]);
    let elsewhere = app.signed_in_with_factor(user);
    assert_eq!(listed(&elsewhere), ["CCA-1", "CCA-2"], "another session keeps its active account");
}

on_both_engines!(linking_is_refused_for_the_same_reasons_as_associating, start);
fn linking_is_refused_for_the_same_reasons_as_associating(app: &TestApp) {
    let own = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let taken = app.provider_on_file("CCA-2", "Noor Haddad", "04-3555028");
    let (_, client) = app.registrant("Amara Whitfield");
    let _ = associate(&client, ASSOCIATE, &own).expect(201);
    let _ = associate(&app.registrant("Noor Haddad").1, ASSOCIATE, &taken).expect(201);
    let _ = client.post(LINK, &claim(&own)).problem(409, "already_linked");
    let _ = client.post(LINK, &claim(&taken)).problem(409, "administrator_exists");
    let mut wrong = claim(&taken);
    wrong["zip"] = json!("02111");
    let _ = client.post(LINK, &wrong).problem(422, "eligibility_not_matched");
    assert_eq!(listed(&client), ["CCA-1 *"]);
}

on_both_engines!(a_group_covers_every_provider_under_its_tax_id_including_later_ones, start);
fn a_group_covers_every_provider_under_its_tax_id_including_later_ones(app: &TestApp) {
    let group = app.provider_on_file("CCA-G", "Harborlight Primary Care", TAX_ID);
    let member = app.provider_on_file("CCA-1", "Noor Haddad", TAX_ID);
    let _ = app.provider_on_file("CCA-9", "Sam Elsewhere", "04-3555028");
    let (_, client) = app.registrant("Ruth Office");
    let _ = associate(&client, ASSOCIATE, &group).expect(201);
    assert_eq!(covered(&client.all(LINK)[0]), ["CCA-1", "CCA-G"]);
    let _ = app.provider_on_file("CCA-2", "Lena Later", TAX_ID);
    assert_eq!(covered(&client.all(LINK)[0]), ["CCA-1", "CCA-2", "CCA-G"]);
    // A practitioner under a group's tax ID does not cover the group.
    let (_, practitioner) = app.registrant("Noor Haddad");
    let _ = associate(&practitioner, ASSOCIATE, &member).expect(201);
    assert_eq!(covered(&practitioner.all(LINK)[0]), ["CCA-1"]);
}

on_both_engines!(twenty_covered_providers_are_listed_and_all_are_counted, start);
fn twenty_covered_providers_are_listed_and_all_are_counted(app: &TestApp) {
    let (_, client) = app.registrant("Ruth Office");
    let large = app.provider_on_file("CCA-0000", "Harborlight Primary Care", TAX_ID);
    let small = app.provider_on_file("CCA-9000", "Seaglass Physical Therapy", "04-3555039");
    for n in 1..=24 {
        let _ = app.provider_on_file(&format!("CCA-{n:04}"), "Noor Haddad", TAX_ID);
    }
    let _ = app.provider_on_file("CCA-9001", "Lena Linked", "04-3555039");
    let _ = associate(&client, ASSOCIATE, &large).expect(201);
    let linked = associate(&client, LINK, &small).expect(201).json();
    let accounts = client.all(LINK);
    let first: Vec<_> = (0..20).map(|n| format!("CCA-{n:04}")).collect();
    assert_eq!(covered(&accounts[0]), first);
    assert_eq!(accounts[0]["covers_total"], 25);
    assert_eq!(
        (covered(&accounts[1]), &accounts[1]["covers_total"]),
        (vec!["CCA-9000", "CCA-9001"], &json!(2))
    );
    let switched = switch(&client, &linked["membership_id"]).expect(200).json();
    assert_eq!((covered(&switched), &switched["covers_total"]), (vec!["CCA-9000", "CCA-9001"], &json!(2)));
}

on_both_engines!(r_139_the_rights_of_one_account_never_count_in_another, start);
fn r_139_the_rights_of_one_account_never_count_in_another(app: &TestApp) {
    let (user, client) = app.registrant("Amara Whitfield");
    let own = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let other = app.provider_on_file("CCA-2", "Noor Haddad", "04-3555028");
    let administered = associate(&client, ASSOCIATE, &own).expect(201).json();
    let used = json!(app.account_user_of(user, &other));
    let members = |record| format!("/api/v1/organizations/{}/members", app.account_of(record).unwrap());
    for active in [&used, &administered["membership_id"]] {
        let _ = switch(&client, active).expect(200);
        assert_eq!(&client.get("/api/v1/me").expect(200).json()["active_account"], active);
        // The account in the path decides, not the active one.
        let _ = client.get(&members(&own)).expect(200);
        let before = app.fingerprint();
        let _ = client.get(&members(&other)).problem(403, "role_required");
        let colleague = format!("{}/{}/disable", members(&other), used.as_str().unwrap());
        let _ = client.post(&colleague, &json!({})).problem(403, "role_required");
        assert_eq!(app.fingerprint(), before);
    }
}

on_both_engines!(many_accounts_take_no_more_statements_than_one, start);
fn many_accounts_take_no_more_statements_than_one(app: &TestApp) {
    let (_, client) = app.registrant("Ruth Office");
    let group = app.provider_on_file("CCA-G", "Harborlight Primary Care", TAX_ID);
    let _ = associate(&client, ASSOCIATE, &group).expect(201);
    app.forget_statements();
    let _ = client.get(LINK).expect(200);
    let one = app.statements().len();
    for n in 1..4 {
        let record = app.provider_on_file(
            &format!("CCA-G{n}"),
            &format!("Harborlight Primary Care {n}"),
            &format!("04-355502{n}"),
        );
        let _ = associate(&client, LINK, &record).expect(201);
    }
    app.forget_statements();
    assert_eq!(client.get(LINK).expect(200).json()["items"].as_array().unwrap().len(), 4);
    assert_eq!(app.statements().len(), one);
}

on_both_engines!(users_cannot_switch_to_foreign_or_former_accounts, start);
fn users_cannot_switch_to_foreign_or_former_accounts(app: &TestApp) {
    let own = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    let (user, client) = app.registrant("Amara Whitfield");
    let mine = associate(&client, ASSOCIATE, &own).expect(201).json()["membership_id"].clone();
    let org = app.organization("Practice", OrganizationKind::TinPractice, PlanCode::Lhcc);
    let colleague = org.member("Pat Colleague", &[Role::AccountUser]);
    let elsewhere = app.write(|tx| {
        let id = tx.new_id();
        tx.memberships().insert(&NewMembership {
            id,
            organization: org.id,
            user,
            status: MembershipStatus::Active,
            roles: vec![Role::AccountUser],
            permissions: vec![],
        })?;
        Ok(id)
    });
    let before = app.fingerprint();
    let nonexistent = json!("mbr_01h455vb4pex5vsknk084sn02q");
    let refused = switch(&client, &nonexistent).problem(404, "not_found");
    for membership in [json!(colleague.membership), json!(elsewhere)] {
        let foreign = switch(&client, &membership).problem(404, "not_found");
        assert_eq!(foreign["detail"], refused["detail"]);
    }
    let _ = switch(&client, &json!("usr_01h455vb4pex5vsknk084sn02q")).problem(400, "malformed_id");
    let body = json!({"membership_id": mine});
    let _ = client
        .unchecked()
        .call("PUT", "/api/v1/me/active-account")
        .json(&body)
        .send()
        .problem(428, "precondition_required");
    assert_eq!(app.fingerprint(), before);
    let membership = mine.as_str().unwrap().parse().unwrap();
    app.set_membership_status(membership, MembershipStatus::Disabled);
    let _ = switch(&client, &mine).problem(404, "not_found");
    assert!(client.all(LINK).is_empty());
}
