//! Due dates of revalidations, the exit prompt, and the past-due report (domain rules R-070 to
//!

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::MedicaidIdId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::membership::Role;
use portal_tests::given::Organization;
use portal_tests::medicaid_ids::{GivenMedicaidId, day};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

// Every test starts at noon on February 1, 2026, in Kentucky.

const CONSEQUENCE: &str =
    "If Yes you will lose information entered on this screen and be returned to the dashboard.";

fn revalidation(id: MedicaidIdId) -> String {
    format!("/api/v1/medicaid-ids/{id}/revalidation")
}

fn report(org: &Organization<'_>, more: &str) -> String {
    format!("/api/v1/reports/past-due-revalidations?organization_id={}{more}", org.id)
}

fn granted_due(org: &Organization<'_>, due: &str) -> GivenMedicaidId {
    org.granted_medicaid_id_with(|new| new.details.revalidation_due_on = Some(day(due)))
}

fn linked_due(org: &Organization<'_>, due: &str) -> GivenMedicaidId {
    org.linked_medicaid_id_with(|new| new.details.revalidation_due_on = Some(day(due)))
}

/// The Medicaid IDs in a report.
fn numbers(client: &Client, path: &str) -> Vec<String> {
    client.all(path).iter().map(|row| row["medicaid_id"].as_str().unwrap().to_owned()).collect()
}

on_both_engines!(f_08_a_provider_checks_when_the_revalidation_is_due);
fn f_08_a_provider_checks_when_the_revalidation_is_due(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let given = granted_due(&org, "2026-03-03");
    let answer = agent.get(&revalidation(given.id)).expect(200);
    assert_eq!(
        answer.json(),
        json!({
            "id": given.id.to_string(), "due_date": "2026-03-03", "days_until_due": 30, "past_due": false, "early": false,
        })
    );
    let again = agent
        .call("GET", &revalidation(given.id))
        .header("if-none-match", answer.header("etag").unwrap())
        .send();
    assert_eq!(again.status, 304);
    let item =
        org.application_about(&marcus, &given, ApplicationType::Revalidation, ApplicationStatus::Submitted);
    let number = app.read(|tx| tx.applications().find(item.id)).unwrap().application_number;
    let open = agent.get(&revalidation(given.id)).expect(200).json()["open_item"].clone();
    assert_eq!(open, json!({"application_number": number, "id": item.id.to_string()}));
    app.set_application_status(item.id, ApplicationStatus::Denied);
    assert!(agent.get(&revalidation(given.id)).expect(200).json().get("open_item").is_none());
}

on_both_engines!(r_071_a_revalidation_is_early_365_days_before_it_is_due_and_not_364);
fn r_071_a_revalidation_is_early_365_days_before_it_is_due_and_not_364(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let early = agent.get(&revalidation(granted_due(&org, "2027-02-01").id)).expect(200).json();
    assert_eq!((&early["days_until_due"], &early["early"]), (&json!(365), &json!(true)));
    assert_eq!(
        early["early_warning"],
        json!({
            "message": "Providers are required to revalidate every five years. Your revalidation is due February 1, 2027. \
                Additional maintenance items cannot be submitted until this revalidation is approved by DMS. Do you wish to \
                continue? Yes/No",
            "consequence": CONSEQUENCE,
            "options": ["Yes", "No"],
        })
    );
    let not_early = agent.get(&revalidation(granted_due(&org, "2027-01-31").id)).expect(200).json();
    assert_eq!((&not_early["days_until_due"], &not_early["early"]), (&json!(364), &json!(false)));
    assert!(not_early.get("early_warning").is_none());
}

on_both_engines!(r_072_past_due_and_unknown_dates_cause_no_warning);
fn r_072_past_due_and_unknown_dates_cause_no_warning(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let past = agent.get(&revalidation(granted_due(&org, "2026-01-31").id)).expect(200).json();
    assert_eq!(
        (&past["days_until_due"], &past["past_due"], &past["early"]),
        (&json!(-1), &json!(true), &json!(false))
    );
    let today = agent.get(&revalidation(granted_due(&org, "2026-02-01").id)).expect(200).json();
    assert_eq!((&today["days_until_due"], &today["past_due"]), (&json!(0), &json!(false)));
    let unknown = org.granted_medicaid_id();
    assert_eq!(
        agent.get(&revalidation(unknown.id)).expect(200).json(),
        json!({
            "id": unknown.id.to_string(), "past_due": false, "early": false,
        })
    );
}

