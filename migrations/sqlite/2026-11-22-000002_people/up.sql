-- People: invitations, members, registration, linked accounts, sign-in safety, mail, jobs.

ALTER TABLE users ADD COLUMN telephone TEXT;
-- "First Last" in small letters, by which people are found.
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE users SET name_key = lower(first_name || ' ' || last_name);

ALTER TABLE memberships ADD COLUMN enabled_at INTEGER;
ALTER TABLE memberships ADD COLUMN activated_at INTEGER;
ALTER TABLE memberships ADD COLUMN disabled_reason TEXT CONSTRAINT memberships_disabled_reason_check CHECK (disabled_reason IN ('by_account_manager', 'inactivity', 'rejected', 'staff'));
ALTER TABLE memberships ADD COLUMN given_first_name TEXT;
ALTER TABLE memberships ADD COLUMN given_last_name TEXT;
ALTER TABLE memberships ADD COLUMN given_telephone TEXT;
UPDATE memberships SET activated_at = created_at WHERE status IN ('active', 'disabled');
CREATE INDEX memberships_status_idx ON memberships (status, organization_id);

-- SQLite cannot change a CHECK, and a session lives half a day at most: everybody signs in again.
DROP TABLE refresh_tokens;
DROP TABLE sessions;
CREATE TABLE sessions (
    id BLOB NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id),
    started_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('signed_out', 'too_many', 'refresh_token_reuse', 'credentials_changed', 'ended_by_manager')),
    generation INTEGER NOT NULL,
    seen_generation INTEGER NOT NULL,
    device TEXT NOT NULL,
    ip_address TEXT NOT NULL,
    version INTEGER NOT NULL,
    second_factor_at INTEGER,
    active_membership_id BLOB CONSTRAINT sessions_active_membership_fkey REFERENCES memberships (id)
) STRICT;
CREATE INDEX sessions_user_idx ON sessions (user_id, started_at);
CREATE INDEX sessions_active_membership_idx ON sessions (active_membership_id);

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

-- What was done to a member, with the comment as it was typed; append-only.
CREATE TABLE member_history (
    id BLOB NOT NULL CONSTRAINT member_history_pkey PRIMARY KEY,
    membership_id BLOB NOT NULL CONSTRAINT member_history_membership_fkey REFERENCES memberships (id),
    number INTEGER NOT NULL,
    action TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    actor_user_id BLOB CONSTRAINT member_history_actor_fkey REFERENCES users (id),
    actor_email TEXT NOT NULL,
    comment TEXT,
    CONSTRAINT member_history_number_key UNIQUE (membership_id, number)
) STRICT;
CREATE INDEX member_history_actor_idx ON member_history (actor_user_id);

