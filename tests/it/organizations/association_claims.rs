//! Claims to a provider account that are made again, replaced, or made at the same time (domain rule
//!

use chrono::Duration;
use portal_domain::ground::id::MembershipId;
use portal_domain::organizations::association_confirmation::ConfirmationCause;
use portal_domain::organizations::membership::MembershipStatus;
use portal_persistence::organizations::provider_records::NewAssociation;
use portal_tests::provider_accounts::{
    ASSOCIATE, PLAN_ASSOCIATIONS, TAX_ID, associate, claim, confirm, reject, waiting,
};
use portal_tests::{Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

use super::association_attempts::ten_failures;

fn membership_of(completed: &Value) -> MembershipId {
    completed["membership_id"].as_str().unwrap().parse().unwrap()
}

on_both_engines!(r_203_a_claim_whose_membership_a_member_revoked_cannot_be_made_again);
fn r_203_a_claim_whose_membership_a_member_revoked_cannot_be_made_again(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    let (_, client) = app.registrant("Mallory Letters");
    let completed = associate(&client, ASSOCIATE, &record).expect(201).json();
    app.set_membership_status(membership_of(&completed), MembershipStatus::Revoked);
    let before = app.fingerprint();
    let _ = client.post(ASSOCIATE, &claim(&record)).problem(409, "already_linked");
    assert!(app.fingerprint() == before, "nothing changed");

    // Plan staff resolve the claim that still waits. It is not their decision that ended the
    // membership.
    let association = waiting(&staff).remove(0);
    let refused = confirm(&staff, &association).problem(409, "invalid_transition");
    assert_eq!((&refused["from"], &refused["allowed"]), (&json!("waiting"), &json!(["reject"])));
    let rejected = reject(&staff, &association).expect(200).json();
    assert!(rejected.get("membership_id").is_none());
    let _ = client.post(ASSOCIATE, &claim(&record)).problem(409, "already_linked");
    let again = reject(&staff, &association).problem(409, "invalid_transition");
    assert_eq!((&again["from"], &again["allowed"]), (&json!("rejected"), &json!([])));
}

on_both_engines!(r_203_the_history_of_a_member_has_each_claim_and_each_decision);
fn r_203_the_history_of_a_member_has_each_claim_and_each_decision(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    let (_, client) = app.registrant("Amara Whitfield");
    let first = associate(&client, ASSOCIATE, &record).expect(201).json();
    let _ = reject(&staff, &waiting(&staff)[0]).expect(200);
    let again = associate(&client, ASSOCIATE, &record).expect(201).json();
    assert_eq!(membership_of(&again), membership_of(&first), "the same membership starts over");
    let _ = confirm(&staff, &waiting(&staff)[0]).expect(200);
    let account = app.account_of(&record).unwrap();
    let path = format!("/api/v1/organizations/{account}/members/{}/comments", membership_of(&first));
    let history = client.all(&path);
    let actions: Vec<_> = history.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["verified", "associated", "revoked", "associated"]);
    assert!(history[1]["actor_email"].as_str().unwrap().starts_with("amara."));
}

on_both_engines!(r_203_a_completed_claim_replaces_one_that_waits_without_a_membership);
fn r_203_a_completed_claim_replaces_one_that_waits_without_a_membership(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    ten_failures(app, &record);
    let [(user, amara), (_, noor)] = ["Amara Whitfield", "Noor Haddad"].map(|name| app.registrant(name));
    for client in [&amara, &noor] {
        let _ = client.post(ASSOCIATE, &claim(&record)).expect(202);
    }
    app.process_requests();
    assert_eq!(app.count("association_confirmations"), 2);

    app.advance(Duration::days(1));
    let completed = associate(&app.signed_in_with_factor(user), ASSOCIATE, &record).expect(201).json();
    let staff = app.plan_staff();
    let mut found = waiting(&staff);
    found.sort_by_key(|association| association["name"].to_string());
    let shown: Vec<_> =
        found.iter().map(|association| (&association["name"], &association["cause"])).collect();
    let (amara, noor) = (json!("Amara Whitfield"), json!("Noor Haddad"));
    assert_eq!(shown, [(&amara, &json!("first_administrator")), (&noor, &json!("too_many_failures"))]);
    assert_eq!(found[0]["membership_id"], completed["membership_id"]);
    let _ = confirm(&staff, &found[0]).expect(200);
    assert_eq!(staff.all(&format!("{PLAN_ASSOCIATIONS}?confirmed=true")).len(), 1);
}

on_both_engines!(r_203_of_two_concurrent_workers_one_stores_a_claim_that_was_made_twice);
fn r_203_of_two_concurrent_workers_one_stores_a_claim_that_was_made_twice(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    ten_failures(app, &record);
    let (user, client) = app.registrant("Amara Whitfield");
    let _ = client.post(ASSOCIATE, &claim(&record)).expect(202);
    let mut inspector = app.inspector();
    std::thread::scope(|scope| {
        let mut second = None;
        // The first worker has stored the same claim, and commits only after the second one has
        // finished or waits.
        app.write(|tx| {
            tx.provider_records().lock(record.id)?;
            let new = NewAssociation { id: tx.new_id(), user, record: record.id, expires_at: tx.now() };
            tx.provider_records().begin_association(&new)?;
            tx.association_confirmations().insert(new.id, None, ConfirmationCause::TooManyFailures)?;
            let second = second.get_or_insert_with(|| scope.spawn(|| app.process_requests()));
            // On SQLite, the second transaction cannot begin before the first one ends.
            let waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while app.engine == Engine::Postgres && !second.is_finished() && inspector.count(waits) == 0 {
                std::thread::yield_now();
            }
            Ok(())
        });
    });
    assert_eq!(waiting(&staff).len(), 1);
    assert_eq!(app.count("self_service_requests"), 0, "the second worker processed the request");
}
