-- SQLite cannot change a constraint, so the table is made anew. No other table refers to it.
CREATE TABLE new_one_time_tokens (
    purpose TEXT NOT NULL CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('invitation', 'registration', 'password_reset', 'enable_user')),
    token_hash BLOB NOT NULL,
    user_id BLOB CONSTRAINT one_time_tokens_user_fkey REFERENCES users (id),
    membership_id BLOB CONSTRAINT one_time_tokens_membership_fkey REFERENCES memberships (id),
    invitation_id BLOB CONSTRAINT one_time_tokens_invitation_fkey REFERENCES invitations (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER,
    superseded_at INTEGER,
    CONSTRAINT one_time_tokens_pkey PRIMARY KEY (purpose, token_hash)
) STRICT;
INSERT INTO new_one_time_tokens (purpose, token_hash, user_id, membership_id, invitation_id, created_at, expires_at, consumed_at, superseded_at)
    SELECT purpose, token_hash, user_id, membership_id, invitation_id, created_at, expires_at, consumed_at, superseded_at FROM one_time_tokens
    WHERE purpose <> 'remove_factor';
DROP TABLE one_time_tokens;
ALTER TABLE new_one_time_tokens RENAME TO one_time_tokens;
CREATE INDEX one_time_tokens_user_idx ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_membership_idx ON one_time_tokens (membership_id, purpose);
CREATE INDEX one_time_tokens_invitation_idx ON one_time_tokens (invitation_id);
ALTER TABLE sessions DROP COLUMN password_at;
