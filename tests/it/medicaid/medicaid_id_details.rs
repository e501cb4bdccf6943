//! What is on file about a Medicaid ID, and who sees it (domain rules ).

use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_tests::filled_screens::kentucky_license;
use portal_tests::given::Organization;
use portal_tests::medicaid_ids::{GivenMedicaidId, LINKED_SINCE, day};
use portal_tests::submission::enrollment_screens;
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::json;

fn details(client: &Client, org: &Organization<'_>, one: &GivenMedicaidId) -> Answer {
    client.get(&org.path(&format!("/medicaid-ids/{}", one.id)))
}

on_both_engines!(r_206_everything_on_file_is_shown_with_masked_numbers);
fn r_206_everything_on_file_is_shown_with_masked_numbers(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let one = org.provider_on_file();
    app.set_revalidation_due(one.id, "2026-03-01");
    let before = app.count("read_events");
    let answer = details(&agent, &org, &one).expect(200);
    assert_eq!(app.count("read_events"), before + 1, "reads of records are recorded");
    assert!(!answer.text().contains("400550001") && !answer.text().contains("400-55"));
    let group = json!({
        "medicaid_id": org.group_medicaid_id,
        "name": app.on_file_by_number(&org.group_medicaid_id).name,
        "effective_date": LINKED_SINCE,
    });
    let seen = answer.json();
    assert_eq!(
        seen,
        json!({
            "id": one.id.to_string(),
            "version": seen["version"],
            "medicaid_id": one.number,
            "name": "Doe, John",
            "category": "individual",
            "provider_type": "64",
            "status": "active",
            "tax_id_masked": "***-**-0001",
            "revalidation_due_on": "2026-03-01",
            "days_until_due": 28,
            "email": "john.doe@example.org",
            "telephone": "5025550100",
            "primary_physical_address": enrollment_screens()["1.1"]["primary_physical_address"],
            "npis": [{"npi": "1993999998", "primary": true}],
            "taxonomies": [{"code": "207Q00000X", "npi": "1993999998", "primary": true}],
            "licenses": [kentucky_license()],
            "links": [group],
            "more_links": false,
            "agent_access_state": "granted",
            "own": false,
        })
    );
    let etag = answer.header("etag").unwrap().to_owned();
    let path = org.path(&format!("/medicaid-ids/{}", one.id));
    let known = || agent.call("GET", &path).header("if-none-match", &etag).send();
    let _ = known().expect(304);
    org.end_link(&one, day("2026-02-01"));
    let ended = known().expect(200).json();
    assert_eq!(ended["links"][0]["end_date"], "2026-02-01", "the ETag covers the links");
}

on_both_engines!(r_041_r_046_the_details_are_visible_to_those_who_see_the_medicaid_id_in_the_list);
fn r_041_r_046_the_details_are_visible_to_those_who_see_the_medicaid_id_in_the_list(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let (agent, manager) = (org.agent("Marcus Webb").client(), org.manager("Debi Henderson").client());
    let foreign = lakeside.manager("Helen Lake").client();
    let (granted, never, removed) =
        (org.provider_on_file(), org.linked_medicaid_id(), org.provider_on_file());
    org.set_access(&removed, AgentAccessState::Removed);
    let theirs = lakeside.provider_on_file();
    for one in [&granted, &never, &removed] {
        let _ = details(&manager, &org, one).expect(200);
        let _ = details(&foreign, &org, one).problem(404, "not_found");
        let _ = details(&foreign, &lakeside, one).problem(404, "not_found");
    }
    let _ = details(&agent, &org, &granted).expect(200);
    for one in [&never, &removed, &theirs] {
        let _ = details(&agent, &org, one).problem(404, "not_found");
    }
    let _ = details(&manager, &org, &theirs).problem(404, "not_found");
    let unknown = GivenMedicaidId { id: app.write(|tx| Ok(tx.new_id())), number: String::new() };
    let _ = details(&manager, &org, &unknown).problem(404, "not_found");
    let _ = details(&app.operator().with_purpose(Some("audit")), &org, &never).expect(200);
    let _ = details(&app.operator().with_purpose(Some("audit")), &org, &theirs).problem(404, "not_found");
}

on_both_engines!(r_206_links_to_groups_of_others_are_shown_to_the_owner_and_staff_only);
fn r_206_links_to_groups_of_others_are_shown_to_the_owner_and_staff_only(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let manager = org.manager("Debi Henderson").client();
    let one = org.linked_medicaid_id();
    lakeside.link(&one, day(LINKED_SINCE));
    let numbers = |client: &Client| -> Vec<String> {
        let seen = details(client, &org, &one).expect(200).json();
        let links = seen["links"].as_array().unwrap().clone();
        links.iter().map(|link| link["medicaid_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(numbers(&manager), std::slice::from_ref(&org.group_medicaid_id));
    let mut both = [org.group_medicaid_id.clone(), lakeside.group_medicaid_id.clone()];
    both.sort_unstable();
    assert_eq!(numbers(&app.operator().with_purpose(Some("audit"))), both);

    let group = GivenMedicaidId { id: org.group_record(), number: org.group_medicaid_id.clone() };
    let seen = details(&manager, &org, &group).expect(200).json();
    assert_eq!((&seen["own"], &seen["category"]), (&json!(true), &json!("group")));
    let link = json!({"medicaid_id": one.number, "name": "Doe, John", "effective_date": LINKED_SINCE});
    assert_eq!(seen["links"], json!([link]));
}
