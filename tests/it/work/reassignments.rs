//! Previewing and creating reassignments (domain rules ).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::given::{Given, Item, reassignment};
use portal_tests::json::violations_of;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(f_03_r_030_r_032_a_05_a_manager_reassigns_work_and_the_new_agent_is_notified);
fn f_03_r_030_r_032_a_05_a_manager_reassigns_work_and_the_new_agent_is_notified(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items: Vec<Item> = ApplicationType::ALL
        .iter()
        .map(|application_type| {
            org.application(
                &marcus,
                Given { application_type: *application_type, inactive_days: 45, ..Given::default() },
            )
        })
        .collect();
    let body = reassignment(&marcus, &priya, &items);

    let preview = manager.post(&org.path("/reassignments/preview"), &body).expect(200).json();
    assert_eq!((&preview["movable"], &preview["refused"]), (&json!(8), &json!(0)));
    let answer = manager.post(&org.path("/reassignments"), &body).expect(201);

    let created = answer.json();
    assert_eq!(created["moved"], 8);
    assert_eq!(created["from_agent"]["name"], "Marcus Webb");
    assert_eq!(created["to_agent"]["id"], priya.membership.to_string());
    assert_eq!(created["created_at"], "2026-02-01T17:00:00Z");
    assert_eq!(created["revertible_until"], "2026-02-02T17:00:00Z");
    assert!(items.iter().all(|item| priya.has(*item)));
    let location = answer.header("location").unwrap();
    assert_eq!(manager.get(location).expect(200).json(), created);
    let listed = manager.all(&org.path("/reassignments"));
    assert_eq!((listed.len(), &listed[0]["moved"]), (1, &json!(8)));

    let notices = priya.client().all("/api/v1/notifications");
    assert_eq!(notices.len(), 8, "one for each application");
    assert!(notices.iter().all(|notice| notice["reassignment_id"] == created["id"]));
    assert!(marcus.client().all("/api/v1/notifications").is_empty(), "the former agent gets no notice");

    let moved = items[0];
    let history = priya.client().all(&format!("/api/v1/applications/{}/history", moved.id));
    assert_eq!(history[0]["action"], "reassigned");
    assert_eq!(history[0]["from_agent"], "Marcus Webb");
    assert_eq!(history[0]["actor_name"], "Debi Henderson");
    let application = priya.client().get(&format!("/api/v1/applications/{}", moved.id)).expect(200).json();
    assert_eq!(application["days_inactive"], 45, "a reassignment is no activity (A-05)");
    assert_eq!(application["application_status"], "in_progress");
    assert_eq!(application["version"], 2);
}

on_both_engines!(r_028_the_new_agent_sees_a_returned_application_at_once);
fn r_028_the_new_agent_sees_a_returned_application_at_once(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item =
        org.application(&marcus, Given { status: ApplicationStatus::ReturnedToProvider, ..Given::default() });
    let _ = priya.client().get(&format!("/api/v1/applications/{}", item.id)).problem(404, "not_found");
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    let _ = priya.client().get(&format!("/api/v1/applications/{}", item.id)).expect(200);
}

on_both_engines!(r_026_one_invalid_item_refuses_the_whole_reassignment);
fn r_026_one_invalid_item_refuses_the_whole_reassignment(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let good = org.application(&marcus, Given::default());
    let closed = org.application(&marcus, Given { status: ApplicationStatus::Approved, ..Given::default() });
    let elsewhere = org.application(&priya, Given::default());
    let stale = Item { version: 7, ..org.application(&marcus, Given::default()) };
    let lakeside = app.provider_group("Lakeside");
    let foreign = lakeside.application(&lakeside.agent("Sam Outsider"), Given::default());
    let unknown = Item { id: "app_01h455vb4pex5vsknk084sn02q".parse().unwrap(), version: 1 };
    let body = reassignment(&marcus, &priya, &[good, closed, elsewhere, stale, foreign, unknown]);
    let before = app.fingerprint();

    let refused = manager.post(&org.path("/reassignments"), &body).problem(409, "items_not_reassignable");

    assert_eq!(
        refused["items"],
        json!([
            {"id": closed.id.to_string(), "reasons": ["item_not_reassignable"]},
            {"id": elsewhere.id.to_string(), "reasons": ["item_changed"]},
            {"id": stale.id.to_string(), "reasons": ["item_changed"]},
            {"id": foreign.id.to_string(), "reasons": ["not_found"]},
            {"id": unknown.id.to_string(), "reasons": ["not_found"]},
        ])
    );
    let preview = manager.post(&org.path("/reassignments/preview"), &body).expect(200).json();
    assert_eq!((&preview["movable"], &preview["refused"]), (&json!(1), &json!(5)));
    assert_eq!(preview["items"][0], json!({"id": good.id.to_string(), "verdict": "move", "reasons": []}));
    assert_eq!(app.fingerprint(), before, "nothing changed");
}

on_both_engines!(r_031_an_item_decided_between_search_and_save_refuses_the_save);
fn r_031_an_item_decided_between_search_and_save_refuses_the_save(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org
        .application(&marcus, Given { status: ApplicationStatus::DmsReviewInProgress, ..Given::default() });
    app.set_application_status(item.id, ApplicationStatus::Approved);
    let body = reassignment(&marcus, &priya, &[item]);
    let refused = manager.post(&org.path("/reassignments"), &body).problem(409, "items_not_reassignable");
    assert_eq!(refused["items"][0]["reasons"], json!(["item_not_reassignable", "item_changed"]));
}

