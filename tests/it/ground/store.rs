//! Storage: constraints on both engines, encrypted fields, and durability.

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::tax_identifier::Ssn;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::membership::MembershipStatus;
use portal_persistence::identity::users::NewUser;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::{Constraint, StoreError};
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(a_violated_constraint_has_the_same_name_on_both_engines);
fn a_violated_constraint_has_the_same_name_on_both_engines(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let person = org.agent("Marcus Webb");
    let refused = |work: &mut dyn FnMut(&mut portal_persistence::Tx<'_>) -> Result<(), StoreError>| match app
        .portal
        .database
        .write_unrecorded(app.portal.moment(), |tx| work(tx))
    {
        Err(StoreError::Taken(constraint)) => constraint,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        Constraint::UserEmail,
        refused(&mut |tx| {
            let id = tx.new_id();
            let email = EmailAddress::parse(&person.email.to_uppercase()).unwrap();
            tx.users().insert(&NewUser {
                id,
                email,
                first_name: "A".into(),
                last_name: "B".into(),
                password_hash: None,
                platform_roles: vec![],
            })
        })
    );
    assert_eq!(
        Constraint::Membership,
        refused(&mut |tx| {
            let id = tx.new_id();
            tx.memberships().insert(&NewMembership {
                id,
                organization: org.id,
                user: person.user,
                status: MembershipStatus::Active,
                roles: vec![],
                permissions: vec![],
            })
        })
    );
    assert_eq!(
        Constraint::MedicaidId,
        refused(&mut |tx| {
            let id = tx.new_id();
            tx.medicaid_ids().insert(&individual(id, &org.group_medicaid_id, None))
        })
    );
}

on_both_engines!(a_social_security_number_is_stored_encrypted_and_read_masked);
fn a_social_security_number_is_stored_encrypted_and_read_masked(app: &TestApp) {
    app.write(|tx| {
        let id = tx.new_id();
        tx.medicaid_ids().insert(&individual(id, "7100099999", Ssn::parse("400-55-1234").ok()))
    });
    let stored = app.read(|tx| tx.medicaid_ids().find_by_number("7100099999"));
    assert_eq!(stored.unwrap().ssn_masked.as_deref(), Some("***-**-1234"));
    let mut inspector = app.inspector();
    let query = match app.engine {
        portal_tests::Engine::Sqlite => {
            "SELECT hex(ssn_sealed) AS value FROM medicaid_ids WHERE medicaid_id = '7100099999'"
        }
        portal_tests::Engine::Postgres => {
            "SELECT upper(encode(ssn_sealed, 'hex')) AS value FROM medicaid_ids WHERE medicaid_id = '7100099999'"
        }
    };
    let sealed = inspector.texts(query).remove(0);
    let plain: String = "400551234".bytes().map(|byte| format!("{byte:02X}")).collect();
    assert!(sealed.starts_with("0100000001") && !sealed.contains(&plain));
}

on_both_engines!(a_failed_write_leaves_nothing_behind);
fn a_failed_write_leaves_nothing_behind(app: &TestApp) {
    let before = app.fingerprint();
    let failed: Result<(), StoreError> = app.portal.database.write_unrecorded(app.portal.moment(), |tx| {
        let id = tx.new_id();
        tx.medicaid_ids().insert(&individual(id, "7100099998", None))?;
        Err(StoreError::Stale("on purpose"))
    });
    assert!(failed.is_err());
    assert_eq!(app.fingerprint(), before);
    assert!(app.portal.database.is_durable().is_ok(), "the connection still works");
}

on_both_engines!(a_panic_in_a_write_releases_the_connection);
fn a_panic_in_a_write_releases_the_connection(app: &TestApp) {
    let before = app.fingerprint();
    let database = app.portal.database.clone();
    let moment = app.portal.moment();
    let panicked = std::thread::spawn(move || {
        let _: Result<(), StoreError> = database.write_unrecorded(moment, |tx| {
            let id = tx.new_id();
            tx.medicaid_ids().insert(&individual(id, "7100099997", None))?;
            panic!("on purpose");
        });
    });
    assert!(panicked.join().is_err());
    assert_eq!(app.fingerprint(), before);
    app.write(|tx| {
        let id = tx.new_id();
        tx.medicaid_ids().insert(&individual(id, "7100099997", None))
    });
}

fn individual(id: portal_domain::ground::id::MedicaidIdId, number: &str, ssn: Option<Ssn>) -> NewMedicaidId {
    NewMedicaidId {
        id,
        medicaid_id: number.into(),
        category: MedicaidIdCategory::Individual,
        provider_type: "64".into(),
        status: MedicaidIdStatus::Active,
        name: "Doe, John".into(),
        npi: None,
        ssn,
        owning_organization: None,
        effective_date: None,
        details: MedicaidIdDetails::default(),
    }
}

on_both_engines!(the_database_reports_errors_in_english);
fn the_database_reports_errors_in_english(app: &TestApp) {
    assert!(app.portal.database.has_english_messages().unwrap());
}
