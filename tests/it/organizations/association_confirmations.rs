//! The plan's staff confirm the first administrator of a provider account (domain rule R-203).

use chrono::Duration;
use portal_domain::ground::id::OrganizationId;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_persistence::platform::audit::ChainState;
use portal_tests::provider_accounts::{
    ASSOCIATE, LINK, PLAN_ASSOCIATIONS, REASON, TAX_ID, associate, claim, confirm, reject, waiting,
};
use portal_tests::{TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

/// Everything that the administrator of an account can read about it.
fn pages_of(account: OrganizationId) -> Vec<String> {
    let pages = ["", "/members", "/audit-events", "/invitations", "/invite-list", "/access-requests"];
    pages.iter().map(|page| format!("/api/v1/organizations/{account}{page}")).collect()
}

on_both_engines!(r_203_knowing_name_tax_id_provider_id_and_zip_code_gives_no_access_without_the_plan);
fn r_203_knowing_name_tax_id_provider_id_and_zip_code_gives_no_access_without_the_plan(app: &TestApp) {
    let record = app.provider_on_file("CCA-200417", "Harborlight Primary Care", TAX_ID);
    let (attacker, client) = app.registrant("Mallory Letters");
    let done = associate(&client, ASSOCIATE, &record).expect(201);
    assert_eq!(done.header("location"), Some(LINK));
    let done = done.json();
    assert_eq!(
        (&done["status"], &done["next_step"]),
        (&json!("verification_pending"), &json!("plan_confirmation"))
    );
    // The user is signed in and sees the account's name and state.
    let me = client.get("/api/v1/me").expect(200).json();
    let membership = &me["memberships"][0];
    assert_eq!(membership["organization"]["name"], "Harborlight Primary Care");
    assert_eq!((&membership["status"], &membership["roles"]), (&json!("verification_pending"), &json!([])));
    assert_eq!(membership["next_step"], "plan_confirmation");
    assert_eq!((me.get("active_account"), &me["menu"]), (None, &json!([])));
    let linked = client.all(LINK).remove(0);
    assert_eq!((&linked["status"], &linked["active"]), (&json!("verification_pending"), &json!(false)));
    assert_eq!((&linked["covers"], &linked["covers_total"]), (&json!([]), &json!(0)));
    assert_eq!(linked["permissions"], json!([]));
    // Nothing else: no members, no audit trail, no invitations.
    let account = app.account_of(&record).unwrap();
    let before = app.fingerprint();
    for page in pages_of(account) {
        let refused = client.get(&page);
        assert!([403, 404].contains(&refused.status), "{page}: {}", refused.text());
    }
    let invite = json!({"email": "accomplice@example.org", "role": "account_user", "zip": "02108"});
    let _ = client
        .post(&format!("/api/v1/organizations/{account}/invitations"), &invite)
        .problem(404, "not_found");
    let switch = json!({"membership_id": done["membership_id"]});
    let switched =
        client.call("PUT", "/api/v1/me/active-account").header("if-match", "*").json(&switch).send();
    let _ = switched.problem(404, "not_found");
    assert_eq!(app.fingerprint(), before, "nothing was changed");
    assert_eq!(client.all("/api/v1/organizations"), Vec::<Value>::new());
    assert!(app.read(|tx| tx.members().find_user(account, attacker)).unwrap().member.rights.roles.is_empty());
}

on_both_engines!(r_203_a_confirmed_administrator_uses_the_account_from_the_next_request_on);
fn r_203_a_confirmed_administrator_uses_the_account_from_the_next_request_on(app: &TestApp) {
    let record = app.provider_on_file("CCA-200417", "Harborlight Primary Care", TAX_ID);
    let staff = app.plan_staff();
    let (user, client) = app.registrant("Amara Whitfield");
    let done = associate(&client, ASSOCIATE, &record).expect(201).json();
    let mails = app.deliver_mails();
    assert_eq!(mails.len(), 1, "the plan's staff are told");
    assert!(mails[0].to.starts_with("ruth.") && mails[0].text.contains("Amara Whitfield"), "{mails:?}");
    assert!(mails[0].text.contains("CCA-200417") && !mails[0].text.contains("043555017"));
    let found = waiting(&staff);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["username"], "CCA-200417");
    assert_eq!(
        (&found[0]["name"], &found[0]["cause"]),
        (&json!("Amara Whitfield"), &json!("first_administrator"))
    );
    assert_eq!(found[0]["membership_id"], done["membership_id"]);
    let confirmed = confirm(&staff, &found[0]).expect(200).json();
    assert_eq!(
        (&confirmed["status"], &confirmed["decided_at"]),
        (&json!("confirmed"), &json!("2026-02-01T17:00:00Z"))
    );
    assert!(waiting(&staff).is_empty());
    assert_eq!(staff.all(&format!("{PLAN_ASSOCIATIONS}?confirmed=true")).len(), 1);
    // The same session, without signing in again.
    let account = app.account_of(&record).unwrap();
    for page in pages_of(account) {
        let _ = client.get(&page).expect(200);
    }
    assert_eq!(client.get("/api/v1/me").expect(200).json()["active_account"], done["membership_id"]);
    let rights = app.read(|tx| tx.members().find_user(account, user)).unwrap().member.rights;
    assert!(rights.roles.contains(&Role::OrganizationAdministrator));
    assert!(rights.permissions.contains(&Permission::HealthRecords));
    let mails = app.deliver_mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].to.starts_with("amara.") && mails[0].subject.contains("confirmed"), "{mails:?}");
    assert_eq!(app.read(|tx| tx.audit().verify(&account.to_string())), ChainState::Intact { events: 2 });
    // Another user can only request access now.
    let (_, late) = app.registrant("Pat Late");
    let _ = late.post(ASSOCIATE, &claim(&record)).problem(409, "administrator_exists");
}