CREATE TABLE invitations (
    id BLOB NOT NULL CONSTRAINT invitations_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT invitations_organization_fkey REFERENCES organizations (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    role TEXT NOT NULL CONSTRAINT invitations_role_check CHECK (role IN ('organization_administrator', 'ca_admin_manager', 'credentialing_agent', 'account_user')),
    permissions TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT invitations_status_check CHECK (status IN ('pending', 'accepted', 'cancelled', 'superseded')),
    created_by BLOB NOT NULL CONSTRAINT invitations_created_by_fkey REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER,
    accepted_by BLOB CONSTRAINT invitations_accepted_by_fkey REFERENCES users (id),
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX invitations_pending_key ON invitations (organization_id, email_key, role) WHERE status = 'pending';
CREATE INDEX invitations_organization_idx ON invitations (organization_id, created_at, id);
CREATE INDEX invitations_created_by_idx ON invitations (created_by);
CREATE INDEX invitations_accepted_by_idx ON invitations (accepted_by);

-- Links that work once. Only the hash of a token is kept; each token is good for its purpose alone.
CREATE TABLE one_time_tokens (
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
CREATE INDEX one_time_tokens_user_idx ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_membership_idx ON one_time_tokens (membership_id, purpose);
CREATE INDEX one_time_tokens_invitation_idx ON one_time_tokens (invitation_id);

-- People to be invited together: collected first, then sent.
CREATE TABLE invite_list_entries (
    id BLOB NOT NULL CONSTRAINT invite_list_entries_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT invite_list_entries_organization_fkey REFERENCES organizations (id),
    created_by BLOB NOT NULL CONSTRAINT invite_list_entries_created_by_fkey REFERENCES users (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    zip TEXT NOT NULL,
    role TEXT NOT NULL CONSTRAINT invite_list_entries_role_check CHECK (role IN ('organization_administrator', 'account_user')),
    permissions TEXT NOT NULL,
    failure TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT invite_list_entries_email_key UNIQUE (organization_id, created_by, email_key)
) STRICT;
CREATE INDEX invite_list_entries_created_by_idx ON invite_list_entries (created_by);

-- What strangers asked for, to be looked into by a worker: the answer to them tells nothing and takes the same time.
-- One that cannot be looked into waits longer and longer, and is set aside in the end.
CREATE TABLE self_service_requests (
    id BLOB NOT NULL CONSTRAINT self_service_requests_pkey PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT self_service_requests_kind_check CHECK (kind IN ('registration', 'password_reset', 'access_request')),
    content_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    set_aside_at INTEGER
) STRICT;
CREATE INDEX self_service_requests_due_idx ON self_service_requests (not_before, id);

-- Mails, written in the transaction of what they tell about. The content is wiped once the mail is delivered.
CREATE TABLE outbox_mails (
    id BLOB NOT NULL CONSTRAINT outbox_mails_pkey PRIMARY KEY,
    dedupe_key TEXT NOT NULL,
    template TEXT NOT NULL,
    recipient TEXT NOT NULL,
    organization_id BLOB CONSTRAINT outbox_mails_organization_fkey REFERENCES organizations (id),
    content_sealed BLOB,
    status TEXT NOT NULL CONSTRAINT outbox_mails_status_check CHECK (status IN ('queued', 'sent', 'dead')),
    not_before INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_until INTEGER,
    claim_id BLOB,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT outbox_mails_dedupe_key UNIQUE (dedupe_key)
) STRICT;
CREATE INDEX outbox_mails_status_idx ON outbox_mails (status, not_before);
CREATE INDEX outbox_mails_organization_idx ON outbox_mails (organization_id);

-- Second factors.
CREATE TABLE mfa_methods (
    id BLOB NOT NULL CONSTRAINT mfa_methods_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT mfa_methods_user_fkey REFERENCES users (id),
    kind TEXT NOT NULL CONSTRAINT mfa_methods_kind_check CHECK (kind IN ('okta_verify', 'symantec_vip')),
    secret_sealed BLOB NOT NULL,
    registered_at INTEGER,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX mfa_methods_user_idx ON mfa_methods (user_id, registered_at);

CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL CONSTRAINT recovery_codes_user_fkey REFERENCES users (id),
    code_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash)
) STRICT;

-- The step between password and second factor.
CREATE TABLE mfa_challenges (
    token_hash BLOB NOT NULL CONSTRAINT mfa_challenges_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT mfa_challenges_user_fkey REFERENCES users (id),
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER
) STRICT;
CREATE INDEX mfa_challenges_user_idx ON mfa_challenges (user_id);

-- Wrong guesses, counted apart for what they were about and from whom they came.
CREATE TABLE attempt_counters (
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_failed_at INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    CONSTRAINT attempt_counters_pkey PRIMARY KEY (subject)
) STRICT;
CREATE INDEX attempt_counters_last_failed_idx ON attempt_counters (last_failed_at);

-- Clients that signed in before; their mistakes are counted apart from strangers'.
CREATE TABLE trusted_devices (
    token_hash BLOB NOT NULL CONSTRAINT trusted_devices_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT trusted_devices_user_fkey REFERENCES users (id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX trusted_devices_user_idx ON trusted_devices (user_id, last_used_at);

-- What a plan knows about its providers, to match those who ask for an account.
CREATE TABLE provider_records (
    id BLOB NOT NULL CONSTRAINT provider_records_pkey PRIMARY KEY,
    plan TEXT NOT NULL CONSTRAINT provider_records_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc')),
    provider_id TEXT NOT NULL,
    provider_id_key TEXT NOT NULL,
    provider_type TEXT NOT NULL CONSTRAINT provider_records_provider_type_check CHECK (provider_type IN ('practitioner', 'group')),
    first_name TEXT,
    last_name TEXT,
    group_name TEXT,
    tax_id_sealed BLOB NOT NULL,
    tax_id_index BLOB NOT NULL,
    organization_id BLOB CONSTRAINT provider_records_organization_fkey REFERENCES organizations (id),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT provider_records_provider_id_key UNIQUE (plan, provider_id_key)
) STRICT;
CREATE INDEX provider_records_organization_idx ON provider_records (organization_id);
CREATE INDEX provider_records_tax_id_idx ON provider_records (plan, tax_id_index);

CREATE TABLE provider_record_addresses (
    provider_record_id BLOB NOT NULL CONSTRAINT provider_record_addresses_record_fkey REFERENCES provider_records (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT provider_record_addresses_kind_check CHECK (kind IN ('remittance', 'practice', 'other')),
    zip TEXT NOT NULL,
    on_letter INTEGER NOT NULL,
    CONSTRAINT provider_record_addresses_pkey PRIMARY KEY (provider_record_id, position)
) STRICT;

-- Step 1 of 2: somebody matched a provider record and has not yet accepted the agreement.
CREATE TABLE provider_associations (
    id BLOB NOT NULL CONSTRAINT provider_associations_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT provider_associations_user_fkey REFERENCES users (id),
    provider_record_id BLOB NOT NULL CONSTRAINT provider_associations_record_fkey REFERENCES provider_records (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER
) STRICT;
CREATE INDEX provider_associations_user_idx ON provider_associations (user_id);
CREATE INDEX provider_associations_record_idx ON provider_associations (provider_record_id);

CREATE TABLE agreement_acceptances (
    organization_id BLOB NOT NULL CONSTRAINT agreement_acceptances_organization_fkey REFERENCES organizations (id),
    user_id BLOB NOT NULL CONSTRAINT agreement_acceptances_user_fkey REFERENCES users (id),
    agreement_version TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    CONSTRAINT agreement_acceptances_pkey PRIMARY KEY (organization_id, user_id, agreement_version)
) STRICT;
CREATE INDEX agreement_acceptances_user_idx ON agreement_acceptances (user_id);

CREATE TABLE access_requests (
    id BLOB NOT NULL CONSTRAINT access_requests_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT access_requests_organization_fkey REFERENCES organizations (id),
    user_id BLOB NOT NULL CONSTRAINT access_requests_user_fkey REFERENCES users (id),
    message TEXT,
    status TEXT NOT NULL CONSTRAINT access_requests_status_check CHECK (status IN ('open', 'answered')),
    created_at INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE UNIQUE INDEX access_requests_open_key ON access_requests (organization_id, user_id) WHERE status = 'open';
CREATE INDEX access_requests_organization_idx ON access_requests (organization_id, created_at, id);
CREATE INDEX access_requests_user_idx ON access_requests (user_id);

-- Timed work: who may run a job now, and what each run did.
CREATE TABLE job_leases (
    name TEXT NOT NULL CONSTRAINT job_leases_pkey PRIMARY KEY,
    holder BLOB NOT NULL,
    term INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE job_runs (
    id BLOB NOT NULL CONSTRAINT job_runs_pkey PRIMARY KEY,
    name TEXT NOT NULL,
    trigger TEXT NOT NULL CONSTRAINT job_runs_trigger_check CHECK (trigger IN ('schedule', 'operator', 'command_line', 'sandbox')),
    dry_run INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT NOT NULL
) STRICT;
CREATE INDEX job_runs_name_idx ON job_runs (name, started_at, id);
CREATE INDEX job_runs_started_idx ON job_runs (started_at, id);
