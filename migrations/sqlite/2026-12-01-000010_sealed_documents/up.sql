-- The id of the field key that sealed the content. NULL: an earlier version stored it in clear.
ALTER TABLE document_contents ADD COLUMN sealed_with INTEGER;
CREATE INDEX document_contents_sealed_with_idx ON document_contents (sealed_with, document_id);

-- What the virus scanner found; NULL until it has.
ALTER TABLE documents ADD COLUMN scan_verdict TEXT CONSTRAINT documents_scan_verdict_check CHECK (scan_verdict IN ('clean', 'infected'));
ALTER TABLE documents ADD COLUMN scan_finding TEXT;
-- When a scan is due, and how many were begun.
ALTER TABLE documents ADD COLUMN scan_due_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN scan_attempts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX documents_scan_due_idx ON documents (scan_due_at, id) WHERE scan_verdict IS NULL AND removed_at IS NULL;
