//! Reverting a reassignment within 24 hours.

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::organizations::membership::MembershipStatus;
use portal_tests::given::{Given, Item, Organization, Person, reassignment};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::json;

/// A reassignment of three applications from Marcus to Priya.
struct Reassigned<'a> {
    org: Organization<'a>,
    manager: Client,
    marcus: Person<'a>,
    priya: Person<'a>,
    items: Vec<Item>,
    reassignment: String,
}

fn reassigned(app: &TestApp) -> Reassigned<'_> {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items = org.applications(&marcus, 3);
    let created =
        manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &items)).expect(201);
    let reassignment = org.path(&format!("/reassignments/{}", created.json()["id"].as_str().unwrap()));
    Reassigned { org, manager, marcus, priya, items, reassignment }
}

impl Reassigned<'_> {
    fn revert(&self) -> Answer {
        self.manager.post_empty(&format!("{}/revert", self.reassignment))
    }
}

on_both_engines!(a_revert_restores_every_assignment_and_is_recorded);
fn a_revert_restores_every_assignment_and_is_recorded(app: &TestApp) {
    let scene = reassigned(app);
    let before = scene.manager.get(&scene.reassignment).expect(200);
    assert_eq!(before.json()["actions"], json!([{"action": "revert", "allowed": true, "reasons": []}]));
    let answer = scene.revert().expect(201);
    assert!(scene.items.iter().all(|item| scene.marcus.has(*item)));
    let revert = answer.json();
    assert_eq!(revert["moved"], 3);
    assert_eq!(Some(revert["reverts"].as_str().unwrap()), scene.reassignment.rsplit('/').next());
    assert_eq!(scene.manager.get(answer.header("location").unwrap()).expect(200).json(), revert);
    let after = scene.manager.get(&scene.reassignment).expect(200);
    assert_eq!(after.json()["reverted_by"], revert["id"]);
    assert_eq!(after.json()["actions"][0]["reasons"], json!(["already_reverted"]));
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(
        scene.marcus.client().all("/api/v1/notifications").len(),
        3,
        "the work is assigned to him again"
    );
    let history = scene.marcus.client().all(&format!("/api/v1/applications/{}/history", scene.items[0].id));
    assert_eq!(history[0]["action"], "reassignment_reverted");
}

on_both_engines!(a_second_revert_and_a_revert_of_a_revert_are_refused);
fn a_second_revert_and_a_revert_of_a_revert_are_refused(app: &TestApp) {
    let scene = reassigned(app);
    let revert = scene.revert().expect(201).json();
    let before = app.fingerprint();
    let again = scene.revert().problem(409, "not_revertible");
    assert_eq!(again["reasons"], json!(["already_reverted"]));
    let path = scene.org.path(&format!("/reassignments/{}/revert", revert["id"].as_str().unwrap()));
    let backwards = scene.manager.post_empty(&path).problem(409, "not_revertible");
    assert_eq!(backwards["reasons"], json!(["is_a_revert"]));
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(the_last_instant_before_24_hours_is_in_time_and_24_hours_are_too_late);
fn the_last_instant_before_24_hours_is_in_time_and_24_hours_are_too_late(app: &TestApp) {
    let scene = reassigned(app);
    app.advance(Duration::hours(24));
    let manager = scene.org.manager("Debi Later").client();
    let before = app.fingerprint();
    let late = manager.post_empty(&format!("{}/revert", scene.reassignment)).problem(409, "not_revertible");
    assert_eq!(late["reasons"], json!(["revert_window_closed"]));
    assert_eq!(late["revertible_until"], "2026-02-02T17:00:00Z");
    assert_eq!(app.fingerprint(), before);
    app.advance(Duration::microseconds(-1));
    let _ = manager.post_empty(&format!("{}/revert", scene.reassignment)).expect(201);
}

on_both_engines!(items_changed_since_refuse_the_whole_revert_with_reasons);
fn items_changed_since_refuse_the_whole_revert_with_reasons(app: &TestApp) {
    let scene = reassigned(app);
    app.set_application_status(scene.items[0].id, ApplicationStatus::Submitted);
    app.set_application_status(scene.items[1].id, ApplicationStatus::Withdrawn);
    let before = app.fingerprint();
    let refused = scene.revert().problem(409, "items_not_reassignable");
    let mut reasons: Vec<_> = refused["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["id"].clone(), item["reasons"].clone()))
        .collect();
    reasons.sort_by_key(|(_, reasons)| reasons.as_array().unwrap().len());
    assert_eq!(
        reasons,
        [
            (json!(scene.items[0].id.to_string()), json!(["item_changed"])),
            (json!(scene.items[1].id.to_string()), json!(["item_not_reassignable", "item_changed"])),
        ]
    );
    assert_eq!(app.fingerprint(), before);
    assert!(scene.priya.has(scene.items[2]));
}

on_both_engines!(work_is_not_returned_to_an_agent_who_left);
fn work_is_not_returned_to_an_agent_who_left(app: &TestApp) {
    let scene = reassigned(app);
    app.set_membership_status(scene.marcus.membership, MembershipStatus::Disabled);
    let refused = scene.revert().problem(409, "not_revertible");
    assert_eq!(refused["reasons"], json!(["target_not_active_credentialing_agent"]));
    assert!(scene.items.iter().all(|item| scene.priya.has(*item)));
}

on_both_engines!(a_foreign_reassignment_gets_the_response_of_a_nonexistent_one);
fn a_foreign_reassignment_gets_the_response_of_a_nonexistent_one(app: &TestApp) {
    let scene = reassigned(app);
    let lakeside = app.provider_group("Lakeside");
    let outsider = lakeside.manager("Sam Outsider").client();
    let id = scene.reassignment.rsplit('/').next().unwrap();
    let _ =
        outsider.post_empty(&lakeside.path(&format!("/reassignments/{id}/revert"))).problem(404, "not_found");
    let _ = outsider.post_empty(&format!("{}/revert", scene.reassignment)).problem(404, "not_found");
    let _ = lakeside.application(&lakeside.agent("Nobody Else"), Given::default());
    assert!(scene.items.iter().all(|item| scene.priya.has(*item)));
}
