-- Reads of personal data. They are not part of the audit chains. The session has no foreign key,
-- because expired sessions are deleted earlier.
CREATE TABLE read_events (
    id BLOB NOT NULL CONSTRAINT read_events_pkey PRIMARY KEY,
    occurred_at INTEGER NOT NULL,
    user_id BLOB CONSTRAINT read_events_user_fkey REFERENCES users (id),
    user_name TEXT NOT NULL,
    session_id BLOB,
    client_address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    subject TEXT NOT NULL,
    organization_id BLOB CONSTRAINT read_events_organization_fkey REFERENCES organizations (id),
    purpose TEXT
) STRICT;
CREATE INDEX read_events_organization_idx ON read_events (organization_id, occurred_at, id);
CREATE INDEX read_events_subject_idx ON read_events (subject, occurred_at, id);
CREATE INDEX read_events_object_idx ON read_events (object, occurred_at, id);
CREATE INDEX read_events_user_idx ON read_events (user_id, occurred_at, id);
CREATE INDEX read_events_occurred_idx ON read_events (occurred_at, id);
