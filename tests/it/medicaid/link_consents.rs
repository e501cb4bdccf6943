//! Consents to links of individuals to groups: who gives, lists, and revokes them (domain rule
//!

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::life_cycle::notices;
use portal_tests::link_consents::{consent, consents_path, revoke};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

fn ids(consents: &[Value]) -> Vec<&Value> {
    consents.iter().map(|consent| &consent["id"]).collect()
}

on_both_engines!(r_202_a_manager_gives_lists_and_revokes_consents);
fn r_202_a_manager_gives_lists_and_revokes_consents(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let debi = org.manager("Debi Henderson");
    let manager = debi.client();
    let individual = org.linked_medicaid_id();
    let path = consents_path(&org, &individual);
    assert!(manager.all(&path).is_empty());

    let answer = consent(&manager, &org, &individual, " 7100000099 ").expect(201);
    let given = answer.json();
    let location = format!("{path}/{}", given["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(
        given,
        json!({
            "id": given["id"],
            "version": 1,
            "organization_id": org.id.to_string(),
            "medicaid_id": individual.number,
            "medicaid_id_record": individual.id.to_string(),
            "group_medicaid_id": "7100000099",
            "given_by": {"id": debi.user.to_string(), "name": "Debi Henderson"},
            "given_at": "2026-02-01T17:00:00Z",
            "expires_at": "2026-05-02T17:00:00Z",
        })
    );
    app.advance(Duration::seconds(1));
    let second = consent(&manager, &org, &individual, "7100000098").expect(201).json();
    let listed = manager.all(&format!("{path}?limit=1"));
    assert_eq!(ids(&listed), [&second["id"], &given["id"]], "newest first, page by page");

    let before = app.fingerprint();
    let _ = manager.call("DELETE", &location).send().problem(428, "precondition_required");
    let stale = manager.call("DELETE", &location).header("if-match", "\"v2-0\"").send();
    let _ = stale.problem(412, "precondition_failed");
    assert!(app.fingerprint() == before, "nothing changed");
    let etag = answer.header("etag").unwrap();
    let _ = manager.call("DELETE", &location).header("if-match", etag).send().expect(204);
    let _ = revoke(&manager, &org, &individual, &given["id"]).problem(404, "not_found");
    assert_eq!(ids(&manager.all(&path)), [&second["id"]]);

    let events = org.administrator("Katherine Tully").client().all(&org.path("/audit-events"));
    let actions: Vec<_> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["link_consent.revoked", "link_consent.given", "link_consent.given"]);
    assert_eq!(events[0]["details"]["group_medicaid_id"], "7100000099");
}

on_both_engines!(r_202_a_new_consent_replaces_the_earlier_one_and_an_expired_one_is_not_listed);
fn r_202_a_new_consent_replaces_the_earlier_one_and_an_expired_one_is_not_listed(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let debi = org.manager("Debi Henderson");
    let individual = org.linked_medicaid_id();
    let path = consents_path(&org, &individual);
    let _ = consent(&debi.client(), &org, &individual, "7100000099").expect(201);
    app.advance(Duration::days(1));
    let manager = debi.client();
    let renewed = consent(&manager, &org, &individual, "7100000099").expect(201).json();
    assert_eq!(ids(&manager.all(&path)), [&renewed["id"]]);
    app.advance(Duration::days(90) - Duration::microseconds(1));
    let manager = debi.client();
    assert_eq!(manager.all(&path).len(), 1);
    app.advance(Duration::microseconds(1));
    assert!(manager.all(&path).is_empty());
    let _ = revoke(&manager, &org, &individual, &renewed["id"]).problem(404, "not_found");
}

