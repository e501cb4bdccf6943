-- People: invitations, members, registration, linked accounts, sign-in safety, mail, jobs.

ALTER TABLE users ADD COLUMN telephone text;
-- "First Last" in small letters, by which people are found.
ALTER TABLE users ADD COLUMN name_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE users SET name_key = lower(first_name || ' ' || last_name);

ALTER TABLE memberships ADD COLUMN enabled_at timestamptz;
ALTER TABLE memberships ADD COLUMN activated_at timestamptz;
ALTER TABLE memberships ADD COLUMN disabled_reason text CONSTRAINT memberships_disabled_reason_check CHECK (disabled_reason IN ('by_account_manager', 'inactivity', 'rejected', 'staff'));
ALTER TABLE memberships ADD COLUMN given_first_name text;
ALTER TABLE memberships ADD COLUMN given_last_name text;
ALTER TABLE memberships ADD COLUMN given_telephone text;
UPDATE memberships SET activated_at = created_at WHERE status IN ('active', 'disabled');
CREATE INDEX memberships_status_idx ON memberships (status, organization_id);

ALTER TABLE sessions ADD COLUMN second_factor_at timestamptz;
ALTER TABLE sessions ADD COLUMN active_membership_id uuid CONSTRAINT sessions_active_membership_fkey REFERENCES memberships (id);
ALTER TABLE sessions DROP CONSTRAINT sessions_end_reason_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('signed_out', 'too_many', 'refresh_token_reuse', 'credentials_changed', 'ended_by_manager'));
CREATE INDEX sessions_active_membership_idx ON sessions (active_membership_id);

-- What was done to a member, with the comment as it was typed; append-only.
CREATE TABLE member_history (
    id uuid NOT NULL CONSTRAINT member_history_pkey PRIMARY KEY,
    membership_id uuid NOT NULL CONSTRAINT member_history_membership_fkey REFERENCES memberships (id),
    number bigint NOT NULL,
    action text NOT NULL,
    occurred_at timestamptz NOT NULL,
    actor_user_id uuid CONSTRAINT member_history_actor_fkey REFERENCES users (id),
    actor_email text NOT NULL,
    comment text,
    CONSTRAINT member_history_number_key UNIQUE (membership_id, number)
);
CREATE INDEX member_history_actor_idx ON member_history (actor_user_id);

CREATE TABLE invitations (
    id uuid NOT NULL CONSTRAINT invitations_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT invitations_organization_fkey REFERENCES organizations (id),
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    first_name text,
    last_name text,
    role text NOT NULL CONSTRAINT invitations_role_check CHECK (role IN ('organization_administrator', 'ca_admin_manager', 'credentialing_agent', 'account_user')),
    permissions jsonb NOT NULL,
    status text NOT NULL CONSTRAINT invitations_status_check CHECK (status IN ('pending', 'accepted', 'cancelled', 'superseded')),
    created_by uuid NOT NULL CONSTRAINT invitations_created_by_fkey REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    settled_at timestamptz,
    accepted_by uuid CONSTRAINT invitations_accepted_by_fkey REFERENCES users (id),
    version bigint NOT NULL
);
CREATE UNIQUE INDEX invitations_pending_key ON invitations (organization_id, email_key, role) WHERE status = 'pending';
CREATE INDEX invitations_organization_idx ON invitations (organization_id, created_at, id);
CREATE INDEX invitations_created_by_idx ON invitations (created_by);
CREATE INDEX invitations_accepted_by_idx ON invitations (accepted_by);

-- Links that work once. Only the hash of a token is kept; each token is good for its purpose alone.
CREATE TABLE one_time_tokens (
    purpose text NOT NULL CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('invitation', 'registration', 'password_reset', 'enable_user')),
    token_hash bytea NOT NULL,
    user_id uuid CONSTRAINT one_time_tokens_user_fkey REFERENCES users (id),
    membership_id uuid CONSTRAINT one_time_tokens_membership_fkey REFERENCES memberships (id),
    invitation_id uuid CONSTRAINT one_time_tokens_invitation_fkey REFERENCES invitations (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz,
    superseded_at timestamptz,
    CONSTRAINT one_time_tokens_pkey PRIMARY KEY (purpose, token_hash)
);
CREATE INDEX one_time_tokens_user_idx ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_membership_idx ON one_time_tokens (membership_id, purpose);
CREATE INDEX one_time_tokens_invitation_idx ON one_time_tokens (invitation_id);

