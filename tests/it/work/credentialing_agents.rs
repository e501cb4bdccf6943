//! The list of credentialing agents with their workload.

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::given::Given;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(the_manager_sees_each_agents_open_work);
fn the_manager_sees_each_agents_open_work(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (busy, idle) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let given = |application_type, status, inactive_days| {
        let _ = org.application(&busy, Given { application_type, status, inactive_days, ..Given::default() });
    };
    given(ApplicationType::Enrollment, ApplicationStatus::InProgress, 90);
    given(ApplicationType::Enrollment, ApplicationStatus::InProgress, 89);
    given(ApplicationType::Maintenance, ApplicationStatus::Submitted, 100);
    given(ApplicationType::Revalidation, ApplicationStatus::ReturnedToProvider, 95);
    given(ApplicationType::Enrollment, ApplicationStatus::Approved, 300);

    let agents = manager.all(&org.path("/credentialing-agents"));

    let names: Vec<_> = agents.iter().map(|agent| agent["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Priya Nair", "Marcus Webb"], "by last name");
    let marcus = agents.iter().find(|agent| agent["id"] == busy.membership.to_string()).unwrap();
    assert_eq!(
        marcus["open"],
        json!({
            "total": 4,
            "by_type": {"enrollment": 2, "maintenance": 1, "revalidation": 1},
            "by_status": {"in_progress": 2, "submitted": 1, "returned_to_provider": 1},
        })
    );
    assert_eq!(marcus["at_risk"], 2, "day 90 and later of the two withdrawable statuses");
    assert_eq!(marcus["oldest_activity_at"], "2025-10-24T17:00:00Z");
    let priya = agents.iter().find(|agent| agent["id"] == idle.membership.to_string()).unwrap();
    assert_eq!(priya["open"]["total"], 0);
    assert!(priya.get("oldest_activity_at").is_none());
}

on_both_engines!(agents_who_left_are_listed_but_cannot_receive_work);
fn agents_who_left_are_listed_but_cannot_receive_work(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let _ = org.member_with("Tom Ashby", &[Role::CredentialingAgent], &[], MembershipStatus::Disabled);
    let _ = org.member("Katherine Tully", &[Role::OrganizationAdministrator]);
    let agents = manager.all(&org.path("/credentialing-agents"));
    assert_eq!(agents.len(), 1, "only agents are listed");
    assert_eq!(
        agents[0]["actions"],
        json!([{
            "action": "receive_work", "allowed": false, "reasons": ["target_not_active_credentialing_agent"]
        }])
    );
}

on_both_engines!(the_pages_of_the_list_have_no_gaps_or_duplicates);
fn the_pages_of_the_list_have_no_gaps_or_duplicates(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let mut expected: Vec<_> =
        (0..7).map(|n| org.agent(&format!("Agent Same{}", n % 3)).membership.to_string()).collect();
    let found = manager.all(&org.path("/credentialing-agents?limit=2"));
    let mut found: Vec<_> = found.iter().map(|agent| agent["id"].as_str().unwrap().to_owned()).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}