on_both_engines!(r_202_the_individuals_own_organization_sees_and_revokes_every_consent);
fn r_202_the_individuals_own_organization_sees_and_revokes_every_consent(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let practice = app.organization("Ana Rivera, MD", OrganizationKind::IndividualProvider, PlanCode::Ky);
    let individual = org.linked_medicaid_id_with(|new| new.owning_organization = Some(practice.id));
    let manager = org.manager("Debi Henderson").client();
    let owner = practice.administrator("Ana Rivera").client();
    let (ours, theirs) = (consents_path(&org, &individual), consents_path(&practice, &individual));
    let by_group = consent(&manager, &org, &individual, "7100000099").expect(201).json();
    app.advance(Duration::seconds(1));
    let by_owner = consent(&owner, &practice, &individual, "7100000099").expect(201).json();
    assert_eq!(ids(&manager.all(&ours)), [&by_group["id"]]);
    assert_eq!(ids(&owner.all(&theirs)), [&by_owner["id"], &by_group["id"]]);
    let _ = revoke(&manager, &org, &individual, &by_owner["id"]).problem(404, "not_found");
    let _ = revoke(&owner, &practice, &individual, &by_group["id"]).expect(204);
    assert!(manager.all(&ours).is_empty());
}

on_both_engines!(r_202_only_those_who_may_act_for_the_individual_consent);
fn r_202_only_those_who_may_act_for_the_individual_consent(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let individual = org.linked_medicaid_id();
    let foreign = lakeside.linked_medicaid_id();
    let manager = org.manager("Debi Henderson").client();
    let others = [org.agent("Marcus Webb").client(), org.administrator("Katherine Tully").client()];
    let before = app.fingerprint();
    for other in &others {
        let _ = consent(other, &org, &individual, "7100000099").problem(403, "role_required");
    }
    let _ = consent(&manager, &org, &foreign, "7100000099").problem(404, "not_found");
    let _ = consent(&manager, &lakeside, &foreign, "7100000099").problem(404, "not_found");
    for number in ["", "123", "71000000999", "seven"] {
        let refused = consent(&manager, &org, &individual, number).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["code"], "format", "{number}");
    }
    let empty = manager.post(&consents_path(&org, &individual), &json!({})).problem(422, "validation_failed");
    assert_eq!(empty["errors"][0]["code"], "required");
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(r_202_a_consent_does_not_reveal_whether_the_group_is_on_file);
fn r_202_a_consent_does_not_reveal_whether_the_group_is_on_file(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let helen = lakeside.manager("Helen Lake");
    let manager = org.manager("Debi Henderson").client();
    let individual = org.linked_medicaid_id();
    let elsewhere = lakeside.linked_medicaid_id();
    let shape = |number: &str| {
        let given = consent(&manager, &org, &individual, number).expect(201);
        let id = given.json()["id"].as_str().unwrap().to_owned();
        given.text().replace(number, "number").replace(&id, "id")
    };
    let unknown = shape("7999999999");
    assert_eq!(shape(&lakeside.group_medicaid_id), unknown);
    assert_eq!(shape(&elsewhere.number), unknown);
    assert_eq!(notices(&helen).len(), 1, "the managers of an existing group are notified");
    let _ = shape(&lakeside.group_medicaid_id);
    assert_eq!(notices(&helen).len(), 1, "once a day");
}

on_both_engines!(a_repeated_consent_with_the_same_key_gets_the_first_response_while_the_right_lasts);
fn a_repeated_consent_with_the_same_key_gets_the_first_response_while_the_right_lasts(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let individual = org.linked_medicaid_id();
    let path = consents_path(&org, &individual);
    let send = || {
        let body = json!({"group_medicaid_id": "7100000099"});
        manager.call("POST", &path).header("idempotency-key", "one").json(&body).send()
    };
    let (first, again) = (send().expect(201), send().expect(201));
    assert!(first.body == again.body && again.header("idempotency-replayed") == Some("true"));
    assert_eq!(app.count("link_consents"), 1);
    org.end_link(&individual, portal_tests::medicaid_ids::day("2026-01-31"));
    let _ = send().problem(404, "not_found");
}
