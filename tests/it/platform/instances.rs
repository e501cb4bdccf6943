//! What a database is used for: a live portal and a sandbox never share one.

use portal_api::cli;
use portal_api::portal::settings::Settings;
use portal_api::portal::state::Portal;
use portal_domain::platform::instance::InstanceKind;
use portal_persistence::Engine;
use portal_tests::database::TestDatabase;
use portal_tests::inspector::Inspector;
use portal_tests::{TestApp, on_both_engines};

/// The portal of a command that opens this database.
fn opened(url: &str, demo: bool) -> Portal {
    let url = ("PORTAL_DATABASE_URL".to_owned(), url.to_owned());
    cli::open(Settings::load([url], demo).unwrap()).unwrap()
}

fn recorded(inspector: &mut Inspector) -> Vec<String> {
    inspector.texts("SELECT kind AS value FROM instance")
}

#[test]
fn a_sandbox_leaves_the_database_of_a_live_portal_alone() {
    for organizations in [0, 1] {
        let app = TestApp::start(Engine::Sqlite);
        cli::claim_database(&app.portal).unwrap();
        if organizations > 0 {
            let _ = app.provider_group("Bluegrass");
        }
        let before = app.fingerprint();
        let refused = cli::claim_database(&opened(&app.database().url, true)).unwrap_err();
        assert!(refused[0].contains("the database has real data"), "{refused:?}");
        assert_eq!(app.fingerprint(), before);
        cli::claim_database(&app.portal).unwrap();
    }
}

#[test]
fn a_live_portal_refuses_the_database_of_a_sandbox() {
    let database = TestDatabase::migrated(Engine::Sqlite);
    let sandbox = opened(&database.url, true);
    cli::claim_database(&sandbox).unwrap();
    portal_api::sandbox::fill(&sandbox, false).unwrap();
    let before = Inspector::open(&database.url).fingerprint();
    let refused = cli::claim_database(&opened(&database.url, false)).unwrap_err();
    assert!(refused[0].contains("passwords are public"), "{refused:?}");
    assert_eq!(Inspector::open(&database.url).fingerprint(), before);
    portal_api::sandbox::fill(&sandbox, true).unwrap();
    cli::claim_database(&sandbox).unwrap();
}

on_both_engines!(of_several_first_starts_each_records_the_same_use);
fn of_several_first_starts_each_records_the_same_use(app: &TestApp) {
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| cli::claim_database(&app.portal))).collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
    });
    assert_eq!(recorded(&mut app.inspector()), [InstanceKind::Live.as_str()]);
}

on_both_engines!(an_upgrade_recognizes_a_sandbox_by_a_persona);
fn an_upgrade_recognizes_a_sandbox_by_a_persona(app: &TestApp) {
    let migration = match app.engine {
        Engine::Sqlite => include_str!("../../../migrations/sqlite/2026-11-30-000004_instance/up.sql"),
        Engine::Postgres => include_str!("../../../migrations/postgres/2026-11-30-000004_instance/up.sql"),
    };
    let (_, classification) = migration.split_once("INSERT").unwrap();
    let upgrade = || {
        let mut inspector = app.inspector();
        let _ = inspector.execute("DELETE FROM instance");
        let _ = inspector.execute(&format!("INSERT{classification}"));
        recorded(&mut inspector)
    };
    assert_eq!(upgrade(), [""; 0], "an empty database is not in use yet");
    let org = app.provider_group("Bluegrass");
    assert_eq!(upgrade(), ["live"]);
    let manager = org.manager("Debi Henderson");
    assert_eq!(upgrade(), ["live"]);
    let persona = format!(
        "UPDATE users SET email_key = 'debi.henderson@bluegrass.example' WHERE email_key = '{}'",
        manager.email.to_lowercase()
    );
    assert_eq!(app.inspector().execute(&persona), 1);
    assert_eq!(upgrade(), ["sandbox"]);
}

#[test]
fn a_sandbox_serves_loopback_addresses_only_and_has_its_own_file() {
    let load = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(key, value)| (format!("PORTAL_{key}"), (*value).to_owned()));
        Settings::load(pairs.collect::<Vec<_>>(), true)
    };
    for setting in [("BIND", "0.0.0.0:8080"), ("METRICS_BIND", "[::]:9464"), ("BIND", "192.0.2.1:80")] {
        let errors = load(&[setting]).unwrap_err();
        assert!(errors[0].contains("must be loopback addresses"), "{errors:?}");
    }
    assert!(load(&[("BIND", "[::1]:8080"), ("METRICS_BIND", "off")]).is_ok());
    assert_eq!(load(&[]).unwrap().database_url, "sqlite://provider-portal-demo.db");
    assert_eq!(Settings::load([], false).unwrap().database_url, "sqlite://provider-portal.db");
}
