//! The permission grid: every operation as every kind of caller on own, foreign, and nonexistent
//! targets.
//!
//! The expected statuses are a committed snapshot. The test also proves that foreign targets get
//! the same response as nonexistent ones, and that a refusal changes nothing. For staff of another plan,
//! all targets are foreign, except for their own sessions, factors, and notifications.

use std::fmt::Write;
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

use portal_tests::fixture::{Fixture, Relation};
use portal_tests::operation::Operation;
use portal_tests::operations::OPERATIONS;
use portal_tests::principals::{PRINCIPALS, STAFF, STAFF_OF_ANOTHER_PLAN};
use portal_tests::{Answer, Engine, TestApp, on_both_engines};

on_both_engines!(the_permission_grid_matches_the_snapshot);
fn the_permission_grid_matches_the_snapshot(app: &TestApp) {
    insta::assert_snapshot!("permission_grid", grid(app.engine));
}

fn grid(engine: Engine) -> String {
    let columns = columns(|principal| column(engine, principal));
    let mut text =
        String::from("Status as own/foreign/nonexistent, or one status if no resource is involved.\n");
    for (index, operation) in OPERATIONS.iter().enumerate() {
        let _ = writeln!(text, "\n{} {}", operation.method, operation.path);
        for (principal, column) in PRINCIPALS.iter().zip(&columns) {
            let _ = writeln!(text, "    {principal:<18} {}", column[index]);
        }
    }
    text
}

/// The columns of a grid, one for each kind of caller, several computed in parallel.
pub(super) fn columns(column: impl Fn(&'static str) -> Vec<String> + Sync) -> Vec<Vec<String>> {
    let columns = Mutex::new(vec![Vec::new(); PRINCIPALS.len()]);
    let left = Mutex::new(PRINCIPALS.iter().enumerate());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                loop {
                    let Some((index, principal)) = left.lock().unwrap().next() else { return };
                    let column = column(principal);
                    columns.lock().unwrap()[index] = column;
                }
            });
        }
    });
    columns.into_inner().unwrap()
}

/// The results of one caller for every operation.
fn column(engine: Engine, principal: &'static str) -> Vec<String> {
    let mut current = None;
    let cell = |operation| {
        // Reuse the fixture until an operation changes it.
        let (app, fixture, before) = current.get_or_insert_with(|| {
            let (app, fixture) = Fixture::of(engine, principal);
            let before = app.fingerprint();
            (app, fixture, before)
        });
        let (cell, changed) = grid_cell(app, fixture, before, operation, principal);
        if changed {
            current = None;
        }
        cell
    };
    OPERATIONS.iter().map(cell).collect()
}

/// One cell of the grid, and whether the fixture has changed.
fn grid_cell(
    app: &TestApp,
    fixture: &Fixture,
    before: &str,
    operation: &Operation,
    principal: &str,
) -> (String, bool) {
    let named = format!("{} {} as {principal}", operation.method, operation.path);
    let mut cell = Vec::new();
    let mut answers: Vec<Answer> = Vec::new();
    let mut changed = false;
    let relations: &[Relation] = if operation.is_scoped() {
        &[Relation::Foreign, Relation::Nonexistent, Relation::Own]
    } else {
        &[Relation::Own]
    };
    for relation in relations {
        // The refusals so far must not have changed anything before the own target is changed.
        // Reviewers and operators are exempt if they were allowed to change a foreign target.
        if *relation == Relation::Own && operation.changes && !cell.is_empty() && !changed {
            assert_eq!(app.fingerprint(), before, "{named}");
        }
        let answer = operation.call(&fixture.client, fixture.targets(*relation));
        cell.push(answer.status.to_string());
        changed |= answer.status < 400 && operation.changes;
        answers.push(answer);
    }
    if !changed {
        assert_eq!(app.fingerprint(), before, "{named}");
    }
    if let [foreign, nonexistent, own] = answers.as_slice() {
        // Staff see every organization, so a refusal may reveal that one exists.
        let seen_by_staff = foreign.status < 400 || STAFF.contains(&principal);
        if !seen_by_staff {
            assert_eq!(foreign.text(), nonexistent.text(), "{named}");
        }
        // Domain rule R-208.
        if STAFF_OF_ANOTHER_PLAN.contains(&principal) && !operation.is_personal() {
            assert_eq!(own.text(), nonexistent.text(), "{named}");
        }
    }
    let cell = match cell.as_slice() {
        [foreign, nonexistent, own] => format!("{own}/{foreign}/{nonexistent}"),
        other => other.concat(),
    };
    (cell, changed)
}
