-- Reads of personal data. They are not part of the audit chains. The session has no foreign key,
-- because expired sessions are deleted earlier.
CREATE TABLE read_events (
    id uuid NOT NULL CONSTRAINT read_events_pkey PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    user_id uuid CONSTRAINT read_events_user_fkey REFERENCES users (id),
    user_name text NOT NULL,
    session_id uuid,
    client_address text NOT NULL,
    request_id text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    subject text NOT NULL,
    organization_id uuid CONSTRAINT read_events_organization_fkey REFERENCES organizations (id),
    purpose text
);
CREATE INDEX read_events_organization_idx ON read_events (organization_id, occurred_at, id);
CREATE INDEX read_events_subject_idx ON read_events (subject, occurred_at, id);
CREATE INDEX read_events_object_idx ON read_events (object, occurred_at, id);
CREATE INDEX read_events_user_idx ON read_events (user_id, occurred_at, id);
CREATE INDEX read_events_occurred_idx ON read_events (occurred_at, id);
