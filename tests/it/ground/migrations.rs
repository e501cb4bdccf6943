//! The migrations of both engines create the same tables.

use std::collections::BTreeSet;

use portal_persistence::{Constraint, Engine, SchemaState, migration_names};
use portal_tests::database::{TestDatabase, is_tested, open};
use portal_tests::inspector::Inspector;
use portal_tests::{TestApp, on_both_engines};

/// Every column: its table, its name, and whether it is nullable.
fn columns(engine: Engine, inspector: &mut Inspector) -> BTreeSet<String> {
    match engine {
        Engine::Sqlite => {
            let tables = inspector.tables();
            let of = |table: &String| {
                format!(
                    "SELECT '{table}.' || name || CASE WHEN \"notnull\" THEN '' ELSE '?' END AS value FROM pragma_table_info('{table}')"
                )
            };
            tables.iter().map(of).collect::<Vec<_>>().iter().flat_map(|query| inspector.texts(query)).collect()
        }
        Engine::Postgres => inspector
            .texts(
                "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END AS value \
                 FROM information_schema.columns WHERE table_schema = 'public'",
            )
            .into_iter()
            .collect(),
    }
}

/// Every unique constraint: its table and columns.
fn unique_sets(engine: Engine, inspector: &mut Inspector) -> BTreeSet<String> {
    match engine {
        Engine::Sqlite => inspector
            .texts(
                "SELECT t.name || '(' || (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY name)) || ')' AS value \
                 FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.\"unique\"",
            )
            .into_iter()
            .collect(),
        Engine::Postgres => inspector
            .texts(
                "SELECT t.relname || '(' || (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a \
                 WHERE a.attrelid = t.oid AND a.attnum = ANY(i.indkey)) || ')' AS value \
                 FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
                 WHERE i.indisunique AND n.nspname = 'public'",
            )
            .into_iter()
            .collect(),
    }
}

/// Foreign keys without an index that starts with their columns.
fn unindexed_foreign_keys(engine: Engine, inspector: &mut Inspector) -> Vec<String> {
    match engine {
        Engine::Sqlite => inspector.texts(
            "SELECT t.name || '.' || f.\"from\" AS value FROM sqlite_schema t, pragma_foreign_key_list(t.name) f \
             WHERE t.type = 'table' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) i, pragma_index_info(i.name) c \
             WHERE c.seqno = 0 AND c.name = f.\"from\")",
        ),
        Engine::Postgres => inspector.texts(
            "SELECT c.conrelid::regclass || '.' || a.attname AS value FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             WHERE c.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])",
        ),
    }
}

#[test]
fn both_folders_have_the_same_migrations() {
    assert_eq!(migration_names(Engine::Sqlite), migration_names(Engine::Postgres));
    assert!(!migration_names(Engine::Sqlite).is_empty());
}

#[test]
fn both_engines_get_the_same_tables() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let databases = [Engine::Sqlite, Engine::Postgres].map(|engine| (engine, TestDatabase::migrated(engine)));
    let [sqlite, postgres] = databases.each_ref().map(|(engine, database)| {
        let mut inspector = Inspector::open(&database.url);
        let ours = |name: &String| !name.starts_with("__diesel");
        let columns: BTreeSet<_> = columns(*engine, &mut inspector).into_iter().filter(ours).collect();
        let unique: BTreeSet<_> = unique_sets(*engine, &mut inspector).into_iter().filter(ours).collect();
        (columns, unique)
    });
    assert_eq!(sqlite.0, postgres.0, "columns and their nullability");
    assert_eq!(sqlite.1, postgres.1, "unique sets");
    assert!(sqlite.0.len() > 100);
}

#[test]
fn every_named_constraint_of_the_error_table_exists() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let postgres = TestDatabase::migrated(Engine::Postgres);
    let names = Inspector::open(&postgres.url).texts(
        "SELECT conname::text AS value FROM pg_constraint WHERE contype IN ('u', 'p') \
             UNION SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'",
    );
    let sqlite = TestDatabase::migrated(Engine::Sqlite);
    let unique = unique_sets(Engine::Sqlite, &mut Inspector::open(&sqlite.url));
    for (name, columns) in Constraint::spellings() {
        assert!(names.contains(&(*name).to_owned()), "{name}");
        let (table, _) = columns.split_once('.').unwrap();
        let mut members: Vec<_> =
            columns.split(", ").map(|column| column.split_once('.').unwrap().1).collect();
        members.sort_unstable();
        assert!(unique.contains(&format!("{table}({})", members.join(","))), "{columns}");
    }
}

fn schema_rs() -> BTreeSet<String> {
    let text = include_str!("../../../persistence/src/schema.rs");
    let mut table = String::new();
    let mut found = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(" {").and_then(|head| head.split_once(" (")) {
            name.clone_into(&mut table);
        } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let null = if kind.starts_with("Nullable<") { "?" } else { "" };
            found.insert(format!("{table}.{column}{null}"));
        }
    }
    found
}

on_both_engines!(the_tables_match_schema_rs);
fn the_tables_match_schema_rs(app: &TestApp) {
    let made = columns(app.engine, &mut app.inspector());
    let made: BTreeSet<_> = made.into_iter().filter(|name| !name.starts_with("__diesel")).collect();
    assert_eq!(made, schema_rs());
}

on_both_engines!(every_foreign_key_is_indexed);
fn every_foreign_key_is_indexed(app: &TestApp) {
    assert_eq!(unindexed_foreign_keys(app.engine, &mut app.inspector()), Vec::<String>::new());
}

on_both_engines!(down_migrations_undo_up_migrations);
fn down_migrations_undo_up_migrations(app: &TestApp) {
    let bare = TestDatabase::bare(app.engine);
    let database = open(&bare.url);
    let all = migration_names(app.engine).len();
    assert_eq!(database.schema_state().unwrap(), SchemaState::Behind { pending: all });
    assert_eq!(database.migrate().unwrap(), all);
    assert_eq!(database.migrate().unwrap(), 0);
    assert_eq!(database.schema_state().unwrap(), SchemaState::Current);
    assert_eq!(database.revert_all_migrations().unwrap(), all);
    let left = Inspector::open(&bare.url).tables();
    assert_eq!(left.iter().filter(|table| !table.starts_with("__diesel")).count(), 0, "{left:?}");
    assert_eq!(database.migrate().unwrap(), all);
}

on_both_engines!(a_schema_of_a_newer_version_is_detected);
fn a_schema_of_a_newer_version_is_detected(app: &TestApp) {
    app.inspector().run("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    let state = app.portal.database.schema_state().unwrap();
    assert_eq!(state, SchemaState::Unknown { version: "29990101000000".into() });
}

#[test]
fn several_instances_can_migrate_concurrently() {
    if !is_tested(Engine::Postgres) {
        return;
    }
    let bare = TestDatabase::bare(Engine::Postgres);
    let ran: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&bare.url).migrate().unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(ran, migration_names(Engine::Postgres).len());
}
