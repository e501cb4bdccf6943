//! Searching one agent's open work (domain rules ).

use chrono::NaiveDate;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::given::Given;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(r_020_r_023_the_grid_shows_the_four_open_statuses_by_date_and_number);
fn r_020_r_023_the_grid_shows_the_four_open_statuses_by_date_and_number(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let agent = org.agent("Marcus Webb");
    let day = |day| NaiveDate::from_ymd_opt(2023, 7, day).unwrap();
    for (number, status, initiated) in [
        ("APP9001", ApplicationStatus::Submitted, day(2)),
        ("APP0543", ApplicationStatus::InProgress, day(2)),
        ("APP9003", ApplicationStatus::DmsReviewInProgress, day(1)),
        ("APP9004", ApplicationStatus::ReturnedToProvider, day(3)),
        ("APP9005", ApplicationStatus::Approved, day(1)),
        ("APP9006", ApplicationStatus::Denied, day(1)),
        ("APP9007", ApplicationStatus::Withdrawn, day(1)),
    ] {
        let _ =
            org.application(&agent, Given { number: number.into(), status, initiated, ..Given::default() });
    }
    let _ = org.application(&org.agent("Priya Nair"), Given::default());

    let rows = manager.all(&org.path(&format!("/work-assignments?agent_id={}&limit=1", agent.membership)));

    let numbers: Vec<_> = rows.iter().map(|row| row["application_number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["APP9003", "APP0543", "APP9001", "APP9004"]);
}

on_both_engines!(r_023_each_row_has_the_columns_in_their_order_and_the_days_left);
fn r_023_each_row_has_the_columns_in_their_order_and_the_days_left(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let agent = org.agent("Marcus Webb");
    let item =
        org.application(&agent, Given { number: "APP1234".into(), inactive_days: 31, ..Given::default() });
    let answer =
        manager.get(&org.path(&format!("/work-assignments?agent_id={}", agent.membership))).expect(200);
    assert_eq!(
        answer.json()["items"][0],
        json!({
            "id": item.id.to_string(),
            "version": 1,
            "application_type": "enrollment",
            "application_number": "APP1234",
            "provider_name": "Doe, John",
            "provider_type": {"code": "64", "label": "Physician individual"},
            "npi": "1234567893",
            "npi_valid": true,
            "date_of_initiation": "2026-01-15",
            "application_status": "in_progress",
            "days_inactive": 31,
            "days_until_withdrawal": 89,
            "actions": [{"action": "reassign", "allowed": true, "reasons": []}],
        })
    );
    let text = answer.text();
    let columns = [
        "application_type",
        "application_number",
        "provider_name",
        "provider_type",
        "npi",
        "date_of_initiation",
        "application_status",
    ];
    let places: Vec<_> = columns.iter().map(|column| text.find(&format!("\"{column}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "the columns have the order of the grid");
}

on_both_engines!(r_061_days_left_are_not_shown_for_statuses_that_are_never_withdrawn);
fn r_061_days_left_are_not_shown_for_statuses_that_are_never_withdrawn(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let agent = org.agent("Marcus Webb");
    let _ = org.application(
        &agent,
        Given { status: ApplicationStatus::Submitted, inactive_days: 200, ..Given::default() },
    );
    let rows = manager.all(&org.path(&format!("/work-assignments?agent_id={}", agent.membership)));
    assert_eq!(rows[0]["days_inactive"], 200);
    assert!(rows[0].get("days_until_withdrawal").is_none());
}

on_both_engines!(r_022_a_02_a_04_types_can_be_selected_and_none_means_all_eight);
fn r_022_a_02_a_04_types_can_be_selected_and_none_means_all_eight(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let agent = org.agent("Marcus Webb");
    for application_type in ApplicationType::ALL {
        let _ = org.application(&agent, Given { application_type: *application_type, ..Given::default() });
    }
    let search = |types: &str| {
        manager.all(&org.path(&format!("/work-assignments?agent_id={}{types}", agent.membership))).len()
    };
    assert_eq!(search(""), 8);
    assert_eq!(search("&application_type=enrollment&application_type=maintenance"), 2);
    assert_eq!(search("&application_type=new_enrollment"), 1, "the name in the other documents");
    let refused = |types: &str| {
        manager.get(&org.path(&format!("/work-assignments?agent_id={}{types}", agent.membership)))
    };
    let problem = refused("&application_type=promotion").problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "unknown_value");
    let _ = refused("&application_type=").problem(422, "validation_failed");
}

on_both_engines!(r_021_the_agent_must_be_named_and_belong_to_the_organization);
fn r_021_the_agent_must_be_named_and_belong_to_the_organization(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let refused = manager.get(&org.path("/work-assignments")).problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["parameter"], "agent_id");
    let outsider = app.provider_group("Lakeside").agent("Sam Outsider");
    let search = |agent: &str| manager.get(&org.path(&format!("/work-assignments?agent_id={agent}")));
    let foreign = search(&outsider.membership.to_string()).problem(404, "not_found");
    let unknown = search("mbr_01h455vb4pex5vsknk084sn02q").problem(404, "not_found");
    assert_eq!(foreign["detail"], unknown["detail"]);
}

on_both_engines!(r_021_an_agent_who_left_is_still_a_valid_source);
fn r_021_an_agent_who_left_is_still_a_valid_source(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let agent = org.member_with("Tom Ashby", &[Role::CredentialingAgent], &[], MembershipStatus::Revoked);
    let _ = org.application(&agent, Given::default());
    let rows = manager.all(&org.path(&format!("/work-assignments?agent_id={}", agent.membership)));
    assert_eq!(rows.len(), 1);
}

on_both_engines!(an_agent_without_open_work_has_an_empty_list);
fn an_agent_without_open_work_has_an_empty_list(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let agent = org.agent("Marcus Webb");
    let answer = manager.get(&org.path(&format!("/work-assignments?agent_id={}", agent.membership)));
    assert_eq!(answer.expect(200).json(), json!({"items": []}));
}
