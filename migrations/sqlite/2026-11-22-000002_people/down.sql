DROP TABLE job_runs;
DROP TABLE job_leases;
DROP TABLE access_requests;
DROP TABLE agreement_acceptances;
DROP TABLE provider_associations;
DROP TABLE provider_record_addresses;
DROP TABLE provider_records;
DROP TABLE trusted_devices;
DROP TABLE attempt_counters;
DROP TABLE mfa_challenges;
DROP TABLE recovery_codes;
DROP TABLE mfa_methods;
DROP TABLE outbox_mails;
DROP TABLE self_service_requests;
DROP TABLE invite_list_entries;
DROP TABLE one_time_tokens;
DROP TABLE invitations;
DROP TABLE member_history;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
CREATE TABLE sessions (
    id BLOB NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id),
    started_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('signed_out', 'too_many', 'refresh_token_reuse')),
    generation INTEGER NOT NULL,
    seen_generation INTEGER NOT NULL,
    device TEXT NOT NULL,
    ip_address TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user_idx ON sessions (user_id, started_at);

CREATE TABLE refresh_tokens (
    session_id BLOB NOT NULL CONSTRAINT refresh_tokens_session_fkey REFERENCES sessions (id),
    generation INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    used_at INTEGER,
    withdrawn_at INTEGER,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (session_id, generation),
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash)
) STRICT;
DROP INDEX memberships_status_idx;
ALTER TABLE memberships DROP COLUMN given_telephone;
ALTER TABLE memberships DROP COLUMN given_last_name;
ALTER TABLE memberships DROP COLUMN given_first_name;
ALTER TABLE memberships DROP COLUMN disabled_reason;
ALTER TABLE memberships DROP COLUMN activated_at;
ALTER TABLE memberships DROP COLUMN enabled_at;
ALTER TABLE users DROP COLUMN name_key;
ALTER TABLE users DROP COLUMN telephone;
