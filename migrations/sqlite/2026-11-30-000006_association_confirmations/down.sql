CREATE TABLE new_self_service_requests (
    id BLOB NOT NULL CONSTRAINT self_service_requests_pkey PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT self_service_requests_kind_check CHECK (kind IN ('registration', 'password_reset', 'access_request')),
    content_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    set_aside_at INTEGER
) STRICT;
INSERT INTO new_self_service_requests (id, kind, content_sealed, created_at, attempts, not_before, set_aside_at)
    SELECT id, kind, content_sealed, created_at, attempts, not_before, set_aside_at FROM self_service_requests
    WHERE kind <> 'association_review';
DROP TABLE self_service_requests;
ALTER TABLE new_self_service_requests RENAME TO self_service_requests;
CREATE INDEX self_service_requests_due_idx ON self_service_requests (not_before, id);
DROP TABLE association_confirmations;
