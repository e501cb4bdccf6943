//! Failures to match a provider's data, by person and by Provider ID (domain rules ).

use std::collections::BTreeSet;

use chrono::Duration;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::provider_record::ProviderRecord;
use portal_tests::json::with_member;
use portal_tests::provider_accounts::{
    ASSOCIATE, LINK, PLAN_ASSOCIATIONS, TAX_ID, acceptance, claim, confirm, reject, waiting,
};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

/// Ten failures at the Provider ID of this record, by users with a limit of five each.
pub(super) fn ten_failures(app: &TestApp, record: &ProviderRecord) {
    let wrong = with_member(claim(record), "zip", json!("02111"));
    for _ in 0..2 {
        let (_, guesser) = app.registrant("Pat Guesser");
        for _ in 0..5 {
            let _ = guesser.post(ASSOCIATE, &wrong).problem(422, "eligibility_not_matched");
        }
    }
}

on_both_engines!(r_203_only_failures_count_and_the_sixth_within_fifteen_minutes_is_refused);
fn r_203_only_failures_count_and_the_sixth_within_fifteen_minutes_is_refused(app: &TestApp) {
    let (user, client) = app.registrant("Amara Whitfield");
    let records: Vec<_> = (0..7)
        .map(|n| app.provider_on_file(&format!("CCA-{n}"), "Amara Whitfield", &format!("04-355501{n}")))
        .collect();
    // Seven matches in a row are no guesses.
    for record in &records {
        let _ = client.post(ASSOCIATE, &claim(record)).expect(201);
    }
    let wrong = |n: usize| with_member(claim(&records[n]), "zip", json!("02111"));
    for n in 0..5 {
        let _ = client.post(ASSOCIATE, &wrong(n)).problem(422, "eligibility_not_matched");
        if n < 4 {
            let _ = client.post(ASSOCIATE, &claim(&records[6])).expect(201);
        }
    }
    let _ = client.post(ASSOCIATE, &claim(&records[6])).problem(429, "too_many_attempts");
    app.advance(Duration::minutes(15) - Duration::microseconds(1));
    let client = app.signed_in_with_factor(user);
    let _ = client.post(ASSOCIATE, &claim(&records[6])).problem(429, "too_many_attempts");
    app.advance(Duration::microseconds(1));
    let client = app.signed_in_with_factor(user);
    let _ = client.post(ASSOCIATE, &claim(&records[6])).expect(201);
}

on_both_engines!(r_203_after_ten_failures_in_a_day_at_a_provider_id_every_claim_gets_the_same_answer);
fn r_203_after_ten_failures_in_a_day_at_a_provider_id_every_claim_gets_the_same_answer(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let unknown = with_member(claim(&record), "provider_id", json!("CCA-404"));
    let staff = app.plan_staff();
    ten_failures(app, &record);
    for _ in 0..2 {
        let (_, guesser) = app.registrant("Pat Guesser");
        for _ in 0..5 {
            let _ = guesser.post(ASSOCIATE, &unknown).problem(422, "eligibility_not_matched");
        }
    }
    // The answer does not depend on whether the data match, or whether the Provider ID exists.
    let answer = |claim: &Value| {
        let (_, client) = app.registrant("Amara Whitfield");
        let before = app.count("self_service_requests");
        let answer = client.post(ASSOCIATE, claim).expect(202);
        assert_eq!(app.count("self_service_requests"), before + 1, "the same work for every claim");
        (answer.body.clone(), answer.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>())
    };
    let matching = answer(&claim(&record));
    assert_eq!(answer(&with_member(claim(&record), "zip", json!("02111"))), matching);
    assert_eq!(answer(&unknown), matching);
    app.process_requests();
    let found = waiting(&staff);
    assert_eq!(found.len(), 1, "only the claim that matches waits for the plan");
    assert_eq!(found[0]["cause"], "too_many_failures");
    assert!(found[0].get("membership_id").is_none() && found[0].get("organization_id").is_none());
    let mails = app.deliver_mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].to.starts_with("ruth.") && mails[0].text.contains("failed attempts"), "{mails:?}");
    // Other Provider IDs are not affected.
    let other = app.provider_on_file("CCA-2", "Noor Haddad", "04-3555028");
    let _ = app.registrant("Noor Haddad").1.post(ASSOCIATE, &claim(&other)).expect(201);
    // The day ends 24 hours after the first failure.
    app.advance(Duration::days(1) - Duration::microseconds(1));
    let _ = app.registrant("Pat Early").1.post(ASSOCIATE, &claim(&record)).expect(202);
    app.advance(Duration::microseconds(1));
    let _ = app.registrant("Pat Later").1.post(ASSOCIATE, &claim(&record)).expect(201);
}

