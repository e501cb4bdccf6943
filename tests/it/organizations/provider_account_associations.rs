//! Associating an account with a Provider ID, as the portal's quick reference guide describes.

use chrono::Duration;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::provider_record::ProviderRecord;
use portal_persistence::platform::audit::ChainState;
use portal_tests::json::{pairs, violations, with_member};
use portal_tests::provider_accounts::{
    ASSOCIATE, TAX_ID, acceptance, associate, claim, plans_without_confirmation,
};
use portal_tests::{Answer, Client, Engine, TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

/// The response without the request ID.
fn without_request_id(answer: &Answer) -> (u16, Option<String>, Value) {
    (answer.status, answer.header("content-type").map(str::to_owned), answer.without_request_id())
}

/// A user without counted attempts.
fn new_registrant(app: &TestApp) -> Client {
    app.registrant("Pat Registrant").1
}

/// The number of active administrators of the account created from a record.
fn administrators(app: &TestApp, record: &ProviderRecord) -> usize {
    let Some(account) = app.account_of(record) else { return 0 };
    let kind = portal_domain::organizations::organization::OrganizationKind::ProviderAccount;
    app.read(|tx| tx.members().administrators(account, kind)).len()
}

/// In these tests, first administrators need no confirmation.
fn start(engine: Engine) -> TestApp {
    TestApp::start_without_confirmation(engine)
}

on_both_engines!(a_practitioner_associates_their_account_in_two_steps, start);
fn a_practitioner_associates_their_account_in_two_steps(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let (user, client) = app.registrant("Amara O'Brien");
    // Select the Provider Type, First Name, Last Name, Tax ID, Provider ID/Billing Number; click
    // Next.
    let step_1 = client
        .post(
            ASSOCIATE,
            &json!({
                "provider_type": "practitioner",
                "first_name": " AMARA ",
                "last_name": "o'brien",
                "tax_id": TAX_ID,
                "provider_id": "cca-100234",
                "zip": "02110",
            }),
        )
        .expect(201);
    let location = step_1.header("location").unwrap().to_owned();
    let step_1 = step_1.json();
    assert_eq!((&step_1["step"], &step_1["of"]), (&json!(1), &json!(2)));
    assert_eq!(step_1["expires_at"], "2026-02-01T17:15:00Z");
    assert!(step_1["agreement"]["text"].as_str().unwrap().starts_with("By accepting the Provider Agreement"));
    assert_eq!(app.account_of(&record), None, "there is no account before step 2");
    // Confirm the Provider Agreement; click Next.
    let done = client.post(&location, &acceptance(&step_1)).expect(201);
    let account = done.json()["provider_account"].clone();
    assert_eq!(account["name"], "Amara O'Brien");
    assert_eq!(account["username"], "CCA-100234", "the Provider ID is the account's username");
    assert_eq!((&account["kind"], &account["plan"]), (&json!("provider_account"), &json!("cca")));
    assert_eq!(done.json()["role"], "organization_administrator");
    // The system signs you into the portal.
    let organization = client.get(done.header("location").unwrap()).expect(200).json();
    assert_eq!(organization["id"], account["id"]);
    assert!(organization.get("tax_id_masked").is_none(), "several accounts can share one tax ID");
    let linked = client.all("/api/v1/me/linked-accounts");
    assert_eq!((linked.len(), &linked[0]["active"]), (1, &json!(true)));
    let id = app.account_of(&record).unwrap();
    let member = app.read(|tx| tx.members().find_user(id, user)).unwrap().member;
    assert_eq!(member.status, MembershipStatus::Active);
    assert!(member.rights.roles.contains(&Role::OrganizationAdministrator));
    assert!(member.rights.permissions.contains(&Permission::HealthRecords));
    assert!(
        !member.rights.permissions.contains(&Permission::ManageAccount),
        "the plan has no such permission"
    );
    assert_eq!(app.read(|tx| tx.audit().verify(&id.to_string())), ChainState::Intact { events: 1 });
}

on_both_engines!(a_group_associates_with_the_data_of_its_letter, start);
fn a_group_associates_with_the_data_of_its_letter(app: &TestApp) {
    let record = app.provider_on_file("CCA-200417", "Harborlight Primary Care", TAX_ID);
    let done = associate(&new_registrant(app), ASSOCIATE, &record).expect(201).json();
    assert_eq!(done["provider_account"]["name"], "Harborlight Primary Care");
}

on_both_engines!(every_mismatch_gets_the_same_response, start);
fn every_mismatch_gets_the_same_response(app: &TestApp) {
    let person = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let group = app.provider_on_file("CCA-200417", "Harborlight Primary Care", "04-3555028");
    let as_group = json!({"provider_type": "group", "group_name": "Amara O'Brien", "tax_id": TAX_ID, "provider_id": "CCA-100234", "zip": "02108"});
    let as_person = json!({"provider_type": "practitioner", "first_name": "Harborlight", "last_name": "Primary Care", "tax_id": "04-3555028", "provider_id": "CCA-200417", "zip": "02108"});
    let claims = [
        with_member(claim(&person), "first_name", json!("Mara")),
        with_member(claim(&person), "last_name", json!("OBrien")),
        with_member(claim(&person), "tax_id", json!("04-3555018")),
        with_member(claim(&person), "provider_id", json!("CCA-100235")),
        with_member(claim(&person), "zip", json!("02111")),
        with_member(claim(&group), "group_name", json!("Harborlight")),
        with_member(claim(&group), "tax_id", json!(TAX_ID)),
        with_member(claim(&group), "provider_id", json!("CCA-100234")),
        // A group must use a ZIP code from the letter.
        with_member(claim(&group), "zip", json!("02109")),
        with_member(claim(&group), "zip", json!("02110")),
        as_group,
        as_person,
    ];
    let answers: Vec<_> = claims.iter().map(|claim| new_registrant(app).post(ASSOCIATE, claim)).collect();
    for (answer, claim) in answers.iter().zip(&claims) {
        let _ = answer.clone().problem(422, "eligibility_not_matched");
        assert_eq!(without_request_id(answer), without_request_id(&answers[0]), "{claim}");
    }
    for zip in ["02108", "02108-9999", "02109", "02110"] {
        let _ =
            new_registrant(app).post(ASSOCIATE, &with_member(claim(&person), "zip", json!(zip))).expect(201);
    }
    let _ = new_registrant(app)
        .post(ASSOCIATE, &with_member(claim(&group), "zip", json!("021080000")))
        .expect(201);
}

on_both_engines!(all_missing_and_malformed_values_are_reported_together, start);
fn all_missing_and_malformed_values_are_reported_together(app: &TestApp) {
    let client = new_registrant(app);
    let violations = |body: &Value| violations(client.post(ASSOCIATE, body));
    assert_eq!(
        violations(&json!({})),
        pairs(&[
            ("/provider_id", "required"),
            ("/provider_type", "required"),
            ("/tax_id", "required"),
            ("/zip", "required")
        ])
    );
    let person = json!({"provider_type": "practitioner", "group_name": "Harborlight", "last_name": "\u{a0} ", "tax_id": "1", "provider_id": "CCA 1", "zip": "2108"});
    assert_eq!(
        violations(&person),
        pairs(&[
            ("/first_name", "required"),
            ("/group_name", "not_applicable"),
            ("/last_name", "required"),
            ("/provider_id", "format"),
            ("/tax_id", "format"),
            ("/zip", "format"),
        ])
    );
    let group = json!({"provider_type": "group", "first_name": "Practitioner Group", "group_name": "x".repeat(101), "tax_id": TAX_ID, "provider_id": "CCA-1", "zip": "02108"});
    assert_eq!(violations(&group), pairs(&[("/first_name", "not_applicable"), ("/group_name", "too_long")]));
    // The two options of the drop-down list, read as one text.
    let both = json!({"provider_type": "Practitioner Group", "tax_id": TAX_ID, "provider_id": "CCA-1", "zip": "02108"});
    assert_eq!(violations(&both), pairs(&[("/provider_type", "unknown_value")]));
}

on_both_engines!(after_five_attempts_a_user_must_wait_fifteen_minutes, start);
fn after_five_attempts_a_user_must_wait_fifteen_minutes(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let (user, client) = app.registrant("Pat Guesser");
    let wrong = with_member(claim(&record), "zip", json!("02111"));
    for _ in 0..5 {
        let _ = client.post(ASSOCIATE, &wrong).problem(422, "eligibility_not_matched");
    }
    let refused = client.post(ASSOCIATE, &claim(&record));
    assert_eq!(refused.header("retry-after"), Some("900"));
    let _ = refused.problem(429, "too_many_attempts");
    let _ = client.post("/api/v1/me/linked-accounts", &claim(&record)).problem(429, "too_many_attempts");
    let _ = new_registrant(app).post(ASSOCIATE, &claim(&record)).expect(201);
    let after = |time: Duration| {
        app.advance(time);
        app.signed_in_with_factor(user)
    };
    let _ = after(Duration::minutes(15) - Duration::microseconds(1))
        .post(ASSOCIATE, &claim(&record))
        .problem(429, "too_many_attempts");
    let _ = after(Duration::microseconds(1)).post(ASSOCIATE, &claim(&record)).expect(201);
}

on_both_engines!(of_thirty_two_concurrent_guesses_five_are_checked, start);
fn of_thirty_two_concurrent_guesses_five_are_checked(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let (_, client) = app.registrant("Pat Guesser");
    let _ = client.get("/api/v1/me").expect(200);
    let wrong = with_member(claim(&record), "zip", json!("02111"));
    let answers = at_once((0..32).map(|_| {
        let (client, wrong) = (client.clone(), &wrong);
        move || client.post(ASSOCIATE, wrong)
    }));
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 27);
}

