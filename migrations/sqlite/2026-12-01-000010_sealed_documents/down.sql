DROP INDEX documents_scan_due_idx;
ALTER TABLE documents DROP COLUMN scan_attempts;
ALTER TABLE documents DROP COLUMN scan_due_at;
ALTER TABLE documents DROP COLUMN scan_finding;
ALTER TABLE documents DROP COLUMN scan_verdict;
DROP INDEX document_contents_sealed_with_idx;
ALTER TABLE document_contents DROP COLUMN sealed_with;
