-- Organizations, people and their sessions.

CREATE TABLE organizations (
    id BLOB NOT NULL CONSTRAINT organizations_pkey PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT organizations_kind_check CHECK (kind IN ('provider_group', 'entity', 'individual_provider', 'third_party_credentialing', 'provider_account', 'tin_practice')),
    plan TEXT NOT NULL CONSTRAINT organizations_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc')),
    tax_id_sealed BLOB,
    tax_id_index BLOB,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT organizations_plan_tax_id_key UNIQUE (plan, tax_id_index)
) STRICT;
CREATE INDEX organizations_name_idx ON organizations (name_key, id);

CREATE TABLE users (
    id BLOB NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    password_hash TEXT,
    lock_reason TEXT CONSTRAINT users_lock_reason_check CHECK (lock_reason IN ('failed_logins', 'inactivity', 'password_expired', 'staff')),
    locked_at INTEGER,
    disabled_at INTEGER,
    last_login_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email_key)
) STRICT;

CREATE TABLE user_platform_roles (
    user_id BLOB NOT NULL CONSTRAINT user_platform_roles_user_fkey REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT user_platform_roles_role_check CHECK (role IN ('plan_staff', 'dms_reviewer', 'support', 'operator')),
    CONSTRAINT user_platform_roles_pkey PRIMARY KEY (user_id, role)
) STRICT;

CREATE TABLE memberships (
    id BLOB NOT NULL CONSTRAINT memberships_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT memberships_organization_fkey REFERENCES organizations (id),
    user_id BLOB NOT NULL CONSTRAINT memberships_user_fkey REFERENCES users (id),
    status TEXT NOT NULL CONSTRAINT memberships_status_check CHECK (status IN ('invited', 'verification_pending', 'unverified', 'active', 'disabled', 'revoked')),
    verified INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT memberships_organization_user_key UNIQUE (organization_id, user_id)
) STRICT;
CREATE INDEX memberships_user_idx ON memberships (user_id);

-- A membership's roles and permissions side by side, so that one join loads both.
CREATE TABLE membership_rights (
    membership_id BLOB NOT NULL CONSTRAINT membership_rights_membership_fkey REFERENCES memberships (id),
    kind TEXT NOT NULL CONSTRAINT membership_rights_kind_check CHECK (kind IN ('role', 'permission')),
    name TEXT NOT NULL,
    CONSTRAINT membership_rights_pkey PRIMARY KEY (membership_id, kind, name)
) STRICT;

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

-- Medicaid IDs on file.

CREATE TABLE medicaid_ids (
    id BLOB NOT NULL CONSTRAINT medicaid_ids_pkey PRIMARY KEY,
    medicaid_id TEXT NOT NULL,
    category TEXT NOT NULL CONSTRAINT medicaid_ids_category_check CHECK (category IN ('individual', 'group', 'entity')),
    provider_type TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT medicaid_ids_status_check CHECK (status IN ('active', 'inactive', 'terminated')),
    name TEXT NOT NULL,
    npi TEXT,
    ssn_sealed BLOB,
    ssn_index BLOB,
    owning_organization_id BLOB CONSTRAINT medicaid_ids_owning_organization_fkey REFERENCES organizations (id),
    effective_date TEXT,
    end_date TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT medicaid_ids_medicaid_id_key UNIQUE (medicaid_id)
) STRICT;
CREATE INDEX medicaid_ids_owning_organization_idx ON medicaid_ids (owning_organization_id, category, status);
CREATE INDEX medicaid_ids_ssn_idx ON medicaid_ids (ssn_index);

-- Applications and who works on them.