on_both_engines!(a_retry_gets_the_same_refusal_and_counts_no_attempt, start);
fn a_retry_gets_the_same_refusal_and_counts_no_attempt(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let client = new_registrant(app);
    let wrong = with_member(claim(&record), "zip", json!("02111"));
    let send = || client.call("POST", ASSOCIATE).header("idempotency-key", "one").json(&wrong).send();
    let first = send();
    for _ in 0..9 {
        let again = send();
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(without_request_id(&again), without_request_id(&first));
        let _ = again.problem(422, "eligibility_not_matched");
    }
    let _ = client.post(ASSOCIATE, &claim(&record)).expect(201);
}

on_both_engines!(an_account_with_an_administrator_is_not_handed_over, start);
fn an_account_with_an_administrator_is_not_handed_over(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let (owner, owners) = app.registrant("Amara O'Brien");
    let _ = associate(&owners, ASSOCIATE, &record).expect(201);
    let (_, late) = app.registrant("Pat Late");
    let refused = late.post(ASSOCIATE, &claim(&record)).problem(409, "administrator_exists");
    assert_eq!(refused["request_access"], "/api/v1/access-requests");
    assert_eq!(refused["reasons"], json!(["administrator_exists"]));
    assert_eq!(
        refused["detail"],
        "An Administrator exists for this Provider ID; contact them and request access."
    );
    // Users whose data does not match do not learn that an administrator exists.
    let _ = late
        .post(ASSOCIATE, &with_member(claim(&record), "zip", json!("02111")))
        .problem(422, "eligibility_not_matched");
    let _ = owners.post(ASSOCIATE, &claim(&record)).problem(409, "already_linked");
    // An account whose only administrator left goes to the next user who matches, not back to the
    // one who left.
    let account = app.account_of(&record).unwrap();
    let membership = app.read(|tx| tx.members().find_user(account, owner)).unwrap().member.id;
    app.set_membership_status(membership, MembershipStatus::Revoked);
    let _ = owners.post(ASSOCIATE, &claim(&record)).problem(409, "already_linked");
    let next = associate(&late, ASSOCIATE, &record).expect(201).json();
    assert_eq!(next["provider_account"]["id"], json!(account.to_string()), "the same account");
    assert_eq!(administrators(app, &record), 1);
}