on_both_engines!(r_203_the_tenth_failure_at_a_provider_id_is_still_answered);
fn r_203_the_tenth_failure_at_a_provider_id_is_still_answered(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let wrong = with_member(claim(&record), "zip", json!("02111"));
    let clients = [app.registrant("Pat Guesser").1, app.registrant("Pat Other").1];
    for (n, client) in (0..10).zip(clients.iter().cycle()) {
        if n == 9 {
            let _ = app.registrant("Amara Whitfield").1.post(LINK, &claim(&record)).expect(201);
        }
        let _ = client
            .post(if n % 3 == 0 { LINK } else { ASSOCIATE }, &wrong)
            .problem(422, "eligibility_not_matched");
    }
    let (_, eleventh) = app.registrant("Pat Eleventh");
    for _ in 0..5 {
        let _ = eleventh.post(ASSOCIATE, &wrong).expect(202);
    }
    let refused = eleventh.post(ASSOCIATE, &wrong).problem(429, "too_many_attempts");
    assert!(refused["detail"].as_str().unwrap().contains("15 minutes"), "each counts against the person");
}

on_both_engines!(r_203_a_claim_confirmed_after_too_many_failures_is_completed_by_repeating_step_1);
fn r_203_a_claim_confirmed_after_too_many_failures_is_completed_by_repeating_step_1(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    ten_failures(app, &record);
    let (user, client) = app.registrant("Amara Whitfield");
    for _ in 0..2 {
        let _ = client.post(ASSOCIATE, &claim(&record)).expect(202);
    }
    app.process_requests();
    assert_eq!(waiting(&staff).len(), 1, "a repetition does not wait twice");
    // Only the plan knows.
    assert_eq!(client.get("/api/v1/me").expect(200).json()["memberships"], json!([]));
    let association = waiting(&staff).remove(0);
    let path = format!("{ASSOCIATE}/{}/complete", association["id"].as_str().unwrap());
    let accepted = json!({"agreement_accepted": true, "agreement_version": "2024-01"});
    let _ = client.post(&path, &accepted).problem(410, "link_expired");
    let _ = app.deliver_mails();
    let _ = confirm(&staff, &association).expect(200);
    let mail = app.deliver_mails().remove(0);
    assert!(mail.to.starts_with("amara.") && mail.text.contains("Associate your account"), "{}", mail.text);
    // Others still get the neutral answer; the confirmed user is answered.
    let _ = app.registrant("Pat Other").1.post(ASSOCIATE, &claim(&record)).expect(202);
    let wrong = with_member(claim(&record), "zip", json!("02111"));
    let _ = client.post(ASSOCIATE, &wrong).problem(422, "eligibility_not_matched");
    let step_1 = client.post(ASSOCIATE, &claim(&record)).expect(201);
    let step_2 =
        client.post(step_1.header("location").unwrap(), &acceptance(&step_1.json())).expect(201).json();
    assert_eq!(step_2["status"], "active", "it is confirmed already");
    let account = app.account_of(&record).unwrap();
    assert_eq!(app.status_in(account, user), MembershipStatus::Active);
    let shown = staff.all(&format!("{PLAN_ASSOCIATIONS}?confirmed=true")).remove(0);
    assert_eq!(shown["membership_id"], step_2["membership_id"]);
}

