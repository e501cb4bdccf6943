//! What agents can do with access, and what stops when it is removed (domain rules ).

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::organizations::membership::MembershipStatus;
use portal_tests::agent_access::{confirm, search};
use portal_tests::given::{Item, reassignment};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

const ROUNDS: usize = 50;

pub(super) fn application(item: Item) -> String {
    format!("/api/v1/applications/{}", item.id)
}

on_both_engines!(r_045_agents_who_join_later_have_access_and_agents_who_leave_lose_it);
fn r_045_agents_who_join_later_have_access_and_agents_who_leave_lose_it(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let marcus = org.agent("Marcus Webb");
    let given = org.linked_medicaid_id();
    let item =
        org.application_about(&marcus, &given, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    assert_eq!(confirm(&manager, &org, &given, "grant_all")["agents_affected"], 1);
    let _ = marcus.client().get(&application(item)).expect(200);
    // Priya becomes an agent after access was granted.
    let priya = org.agent("Priya Nair");
    let revalidation = format!("/api/v1/medicaid-ids/{}/revalidation", given.id);
    let _ = priya.client().get(&revalidation).expect(200);
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    let priya_client = priya.client();
    let _ = priya_client.get(&application(item)).expect(200);
    assert_eq!(search(&manager, &org, &given.number).expect(200).json()["organization_agent_count"], 2);
    // Priya leaves the organization.
    app.set_membership_status(priya.membership, MembershipStatus::Disabled);
    let _ = priya_client.get(&revalidation).problem(404, "not_found");
    let _ = priya_client.get(&application(item)).problem(404, "not_found");
    assert_eq!(search(&manager, &org, &given.number).expect(200).json()["organization_agent_count"], 1);
}

on_both_engines!(r_046_a_15_open_applications_stay_assigned_but_unreadable_until_access_is_granted_again);
fn r_046_a_15_open_applications_stay_assigned_but_unreadable_until_access_is_granted_again(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let given = org.granted_medicaid_id();
    let about = |kind, status| org.application_about(&marcus, &given, kind, status);
    let open = about(ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let enrollment = about(ApplicationType::Enrollment, ApplicationStatus::DmsReviewInProgress);
    let closed = about(ApplicationType::Maintenance, ApplicationStatus::Approved);
    let elsewhere = org.application_about(
        &marcus,
        &org.granted_medicaid_id(),
        ApplicationType::Maintenance,
        ApplicationStatus::InProgress,
    );
    let _ = agent.get(&application(open)).expect(200);

    let removed = confirm(&manager, &org, &given, "remove_all");
    assert_eq!(removed["open_applications"], 2, "decided applications are not counted");
    for item in [open, enrollment, closed] {
        for below in ["", "/history", "/exit-prompt"] {
            let refused =
                agent.get(&format!("{}{below}", application(item))).problem(403, "access_not_granted");
            assert_eq!(refused["reasons"], json!(["access_not_granted"]));
        }
        let _ = manager.get(&application(item)).expect(200);
        assert!(marcus.has(item), "it stays assigned");
    }
    let _ = agent.get(&application(elsewhere)).expect(200);
    let path = org.path(&format!("/work-assignments?agent_id={}", marcus.membership));
    assert_eq!(manager.all(&path).len(), 3, "the manager still sees the open work, and can reassign it");

    let granted = confirm(&manager, &org, &given, "grant_all");
    assert_eq!(granted["open_applications"], 2);
    for item in [open, enrollment, closed] {
        let _ = agent.get(&application(item)).expect(200);
    }
}

on_both_engines!(r_046_the_first_request_after_a_removal_is_refused_under_load);
fn r_046_the_first_request_after_a_removal_is_refused_under_load(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let debi = org.manager("Debi Henderson");
    let marcus = org.agent("Marcus Webb");
    let given = org.granted_medicaid_id();
    let item =
        org.application_about(&marcus, &given, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    for _ in 0..ROUNDS {
        app.advance(Duration::milliseconds(10));
        let (manager, busy) = (debi.client(), marcus.client());
        let _ = busy.get(&application(item)).expect(200);
        let done = AtomicBool::new(false);
        let status = std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !done.load(Ordering::SeqCst) {
                        let _ = busy.get(&application(item));
                    }
                });
            }
            let _ = confirm(&manager, &org, &given, "remove_all");
            let status = busy.get(&application(item)).status;
            done.store(true, Ordering::SeqCst);
            status
        });
        assert_eq!(status, 403);
        let _ = confirm(&manager, &org, &given, "grant_all");
    }
}

on_both_engines!(a_16_a_group_link_alone_gives_no_access);
fn a_16_a_group_link_alone_gives_no_access(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let agent = marcus.client();
    let given = org.linked_medicaid_id();
    for kind in ApplicationType::ALL {
        let item = org.application_about(&marcus, &given, *kind, ApplicationStatus::InProgress);
        let status = agent.get(&application(item)).status;
        let expected = if *kind == ApplicationType::Enrollment { 200 } else { 403 };
        assert_eq!(status, expected, "{kind}: an enrollment creates the Medicaid ID and needs no grant");
    }
}