-- People to be invited together: collected first, then sent.
CREATE TABLE invite_list_entries (
    id uuid NOT NULL CONSTRAINT invite_list_entries_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT invite_list_entries_organization_fkey REFERENCES organizations (id),
    created_by uuid NOT NULL CONSTRAINT invite_list_entries_created_by_fkey REFERENCES users (id),
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    zip text NOT NULL,
    role text NOT NULL CONSTRAINT invite_list_entries_role_check CHECK (role IN ('organization_administrator', 'account_user')),
    permissions jsonb NOT NULL,
    failure text,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT invite_list_entries_email_key UNIQUE (organization_id, created_by, email_key)
);
CREATE INDEX invite_list_entries_created_by_idx ON invite_list_entries (created_by);

-- What strangers asked for, to be looked into by a worker: the answer to them tells nothing and takes the same time.
-- One that cannot be looked into waits longer and longer, and is set aside in the end.
CREATE TABLE self_service_requests (
    id uuid NOT NULL CONSTRAINT self_service_requests_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT self_service_requests_kind_check CHECK (kind IN ('registration', 'password_reset', 'access_request')),
    content_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    attempts bigint NOT NULL,
    not_before timestamptz NOT NULL,
    set_aside_at timestamptz
);
CREATE INDEX self_service_requests_due_idx ON self_service_requests (not_before, id);

-- Mails, written in the transaction of what they tell about. The content is wiped once the mail is delivered.
CREATE TABLE outbox_mails (
    id uuid NOT NULL CONSTRAINT outbox_mails_pkey PRIMARY KEY,
    dedupe_key text NOT NULL,
    template text NOT NULL,
    recipient text NOT NULL,
    organization_id uuid CONSTRAINT outbox_mails_organization_fkey REFERENCES organizations (id),
    content_sealed bytea,
    status text NOT NULL CONSTRAINT outbox_mails_status_check CHECK (status IN ('queued', 'sent', 'dead')),
    not_before timestamptz NOT NULL,
    attempts bigint NOT NULL,
    claimed_until timestamptz,
    claim_id uuid,
    last_error text,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT outbox_mails_dedupe_key UNIQUE (dedupe_key)
);
CREATE INDEX outbox_mails_status_idx ON outbox_mails (status, not_before);
CREATE INDEX outbox_mails_organization_idx ON outbox_mails (organization_id);

-- Second factors.
CREATE TABLE mfa_methods (
    id uuid NOT NULL CONSTRAINT mfa_methods_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT mfa_methods_user_fkey REFERENCES users (id),
    kind text NOT NULL CONSTRAINT mfa_methods_kind_check CHECK (kind IN ('okta_verify', 'symantec_vip')),
    secret_sealed bytea NOT NULL,
    registered_at timestamptz,
    last_step bigint NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX mfa_methods_user_idx ON mfa_methods (user_id, registered_at);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL CONSTRAINT recovery_codes_user_fkey REFERENCES users (id),
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash)
);