on_both_engines!(r_203_a_confirmed_claim_can_be_completed_for_72_hours);
fn r_203_a_confirmed_claim_can_be_completed_for_72_hours(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    ten_failures(app, &record);
    let claimants = ["Amara Whitfield", "Noor Haddad"].map(|name| app.registrant(name));
    for (_, client) in &claimants {
        let _ = client.post(ASSOCIATE, &claim(&record)).expect(202);
        app.process_requests();
    }
    for association in waiting(&staff) {
        let _ = confirm(&staff, &association).expect(200);
    }
    let paths = claimants.each_ref().map(|(_, client)| {
        let step_1 = client.post(ASSOCIATE, &claim(&record)).expect(201);
        assert_eq!(step_1.json()["expires_at"], "2026-02-04T17:00:00Z");
        step_1.header("location").unwrap().to_owned()
    });
    let accepted = json!({"agreement_accepted": true, "agreement_version": "2024-01"});
    let complete = |n: usize| app.signed_in_with_factor(claimants[n].0).post(&paths[n], &accepted);
    app.advance(Duration::hours(72) - Duration::microseconds(1));
    let _ = complete(0).expect(201);
    app.advance(Duration::microseconds(1));
    let late = complete(1).problem(410, "link_expired");
    assert_eq!(late["reasons"], json!(["association_expired", "administrator_exists"]));
}

on_both_engines!(r_203_a_rejected_claim_after_too_many_failures_reveals_nothing);
fn r_203_a_rejected_claim_after_too_many_failures_reveals_nothing(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara Whitfield", TAX_ID);
    let staff = app.plan_staff();
    ten_failures(app, &record);
    let (_, client) = app.registrant("Mallory Letters");
    let _ = client.post(ASSOCIATE, &claim(&record)).expect(202);
    app.process_requests();
    let _ = app.deliver_mails();
    let _ = reject(&staff, &waiting(&staff)[0]).expect(200);
    assert!(app.deliver_mails().is_empty(), "an email would reveal that the data matched");
    assert_eq!(client.get("/api/v1/me").expect(200).json()["memberships"], json!([]));
    let _ = client.post(ASSOCIATE, &claim(&record)).expect(202);
}

on_both_engines!(r_204_names_and_identifiers_match_whatever_their_apostrophes_hyphens_and_spaces);
fn r_204_names_and_identifiers_match_whatever_their_apostrophes_hyphens_and_spaces(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien-Lee", TAX_ID);
    let typed = json!({
        "provider_type": "practitioner",
        "first_name": "Ａmara",
        "last_name": "O\u{2019}BRIEN\u{2013}Lee\u{a0}",
        "tax_id": "04\u{2011}3555017",
        "provider_id": "cca\u{2010}100234",
        "zip": "０2108",
    });
    let _ = app.registrant("Amara O'Brien-Lee").1.unchecked().post(ASSOCIATE, &typed).expect(201);
    for (member, value) in
        [("last_name", "OBrien-Lee"), ("last_name", "O'Brien Lee"), ("provider_id", "CCA100234")]
    {
        let wrong = with_member(claim(&record), member, json!(value));
        let _ = app.registrant("Pat Other").1.post(ASSOCIATE, &wrong).problem(422, "eligibility_not_matched");
    }
    // A spelling that looks the same counts at the same Provider ID.
    let look_alike = with_member(
        with_member(claim(&record), "zip", json!("02111")),
        "provider_id",
        json!("CCA\u{2013}100234"),
    );
    for client in [app.registrant("Pat Other").1, app.registrant("Pat More").1] {
        for _ in 0..4 {
            let _ = client.unchecked().post(ASSOCIATE, &look_alike).expect(422);
        }
    }
    let _ = app.registrant("Pat Last").1.post(ASSOCIATE, &claim(&record)).expect(202);
}
