//! The permission grid: every operation, every kind of caller, on their own things, on others', and on nothing.
//!
//! The expected statuses are the committed snapshot; this test proves besides that what is foreign answers exactly like
//! what does not exist, and that a refusal changes nothing.

use std::collections::BTreeMap;
use std::fmt::Write;

use portal_tests::operations::{OPERATIONS, PRINCIPALS, Relation, World};
use portal_tests::{Answer, Engine, TestApp};

fn grid(engine: Engine) -> String {
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for principal in PRINCIPALS {
        let mut scene: Option<(TestApp, World, String)> = None;
        for (index, operation) in OPERATIONS.iter().enumerate() {
            let mut cell = Vec::new();
            let mut refusals: Vec<Answer> = Vec::new();
            let mut changed = false;
            let relations: &[Relation] = if operation.is_scoped() {
                &[Relation::Foreign, Relation::Nonexistent, Relation::Own]
            } else {
                &[Relation::Own]
            };
            // Until somebody changes something, the same world will do.
            let (app, world, before) = scene.get_or_insert_with(|| {
                let app = TestApp::start(engine);
                let world = World::with(&app, principal);
                let before = app.fingerprint();
                (app, world, before)
            });
            let unchanged = |app: &TestApp, before: &String| {
                assert_eq!(
                    app.fingerprint(),
                    *before,
                    "{} {} as {principal}",
                    operation.method,
                    operation.path
                );
            };
            for relation in relations {
                // What was refused so far must have left no trace before something is done that may. The department's reviewers
                // and operators change what is nobody's of theirs: to them nothing is foreign.
                if *relation == Relation::Own && operation.changes && !cell.is_empty() && !changed {
                    unchanged(app, before);
                }
                let answer = operation.carry_out(&world.client, &world.targets(*relation));
                cell.push(answer.status.to_string());
                changed |= answer.status < 400 && operation.changes;
                if *relation != Relation::Own {
                    refusals.push(answer);
                }
            }
            if !changed {
                unchanged(app, before);
            }
            if let [foreign, nonexistent] = refusals.as_slice() {
                // Staff see every organization, so a refusal may tell that there is one.
                let seen_by_staff = foreign.status < 400
                    || ["plan staff", "support", "operator", "dms reviewer"].contains(&principal);
                if !seen_by_staff {
                    assert_eq!(
                        foreign.text(),
                        nonexistent.text(),
                        "{} {} as {principal}",
                        operation.method,
                        operation.path
                    );
                }
            }
            if changed {
                scene = None;
            }
            rows.entry(index).or_default().push(match cell.as_slice() {
                [foreign, nonexistent, own] => format!("{own}/{foreign}/{nonexistent}"),
                other => other.concat(),
            });
        }
    }
    let mut text =
        String::from("Status as own/foreign/nonexistent, or one status where nothing is anybody's.\n");
    for (index, cells) in rows {
        let operation = &OPERATIONS[index];
        let _ = writeln!(text, "\n{} {}", operation.method, operation.path);
        for (principal, cell) in PRINCIPALS.iter().zip(cells) {
            let _ = writeln!(text, "    {principal:<18} {cell}");
        }
    }
    text
}

#[test]
fn the_grid_is_the_committed_one_on_sqlite() {
    insta::assert_snapshot!("permission_grid", grid(Engine::Sqlite));
}

#[test]
fn the_grid_is_the_committed_one_on_postgres() {
    if portal_tests::database::postgres_is_at_hand() {
        insta::assert_snapshot!("permission_grid", grid(Engine::Postgres));
    }
}
