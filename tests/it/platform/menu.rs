//! The menu of a user (flow F-28, ambiguity A-12).

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

fn menu(client: &Client) -> Value {
    client.get("/api/v1/me").expect(200).json()["menu"].clone()
}

fn labels(client: &Client) -> Vec<String> {
    let items = menu(client);
    items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

on_both_engines!(f_28_a_12_the_menu_matches_both_screenshots);
fn f_28_a_12_the_menu_matches_both_screenshots(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    assert_eq!(labels(&manager), ["Dashboard", "Application", "Correspondence", "Administration"]);
    assert_eq!(
        menu(&manager)[3],
        json!({
            "code": "administration",
            "label": "Administration",
            "entries": [
                {
                    "code": "manage_work_assignments",
                    "label": "Manage Credentialing Agent Work Assignments",
                    "organization_ids": [org.id.to_string()],
                },
                {
                    "code": "manage_agent_access",
                    "label": "Manage Credentialing Agents Association with the Medicaid ID",
                    "organization_ids": [org.id.to_string()],
                },
            ],
        })
    );
    let both = org.member("Maya Both", &[Role::CaAdminManager, Role::CredentialingAgent]).client();
    assert_eq!(
        labels(&both),
        ["Dashboard", "Application", "Maintenance", "Correspondence", "Administration"]
    );
    let agent = org.agent("Marcus Webb").client();
    assert_eq!(labels(&agent), ["Dashboard", "Application", "Maintenance", "Correspondence"]);
}

on_both_engines!(r_003_without_a_group_medicaid_id_there_is_no_administration_menu);
fn r_003_without_a_group_medicaid_id_there_is_no_administration_menu(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Terminated);
    assert_eq!(labels(&manager.client()), ["Dashboard", "Application", "Correspondence"]);
    let other = app.provider_group("Lakeside");
    let _ = other.join(&manager, &[Role::CaAdminManager], &[]);
    assert_eq!(menu(&manager.client())[3]["entries"][0]["organization_ids"], json!([other.id.to_string()]));
}

on_both_engines!(r_174_pending_members_have_no_menu_and_members_of_other_plans_have_a_dashboard);
fn r_174_pending_members_have_no_menu_and_members_of_other_plans_have_a_dashboard(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let waiting = org.member_with("Petra Pending", Role::ALL, &[], MembershipStatus::VerificationPending);
    assert!(labels(&waiting.client()).is_empty());
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    assert_eq!(labels(&practice.account_manager("Lena Ortiz").client()), ["Dashboard"]);
    let reviewer = app.staff("Dana Reviewer", PlatformRole::DmsReviewer);
    assert_eq!(labels(&reviewer), ["Dashboard", "Application", "Correspondence"]);
}
