-- Organizations, people and their sessions.

CREATE TABLE organizations (
    id uuid NOT NULL CONSTRAINT organizations_pkey PRIMARY KEY,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    kind text NOT NULL CONSTRAINT organizations_kind_check CHECK (kind IN ('provider_group', 'entity', 'individual_provider', 'third_party_credentialing', 'provider_account', 'tin_practice')),
    plan text NOT NULL CONSTRAINT organizations_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc')),
    tax_id_sealed bytea,
    tax_id_index bytea,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT organizations_plan_tax_id_key UNIQUE (plan, tax_id_index)
);
CREATE INDEX organizations_name_idx ON organizations (name_key, id);

CREATE TABLE users (
    id uuid NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    first_name text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    password_hash text,
    lock_reason text CONSTRAINT users_lock_reason_check CHECK (lock_reason IN ('failed_logins', 'inactivity', 'password_expired', 'staff')),
    locked_at timestamptz,
    disabled_at timestamptz,
    last_login_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email_key)
);

CREATE TABLE user_platform_roles (
    user_id uuid NOT NULL CONSTRAINT user_platform_roles_user_fkey REFERENCES users (id),
    role text NOT NULL CONSTRAINT user_platform_roles_role_check CHECK (role IN ('plan_staff', 'dms_reviewer', 'support', 'operator')),
    CONSTRAINT user_platform_roles_pkey PRIMARY KEY (user_id, role)
);

CREATE TABLE memberships (
    id uuid NOT NULL CONSTRAINT memberships_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT memberships_organization_fkey REFERENCES organizations (id),
    user_id uuid NOT NULL CONSTRAINT memberships_user_fkey REFERENCES users (id),
    status text NOT NULL CONSTRAINT memberships_status_check CHECK (status IN ('invited', 'verification_pending', 'unverified', 'active', 'disabled', 'revoked')),
    verified boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT memberships_organization_user_key UNIQUE (organization_id, user_id)
);
CREATE INDEX memberships_user_idx ON memberships (user_id);

-- A membership's roles and permissions side by side, so that one join loads both.
CREATE TABLE membership_rights (
    membership_id uuid NOT NULL CONSTRAINT membership_rights_membership_fkey REFERENCES memberships (id),
    kind text NOT NULL CONSTRAINT membership_rights_kind_check CHECK (kind IN ('role', 'permission')),
    name text NOT NULL,
    CONSTRAINT membership_rights_pkey PRIMARY KEY (membership_id, kind, name)
);

CREATE TABLE sessions (
    id uuid NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id),
    started_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('signed_out', 'too_many', 'refresh_token_reuse')),
    generation bigint NOT NULL,
    seen_generation bigint NOT NULL,
    device text NOT NULL,
    ip_address text NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX sessions_user_idx ON sessions (user_id, started_at);

CREATE TABLE refresh_tokens (
    session_id uuid NOT NULL CONSTRAINT refresh_tokens_session_fkey REFERENCES sessions (id),
    generation bigint NOT NULL,
    token_hash bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    used_at timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (session_id, generation),
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash)
);

-- Medicaid IDs on file.

CREATE TABLE medicaid_ids (
    id uuid NOT NULL CONSTRAINT medicaid_ids_pkey PRIMARY KEY,
    medicaid_id text COLLATE "C" NOT NULL,
    category text NOT NULL CONSTRAINT medicaid_ids_category_check CHECK (category IN ('individual', 'group', 'entity')),
    provider_type text NOT NULL,
    status text NOT NULL CONSTRAINT medicaid_ids_status_check CHECK (status IN ('active', 'inactive', 'terminated')),
    name text NOT NULL,
    npi text,
    ssn_sealed bytea,
    ssn_index bytea,
    owning_organization_id uuid CONSTRAINT medicaid_ids_owning_organization_fkey REFERENCES organizations (id),
    effective_date date,
    end_date date,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT medicaid_ids_medicaid_id_key UNIQUE (medicaid_id)
);
CREATE INDEX medicaid_ids_owning_organization_idx ON medicaid_ids (owning_organization_id, category, status);
CREATE INDEX medicaid_ids_ssn_idx ON medicaid_ids (ssn_index);

