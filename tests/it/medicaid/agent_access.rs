//! All agents' access to individual Medicaid IDs, granted and removed as the job aid describes
//! (domain rules ).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_persistence::platform::audit::ChainState;
use portal_tests::agent_access::{access_path, choose, confirm, search};
use portal_tests::medicaid_ids::day;
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

const REMINDER: &str =
    "A Maintenance item must still be completed to remove the Provider from the Group Medicaid ID.";

on_both_engines!(f_04_a_manager_searches_grants_and_removes_access_for_all_agents);
fn f_04_a_manager_searches_grants_and_removes_access_for_all_agents(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (_, _) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let _ = org.member_with("Tom Ashby", &[Role::CredentialingAgent], &[], MembershipStatus::Disabled);
    let given = org.linked_medicaid_id();
    // Enter the Medicaid ID, then click Search.
    let found = search(&manager, &org, &given.number).expect(200);
    let etag = found.header("etag").unwrap().to_owned();
    let found = found.json();
    assert_eq!(found["agent_access"], json!({"state": "none"}));
    assert_eq!(
        (&found["version"], &found["organization_agent_count"]),
        (&json!(0), &json!(2)),
        "only active agents are counted"
    );
    assert_eq!(found["group_medicaid_ids"], json!([org.group_medicaid_id]));
    assert_eq!(found["if_granted"]["agents_affected"], 2, "shown before the grant");
    assert_eq!(
        found["actions"],
        json!([
            {"action": "grant_all", "allowed": true, "reasons": []},
            {"action": "remove_all", "allowed": false, "reasons": ["not_granted"]},
        ])
    );
    // Grant access to all Credentialing Agents within the organization; select Yes on the
    // confirmation message.
    let events = app.audit_events();
    let body = json!({"action": "grant_all", "confirmation": "yes"});
    let granted = manager
        .call("PUT", &access_path(&org, &given))
        .header("if-match", &etag)
        .json(&body)
        .send()
        .expect(200);
    assert!(granted.header("etag").unwrap().starts_with("\"v1-"));
    assert_eq!(
        granted.json(),
        json!({
            "applied": true, "changed": true, "state": "granted", "agents_affected": 2, "open_applications": 0,
            "maintenance_required": false, "group_medicaid_ids": [org.group_medicaid_id],
        })
    );
    assert_eq!(app.audit_events(), events + 1);
    let found = search(&manager, &org, &given.number).expect(200).json();
    assert_eq!(
        found["agent_access"],
        json!({
            "state": "granted", "changed_by": "Debi Henderson", "changed_at": "2026-02-01T17:00:00Z",
        })
    );
    assert_eq!(found["actions"][0]["reasons"], json!(["already_granted"]));
    // Remove access from all Credentialing Agents within the organization.
    let removed = confirm(&manager, &org, &given, "remove_all");
    assert_eq!((&removed["state"], &removed["agents_affected"]), (&json!("removed"), &json!(2)));
    assert_eq!(app.audit_events(), events + 2);
    assert_eq!(app.read(|tx| tx.audit().verify(&org.id.to_string())), ChainState::Intact { events: 2 });
}

