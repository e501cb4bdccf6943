//! The audit trail: every change records exactly one event, in a chain that reveals tampering.

use portal_domain::organizations::membership::{Permission, Role};
use portal_persistence::platform::audit::ChainState;
use portal_tests::fixture::{Fixture, Relation};
use portal_tests::given::{Given, reassignment};
use portal_tests::operations::OPERATIONS;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(every_change_records_exactly_one_event);
fn every_change_records_exactly_one_event(app: &TestApp) {
    for operation in OPERATIONS.iter() {
        let (app, fixture) = Fixture::of(app.engine, operation.by);
        let before = app.audit_events();
        let answer = operation.call(&fixture.client, fixture.targets(Relation::Own));
        let left = app.audit_events() - before;
        let expected = i64::from(operation.changes && answer.status < 400);
        assert_eq!(left, expected, "{} {} -> {}", operation.method, operation.path, answer.status);
        assert_eq!(
            operation.changes,
            expected == 1,
            "{} {} must succeed here: {}",
            operation.method,
            operation.path,
            answer.text()
        );
    }
}

on_both_engines!(administrators_account_managers_and_operators_read_the_audit_trail);
fn administrators_account_managers_and_operators_read_the_audit_trail(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    let path = org.path("/reassignments");
    let body = reassignment(&marcus, &priya, &[item]);
    let created = manager
        .client()
        .call("POST", &path)
        .header("x-request-id", "move-1")
        .json(&body)
        .send()
        .expect(201)
        .json();
    let administrator = org.member("Katherine Tully", &[Role::OrganizationAdministrator]).client();
    let account_manager = org
        .member_with(
            "Lena Ortiz",
            &[Role::AccountUser],
            &[Permission::ManageAccount],
            portal_domain::organizations::membership::MembershipStatus::Active,
        )
        .client();
    let operator = app.operator();
    for reader in [&administrator, &account_manager, &operator] {
        let events = reader.all(&org.path("/audit-events"));
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["action"], "reassignment.created");
        assert_eq!(events[0]["object"], created["id"]);
        assert_eq!(events[0]["actor_name"], "Debi Henderson");
        assert_eq!(events[0]["request_id"], "move-1");
        assert_eq!(events[0]["details"]["items"], json!([item.id.to_string()]));
    }
    assert!(administrator.all(&org.path("/audit-events?action=reassignment.reverted")).is_empty());
    let refused = manager.client().get(&org.path("/audit-events")).problem(403, "role_required");
    assert_eq!(refused["reasons"], json!(["role_required"]));
}

on_both_engines!(the_chain_reveals_every_kind_of_tampering);
fn the_chain_reveals_every_kind_of_tampering(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    for item in org.applications(&marcus, 5) {
        let _ =
            manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    }
    let chain = org.id.to_string();
    let verify = || app.read(|tx| tx.audit().verify(&chain));
    assert_eq!(verify(), ChainState::Intact { events: 5 });
    let mut inspector = app.inspector();
    let row = |sequence| format!("chain = '{chain}' AND sequence = {sequence}");
    for (tampering, repair) in [
        (
            format!("UPDATE audit_events SET actor_name = 'Nobody' WHERE {}", row(2)),
            format!("UPDATE audit_events SET actor_name = 'Debi Henderson' WHERE {}", row(2)),
        ),
        (
            format!("UPDATE audit_events SET sequence = 9 WHERE {}", row(5)),
            format!("UPDATE audit_events SET sequence = 5 WHERE {}", row(9)),
        ),
        (
            format!("UPDATE audit_heads SET sequence = 4 WHERE chain = '{chain}'"),
            format!("UPDATE audit_heads SET sequence = 5 WHERE chain = '{chain}'"),
        ),
    ] {
        inspector.run(&tampering);
        assert!(matches!(verify(), ChainState::Broken { .. }), "{tampering}");
        inspector.run(&repair);
        assert_eq!(verify(), ChainState::Intact { events: 5 }, "{repair}");
    }
    inspector.run(&format!("DELETE FROM audit_events WHERE {}", row(5)));
    assert_eq!(verify(), ChainState::Broken { at: 5 }, "a truncated chain does not reach the head");
}
