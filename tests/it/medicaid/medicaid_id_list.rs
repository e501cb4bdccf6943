//! The list of an organization's Medicaid IDs, and who sees which (flow F-08; domain rules R-041,
//!

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::organizations::membership::Role;
use portal_tests::given::{Given, Organization};
use portal_tests::medicaid_ids::day;
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::json;

use super::agent_access_effects::application;

/// The numbers in the list of Medicaid IDs.
fn listed(client: &Client, org: &Organization<'_>) -> Vec<String> {
    let items = client.all(&org.path("/medicaid-ids?limit=2"));
    items.iter().map(|item| item["medicaid_id"].as_str().unwrap().to_owned()).collect()
}

on_both_engines!(f_08_r_041_r_046_agents_find_the_records_of_the_medicaid_ids_they_may_act_on);
fn f_08_r_041_r_046_agents_find_the_records_of_the_medicaid_ids_they_may_act_on(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let (agent, manager) = (marcus.client(), org.manager("Debi Henderson").client());
    let granted =
        org.granted_medicaid_id_with(|new| new.details.revalidation_due_on = Some(day("2026-12-31")));
    let [never, removed, left, left_with_access] = [
        org.linked_medicaid_id(),
        org.linked_medicaid_id(),
        org.linked_medicaid_id(),
        org.granted_medicaid_id(),
    ];
    org.set_access(&removed, AgentAccessState::Removed);
    org.end_link(&left, day("2026-01-31"));
    org.end_link(&left_with_access, day("2026-01-31"));
    let begins_tomorrow = app.medicaid_id(|_| {});
    org.link(&begins_tomorrow, day("2026-02-02"));
    let theirs = app.provider_group("Lakeside").granted_medicaid_id();
    let sorted = |numbers: &[&String]| {
        let mut numbers: Vec<String> = numbers.iter().map(|number| (*number).clone()).collect();
        numbers.sort_unstable();
        numbers
    };
    let group = &org.group_medicaid_id;
    let seen_by_agents = sorted(&[group, &granted.number, &left_with_access.number]);
    assert_eq!(listed(&agent, &org), seen_by_agents);
    let all = sorted(&[group, &granted.number, &left_with_access.number, &never.number, &removed.number]);
    assert_eq!(listed(&manager, &org), all);
    for number in [&left.number, &begins_tomorrow.number, &theirs.number] {
        assert!(!all.contains(number));
    }

    let rows = agent.all(&org.path("/medicaid-ids"));
    let row = |number: &str| rows.iter().find(|row| row["medicaid_id"] == number).unwrap();
    assert_eq!(
        *row(&granted.number),
        json!({
            "id": granted.id.to_string(), "medicaid_id": granted.number, "name": "Doe, John", "category": "individual",
            "provider_type": "64", "status": "active", "revalidation_due_on": "2026-12-31", "days_until_due": 333,
            "agent_access_state": "granted", "own": false,
        })
    );
    assert_eq!((&row(group)["own"], &row(group)["agent_access_state"]), (&json!(true), &json!("none")));
    assert!(row(group).get("revalidation_due_on").is_none() && row(group).get("days_until_due").is_none());
    let states = manager.all(&org.path("/medicaid-ids"));
    let state = |number: &str| {
        states.iter().find(|row| row["medicaid_id"] == number).unwrap()["agent_access_state"].clone()
    };
    assert_eq!((state(&never.number), state(&removed.number)), (json!("none"), json!("removed")));
    // The ids in the list are valid for reading the due date.
    for row in &rows {
        let due = agent
            .get(&format!("/api/v1/medicaid-ids/{}/revalidation", row["id"].as_str().unwrap()))
            .expect(200)
            .json();
        assert_eq!(due["due_date"], row["revalidation_due_on"]);
    }
    // An application also contains the id of the record.
    let about =
        org.application_about(&marcus, &granted, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    assert_eq!(
        agent.get(&application(about)).expect(200).json()["medicaid_id_record"],
        granted.id.to_string()
    );
    let new = org.application(&marcus, Given::default());
    assert!(agent.get(&application(new)).expect(200).json().get("medicaid_id_record").is_none());
}

on_both_engines!(r_046_x_26_who_can_list_an_organizations_medicaid_ids);
fn r_046_x_26_who_can_list_an_organizations_medicaid_ids(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let given = org.linked_medicaid_id();
    let mut all = vec![org.group_medicaid_id.clone(), given.number.clone()];
    all.sort_unstable();
    let path = org.path("/medicaid-ids");
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    for role in [PlatformRole::PlanStaff, PlatformRole::Support, PlatformRole::Operator] {
        let client = app.staff("Stan Staff", role);
        assert_eq!(listed(&client, &org), all, "{role}");
        let _ = client.get(&practice.path("/medicaid-ids")).problem(409, "plan_without_applications");
    }
    assert_eq!(listed(&org.administrator("Katherine Tully").client(), &org), all);
    let ordinary = org.member("Olive Ordinary", &[Role::AccountUser]).client();
    let refused = ordinary.get(&path).problem(403, "role_required");
    assert_eq!(refused["reasons"], json!(["role_required"]));
    let outsider = app.provider_group("Lakeside").manager("Sam Outsider").client();
    let ask = |path: &str| {
        outsider.call("GET", path).header("x-request-id", "the-same-each-time").send().expect(404).text()
    };
    assert_eq!(ask(&path), ask("/api/v1/organizations/org_01h455vb4pex5vsknk084sn02q/medicaid-ids"));
    let reviewer = app.reviewer();
    let _ = reviewer.get(&path).problem(404, "not_found");
    // A cursor is valid only for one organization and one view of the list.
    let manager = org.manager("Debi Henderson").client();
    let first = manager.get(&format!("{path}?limit=1")).expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let agent = org.agent("Marcus Webb").client();
    let _ = agent.get(&format!("{path}?cursor={cursor}")).problem(400, "invalid_cursor");
    let _ = manager.get(&format!("{path}?limit=0")).problem(422, "validation_failed");
}
