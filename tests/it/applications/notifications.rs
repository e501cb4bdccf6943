//! In-app notices.

use portal_domain::organizations::membership::MembershipStatus;
use portal_tests::given::reassignment;
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(a_notice_is_read_once_and_only_by_its_recipient);
fn a_notice_is_read_once_and_only_by_its_recipient(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items = org.applications(&marcus, 3);
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &items)).expect(201);
    let reader = priya.client();
    let unread = reader.all("/api/v1/notifications?unread=true&limit=1");
    assert_eq!(unread.len(), 3);
    let path = format!("/api/v1/notifications/{}/read", unread[0]["id"].as_str().unwrap());
    let former_agent = marcus.client();
    let before = app.fingerprint();
    let _ = former_agent.post_empty(&path).problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);

    let read = reader.post_empty(&path).expect(200).json();
    assert_eq!(read["read_at"], "2026-02-01T17:00:00Z");
    assert_eq!(reader.all("/api/v1/notifications?unread=true").len(), 2);
    assert_eq!(reader.all("/api/v1/notifications").len(), 3);
    let events = app.audit_events();
    app.advance(chrono::Duration::minutes(5));
    assert_eq!(reader.post_empty(&path).expect(200).json()["read_at"], "2026-02-01T17:00:00Z");
    assert_eq!(app.audit_events(), events, "reading again changes nothing");
}

on_both_engines!(a_disabled_member_can_no_longer_read_notices);
fn a_disabled_member_can_no_longer_read_notices(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.applications(&marcus, 1)[0];
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    let reader = priya.client();
    let notice = reader.all("/api/v1/notifications").remove(0);
    app.set_membership_status(priya.membership, MembershipStatus::Disabled);
    assert!(reader.all("/api/v1/notifications").is_empty());
    let path = format!("/api/v1/notifications/{}/read", notice["id"].as_str().unwrap());
    let _ = reader.post_empty(&path).problem(404, "not_found");
}
