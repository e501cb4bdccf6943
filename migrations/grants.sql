-- The rights of the role that serves the portal on PostgreSQL. The owner of the tables runs this
-- after each migration. `provider-portal migrate --print-grants --role NAME` prints it for a role.
--
-- The role can add audit events and read events, but not change or delete them. It can only advance
-- the head of a chain. It cannot change the schema.
BEGIN;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM :"role";
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"role";

GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"role";

REVOKE UPDATE, DELETE ON audit_events, audit_heads, read_events FROM :"role";
GRANT UPDATE (sequence, hash) ON audit_heads TO :"role";
REVOKE INSERT, UPDATE, DELETE ON __diesel_schema_migrations FROM :"role";

COMMIT;
