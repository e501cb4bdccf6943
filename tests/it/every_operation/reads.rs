//! Every operation that shows staff the personal data of others records who looked, and shows
//! nothing without a purpose unless it is the work of their role.

use std::collections::BTreeSet;

use portal_tests::fixture::{Fixture, Relation};
use portal_tests::operation::Operation;
use portal_tests::operations::OPERATIONS;
use portal_tests::principals::STAFF;
use portal_tests::reads::UNRECORDED;
use portal_tests::{Answer, TestApp, on_both_engines};

fn reading() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(|operation| !operation.changes)
}

fn needs_no_record(operation: &Operation) -> bool {
    UNRECORDED.iter().any(|(path, _)| *path == operation.path)
}

/// Whether the response is an empty list.
fn is_empty(answer: &Answer) -> bool {
    answer.text().contains("\"items\":[]")
}

fn recorded(app: &TestApp) -> i64 {
    app.count("read_events")
}

on_both_engines!(every_operation_that_shows_staff_personal_data_records_who_looked);
fn every_operation_that_shows_staff_personal_data_records_who_looked(app: &TestApp) {
    let mut shown = BTreeSet::new();
    for principal in STAFF {
        let (app, fixture) = Fixture::of(app.engine, principal);
        for operation in reading() {
            let name = format!("{} {} as {principal}", operation.method, operation.path);
            let before = recorded(&app);
            let answer = operation.call(&fixture.client, fixture.targets(Relation::Own));
            let left = recorded(&app) - before;
            if answer.status != 200 || needs_no_record(operation) {
                assert_eq!(left, 0, "{name} -> {}", answer.status);
            } else if !is_empty(&answer) {
                assert!(left > 0, "{name} leaves no trace");
                let _ = shown.insert(operation.path);
            }
        }
    }
    assert!(shown.len() >= 15, "{shown:?}");
}

on_both_engines!(without_a_purpose_staff_are_shown_only_the_work_of_their_role);
fn without_a_purpose_staff_are_shown_only_the_work_of_their_role(app: &TestApp) {
    let mut implied = String::new();
    for principal in STAFF {
        let (app, fixture) = Fixture::of(app.engine, principal);
        let silent = fixture.client.with_purpose(None);
        for operation in reading().filter(|operation| !needs_no_record(operation)) {
            let stated = operation.call(&fixture.client, fixture.targets(Relation::Own));
            if stated.status != 200 || is_empty(&stated) {
                continue;
            }
            let before = recorded(&app);
            let answer = operation.call(&silent, fixture.targets(Relation::Own));
            if answer.status == 200 {
                implied += &format!("{principal}: {} {}\n", operation.method, operation.path);
            } else {
                let _ = answer.problem(403, "purpose_required");
                assert_eq!(recorded(&app), before, "{} {}", operation.method, operation.path);
            }
        }
    }
    insta::assert_snapshot!("reads_with_an_implied_purpose", implied);
}

#[test]
fn the_list_of_unrecorded_operations_names_each_operation_once_with_a_reason() {
    let paths: BTreeSet<&str> = UNRECORDED.iter().map(|(path, _)| *path).collect();
    assert_eq!(paths.len(), UNRECORDED.len());
    for (path, reason) in UNRECORDED {
        assert!(reading().any(|operation| operation.path == *path), "{path}");
        assert!(reason.ends_with('.'), "{path}");
    }
}
