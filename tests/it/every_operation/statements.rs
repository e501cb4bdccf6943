//! The number of SQL statements of each operation. The counts are a committed snapshot, so that a
//! query in a loop is visible in review.

use std::fmt::Write;

use portal_tests::fixture::{Fixture, Relation};
use portal_tests::given::{Given, reassignment};
use portal_tests::operations::OPERATIONS;
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(the_statement_counts_match_the_snapshot);
fn the_statement_counts_match_the_snapshot(app: &TestApp) {
    let mut text = String::new();
    for operation in OPERATIONS.iter() {
        let (app, fixture) = Fixture::of(app.engine, operation.by);
        // The first request of a session records the token generation in use.
        let _ = fixture.client.get("/api/v1/me");
        app.forget_statements();
        let answer = operation.call(&fixture.client, fixture.targets(Relation::Own));
        let _ = writeln!(
            text,
            "{:>3}  {} {} -> {}",
            app.statements().len(),
            operation.method,
            operation.path,
            answer.status
        );
    }
    insta::assert_snapshot!("statement_counts", text);
}

on_both_engines!(five_hundred_applications_take_no_more_statements_than_one);
fn five_hundred_applications_take_no_more_statements_than_one(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items = org.applications(&marcus, 501);
    let _ = manager.get("/api/v1/me").expect(200);
    let _ = org.application(&marcus, Given::default());
    let warm_up =
        manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &items[..1])).expect(201);
    let _ = manager.post_empty(&format!("{}/revert", warm_up.header("location").unwrap())).expect(201);
    let again = portal_tests::given::Item { version: 3, ..items[0] };
    app.forget_statements();
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[again])).expect(201);
    let one = app.statements().len();
    app.forget_statements();
    let _ =
        manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &items[1..])).expect(201);
    assert_eq!(app.statements().len(), one);
}