on_both_engines!(the_current_agreement_must_be_accepted_in_time_and_once, start);
fn the_current_agreement_must_be_accepted_in_time_and_once(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let (user, client) = app.registrant("Amara O'Brien");
    let step_1 = client.post(ASSOCIATE, &claim(&record)).expect(201);
    let complete = step_1.header("location").unwrap().to_owned();
    let accepted = acceptance(&step_1.json());
    let before = app.fingerprint();
    let declined = client
        .post(&complete, &json!({"agreement_accepted": false, "agreement_version": "2023-01"}))
        .problem(422, "validation_failed");
    assert_eq!(
        declined["errors"][0],
        json!({"pointer": "/agreement_accepted", "code": "agreement_not_accepted", "message": "the agreement must be accepted"})
    );
    assert_eq!(declined["errors"][1]["code"], "agreement_outdated");
    let silent =
        client.post(&complete, &json!({"agreement_version": "2024-01"})).problem(422, "validation_failed");
    assert_eq!(silent["errors"][0]["code"], "agreement_not_accepted");
    assert_eq!(app.fingerprint(), before, "nothing was changed");
    // Another user's association gets the response for a nonexistent one.
    let _ = new_registrant(app).post(&complete, &accepted).problem(404, "not_found");
    app.advance(Duration::minutes(15));
    let client = app.signed_in_with_factor(user);
    let late = client.post(&complete, &accepted).problem(410, "link_expired");
    assert_eq!(late["reasons"], json!(["association_expired"]));
    let step_1 = client.post(ASSOCIATE, &claim(&record)).expect(201);
    let complete = step_1.header("location").unwrap().to_owned();
    app.advance(Duration::minutes(15) - Duration::microseconds(1));
    let client = app.signed_in_with_factor(user);
    let _ = client.post(&complete, &accepted).expect(201);
    let again = client.post(&complete, &accepted).problem(410, "link_used");
    assert_eq!(again["reasons"], json!(["association_used", "already_linked"]));
}