on_both_engines!(r_046_who_can_see_when_a_revalidation_is_due);
fn r_046_who_can_see_when_a_revalidation_is_due(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let user = org.member("Olive Ordinary", &[Role::AccountUser]).client();
    let managing = [org.manager("Debi Henderson").client(), org.administrator("Katherine Tully").client()];
    let outsider = app.provider_group("Lakeside").manager("Sam Outsider").client();
    let staff = PlatformRole::ALL.iter().map(|role| app.staff("Stan Staff", *role));
    let staff: Vec<_> = staff.collect();
    let linked = org.linked_medicaid_id();
    let unlinked = app.medicaid_id(|_| {});
    let own_group = app.read(|tx| tx.medicaid_ids().find_by_number(&org.group_medicaid_id)).unwrap().id;
    let statuses = |id: MedicaidIdId| {
        let status = |client: &Client| client.get(&revalidation(id)).status;
        (status(&agent), status(&user), managing.each_ref().map(status), status(&outsider))
    };
    assert_eq!(statuses(linked.id), (404, 404, [200, 200], 404));
    org.set_access(&linked, AgentAccessState::Granted);
    assert_eq!(statuses(linked.id), (200, 200, [200, 200], 404));
    org.set_access(&linked, AgentAccessState::Removed);
    assert_eq!(statuses(linked.id), (404, 404, [200, 200], 404));
    assert_eq!(
        statuses(own_group),
        (200, 200, [200, 200], 404),
        "the organization's own Medicaid ID needs no grant"
    );
    assert_eq!(statuses(unlinked.id), (404, 404, [404, 404], 404));
    for client in &staff {
        let _ = client.get(&revalidation(unlinked.id)).expect(200);
    }
    let ask = |client: &Client, id: &str| {
        let path = format!("/api/v1/medicaid-ids/{id}/revalidation");
        client.call("GET", &path).header("x-request-id", "the-same-each-time").send().expect(404).text()
    };
    assert_eq!(ask(&outsider, &linked.id.to_string()), ask(&outsider, "mid_01h455vb4pex5vsknk084sn02q"));
}

on_both_engines!(f_08_another_organizations_open_revalidation_is_shown_by_its_number_only);
fn f_08_another_organizations_open_revalidation_is_shown_by_its_number_only(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let lakeside = app.provider_group("Lakeside");
    let given = org.granted_medicaid_id();
    let theirs = lakeside.application_about(
        &lakeside.agent("Sam Outsider"),
        &given,
        ApplicationType::Revalidation,
        ApplicationStatus::InProgress,
    );
    let number = app.read(|tx| tx.applications().find(theirs.id)).unwrap().application_number;
    let seen = org.agent("Marcus Webb").client().get(&revalidation(given.id)).expect(200).json();
    assert_eq!(seen["open_item"], json!({"application_number": number}));
}

