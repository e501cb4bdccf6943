//! The rights of the PostgreSQL role that serves the portal. It must not be able to change the audit
//! trail, so that an attacker who takes over the server cannot hide what happened before.

use diesel::sql_query;

use crate::connection::AnyConnection;
use crate::database::Database;
use crate::error::StoreError;

const GRANTS: &str = include_str!("../../migrations/grants.sql");

/// The SQL that gives a role the rights to serve the portal, and no others. The owner of the tables
/// runs it after each migration.
#[must_use]
pub fn grants(role: &str) -> String {
    GRANTS.replace(":\"role\"", &format!("\"{}\"", role.replace('"', "\"\"")))
}

/// Every reason why the current role should not serve. Memberships count even if they are not
/// inherited, because the role can assume them.
const OBJECTIONS: &str = "\
    WITH portal AS (
        SELECT c.oid, c.relname::text AS name, c.relowner FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = to_regnamespace(current_schema())
            AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = to_regclass('audit_events'))
    ), trail AS (
        SELECT oid, name FROM portal WHERE name IN ('audit_events', 'audit_heads', 'read_events')
    ), assumable AS (
        SELECT oid, rolname::text AS name FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')
    ), me AS (
        SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user
    )
    SELECT 'is a superuser' AS value FROM me WHERE rolsuper
    UNION ALL SELECT 'may create roles' FROM me WHERE rolcreaterole AND NOT rolsuper
    UNION ALL SELECT 'owns the database, or is a member of its owner' FROM me
        WHERE NOT rolsuper AND EXISTS (SELECT FROM pg_database
            WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'MEMBER'))
    UNION ALL SELECT 'owns the tables, or is a member of their owner' FROM me
        WHERE NOT rolsuper AND EXISTS (SELECT FROM portal WHERE pg_has_role(current_user, relowner, 'MEMBER'))
    UNION ALL SELECT 'may create tables' FROM me
        WHERE NOT rolsuper AND has_schema_privilege(current_user, current_schema(), 'CREATE')
    UNION ALL SELECT DISTINCT 'may change or delete rows of ' || trail.name FROM me, trail, assumable
        WHERE NOT rolsuper AND (has_table_privilege(assumable.oid, trail.oid, 'DELETE, TRUNCATE, TRIGGER')
            OR trail.name <> 'audit_heads' AND has_any_column_privilege(assumable.oid, trail.oid, 'UPDATE'))
    UNION ALL SELECT 'is a member of ' || assumable.name FROM me, assumable
        WHERE NOT rolsuper AND assumable.name IN ('pg_write_server_files', 'pg_execute_server_program')";

/// The tables of the portal that the current role cannot read.
const UNREADABLE: &str = "\
    SELECT relname::text AS value FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = to_regnamespace(current_schema())
        AND relowner = (SELECT relowner FROM pg_class WHERE oid = to_regclass('audit_events'))
        AND NOT has_table_privilege(current_user, oid, 'SELECT')
    ORDER BY relname";

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

impl Database {
    fn postgres_texts(&self, query: &str) -> Result<Vec<String>, StoreError> {
        use diesel::RunQueryDsl;
        match &mut *self.connection()? {
            AnyConnection::Postgres(connection) => {
                let rows: Vec<Text> = sql_query(query).load(connection)?;
                Ok(rows.into_iter().map(|row| row.value).collect())
            }
            // A file has no roles: who can write it can write everything.
            AnyConnection::Sqlite(_) => Ok(vec![]),
        }
    }

    /// Why the database role has more rights than serving needs; each completes "the role …".
    pub fn role_objections(&self) -> Result<Vec<String>, StoreError> {
        self.postgres_texts(OBJECTIONS)
    }

    /// Whether the database role may delete read events. The documented rights of the role that
    /// serves do not include it.
    pub fn may_delete_read_events(&self) -> Result<bool, StoreError> {
        let refused = self.postgres_texts(
            "SELECT 'refused' AS value WHERE NOT has_table_privilege(current_user, 'read_events', 'DELETE')",
        )?;
        Ok(refused.is_empty())
    }

    /// The tables that the database role cannot read, because the grants were not repeated after a
    /// migration.
    pub fn unreadable_tables(&self) -> Result<Vec<String>, StoreError> {
        self.postgres_texts(UNREADABLE)
    }
}
