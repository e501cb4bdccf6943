-- Associations with provider accounts that the plan's staff confirm. Without a membership, the person
-- has not been told that the data matched.
CREATE TABLE association_confirmations (
    association_id BLOB NOT NULL CONSTRAINT association_confirmations_pkey PRIMARY KEY CONSTRAINT association_confirmations_association_fkey REFERENCES provider_associations (id),
    membership_id BLOB CONSTRAINT association_confirmations_membership_fkey REFERENCES memberships (id),
    cause TEXT NOT NULL CONSTRAINT association_confirmations_cause_check CHECK (cause IN ('first_administrator', 'too_many_failures')),
    status TEXT NOT NULL CONSTRAINT association_confirmations_status_check CHECK (status IN ('waiting', 'confirmed', 'rejected')),
    requested_at INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by BLOB CONSTRAINT association_confirmations_decided_by_fkey REFERENCES users (id),
    reason TEXT
) STRICT;
CREATE INDEX association_confirmations_requested_idx ON association_confirmations (requested_at, association_id);
CREATE INDEX association_confirmations_membership_idx ON association_confirmations (membership_id);
CREATE INDEX association_confirmations_decided_by_idx ON association_confirmations (decided_by);

-- SQLite cannot change a constraint, so the table is made anew. No other table refers to it.
CREATE TABLE new_self_service_requests (
    id BLOB NOT NULL CONSTRAINT self_service_requests_pkey PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT self_service_requests_kind_check CHECK (kind IN ('registration', 'password_reset', 'access_request', 'association_review')),
    content_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    set_aside_at INTEGER
) STRICT;
INSERT INTO new_self_service_requests (id, kind, content_sealed, created_at, attempts, not_before, set_aside_at)
    SELECT id, kind, content_sealed, created_at, attempts, not_before, set_aside_at FROM self_service_requests;
DROP TABLE self_service_requests;
ALTER TABLE new_self_service_requests RENAME TO self_service_requests;
CREATE INDEX self_service_requests_due_idx ON self_service_requests (not_before, id);