CREATE TABLE applications (
    id BLOB NOT NULL CONSTRAINT applications_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT applications_organization_fkey REFERENCES organizations (id),
    application_type TEXT NOT NULL CONSTRAINT applications_application_type_check CHECK (application_type IN ('enrollment', 'maintenance', 'revalidation', 'reapplication', 'reinstatement', 'change_of_ownership', 'voluntary_termination', 'locum_tenens')),
    application_number TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT applications_status_check CHECK (status IN ('in_progress', 'submitted', 'returned_to_provider', 'dms_review_in_progress', 'approved', 'denied', 'withdrawn')),
    medicaid_id TEXT,
    provider_name TEXT NOT NULL,
    provider_type_code TEXT NOT NULL,
    provider_type_label TEXT NOT NULL,
    npi TEXT,
    npi_valid INTEGER NOT NULL,
    date_of_initiation TEXT NOT NULL,
    initiated_by BLOB NOT NULL CONSTRAINT applications_initiated_by_fkey REFERENCES users (id),
    assigned_to BLOB NOT NULL CONSTRAINT applications_assigned_to_fkey REFERENCES memberships (id),
    last_activity_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT applications_application_number_key UNIQUE (application_number)
) STRICT;
CREATE INDEX applications_assigned_to_idx ON applications (assigned_to, organization_id, date_of_initiation, application_number);
CREATE INDEX applications_organization_idx ON applications (organization_id, status, assigned_to, application_type);
CREATE INDEX applications_initiated_by_idx ON applications (initiated_by);

CREATE TABLE reassignments (
    id BLOB NOT NULL CONSTRAINT reassignments_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT reassignments_organization_fkey REFERENCES organizations (id),
    from_membership_id BLOB NOT NULL CONSTRAINT reassignments_from_membership_fkey REFERENCES memberships (id),
    to_membership_id BLOB NOT NULL CONSTRAINT reassignments_to_membership_fkey REFERENCES memberships (id),
    created_by BLOB NOT NULL CONSTRAINT reassignments_created_by_fkey REFERENCES users (id),
    moved INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    revertible_until INTEGER NOT NULL,
    reverts BLOB CONSTRAINT reassignments_reverts_fkey REFERENCES reassignments (id),
    CONSTRAINT reassignments_reverts_key UNIQUE (reverts)
) STRICT;
CREATE INDEX reassignments_organization_idx ON reassignments (organization_id, created_at, id);
CREATE INDEX reassignments_from_membership_idx ON reassignments (from_membership_id);
CREATE INDEX reassignments_to_membership_idx ON reassignments (to_membership_id);
CREATE INDEX reassignments_created_by_idx ON reassignments (created_by);

CREATE TABLE reassignment_items (
    reassignment_id BLOB NOT NULL CONSTRAINT reassignment_items_reassignment_fkey REFERENCES reassignments (id),
    application_id BLOB NOT NULL CONSTRAINT reassignment_items_application_fkey REFERENCES applications (id),
    version_after INTEGER NOT NULL,
    CONSTRAINT reassignment_items_pkey PRIMARY KEY (reassignment_id, application_id)
) STRICT;
CREATE INDEX reassignment_items_application_idx ON reassignment_items (application_id);

CREATE TABLE application_history (
    id BLOB NOT NULL CONSTRAINT application_history_pkey PRIMARY KEY,
    application_id BLOB NOT NULL CONSTRAINT application_history_application_fkey REFERENCES applications (id),
    occurred_at INTEGER NOT NULL,
    actor_user_id BLOB CONSTRAINT application_history_actor_fkey REFERENCES users (id),
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    from_agent TEXT,
    to_agent TEXT,
    reassignment_id BLOB CONSTRAINT application_history_reassignment_fkey REFERENCES reassignments (id),
    version_after INTEGER NOT NULL,
    CONSTRAINT application_history_version_key UNIQUE (application_id, version_after)
) STRICT;
CREATE INDEX application_history_actor_idx ON application_history (actor_user_id);
CREATE INDEX application_history_reassignment_idx ON application_history (reassignment_id);