on_both_engines!(f_09_r_074_a_09_leaving_an_unsubmitted_revalidation_prompts_the_user);
fn f_09_r_074_a_09_leaving_an_unsubmitted_revalidation_prompts_the_user(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let prompt = |given: &GivenMedicaidId, kind, status| -> Value {
        let item = org.application_about(&marcus, given, kind, status);
        agent.get(&format!("/api/v1/applications/{}/exit-prompt", item.id)).expect(200).json()
    };
    let open =
        |given: &GivenMedicaidId| prompt(given, ApplicationType::Revalidation, ApplicationStatus::InProgress);
    for (due, days, begins) in [
        ("2026-03-03", 30, "Your revalidation period will expire in 30 days."),
        ("2026-02-01", 0, "Your revalidation period will expire in 0 days."),
        ("2026-01-22", -10, "Your revalidation period expired 10 days ago."),
    ] {
        assert_eq!(
            open(&granted_due(&org, due)),
            json!({
                "prompt_required": true,
                "message": format!("{begins} Are you sure you want to exit this application? Yes/No"),
                "consequence": CONSEQUENCE,
                "due_date": due,
                "days_until_due": days,
                "options": ["Yes", "No"],
            })
        );
    }
    let nothing = json!({"prompt_required": false});
    assert_eq!(open(&org.granted_medicaid_id()), nothing, "the due date is unknown");
    for status in ApplicationStatus::ALL.iter().filter(|status| **status != ApplicationStatus::InProgress) {
        let given = granted_due(&org, "2026-03-03");
        assert_eq!(prompt(&given, ApplicationType::Revalidation, *status), nothing, "{status}");
    }
    for kind in ApplicationType::ALL.iter().filter(|kind| **kind != ApplicationType::Revalidation) {
        let given = granted_due(&org, "2026-03-03");
        assert_eq!(prompt(&given, *kind, ApplicationStatus::InProgress), nothing, "{kind}");
    }
}

on_both_engines!(f_09_the_exit_prompt_changes_nothing_and_requires_access_to_the_application);
fn f_09_the_exit_prompt_changes_nothing_and_requires_access_to_the_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let (agent, other) = (marcus.client(), org.agent("Priya Nair").client());
    let item = org.application_about(
        &marcus,
        &granted_due(&org, "2026-03-03"),
        ApplicationType::Revalidation,
        ApplicationStatus::InProgress,
    );
    let before = app.fingerprint();
    let path = format!("/api/v1/applications/{}/exit-prompt", item.id);
    let _ = agent.get(&path).expect(200);
    let _ = other.get(&path).problem(404, "not_found");
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_076_past_due_revalidations_are_listed_oldest_first_and_today_is_not_past_due);
fn r_076_past_due_revalidations_are_listed_oldest_first_and_today_is_not_past_due(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let marcus = org.agent("Marcus Webb");
    let yesterday = linked_due(&org, "2026-01-31");
    let long_ago = granted_due(&org, "2021-05-01");
    let same_day = linked_due(&org, "2026-01-31");
    let _ = (linked_due(&org, "2026-02-01"), linked_due(&org, "2026-02-02"), org.linked_medicaid_id());
    let own = app.medicaid_id(|new| {
        new.category = MedicaidIdCategory::Entity;
        new.owning_organization = Some(org.id);
        new.details.revalidation_due_on = Some(day("2025-12-31"));
    });
    let _ = org.application_about(
        &marcus,
        &long_ago,
        ApplicationType::Revalidation,
        ApplicationStatus::Submitted,
    );
    let rows = manager.all(&report(&org, ""));
    let listed: Vec<_> =
        rows.iter().map(|row| (row["medicaid_id"].clone(), row["days_past_due"].clone())).collect();
    let mut on_the_same_day = [&yesterday, &same_day];
    on_the_same_day.sort_by_key(|given| given.id);
    assert_eq!(
        listed,
        [
            (json!(long_ago.number), json!(1737)),
            (json!(own.number), json!(32)),
            (json!(on_the_same_day[0].number), json!(1)),
            (json!(on_the_same_day[1].number), json!(1)),
        ]
    );
    assert!(rows[0]["open_application_number"].as_str().unwrap().starts_with("APP9"));
    assert!(rows[1].get("open_application_number").is_none());
    assert_eq!((&rows[1]["category"], &rows[1]["due_date"]), (&json!("entity"), &json!("2025-12-31")));
    // Each row appears once across the pages.
    assert_eq!(manager.all(&report(&org, "&limit=1")), rows);
    let page = manager.get(&report(&org, "&limit=1")).expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let agents_list = marcus.client().get(&report(&org, &format!("&cursor={cursor}")));
    let _ = agents_list.problem(400, "invalid_cursor");
}

