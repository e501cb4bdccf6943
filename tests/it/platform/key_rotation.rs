//! Replacing keys while servers run: field keys, index keys, and peppers.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use portal_api::background::key_state::key_states;
use portal_api::background::reseal::{Progress, reseal};
use portal_api::cli::require_keys;
use portal_domain::applications::document::MediaType;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::identity::mfa::MfaMethodKind;
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_persistence::applications::documents::NewDocument;
use portal_persistence::identity::mfa::NewMethod;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};
use portal_persistence::platform::key_uses::KeyKind;
use portal_persistence::platform::sealed_columns::SealedColumn;
use portal_tests::documents::{LICENSE, add, path_of};
use portal_tests::given::Given;
use portal_tests::key_documents::{keys_of, prepared, with_new, without_old};
use portal_tests::outbox::{RECIPIENT, mail, post, reset};
use portal_tests::sign_in::{PASSWORD, sign_in};
use portal_tests::{Engine, TestApp, on_both_engines};

const TAX_ID: &str = "610000001";
const FIELD: &[&str] = &["field_keys"];
const INDEX: &[&str] = &["index_keys"];
const PEPPER: &[&str] = &["peppers"];

fn carry_on(_progress: &Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Stores Medicaid IDs with Social Security numbers and tax IDs.
fn medicaid_ids(app: &TestApp, count: usize) {
    app.write(|tx| {
        for number in 0..count {
            let id = tx.new_id();
            tx.medicaid_ids().insert(&NewMedicaidId {
                id,
                medicaid_id: format!("79{number:08}"),
                category: MedicaidIdCategory::Individual,
                provider_type: "64".into(),
                status: MedicaidIdStatus::Active,
                name: "Doe, John".into(),
                npi: None,
                ssn: Ssn::parse("400-55-1234").ok(),
                owning_organization: None,
                effective_date: None,
                details: MedicaidIdDetails {
                    fein: TaxId::parse(TAX_ID).ok(),
                    ..MedicaidIdDetails::default()
                },
            })?;
        }
        Ok(())
    });
}

/// Stores a value in every sealed column.
fn sealed_values(app: &TestApp) {
    let org = app.practice_with_tax_id("Bluegrass", PlanCode::Ky, TAX_ID);
    let agent = org.agent("Marcus Webb");
    let item = org.application(&agent, Given::default());
    medicaid_ids(app, 1);
    let _ = app.provider_on_file("CCA-1", "Amara Whitfield", TAX_ID);
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    app.write(|tx| {
        tx.applications().set_tax_id(item.id, Some(TAX_ID))?;
        let id = tx.new_id();
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        tx.mfa().begin(&NewMethod { id, user: agent.user, kind: MfaMethodKind::OktaVerify, secret })?;
        tx.self_service().insert(&SelfServiceRequest::PasswordReset { email: RECIPIENT.into() })
    });
    app.write(|tx| {
        let id = tx.new_id();
        tx.documents().insert(&NewDocument {
            id,
            application: item.id,
            document_type: DocumentType::Other,
            file_name: "license.pdf",
            media_type: MediaType::Pdf,
            content: LICENSE,
            sha256: &[7; 32],
            uploaded_by: (agent.user, &agent.name),
        })
    });
}

on_both_engines!(every_sealed_column_of_the_schema_is_resealed);
fn every_sealed_column_of_the_schema_is_resealed(app: &TestApp) {
    let columns = match app.engine {
        Engine::Sqlite => {
            "SELECT m.name || '.' || c.name AS value FROM sqlite_schema AS m, pragma_table_info(m.name) AS c \
             WHERE m.type = 'table' AND c.name LIKE '%\\_sealed' ESCAPE '\\'"
        }
        Engine::Postgres => {
            "SELECT table_name || '.' || column_name AS value FROM information_schema.columns \
             WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed'"
        }
    };
    let mut of_schema: BTreeSet<String> = app.inspector().texts(columns).into_iter().collect();
    of_schema.insert("document_contents.content".into());
    let name = |column: &SealedColumn| format!("{}.{}", column.names().0, column.names().1);
    assert_eq!(SealedColumn::ALL.iter().map(name).collect::<BTreeSet<_>>(), of_schema);
}

on_both_engines!(a_new_field_key_replaces_the_old_one_in_every_column_while_servers_run);
fn a_new_field_key_replaces_the_old_one_in_every_column_while_servers_run(app: &TestApp) {
    sealed_values(app);
    let count = app.values_of(KeyKind::Field, 1);
    let used: BTreeSet<_> =
        key_states(&app.portal).unwrap().into_iter().flat_map(|state| state.uses).collect();
    for column in SealedColumn::ALL {
        let name = format!("{}.{}", column.names().0, column.names().1);
        assert!(used.iter().any(|(values, count)| *values == name && *count > 0), "{name}");
    }
    let both = with_new(&keys_of(app), FIELD);
    let prepared = app.with_keys(&prepared(&both));
    let current = app.with_keys(&both);
    let only_new = app.with_keys(&without_old(&both, FIELD));
    let refused = require_keys(&only_new.portal).unwrap_err();
    assert!(refused[0].starts_with("keys: field key 1 is missing"), "{refused:?}");

    let resealed = reseal(&current.portal, carry_on).unwrap();

    assert_eq!(resealed.columns.iter().map(|column| column.done).sum::<i64>(), count);
    assert!(resealed.columns.iter().all(|column| (column.left, column.unreadable) == (0, 0)));
    for server in [&prepared, &current, &only_new] {
        require_keys(&server.portal).unwrap();
        let (old, new) = (server.values_of(KeyKind::Field, 1), server.values_of(KeyKind::Field, 2));
        assert_eq!((old, new), (0, count));
        let tax_id = TaxId::parse(TAX_ID).unwrap();
        let found = server.read(|tx| tx.organizations().find_by_tax_id(PlanCode::Ky, &tax_id));
        assert_eq!(found.unwrap().facts.name, "Bluegrass");
        assert!(
            server.read(|tx| tx.medicaid_ids().find_by_number("7900000000")).unwrap().ssn_masked.is_some()
        );
    }
}

on_both_engines!(an_interrupted_resealing_is_resumed_and_documents_stay_readable);
fn an_interrupted_resealing_is_resumed_and_documents_stay_readable(app: &TestApp) {
    medicaid_ids(app, 250);
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let item = org.application(&agent, Given::default());
    let document = add(&agent.client(), item.id, "license.pdf");
    let current = app.with_keys(&with_new(&keys_of(app), FIELD));
    let column = SealedColumn::MedicaidIdSsns;
    let stop_there = |progress: &Progress| match progress.column == column {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    for (done, left) in [(100, 150), (100, 50), (50, 0)] {
        let begun = reseal(&current.portal, stop_there).unwrap();
        assert_eq!(begun.columns.last(), Some(&Progress { column, done, unreadable: 0, left }));
        let content = format!("{}/content", path_of(item.id, &document));
        assert_eq!(current.signed_in(agent.user).get(&content).expect(200).body, LICENSE);
    }
    let rest = reseal(&current.portal, carry_on).unwrap();
    assert!(rest.columns.iter().all(|column| column.left == 0));
    assert_eq!(current.values_of(KeyKind::Field, 1), 0);
    let before = current.fingerprint();
    let again = reseal(&current.portal, carry_on).unwrap();
    assert!(again.columns.iter().all(|column| column.done == 0));
    assert_eq!(current.fingerprint(), before, "nothing was left to do");
}

on_both_engines!(a_new_index_key_finds_numbers_on_file_before_and_after_they_are_indexed_anew);
fn a_new_index_key_finds_numbers_on_file_before_and_after_they_are_indexed_anew(app: &TestApp) {
    sealed_values(app);
    let both = with_new(&keys_of(app), INDEX);
    let current = app.with_keys(&both);
    let only_new = app.with_keys(&without_old(&both, INDEX));
    let find = |server: &TestApp| {
        let tax_id = TaxId::parse(TAX_ID).unwrap();
        server
            .read(|tx| tx.organizations().find_by_tax_id(PlanCode::Ky, &tax_id))
            .map(|found| found.facts.name)
    };
    assert_eq!(find(&current).as_deref(), Some("Bluegrass"), "a registrant joins the practice on file");
    assert_eq!(find(&only_new), None, "too early: the number is not found");
    let refused = require_keys(&only_new.portal).unwrap_err();
    assert!(refused[0].starts_with("keys: index key 1 is missing"), "{refused:?}");
    let indexed = app.values_of(KeyKind::Index, 1);
    assert_eq!(indexed, 4);

    let _ = reseal(&current.portal, carry_on).unwrap();

    assert_eq!(current.values_of(KeyKind::Index, 1), 0);
    assert_eq!(current.values_of(KeyKind::Index, 2), indexed);
    require_keys(&only_new.portal).unwrap();
    for server in [&current, &only_new] {
        assert_eq!(find(server).as_deref(), Some("Bluegrass"));
    }
}

on_both_engines!(wrong_passwords_count_on_after_the_index_key_was_replaced);
fn wrong_passwords_count_on_after_the_index_key_was_replaced(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let failures = |server: &TestApp| {
        server.read(|tx| {
            let subject = tx.sign_in_attempts().account_subject(&email)?;
            tx.sign_in_attempts().failures(&subject)
        })
    };
    let fail =
        |server: &TestApp| drop(sign_in(server, &email, "wrong password here").problem(400, "invalid_grant"));
    let both = with_new(&keys_of(app), INDEX);
    let current = app.with_keys(&both);
    fail(app);
    assert_eq!(failures(&current), 1);
    current.advance(chrono::Duration::minutes(1));
    fail(&current);
    assert_eq!((failures(app), failures(&current)), (2, 2), "one count on both servers");
    let only_new = app.with_keys(&without_old(&both, INDEX));
    assert_eq!(failures(&only_new), 0, "too early: the count is not found");
    assert!(require_keys(&only_new.portal).is_err());

    assert_eq!(reseal(&current.portal, carry_on).unwrap().attempts_moved, 1);

    require_keys(&only_new.portal).unwrap();
    assert_eq!((failures(&current), failures(&only_new)), (2, 2));
}

on_both_engines!(a_group_account_covers_the_same_providers_while_they_are_indexed_anew);
fn a_group_account_covers_the_same_providers_while_they_are_indexed_anew(app: &TestApp) {
    let group = app.provider_on_file("CCA-10", "Harbor Light Medical Group", TAX_ID);
    let (user, _) = app.registrant("Amara Whitfield");
    let membership = app.account_user_of(user, &group);
    let current = app.with_keys(&with_new(&keys_of(app), INDEX));
    let _ = current.provider_on_file("CCA-11", "Noor Haddad", TAX_ID);
    let covered = || {
        let account =
            current.read(|tx| tx.provider_records().linked_account(user, None, membership)).unwrap();
        let covered = current.read(|tx| tx.provider_records().covered(std::slice::from_ref(&account)));
        let ids: Vec<_> = covered[0].providers.iter().map(|provider| provider.provider_id.clone()).collect();
        (ids, covered[0].total)
    };
    let expected = (vec!["CCA-10".to_owned(), "CCA-11".to_owned()], 2);
    assert_eq!(covered(), expected, "one is indexed with the old key, one with the new key");
    let _ = reseal(&current.portal, carry_on).unwrap();
    assert_eq!(covered(), expected);
}

on_both_engines!(passwords_get_the_new_pepper_at_the_next_sign_in);
fn passwords_get_the_new_pepper_at_the_next_sign_in(app: &TestApp) {
    let (_, comes_back) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let (_, stays_away) = app.person("Marcus Webb", Some(PASSWORD), &[]);
    let both = with_new(&keys_of(app), PEPPER);
    let current = app.with_keys(&both);
    let only_new = app.with_keys(&without_old(&both, PEPPER));
    let used = || (current.values_of(KeyKind::Pepper, 1), current.values_of(KeyKind::Pepper, 2));
    assert_eq!(used(), (2, 0));
    let before = app.fingerprint();
    let _ = sign_in(&only_new, &comes_back, PASSWORD).problem(400, "invalid_grant");
    assert!(app.fingerprint() == before, "too early: nothing changed");
    only_new.advance(chrono::Duration::minutes(1));

    current.advance(chrono::Duration::minutes(1));
    let _ = sign_in(&current, &comes_back, PASSWORD).expect(200);

    assert_eq!(used(), (1, 1));
    let _ = sign_in(&only_new, &comes_back, PASSWORD).expect(200);
    let _ = sign_in(&only_new, &stays_away, PASSWORD).problem(400, "invalid_grant");
    require_keys(&only_new.portal).unwrap();
    current.advance(chrono::Duration::minutes(5));
    let _ = sign_in(&current, &stays_away, PASSWORD).expect(200);
    assert_eq!(used(), (0, 2));
}