on_both_engines!(r_203_a_rejected_claim_leaves_an_account_that_can_be_associated_again);
fn r_203_a_rejected_claim_leaves_an_account_that_can_be_associated_again(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    let (attacker, client) = app.registrant("Mallory Letters");
    let _ = associate(&client, ASSOCIATE, &record).expect(201);
    let account = app.account_of(&record).unwrap();
    let _ = app.deliver_mails();
    let rejected = reject(&staff, &waiting(&staff)[0]).expect(200).json();
    assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!(REASON)));
    let mail = app.deliver_mails().remove(0);
    assert!(mail.to.starts_with("mallory.") && mail.text.contains(REASON), "{}", mail.text);
    assert_eq!(app.status_in(account, attacker), MembershipStatus::Revoked);
    assert!(client.all(LINK).is_empty());
    for page in pages_of(account) {
        assert!([403, 404].contains(&client.get(&page).status), "{page}");
    }
    // The provider associates the account, and is confirmed.
    let (owner, owners) = app.registrant("Amara Whitfield");
    let done = associate(&owners, ASSOCIATE, &record).expect(201).json();
    assert_eq!(done["provider_account"]["id"], json!(account.to_string()), "the same account");
    let _ = confirm(&staff, &waiting(&staff)[0]).expect(200);
    assert_eq!(app.status_in(account, owner), MembershipStatus::Active);
    let _ = client.post(ASSOCIATE, &claim(&record)).problem(409, "administrator_exists");
}

on_both_engines!(r_203_a_user_who_was_rejected_by_mistake_can_make_the_claim_again);
fn r_203_a_user_who_was_rejected_by_mistake_can_make_the_claim_again(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    let (user, client) = app.registrant("Amara Whitfield");
    let first = associate(&client, ASSOCIATE, &record).expect(201).json();
    let _ = client.post(ASSOCIATE, &claim(&record)).problem(409, "already_linked");
    let _ = reject(&staff, &waiting(&staff)[0]).expect(200);
    let second = associate(&client, ASSOCIATE, &record).expect(201).json();
    assert_eq!(second["membership_id"], first["membership_id"], "the same membership starts over");
    assert_eq!(second["status"], "verification_pending", "the plan confirms it again");
    let _ = confirm(&staff, &waiting(&staff)[0]).expect(200);
    let account = app.account_of(&record).unwrap();
    assert_eq!(app.status_in(account, user), MembershipStatus::Active);
    // A membership that was active once and is revoked is not restored by an association.
    app.set_membership_status(
        first["membership_id"].as_str().unwrap().parse().unwrap(),
        MembershipStatus::Revoked,
    );
    let _ = client.post(ASSOCIATE, &claim(&record)).problem(409, "already_linked");
}

