-- When the user last gave the password in the session after signing in.
ALTER TABLE sessions ADD COLUMN password_at timestamptz;

ALTER TABLE one_time_tokens DROP CONSTRAINT one_time_tokens_purpose_check;
ALTER TABLE one_time_tokens ADD CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('invitation', 'registration', 'password_reset', 'enable_user', 'remove_factor'));
