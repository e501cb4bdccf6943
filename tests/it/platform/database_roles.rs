//! The PostgreSQL role that serves the portal: it cannot change the audit trail. Every other test on
//! PostgreSQL runs with the documented rights, too.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use portal_api::cli::check_database_role;
use portal_api::portal::keys::Keys;
use portal_api::portal::settings::Settings;
use portal_api::portal::state::Portal;
use portal_domain::platform::job::JobName;
use portal_persistence::grants;
use portal_tests::database::{TestDatabase, as_role, is_tested};
use portal_tests::given::{Given, reassignment};
use portal_tests::inspector::Inspector;
use portal_tests::{Engine, TestApp};

/// A production portal on this database.
fn production(url: &str, further: &[(&str, &str)]) -> Portal {
    let mut pairs = vec![
        ("MAIL_FROM", "no-reply@portal.example.org"),
        ("SMTP_URL", "smtps://portal:secret@mail.example.org"),
        ("PROFILE", "production"),
        ("PUBLIC_BASE_URL", "https://portal.example.org"),
        ("KEYS_FILE", "given-below"),
        ("DATABASE_URL", url),
        ("SWAGGER_PERSIST_AUTHORIZATION", "false"),
    ];
    pairs.extend(further);
    let pairs = pairs.into_iter().map(|(key, value)| (format!("PORTAL_{key}"), value.to_owned()));
    let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
    let clock = std::sync::Arc::new(portal_api::portal::clock::Clock::system());
    Portal::new(Settings::load(pairs, false).unwrap(), keys, clock, None).unwrap()
}

fn objections(url: &str) -> Vec<String> {
    check_database_role(&production(url, &[])).err().unwrap_or_default()
}

#[test]
fn production_refuses_a_superuser_and_accepts_the_documented_rights() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let database = TestDatabase::migrated(Engine::Postgres);
    assert_eq!(objections(&database.url), ["database: the role is a superuser"]);
    assert_eq!(objections(&database.serving_url), Vec::<String>::new());
    let accepted = production(&database.url, &[("ALLOW_PRIVILEGED_DATABASE_ROLE", "true")]);
    check_database_role(&accepted).unwrap();
    let sqlite = TestDatabase::migrated(Engine::Sqlite);
    assert_eq!(objections(&sqlite.url), Vec::<String>::new(), "SQLite has no roles");
}

#[test]
fn production_refuses_every_role_that_could_change_the_audit_trail() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let database = TestDatabase::migrated(Engine::Postgres);
    database.with_role("portal_weak", |role| {
        let url = as_role(&database.url, role);
        let mut owner = Inspector::open(&database.url);
        let rights = grants(role);
        owner.run(&rights);
        assert_eq!(objections(&url), Vec::<String>::new());
        for (right, objection) in [
            (format!("GRANT DELETE ON audit_events TO {role}"), "may change or delete rows of audit_events"),
            (
                format!("GRANT UPDATE (actor_name) ON audit_events TO {role}"),
                "may change or delete rows of audit_events",
            ),
            (format!("GRANT TRUNCATE ON audit_heads TO {role}"), "may change or delete rows of audit_heads"),
            ("GRANT DELETE ON audit_heads TO PUBLIC".to_owned(), "may change or delete rows of audit_heads"),
            (format!("GRANT CREATE ON SCHEMA public TO {role}"), "may create tables"),
        ] {
            owner.run(&right);
            assert_eq!(objections(&url), [format!("database: the role {objection}")], "{right}");
            owner.run(&rights);
            assert_eq!(objections(&url), Vec::<String>::new(), "the grants undo {right}");
        }
        owner.run(&format!("ALTER ROLE {role} CREATEROLE"));
        assert_eq!(objections(&url), ["database: the role may create roles"]);
        owner.run(&format!("ALTER ROLE {role} NOCREATEROLE; ALTER TABLE audit_events OWNER TO {role}"));
        assert!(
            objections(&url)
                .contains(&"database: the role owns the tables, or is a member of their owner".to_owned())
        );
        owner.run("ALTER TABLE audit_events OWNER TO CURRENT_USER");
        owner.run(&rights);
        owner.run(&format!("GRANT pg_execute_server_program TO {role}"));
        assert_eq!(objections(&url), ["database: the role is a member of pg_execute_server_program"]);
    });
}

#[test]
fn a_role_that_could_assume_a_powerful_role_is_refused() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let database = TestDatabase::migrated(Engine::Postgres);
    database.with_role("portal_editor", |editor| {
        database.with_role("portal_member", |role| {
            let mut owner = Inspector::open(&database.url);
            owner.run(&grants(role));
            owner.run(&format!("GRANT DELETE ON audit_events TO {editor}; ALTER ROLE {role} NOINHERIT; GRANT {editor} TO {role}"));
            let expected = ["database: the role may change or delete rows of audit_events"];
            assert_eq!(objections(&as_role(&database.url, role)), expected);
            owner.run(&format!("DROP OWNED BY {editor}"));
        });
    });
}

#[test]
fn a_start_without_rights_on_a_new_table_names_it() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let database = TestDatabase::migrated(Engine::Postgres);
    Inspector::open(&database.url).run("CREATE TABLE added_later (id uuid PRIMARY KEY)");
    let refused = objections(&database.serving_url);
    assert!(refused.len() == 1 && refused[0].contains("no rights on added_later"), "{refused:?}");
}

#[test]
fn the_database_refuses_changes_of_the_audit_trail_by_the_serving_role() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let app = TestApp::start(Engine::Postgres);
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    let _ = manager.post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    let _ = app.run_job(JobName::MemberInactivity);
    let before = app.fingerprint();

    let mut server = PgConnection::establish(&app.database().serving_url).unwrap();
    for statement in [
        "DELETE FROM audit_events",
        "UPDATE audit_events SET actor_name = 'Nobody'",
        "TRUNCATE audit_events",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET chain = 'other'",
        "DROP TABLE audit_events",
        "DELETE FROM read_events",
        "UPDATE read_events SET user_name = 'Nobody'",
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
        "CREATE TABLE others (id uuid)",
        "DELETE FROM __diesel_schema_migrations",
        "SET ROLE postgres",
    ] {
        let refused = server.batch_execute(statement).unwrap_err().to_string();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{statement}: {refused}"
        );
    }
    assert_eq!(app.fingerprint(), before);
    assert_eq!(app.audit_events(), 1);
}