on_both_engines!(r_203_of_several_claimants_the_plan_confirms_one);
fn r_203_of_several_claimants_the_plan_confirms_one(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    let (_, squatter) = app.registrant("Mallory Letters");
    let first = associate(&squatter, ASSOCIATE, &record).expect(201).json();
    app.advance(Duration::seconds(1));
    let (_, owner) = app.registrant("Amara Whitfield");
    let second = associate(&owner, ASSOCIATE, &record).expect(201).json();
    assert_eq!(second["provider_account"], first["provider_account"], "a waiting claim blocks no one");
    let found = waiting(&staff);
    assert_eq!(
        found.iter().map(|one| &one["name"]).collect::<Vec<_>>(),
        ["Mallory Letters", "Amara Whitfield"]
    );
    let _ = confirm(&staff, &found[1]).expect(200);
    let before = app.fingerprint();
    let refused = confirm(&staff, &found[0]).problem(409, "administrator_exists");
    assert_eq!(refused["reasons"], json!(["administrator_exists"]));
    assert_eq!(app.fingerprint(), before);
    let _ = reject(&staff, &found[0]).expect(200);
    assert!(waiting(&staff).is_empty());
}

on_both_engines!(r_203_only_plan_staff_decide_and_a_rejection_needs_a_reason);
fn r_203_only_plan_staff_decide_and_a_rejection_needs_a_reason(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let (_, client) = app.registrant("Amara Whitfield");
    let _ = associate(&client, ASSOCIATE, &record).expect(201);
    let staff = app.plan_staff();
    let association = waiting(&staff).remove(0);
    let others = [PlatformRole::Support, PlatformRole::Operator, PlatformRole::DmsReviewer]
        .map(|role| app.staff("Sam Whitaker", role));
    for client in others.iter().chain([&client]) {
        let _ = client.get("/api/v1/me").expect(200);
        let before = app.fingerprint();
        let _ = client.get(PLAN_ASSOCIATIONS).problem(403, "role_required");
        let _ = confirm(client, &association).problem(403, "role_required");
        let _ = reject(client, &association).problem(403, "role_required");
        assert_eq!(app.fingerprint(), before);
    }
    let before = app.fingerprint();
    let path = format!("{PLAN_ASSOCIATIONS}/{}/reject", association["id"].as_str().unwrap());
    for (body, code) in [
        (json!({}), "required"),
        (json!({"reason": " "}), "blank"),
        (json!({"reason": "See 400-55-1234."}), "looks_like_ssn"),
        (json!({"reason": "x".repeat(2001)}), "too_long"),
    ] {
        let refused = staff.post(&path, &body).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["code"], code, "{refused}");
    }
    assert_eq!(app.fingerprint(), before);
    let _ = staff.post(&path, &json!({"reason": "x".repeat(2000)})).expect(200);
}