on_both_engines!(r_024_duplicate_items_count_once);
fn r_024_duplicate_items_count_once(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    let body = reassignment(&marcus, &priya, &[item, item, item]);
    assert_eq!(manager.post(&org.path("/reassignments"), &body).expect(201).json()["moved"], 1);
    assert_eq!(priya.client().all("/api/v1/notifications").len(), 1);
}

on_both_engines!(r_024_five_hundred_items_are_reassigned_and_five_hundred_and_one_are_refused);
fn r_024_five_hundred_items_are_reassigned_and_five_hundred_and_one_are_refused(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items = org.applications(&marcus, 501);
    let refused = manager
        .post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &items))
        .problem(422, "validation_failed");
    assert_eq!(
        refused["errors"][0],
        json!({"pointer": "/items", "code": "too_many_items", "message": "at most 500 at a time"})
    );
    let created =
        manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &items[..500])).expect(201);
    assert_eq!(created.json()["moved"], 500);
    assert!(marcus.has(items[500]));
}

on_both_engines!(r_025_the_target_is_another_active_credentialing_agent_of_the_organization);
fn r_025_the_target_is_another_active_credentialing_agent_of_the_organization(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager_person = org.manager("Debi Henderson");
    let manager = manager_person.client();
    let marcus = org.agent("Marcus Webb");
    let left = org.member_with("Tom Ashby", &[Role::CredentialingAgent], &[], MembershipStatus::Disabled);
    let item = org.application(&marcus, Given::default());
    let before = app.fingerprint();
    for (target, code) in [
        (&marcus, "target_same_as_source"),
        (&left, "target_not_active_credentialing_agent"),
        (&manager_person, "target_not_active_credentialing_agent"),
    ] {
        for path in ["/reassignments", "/reassignments/preview"] {
            let refused = manager
                .post(&org.path(path), &reassignment(&marcus, target, &[item]))
                .problem(422, "validation_failed");
            assert_eq!(
                (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
                (&json!("/to_agent_id"), &json!(code))
            );
        }
    }
    assert_eq!(app.fingerprint(), before, "nothing changed");
    let outsider = app.provider_group("Lakeside").agent("Sam Outsider");
    let foreign = manager
        .post(&org.path("/reassignments"), &reassignment(&marcus, &outsider, &[item]))
        .problem(404, "not_found");
    let mut body = reassignment(&marcus, &outsider, &[item]);
    body["to_agent_id"] = json!("mbr_01h455vb4pex5vsknk084sn02q");
    let unknown = manager.post(&org.path("/reassignments"), &body).problem(404, "not_found");
    assert_eq!(foreign["detail"], unknown["detail"]);
    assert!(marcus.has(item));
}

on_both_engines!(all_missing_values_are_reported_together);
fn all_missing_values_are_reported_together(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let refused = manager.post(&org.path("/reassignments"), &json!({})).problem(422, "validation_failed");
    assert_eq!(
        violations_of(&refused),
        [
            ("/from_agent_id", "required"),
            ("/items", "no_items_selected"),
            ("/to_agent_id", "target_required")
        ]
    );
    let marcus = org.agent("Marcus Webb");
    let priya = org.agent("Priya Nair");
    let refused = manager
        .post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[]))
        .problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["code"], "no_items_selected");
}

on_both_engines!(r_003_without_an_own_group_medicaid_id_the_role_is_suspended);
fn r_003_without_an_own_group_medicaid_id_the_role_is_suspended(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Terminated);
    let refused = manager
        .post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item]))
        .problem(403, "organization_not_eligible");
    assert_eq!(refused["reasons"], json!(["no_group_medicaid_id"]));
    assert!(marcus.has(item));
    let shown = manager.get(&org.path("")).expect(200).json();
    assert_eq!(
        shown["actions"][0],
        json!({"action": "manage_work_assignments", "allowed": false, "reasons": ["no_group_medicaid_id"]})
    );
    app.set_medicaid_id_status(&org.group_medicaid_id, MedicaidIdStatus::Active);
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
}

on_both_engines!(r_027_after_two_reassignments_only_the_last_agent_has_the_notice_and_the_work);
fn r_027_after_two_reassignments_only_the_last_agent_has_the_notice_and_the_work(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let [a, b, c] = ["Ann A", "Ben B", "Cay C"].map(|name| org.agent(name));
    let item = org.application(&a, Given::default());
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&a, &b, &[item])).expect(201);
    let second = Item { version: 2, ..item };
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&b, &c, &[second])).expect(201);
    let notices =
        |person: &portal_tests::given::Person<'_>| person.client().all("/api/v1/notifications").len();
    assert_eq!((notices(&a), notices(&b), notices(&c)), (0, 1, 1));
    let _ = b.client().get(&format!("/api/v1/applications/{}", item.id)).problem(404, "not_found");
    let _ = a.client().get(&format!("/api/v1/applications/{}", item.id)).expect(200);
    let _ = c.client().get(&format!("/api/v1/applications/{}", item.id)).expect(200);
}