on_both_engines!(r_076_inactive_medicaid_ids_are_listed_and_terminated_ones_are_not);
fn r_076_inactive_medicaid_ids_are_listed_and_terminated_ones_are_not(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let [active, inactive, terminated] =
        ["2026-01-01", "2026-01-02", "2026-01-03"].map(|due| granted_due(&org, due));
    app.set_medicaid_id_status(&inactive.number, MedicaidIdStatus::Inactive);
    app.set_medicaid_id_status(&terminated.number, MedicaidIdStatus::Terminated);
    for client in [marcus.client(), org.manager("Debi Henderson").client()] {
        assert_eq!(numbers(&client, &report(&org, "")), [active.number.clone(), inactive.number.clone()]);
        let dashboard = client.get("/api/v1/dashboard").expect(200).json();
        assert_eq!(dashboard["past_due_revalidations"], json!(2), "the count matches the report");
    }
}

on_both_engines!(r_076_r_041_only_medicaid_ids_in_the_organizations_scope_are_listed);
fn r_076_r_041_only_medicaid_ids_in_the_organizations_scope_are_listed(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (manager, agent) = (org.manager("Debi Henderson").client(), org.agent("Marcus Webb").client());
    let linked = linked_due(&org, "2026-01-01");
    let granted = granted_due(&org, "2026-01-02");
    let (left, left_with_access) = (linked_due(&org, "2026-01-03"), granted_due(&org, "2026-01-04"));
    let last_day = linked_due(&org, "2026-01-05");
    for gone in [&left, &left_with_access] {
        org.end_link(gone, day("2026-01-31"));
    }
    org.end_link(&last_day, day("2026-02-01"));
    let removed = linked_due(&org, "2026-01-06");
    org.set_access(&removed, AgentAccessState::Removed);
    let begins_tomorrow = app.medicaid_id(|new| new.details.revalidation_due_on = Some(day("2026-01-07")));
    org.link(&begins_tomorrow, day("2026-02-02"));
    let never_linked = app.medicaid_id(|new| new.details.revalidation_due_on = Some(day("2026-01-08")));
    org.set_access(&never_linked, AgentAccessState::Granted);
    let lakeside = app.provider_group("Lakeside");
    let _ = granted_due(&lakeside, "2026-01-09");
    let expected =
        [&linked, &granted, &left_with_access, &last_day, &removed].map(|given| given.number.clone());
    assert_eq!(numbers(&manager, &report(&org, "")), expected);
    assert_eq!(numbers(&agent, &report(&org, "")), [granted.number, left_with_access.number]);
}

on_both_engines!(r_076_who_can_read_the_report);
fn r_076_who_can_read_the_report(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let given = linked_due(&org, "2026-01-01");
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let staff: Vec<_> = [PlatformRole::PlanStaff, PlatformRole::Support, PlatformRole::Operator]
        .iter()
        .map(|role| app.staff("Stan Staff", *role))
        .collect();
    for client in &staff {
        assert_eq!(numbers(client, &report(&org, "")), std::slice::from_ref(&given.number));
        let _ = client.get(&report(&practice, "")).problem(409, "plan_without_applications");
    }
    assert_eq!(
        numbers(&org.administrator("Katherine Tully").client(), &report(&org, "")),
        std::slice::from_ref(&given.number)
    );
    let ordinary = org.member("Olive Ordinary", &[Role::AccountUser]).client();
    let refused = ordinary.get(&report(&org, "")).problem(403, "role_required");
    assert_eq!(refused["reasons"], json!(["role_required"]));
    let outsider = app.provider_group("Lakeside").manager("Sam Outsider").client();
    let ask = |path: &str| {
        outsider.call("GET", path).header("x-request-id", "the-same-each-time").send().expect(404).text()
    };
    let unknown = "/api/v1/reports/past-due-revalidations?organization_id=org_01h455vb4pex5vsknk084sn02q";
    assert_eq!(ask(&report(&org, "")), ask(unknown));
    let missing = outsider.get("/api/v1/reports/past-due-revalidations").problem(422, "validation_failed");
    assert_eq!(
        (&missing["errors"][0]["parameter"], &missing["errors"][0]["code"]),
        (&json!("organization_id"), &json!("required"))
    );
}