on_both_engines!(r_203_plan_staff_do_not_confirm_themselves);
fn r_203_plan_staff_do_not_confirm_themselves(app: &TestApp) {
    let insider = app.platform_user("Ina Insider", &[PlatformRole::PlanStaff]);
    let insider = app.signed_in_with_factor(insider);
    let own = app.provider_on_file("CCA-2", "Ina Insider", "04-3555028");
    let _ = associate(&insider, ASSOCIATE, &own).expect(201);
    let association = waiting(&insider).remove(0);
    let before = app.fingerprint();
    let refused = confirm(&insider, &association).problem(403, "own_rights");
    assert_eq!(refused["reasons"], json!(["own_rights"]));
    let _ = reject(&insider, &association).problem(403, "own_rights");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(r_203_an_association_is_decided_once_and_a_retry_gets_the_same_response);
fn r_203_an_association_is_decided_once_and_a_retry_gets_the_same_response(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let (_, client) = app.registrant("Amara Whitfield");
    let _ = associate(&client, ASSOCIATE, &record).expect(201);
    let staff = app.plan_staff();
    let association = waiting(&staff).remove(0);
    let path = format!("{PLAN_ASSOCIATIONS}/{}/confirm", association["id"].as_str().unwrap());
    let send = || staff.call("POST", &path).header("idempotency-key", "one").send();
    let first = send().expect(200);
    let again = send();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    let before = app.fingerprint();
    for refused in [confirm(&staff, &association), reject(&staff, &association)] {
        let refused = refused.problem(409, "invalid_transition");
        assert_eq!((&refused["from"], &refused["allowed"]), (&json!("confirmed"), &json!([])));
    }
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(r_203_of_concurrent_decisions_one_counts);
fn r_203_of_concurrent_decisions_one_counts(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let (user, client) = app.registrant("Amara Whitfield");
    let _ = associate(&client, ASSOCIATE, &record).expect(201);
    let staff: Vec<_> = (0..16).map(|_| app.plan_staff()).collect();
    let association = &waiting(&staff[0])[0];
    staff.iter().for_each(|client| drop(client.get("/api/v1/me").expect(200)));
    let answers = at_once(staff.iter().enumerate().map(|(number, client)| {
        move || if number % 2 == 0 { confirm(client, association) } else { reject(client, association) }
    }));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.status, 409, "{}", answer.text());
    }
    let account = app.account_of(&record).unwrap();
    assert_eq!(app.read(|tx| tx.audit().verify(&account.to_string())), ChainState::Intact { events: 2 });
    let decided = app.status_in(account, user);
    assert!([MembershipStatus::Active, MembershipStatus::Revoked].contains(&decided), "{decided}");
}

on_both_engines!(r_203_an_administrator_who_could_still_invite_does_not_make_a_claimant_administrator);
fn r_203_an_administrator_who_could_still_invite_does_not_make_a_claimant_administrator(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    let (user, client) = app.registrant("Mallory Letters");
    let _ = associate(&client, ASSOCIATE, &record).expect(201);
    app.advance(Duration::seconds(1));
    let (_, owner) = app.registrant("Amara Whitfield");
    let _ = associate(&owner, ASSOCIATE, &record).expect(201);
    let found = waiting(&staff);
    let _ = confirm(&staff, &found[1]).expect(200);
    // The confirmed administrator verifies or enables the other claimant as an ordinary member.
    let account = app.account_of(&record).unwrap();
    let membership = app.read(|tx| tx.members().find_user(account, user)).unwrap().member.id;
    let path = format!("/api/v1/organizations/{account}/members/{membership}");
    let _ = owner.post(&format!("{path}/verify"), &json!({})).expect(200);
    app.set_membership_status(membership, MembershipStatus::Active);
    let _ = client.get(&format!("/api/v1/organizations/{account}/members")).problem(403, "role_required");
    let refused = confirm(&staff, &found[0]).problem(409, "invalid_transition");
    assert_eq!(refused["allowed"], json!(["reject"]));
    let _ = reject(&staff, &found[0]).expect(200);
    assert_eq!(app.status_in(account, user), MembershipStatus::Active, "the account's own decision stands");
}

on_both_engines!(
    r_203_a_plan_without_confirmation_makes_the_first_match_administrator_at_once,
    TestApp::start_without_confirmation
);
fn r_203_a_plan_without_confirmation_makes_the_first_match_administrator_at_once(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    let (_, client) = app.registrant("Amara Whitfield");
    let done = associate(&client, ASSOCIATE, &record).expect(201).json();
    assert_eq!((&done["status"], done.get("next_step")), (&json!("active"), None));
    let account = app.account_of(&record).unwrap();
    let _ = client.get(&format!("/api/v1/organizations/{account}/members")).expect(200);
    assert!(waiting(&staff).is_empty() && app.deliver_mails().is_empty());
}
