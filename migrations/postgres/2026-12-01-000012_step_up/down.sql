DELETE FROM one_time_tokens WHERE purpose = 'remove_factor';
ALTER TABLE one_time_tokens DROP CONSTRAINT one_time_tokens_purpose_check;
ALTER TABLE one_time_tokens ADD CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('invitation', 'registration', 'password_reset', 'enable_user'));
ALTER TABLE sessions DROP COLUMN password_at;