on_both_engines!(of_two_matching_users_one_becomes_the_administrator, start);
fn of_two_matching_users_one_becomes_the_administrator(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let (first, second) = (new_registrant(app), new_registrant(app));
    let step_1 = [&first, &second].map(|client| client.post(ASSOCIATE, &claim(&record)).expect(201));
    let paths = step_1.each_ref().map(|answer| answer.header("location").unwrap().to_owned());
    let accepted = acceptance(&step_1[0].json());
    let _ = first.post(&paths[0], &accepted).expect(201);
    let refused = second.post(&paths[1], &accepted).problem(409, "administrator_exists");
    assert_eq!(refused["request_access"], "/api/v1/access-requests");
    assert_eq!(administrators(app, &record), 1);
}

on_both_engines!(of_sixty_four_users_who_complete_concurrently_one_becomes_the_administrator, start);
fn of_sixty_four_users_who_complete_concurrently_one_becomes_the_administrator(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let requests: Vec<_> = (0..64)
        .map(|_| {
            let client = new_registrant(app);
            let step_1 = client.post(ASSOCIATE, &claim(&record)).expect(201);
            (client, step_1.header("location").unwrap().to_owned(), acceptance(&step_1.json()))
        })
        .collect();
    let answers = at_once(requests.into_iter().map(|(client, path, body)| move || client.post(&path, &body)));
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.json()["code"], "administrator_exists", "{}", answer.text());
    }
    assert_eq!(administrators(app, &record), 1);
    let account = app.account_of(&record).unwrap();
    assert_eq!(app.read(|tx| tx.audit().verify(&account.to_string())), ChainState::Intact { events: 1 });
}

on_both_engines!(sixty_four_concurrent_completions_complete_an_association_once, start);
fn sixty_four_concurrent_completions_complete_an_association_once(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let (user, client) = app.registrant("Amara O'Brien");
    let step_1 = client.post(ASSOCIATE, &claim(&record)).expect(201);
    let (path, accepted) = (step_1.header("location").unwrap().to_owned(), acceptance(&step_1.json()));
    let sessions: Vec<_> = (0..8).map(|_| app.signed_in_with_factor(user)).collect();
    sessions.iter().for_each(|client| drop(client.get("/api/v1/me").expect(200)));
    let (path, accepted) = (&path, &accepted);
    let requests = sessions.iter().cycle().take(64).cloned();
    let answers = at_once(requests.map(|client| move || client.post(path, accepted)));
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.json()["code"], "link_used", "{}", answer.text());
    }
    assert_eq!(administrators(app, &record), 1);
}

on_both_engines!(the_audit_trail_contains_no_tax_ids_or_provider_ids, start);
fn the_audit_trail_contains_no_tax_ids_or_provider_ids(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let client = new_registrant(app);
    let _ = client
        .post(ASSOCIATE, &with_member(claim(&record), "zip", json!("02111")))
        .problem(422, "eligibility_not_matched");
    let _ = associate(&client, ASSOCIATE, &record).expect(201);
    let _ = client.post("/api/v1/access-requests", &json!({"provider_id": "CCA-999999"})).expect(202);
    let mut inspector = app.inspector();
    let query = match app.engine {
        Engine::Sqlite => "SELECT object || ' ' || details AS value FROM audit_events",
        Engine::Postgres => "SELECT object || ' ' || details::text AS value FROM audit_events",
    };
    let trail = inspector.texts(query).join("\n");
    assert!(trail.contains("2024-01"), "the trail contains the version of the agreement: {trail}");
    for secret in ["043555017", TAX_ID, "CCA-"] {
        assert!(!trail.contains(secret), "{secret} in {trail}");
    }
}

#[test]
fn the_new_administrator_registers_a_second_factor_before_anything_else() {
    let settings = [("SECOND_FACTOR", "enforced"), ("PLANS_FILE", plans_without_confirmation())];
    let app = TestApp::start_with(Engine::Sqlite, false, &settings);
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let client = app.signed_in(app.person("Amara O'Brien", None, &[]).0);
    let _ = associate(&client, ASSOCIATE, &record).expect(201);
    let _ = client.unchecked().get("/api/v1/me/linked-accounts").problem(403, "mfa_registration_required");
}