on_both_engines!(r_041_r_047_access_can_still_be_removed_after_the_provider_left_the_group);
fn r_041_r_047_access_can_still_be_removed_after_the_provider_left_the_group(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let _ = org.agent("Marcus Webb");
    let [granted, never, last_day] =
        [org.granted_medicaid_id(), org.linked_medicaid_id(), org.linked_medicaid_id()];
    for left in [&granted, &never] {
        org.end_link(left, day("2026-01-31"));
    }
    org.end_link(&last_day, day("2026-02-01"));
    let _ = search(&manager, &org, &never.number).problem(404, "not_found");
    let _ = search(&manager, &org, &last_day.number).expect(200);
    let found = search(&manager, &org, &granted.number).expect(200).json();
    assert_eq!(
        (&found["if_removed"]["group_link_remains"], &found["if_removed"]["maintenance_required"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(confirm(&manager, &org, &granted, "grant_all")["changed"], false);
    let removed = confirm(&manager, &org, &granted, "remove_all");
    assert_eq!(
        (&removed["changed"], &removed["maintenance_required"]),
        (&json!(true), &json!(false)),
        "it already left the group"
    );
    assert!(removed.get("reminder").is_none());
    let _ = search(&manager, &org, &granted.number).problem(404, "not_found");
    let _ = choose(&manager, &org, &granted, &json!({"action": "grant_all", "confirmation": "yes"}))
        .problem(404, "not_found");
}

on_both_engines!(r_042_there_are_exactly_two_choices);
fn r_042_there_are_exactly_two_choices(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let given = org.linked_medicaid_id();
    let before = app.fingerprint();
    for (body, pointer, code) in [
        (json!({"action": "grant_some", "confirmation": "yes"}), "/action", "unknown_value"),
        (json!({"action": "Grant_All", "confirmation": "yes"}), "/action", "unknown_value"),
        (json!({"confirmation": "yes"}), "/action", "required"),
        (json!({"action": "grant_all", "confirmation": "maybe"}), "/confirmation", "unknown_value"),
    ] {
        let refused = choose(&manager, &org, &given, &body).problem(422, "validation_failed");
        assert_eq!(
            (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
            (&json!(pointer), &json!(code)),
            "{body}"
        );
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_043_without_confirmation_nothing_changes_and_the_message_is_returned);
fn r_043_without_confirmation_nothing_changes_and_the_message_is_returned(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let marcus = org.agent("Marcus Webb");
    let given = org.granted_medicaid_id_with(|new| new.name = "Smith, Jane".into());
    let _ =
        org.application_about(&marcus, &given, ApplicationType::Maintenance, ApplicationStatus::Submitted);
    let before = app.fingerprint();
    let asked = choose(&manager, &org, &given, &json!({"action": "remove_all"}))
        .problem(409, "confirmation_required");
    let message = asked["message"].as_str().unwrap();
    for named in
        ["Remove access", "Smith, Jane", "all credentialing agents within the organization", "1 at present"]
    {
        assert!(message.contains(named), "{message}");
    }
    assert_eq!(asked["options"], json!(["Yes", "No"]));
    assert_eq!(
        asked["consequences"],
        json!({
            "agents_affected": 1, "open_applications": 1, "group_link_remains": true, "maintenance_required": true,
            "group_medicaid_ids": [org.group_medicaid_id],
        })
    );
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_043_answering_no_changes_nothing);
fn r_043_answering_no_changes_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (granted, never) = (org.granted_medicaid_id(), org.linked_medicaid_id());
    let before = app.fingerprint();
    for (given, action, state) in [(&granted, "remove_all", "granted"), (&never, "grant_all", "none")] {
        let body = json!({"action": action, "confirmation": "no"});
        let declined = choose(&manager, &org, given, &body).expect(200).json();
        assert_eq!((&declined["applied"], &declined["changed"]), (&json!(false), &json!(false)));
        assert_eq!((&declined["state"], &declined["agents_affected"]), (&json!(state), &json!(0)));
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_044_access_cannot_be_granted_to_individual_agents);
fn r_044_access_cannot_be_granted_to_individual_agents(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let marcus = org.agent("Marcus Webb");
    let given = org.linked_medicaid_id();
    let before = app.fingerprint();
    let agent = json!(marcus.membership.to_string());
    for (field, value) in [
        ("agent_ids", json!([agent])),
        ("agent_ids", json!([])),
        ("agent_id", agent.clone()),
        ("agents", Value::Null),
    ] {
        let mut body = json!({"action": "grant_all", "confirmation": "yes"});
        body[field] = value;
        let refused = choose(&manager, &org, &given, &body).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
        assert_eq!(refused["errors"][0]["code"], "per_agent_access_not_supported");
    }
    let other = json!({"action": "grant_all", "confirmation": "yes", "state": "granted"});
    let _ = choose(&manager, &org, &given, &other).problem(400, "unknown_field");
    let per_agent = format!("{}/{}", access_path(&org, &given), marcus.membership);
    let _ = manager
        .unchecked()
        .call("PUT", &per_agent)
        .header("if-match", "*")
        .json(&json!({}))
        .send()
        .problem(404, "not_found");
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_042_repeating_a_grant_or_removal_changes_nothing);
fn r_042_repeating_a_grant_or_removal_changes_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let _ = org.agent("Marcus Webb");
    let (granted, never, removed) =
        (org.granted_medicaid_id(), org.linked_medicaid_id(), org.linked_medicaid_id());
    org.set_access(&removed, AgentAccessState::Removed);
    let before = app.fingerprint();
    for (given, action, state) in [
        (&granted, "grant_all", "granted"),
        (&never, "remove_all", "none"),
        (&removed, "remove_all", "removed"),
    ] {
        let answer = confirm(&manager, &org, given, action);
        assert_eq!((&answer["applied"], &answer["changed"]), (&json!(true), &json!(false)));
        assert_eq!((&answer["state"], &answer["agents_affected"]), (&json!(state), &json!(0)));
    }
    assert!(app.fingerprint() == before, "no audit event and no new version");
}

on_both_engines!(r_202_a_change_requires_the_current_version);
fn r_202_a_change_requires_the_current_version(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let given = org.linked_medicaid_id();
    let etag = search(&manager, &org, &given.number).expect(200).header("etag").unwrap().to_owned();
    let body = json!({"action": "grant_all", "confirmation": "yes"});
    let before = app.fingerprint();
    let _ = manager
        .call("PUT", &access_path(&org, &given))
        .json(&body)
        .send()
        .problem(428, "precondition_required");
    assert!(app.fingerprint() == before);
    let put = |tag: &str| {
        manager.call("PUT", &access_path(&org, &given)).header("if-match", tag).json(&body).send()
    };
    let _ = put(&etag).expect(200);
    let before = app.fingerprint();
    let stale = put(&etag).problem(412, "precondition_failed");
    let current = search(&manager, &org, &given.number).expect(200);
    assert_eq!(stale["current_etag"].as_str(), current.header("etag"));
    assert!(app.fingerprint() == before);
    let again = manager
        .call("POST", &org.path("/medicaid-ids/search"))
        .header("if-none-match", current.header("etag").unwrap())
        .json(&json!({"medicaid_id": given.number}))
        .send();
    assert_eq!(again.status, 200, "a search is a POST, so it never gets 304");
}

on_both_engines!(r_047_a_removal_keeps_the_provider_in_the_group_and_names_the_next_step);
fn r_047_a_removal_keeps_the_provider_in_the_group_and_names_the_next_step(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let _ = org.agent("Marcus Webb");
    let given = org.granted_medicaid_id();
    let removed = confirm(&manager, &org, &given, "remove_all");
    assert_eq!((&removed["maintenance_required"], &removed["reminder"]), (&json!(true), &json!(REMINDER)));
    assert_eq!(removed["group_medicaid_ids"], json!([org.group_medicaid_id]));
    let found = search(&manager, &org, &given.number).expect(200).json();
    assert_eq!(found["if_granted"]["group_link_remains"], true);
}

on_both_engines!(r_049_access_can_be_granted_to_inactive_medicaid_ids);
fn r_049_access_can_be_granted_to_inactive_medicaid_ids(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    for status in [MedicaidIdStatus::Inactive, MedicaidIdStatus::Terminated] {
        let given = org.linked_medicaid_id_with(|new| new.status = status);
        assert_eq!(confirm(&manager, &org, &given, "grant_all")["state"], "granted");
    }
}

on_both_engines!(r_001_only_the_organizations_ca_admin_manager_manages_access);
fn r_001_only_the_organizations_ca_admin_manager_manages_access(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let given = org.linked_medicaid_id();
    let lakeside = app.provider_group("Lakeside").manager("Sam Outsider").client();
    let others = [org.agent("Marcus Webb").client(), org.administrator("Katherine Tully").client()];
    let manager = org.manager("Debi Henderson").client();
    let before = app.fingerprint();
    let body = json!({"action": "grant_all", "confirmation": "yes"});
    for client in &others {
        let _ = search(client, &org, &given.number).problem(403, "role_required");
        let _ = choose(client, &org, &given, &body).problem(403, "role_required");
    }
    let _ = search(&lakeside, &org, &given.number).problem(404, "not_found");
    let _ = choose(&lakeside, &org, &given, &body).problem(404, "not_found");
    assert!(app.fingerprint() == before);
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Terminated);
    let refused = choose(&manager, &org, &given, &body).problem(403, "organization_not_eligible");
    assert_eq!(refused["reasons"], json!(["no_group_medicaid_id"]));
}