-- Applications and who works on them.

CREATE TABLE applications (
    id uuid NOT NULL CONSTRAINT applications_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT applications_organization_fkey REFERENCES organizations (id),
    application_type text NOT NULL CONSTRAINT applications_application_type_check CHECK (application_type IN ('enrollment', 'maintenance', 'revalidation', 'reapplication', 'reinstatement', 'change_of_ownership', 'voluntary_termination', 'locum_tenens')),
    application_number text COLLATE "C" NOT NULL,
    status text NOT NULL CONSTRAINT applications_status_check CHECK (status IN ('in_progress', 'submitted', 'returned_to_provider', 'dms_review_in_progress', 'approved', 'denied', 'withdrawn')),
    medicaid_id text,
    provider_name text NOT NULL,
    provider_type_code text NOT NULL,
    provider_type_label text NOT NULL,
    npi text,
    npi_valid boolean NOT NULL,
    date_of_initiation date NOT NULL,
    initiated_by uuid NOT NULL CONSTRAINT applications_initiated_by_fkey REFERENCES users (id),
    assigned_to uuid NOT NULL CONSTRAINT applications_assigned_to_fkey REFERENCES memberships (id),
    last_activity_at timestamptz NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT applications_application_number_key UNIQUE (application_number)
);
CREATE INDEX applications_assigned_to_idx ON applications (assigned_to, organization_id, date_of_initiation, application_number);
CREATE INDEX applications_organization_idx ON applications (organization_id, status, assigned_to, application_type);
CREATE INDEX applications_initiated_by_idx ON applications (initiated_by);

CREATE TABLE reassignments (
    id uuid NOT NULL CONSTRAINT reassignments_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT reassignments_organization_fkey REFERENCES organizations (id),
    from_membership_id uuid NOT NULL CONSTRAINT reassignments_from_membership_fkey REFERENCES memberships (id),
    to_membership_id uuid NOT NULL CONSTRAINT reassignments_to_membership_fkey REFERENCES memberships (id),
    created_by uuid NOT NULL CONSTRAINT reassignments_created_by_fkey REFERENCES users (id),
    moved bigint NOT NULL,
    created_at timestamptz NOT NULL,
    revertible_until timestamptz NOT NULL,
    reverts uuid CONSTRAINT reassignments_reverts_fkey REFERENCES reassignments (id),
    CONSTRAINT reassignments_reverts_key UNIQUE (reverts)
);
CREATE INDEX reassignments_organization_idx ON reassignments (organization_id, created_at, id);
CREATE INDEX reassignments_from_membership_idx ON reassignments (from_membership_id);
CREATE INDEX reassignments_to_membership_idx ON reassignments (to_membership_id);
CREATE INDEX reassignments_created_by_idx ON reassignments (created_by);

CREATE TABLE reassignment_items (
    reassignment_id uuid NOT NULL CONSTRAINT reassignment_items_reassignment_fkey REFERENCES reassignments (id),
    application_id uuid NOT NULL CONSTRAINT reassignment_items_application_fkey REFERENCES applications (id),
    version_after bigint NOT NULL,
    CONSTRAINT reassignment_items_pkey PRIMARY KEY (reassignment_id, application_id)
);
CREATE INDEX reassignment_items_application_idx ON reassignment_items (application_id);

CREATE TABLE application_history (
    id uuid NOT NULL CONSTRAINT application_history_pkey PRIMARY KEY,
    application_id uuid NOT NULL CONSTRAINT application_history_application_fkey REFERENCES applications (id),
    occurred_at timestamptz NOT NULL,
    actor_user_id uuid CONSTRAINT application_history_actor_fkey REFERENCES users (id),
    actor_name text NOT NULL,
    action text NOT NULL,
    from_agent text,
    to_agent text,
    reassignment_id uuid CONSTRAINT application_history_reassignment_fkey REFERENCES reassignments (id),
    version_after bigint NOT NULL,
    CONSTRAINT application_history_version_key UNIQUE (application_id, version_after)
);
CREATE INDEX application_history_actor_idx ON application_history (actor_user_id);
CREATE INDEX application_history_reassignment_idx ON application_history (reassignment_id);