CREATE TABLE notifications (
    id BLOB NOT NULL CONSTRAINT notifications_pkey PRIMARY KEY,
    recipient_user_id BLOB NOT NULL CONSTRAINT notifications_recipient_fkey REFERENCES users (id),
    organization_id BLOB NOT NULL CONSTRAINT notifications_organization_fkey REFERENCES organizations (id),
    application_id BLOB CONSTRAINT notifications_application_fkey REFERENCES applications (id),
    reassignment_id BLOB CONSTRAINT notifications_reassignment_fkey REFERENCES reassignments (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
CREATE INDEX notifications_recipient_idx ON notifications (recipient_user_id, created_at, id);
CREATE INDEX notifications_organization_idx ON notifications (organization_id);
CREATE INDEX notifications_application_idx ON notifications (application_id);
CREATE INDEX notifications_reassignment_idx ON notifications (reassignment_id);

-- The audit trail: one hash chain for each organization and one for the platform.

CREATE TABLE audit_heads (
    chain TEXT NOT NULL CONSTRAINT audit_heads_pkey PRIMARY KEY,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE audit_events (
    id BLOB NOT NULL CONSTRAINT audit_events_pkey PRIMARY KEY,
    chain TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    organization_id BLOB CONSTRAINT audit_events_organization_fkey REFERENCES organizations (id),
    occurred_at INTEGER NOT NULL,
    actor_user_id BLOB CONSTRAINT audit_events_actor_fkey REFERENCES users (id),
    actor_name TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT audit_events_chain_sequence_key UNIQUE (chain, sequence)
) STRICT;
CREATE INDEX audit_events_organization_idx ON audit_events (organization_id, sequence);
CREATE INDEX audit_events_actor_idx ON audit_events (actor_user_id);

-- Answers kept for retries with the same Idempotency-Key.

CREATE TABLE idempotency_keys (
    user_id BLOB NOT NULL CONSTRAINT idempotency_keys_user_fkey REFERENCES users (id),
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_digest BLOB NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, route, key)
) STRICT;
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);

-- Providers from the national registry.

CREATE TABLE providers (
    id BLOB NOT NULL CONSTRAINT providers_pkey PRIMARY KEY,
    npi TEXT NOT NULL,
    entity TEXT NOT NULL CONSTRAINT providers_entity_check CHECK (entity IN ('individual', 'organization')),
    display_name TEXT NOT NULL,
    first_name TEXT,
    middle_name TEXT,
    last_name TEXT,
    credential TEXT,
    organization_name TEXT,
    other_names TEXT NOT NULL,
    enumeration_date TEXT,
    registry_updated_on TEXT,
    active INTEGER NOT NULL,
    digest BLOB NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT providers_npi_key UNIQUE (npi)
) STRICT;

CREATE TABLE provider_taxonomies (
    provider_id BLOB NOT NULL CONSTRAINT provider_taxonomies_provider_fkey REFERENCES providers (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    description TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    state TEXT NOT NULL,
    license TEXT NOT NULL,
    CONSTRAINT provider_taxonomies_pkey PRIMARY KEY (provider_id, position)
) STRICT;

CREATE TABLE provider_addresses (
    provider_id BLOB NOT NULL CONSTRAINT provider_addresses_provider_fkey REFERENCES providers (id),
    position INTEGER NOT NULL,
    purpose TEXT NOT NULL CONSTRAINT provider_addresses_purpose_check CHECK (purpose IN ('location', 'mailing', 'practice')),
    line1 text NOT NULL,
    line2 text NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    telephone TEXT NOT NULL,
    fax TEXT NOT NULL,
    CONSTRAINT provider_addresses_pkey PRIMARY KEY (provider_id, position)
) STRICT;

CREATE TABLE provider_identifiers (
    provider_id BLOB NOT NULL CONSTRAINT provider_identifiers_provider_fkey REFERENCES providers (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    description TEXT NOT NULL,
    identifier TEXT NOT NULL,
    state TEXT NOT NULL,
    issuer TEXT NOT NULL,
    CONSTRAINT provider_identifiers_pkey PRIMARY KEY (provider_id, position)
) STRICT;
