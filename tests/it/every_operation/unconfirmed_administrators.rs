//! An unconfirmed administrator of a provider account reaches nothing of it (domain rule R-203).

use portal_tests::fixture::{Fixture, Relation};
use portal_tests::operations::OPERATIONS;
use portal_tests::principals::UNCONFIRMED_ADMINISTRATOR;
use portal_tests::{TestApp, on_both_engines};

/// The placeholders of things that belong to a user and not to an organization.
const OWN: [&str; 5] =
    ["{session_id}", "{mfa_method_id}", "{association_id}", "{notification_id}", "{correspondence"];

/// The operations that show the name and state of an account that awaits confirmation. Whoever holds
/// the token of an invitation sees what it invites to, signed in or not.
const SHOWING_THE_ACCOUNT: [&str; 4] = [
    "GET /api/v1/me",
    "POST /api/v1/invitations/inspect",
    "PATCH /api/v1/me",
    "GET /api/v1/me/linked-accounts",
];

on_both_engines!(r_203_an_unconfirmed_administrator_reaches_nothing_of_the_account);
fn r_203_an_unconfirmed_administrator_reaches_nothing_of_the_account(app: &TestApp) {
    let mut refused = 0;
    let mut showing = Vec::new();
    for operation in OPERATIONS.iter() {
        let (app, fixture) = Fixture::of(app.engine, UNCONFIRMED_ADMINISTRATOR);
        let before = app.fingerprint();
        let targets = fixture.targets(Relation::Own);
        let answer = operation.call(&fixture.client, targets);
        let name = format!("{} {}", operation.method, operation.documented());
        let of_the_account = operation.is_scoped()
            && operation.query.is_empty()
            && !OWN.iter().any(|own| operation.path.contains(own));
        if of_the_account {
            assert!((403..=404).contains(&answer.status), "{name}: {} {}", answer.status, answer.text());
            assert_eq!(app.fingerprint(), before, "{name}");
            refused += 1;
        }
        if answer.status < 300 && answer.text().contains(&targets["organization_id"]) {
            showing.push(name);
        }
    }
    assert!(refused > 50, "only {refused} operations were refused");
    assert_eq!(showing, SHOWING_THE_ACCOUNT);
}