CREATE TABLE notifications (
    id uuid NOT NULL CONSTRAINT notifications_pkey PRIMARY KEY,
    recipient_user_id uuid NOT NULL CONSTRAINT notifications_recipient_fkey REFERENCES users (id),
    organization_id uuid NOT NULL CONSTRAINT notifications_organization_fkey REFERENCES organizations (id),
    application_id uuid CONSTRAINT notifications_application_fkey REFERENCES applications (id),
    reassignment_id uuid CONSTRAINT notifications_reassignment_fkey REFERENCES reassignments (id),
    kind text NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz
);
CREATE INDEX notifications_recipient_idx ON notifications (recipient_user_id, created_at, id);
CREATE INDEX notifications_organization_idx ON notifications (organization_id);
CREATE INDEX notifications_application_idx ON notifications (application_id);
CREATE INDEX notifications_reassignment_idx ON notifications (reassignment_id);

-- The audit trail: one hash chain for each organization and one for the platform.

CREATE TABLE audit_heads (
    chain text NOT NULL CONSTRAINT audit_heads_pkey PRIMARY KEY,
    sequence bigint NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE audit_events (
    id uuid NOT NULL CONSTRAINT audit_events_pkey PRIMARY KEY,
    chain text NOT NULL,
    sequence bigint NOT NULL,
    organization_id uuid CONSTRAINT audit_events_organization_fkey REFERENCES organizations (id),
    occurred_at timestamptz NOT NULL,
    actor_user_id uuid CONSTRAINT audit_events_actor_fkey REFERENCES users (id),
    actor_name text NOT NULL,
    request_id text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    details jsonb NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_events_chain_sequence_key UNIQUE (chain, sequence)
);
CREATE INDEX audit_events_organization_idx ON audit_events (organization_id, sequence);
CREATE INDEX audit_events_actor_idx ON audit_events (actor_user_id);

-- Answers kept for retries with the same Idempotency-Key.

CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL CONSTRAINT idempotency_keys_user_fkey REFERENCES users (id),
    route text NOT NULL,
    key text NOT NULL,
    request_digest bytea NOT NULL,
    status bigint NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);

-- Providers from the national registry.

CREATE TABLE providers (
    id uuid NOT NULL CONSTRAINT providers_pkey PRIMARY KEY,
    npi text COLLATE "C" NOT NULL,
    entity text NOT NULL CONSTRAINT providers_entity_check CHECK (entity IN ('individual', 'organization')),
    display_name text NOT NULL,
    first_name text,
    middle_name text,
    last_name text,
    credential text,
    organization_name text,
    other_names jsonb NOT NULL,
    enumeration_date date,
    registry_updated_on date,
    active boolean NOT NULL,
    digest bytea NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT providers_npi_key UNIQUE (npi)
);

CREATE TABLE provider_taxonomies (
    provider_id uuid NOT NULL CONSTRAINT provider_taxonomies_provider_fkey REFERENCES providers (id),
    position bigint NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    is_primary boolean NOT NULL,
    state text NOT NULL,
    license text NOT NULL,
    CONSTRAINT provider_taxonomies_pkey PRIMARY KEY (provider_id, position)
);

CREATE TABLE provider_addresses (
    provider_id uuid NOT NULL CONSTRAINT provider_addresses_provider_fkey REFERENCES providers (id),
    position bigint NOT NULL,
    purpose text NOT NULL CONSTRAINT provider_addresses_purpose_check CHECK (purpose IN ('location', 'mailing', 'practice')),
    line1 text NOT NULL,
    line2 text NOT NULL,
    city text NOT NULL,
    state text NOT NULL,
    postal_code text NOT NULL,
    country text NOT NULL,
    telephone text NOT NULL,
    fax text NOT NULL,
    CONSTRAINT provider_addresses_pkey PRIMARY KEY (provider_id, position)
);

CREATE TABLE provider_identifiers (
    provider_id uuid NOT NULL CONSTRAINT provider_identifiers_provider_fkey REFERENCES providers (id),
    position bigint NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    identifier text NOT NULL,
    state text NOT NULL,
    issuer text NOT NULL,
    CONSTRAINT provider_identifiers_pkey PRIMARY KEY (provider_id, position)
);