-- The step between password and second factor.
CREATE TABLE mfa_challenges (
    token_hash bytea NOT NULL CONSTRAINT mfa_challenges_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT mfa_challenges_user_fkey REFERENCES users (id),
    attempts bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX mfa_challenges_user_idx ON mfa_challenges (user_id);

-- Wrong guesses, counted apart for what they were about and from whom they came.
CREATE TABLE attempt_counters (
    subject text COLLATE "C" NOT NULL,
    failures bigint NOT NULL,
    last_failed_at timestamptz NOT NULL,
    locked_until timestamptz NOT NULL,
    CONSTRAINT attempt_counters_pkey PRIMARY KEY (subject)
);
CREATE INDEX attempt_counters_last_failed_idx ON attempt_counters (last_failed_at);

-- Clients that signed in before; their mistakes are counted apart from strangers'.
CREATE TABLE trusted_devices (
    token_hash bytea NOT NULL CONSTRAINT trusted_devices_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT trusted_devices_user_fkey REFERENCES users (id),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL
);
CREATE INDEX trusted_devices_user_idx ON trusted_devices (user_id, last_used_at);

-- What a plan knows about its providers, to match those who ask for an account.
CREATE TABLE provider_records (
    id uuid NOT NULL CONSTRAINT provider_records_pkey PRIMARY KEY,
    plan text NOT NULL CONSTRAINT provider_records_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc')),
    provider_id text NOT NULL,
    provider_id_key text COLLATE "C" NOT NULL,
    provider_type text NOT NULL CONSTRAINT provider_records_provider_type_check CHECK (provider_type IN ('practitioner', 'group')),
    first_name text,
    last_name text,
    group_name text,
    tax_id_sealed bytea NOT NULL,
    tax_id_index bytea NOT NULL,
    organization_id uuid CONSTRAINT provider_records_organization_fkey REFERENCES organizations (id),
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT provider_records_provider_id_key UNIQUE (plan, provider_id_key)
);
CREATE INDEX provider_records_organization_idx ON provider_records (organization_id);
CREATE INDEX provider_records_tax_id_idx ON provider_records (plan, tax_id_index);

CREATE TABLE provider_record_addresses (
    provider_record_id uuid NOT NULL CONSTRAINT provider_record_addresses_record_fkey REFERENCES provider_records (id),
    position bigint NOT NULL,
    kind text NOT NULL CONSTRAINT provider_record_addresses_kind_check CHECK (kind IN ('remittance', 'practice', 'other')),
    zip text COLLATE "C" NOT NULL,
    on_letter boolean NOT NULL,
    CONSTRAINT provider_record_addresses_pkey PRIMARY KEY (provider_record_id, position)
);

-- Step 1 of 2: somebody matched a provider record and has not yet accepted the agreement.
CREATE TABLE provider_associations (
    id uuid NOT NULL CONSTRAINT provider_associations_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT provider_associations_user_fkey REFERENCES users (id),
    provider_record_id uuid NOT NULL CONSTRAINT provider_associations_record_fkey REFERENCES provider_records (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX provider_associations_user_idx ON provider_associations (user_id);
CREATE INDEX provider_associations_record_idx ON provider_associations (provider_record_id);

CREATE TABLE agreement_acceptances (
    organization_id uuid NOT NULL CONSTRAINT agreement_acceptances_organization_fkey REFERENCES organizations (id),
    user_id uuid NOT NULL CONSTRAINT agreement_acceptances_user_fkey REFERENCES users (id),
    agreement_version text NOT NULL,
    accepted_at timestamptz NOT NULL,
    CONSTRAINT agreement_acceptances_pkey PRIMARY KEY (organization_id, user_id, agreement_version)
);
CREATE INDEX agreement_acceptances_user_idx ON agreement_acceptances (user_id);

CREATE TABLE access_requests (
    id uuid NOT NULL CONSTRAINT access_requests_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT access_requests_organization_fkey REFERENCES organizations (id),
    user_id uuid NOT NULL CONSTRAINT access_requests_user_fkey REFERENCES users (id),
    message text,
    status text NOT NULL CONSTRAINT access_requests_status_check CHECK (status IN ('open', 'answered')),
    created_at timestamptz NOT NULL,
    answered_at timestamptz
);
CREATE UNIQUE INDEX access_requests_open_key ON access_requests (organization_id, user_id) WHERE status = 'open';
CREATE INDEX access_requests_organization_idx ON access_requests (organization_id, created_at, id);
CREATE INDEX access_requests_user_idx ON access_requests (user_id);

-- Timed work: who may run a job now, and what each run did.
CREATE TABLE job_leases (
    name text COLLATE "C" NOT NULL CONSTRAINT job_leases_pkey PRIMARY KEY,
    holder uuid NOT NULL,
    term bigint NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE job_runs (
    id uuid NOT NULL CONSTRAINT job_runs_pkey PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    trigger text NOT NULL CONSTRAINT job_runs_trigger_check CHECK (trigger IN ('schedule', 'operator', 'command_line', 'sandbox')),
    dry_run boolean NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    outcome jsonb NOT NULL
);
CREATE INDEX job_runs_name_idx ON job_runs (name, started_at, id);
CREATE INDEX job_runs_started_idx ON job_runs (started_at, id);
