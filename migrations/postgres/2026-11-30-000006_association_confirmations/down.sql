DELETE FROM self_service_requests WHERE kind = 'association_review';
ALTER TABLE self_service_requests DROP CONSTRAINT self_service_requests_kind_check;
ALTER TABLE self_service_requests ADD CONSTRAINT self_service_requests_kind_check CHECK (kind IN ('registration', 'password_reset', 'access_request'));
DROP TABLE association_confirmations;
