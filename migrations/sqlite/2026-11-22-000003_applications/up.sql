-- Applications: their whole life cycle, access to Medicaid IDs, timed rules, documents, letters.

-- Medicaid IDs: the rest of the grid, and when a revalidation is due.
ALTER TABLE medicaid_ids ADD COLUMN email TEXT;
ALTER TABLE medicaid_ids ADD COLUMN primary_physical_address TEXT;
ALTER TABLE medicaid_ids ADD COLUMN revalidation_due_on TEXT;
ALTER TABLE medicaid_ids ADD COLUMN fein_sealed BLOB;
ALTER TABLE medicaid_ids ADD COLUMN fein_index BLOB;
ALTER TABLE medicaid_ids ADD COLUMN telephone TEXT;
ALTER TABLE medicaid_ids ADD COLUMN taxonomies TEXT;
ALTER TABLE medicaid_ids ADD COLUMN licenses TEXT;
CREATE INDEX medicaid_ids_revalidation_due_idx ON medicaid_ids (revalidation_due_on, id);

-- Every NPI of a Medicaid ID, the one in the grid included.
CREATE TABLE medicaid_id_npis (
    medicaid_id_id BLOB NOT NULL CONSTRAINT medicaid_id_npis_medicaid_id_fkey REFERENCES medicaid_ids (id),
    npi TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    CONSTRAINT medicaid_id_npis_pkey PRIMARY KEY (medicaid_id_id, npi)
) STRICT;
CREATE INDEX medicaid_id_npis_npi_idx ON medicaid_id_npis (npi);
INSERT INTO medicaid_id_npis (medicaid_id_id, npi, is_primary) SELECT id, npi, 1 FROM medicaid_ids WHERE npi IS NOT NULL;

-- Individuals linked to groups. A link is ended, never deleted.
CREATE TABLE group_links (
    medicaid_id_id BLOB NOT NULL CONSTRAINT group_links_medicaid_id_fkey REFERENCES medicaid_ids (id),
    group_medicaid_id_id BLOB NOT NULL CONSTRAINT group_links_group_medicaid_id_fkey REFERENCES medicaid_ids (id),
    effective_date TEXT NOT NULL,
    end_date TEXT,
    CONSTRAINT group_links_pkey PRIMARY KEY (medicaid_id_id, group_medicaid_id_id, effective_date)
) STRICT;
-- At most one link of two Medicaid IDs goes on.
CREATE UNIQUE INDEX group_links_open_key ON group_links (medicaid_id_id, group_medicaid_id_id) WHERE end_date IS NULL;
CREATE INDEX group_links_group_medicaid_id_idx ON group_links (group_medicaid_id_id);

-- Whether an organization's agents may act on an individual Medicaid ID: one row for all of them.
CREATE TABLE agent_access (
    organization_id BLOB NOT NULL CONSTRAINT agent_access_organization_fkey REFERENCES organizations (id),
    medicaid_id_id BLOB NOT NULL CONSTRAINT agent_access_medicaid_id_fkey REFERENCES medicaid_ids (id),
    state TEXT NOT NULL CONSTRAINT agent_access_state_check CHECK (state IN ('granted', 'removed')),
    changed_by BLOB CONSTRAINT agent_access_changed_by_fkey REFERENCES users (id),
    changed_by_name TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT agent_access_pkey PRIMARY KEY (organization_id, medicaid_id_id)
) STRICT;
CREATE INDEX agent_access_medicaid_id_idx ON agent_access (medicaid_id_id);
CREATE INDEX agent_access_changed_by_idx ON agent_access (changed_by);
-- Until now agents could work on whatever was assigned to them: nobody is shut out by the upgrade, and managers can take it back.
INSERT INTO agent_access (organization_id, medicaid_id_id, state, changed_by_name, changed_at, version)
    SELECT applications.organization_id, medicaid_ids.id, 'granted', 'upgrade', min(applications.created_at), 1
    FROM applications JOIN medicaid_ids ON medicaid_ids.medicaid_id = applications.medicaid_id
    WHERE medicaid_ids.category = 'individual'
    GROUP BY applications.organization_id, medicaid_ids.id;
INSERT INTO group_links (medicaid_id_id, group_medicaid_id_id, effective_date)
    SELECT medicaid_ids.id, groups_owned.id, min(applications.date_of_initiation)
    FROM applications
    JOIN medicaid_ids ON medicaid_ids.medicaid_id = applications.medicaid_id
    JOIN medicaid_ids AS groups_owned ON groups_owned.owning_organization_id = applications.organization_id
    WHERE medicaid_ids.category = 'individual' AND groups_owned.category = 'group'
    GROUP BY medicaid_ids.id, groups_owned.id;

-- Applications.
ALTER TABLE applications ADD COLUMN category TEXT NOT NULL DEFAULT 'individual' CONSTRAINT applications_category_check CHECK (category IN ('individual', 'group', 'entity'));
ALTER TABLE applications ADD COLUMN requested_effective_date TEXT;
ALTER TABLE applications ADD COLUMN tax_id_sealed BLOB;
ALTER TABLE applications ADD COLUMN submitted_at INTEGER;
ALTER TABLE applications ADD COLUMN decided_at INTEGER;
ALTER TABLE applications ADD COLUMN department_reason TEXT;
ALTER TABLE applications ADD COLUMN withdrawal_kind TEXT CONSTRAINT applications_withdrawal_kind_check CHECK (withdrawal_kind IN ('automatic', 'manual'));
ALTER TABLE applications ADD COLUMN withdrawn_at INTEGER;
ALTER TABLE applications ADD COLUMN withdrawn_by_name TEXT;
ALTER TABLE applications ADD COLUMN withdrawal_reason TEXT;
ALTER TABLE applications ADD COLUMN status_before_withdrawal TEXT CONSTRAINT applications_status_before_withdrawal_check CHECK (status_before_withdrawal IN ('in_progress', 'returned_to_provider'));
-- The reassignment by which the agent has it; none when it was never moved.
ALTER TABLE applications ADD COLUMN reassignment_id BLOB CONSTRAINT applications_reassignment_fkey REFERENCES reassignments (id);
UPDATE applications SET reassignment_id = (
    SELECT reassignment_id FROM application_history
    WHERE application_id = applications.id AND reassignment_id IS NOT NULL ORDER BY version_after DESC LIMIT 1);
CREATE INDEX applications_reassignment_idx ON applications (reassignment_id);
CREATE INDEX applications_last_activity_idx ON applications (status, last_activity_at, id);
CREATE INDEX applications_medicaid_id_idx ON applications (medicaid_id, organization_id);
-- At most one revalidation of a Medicaid ID is open.
CREATE UNIQUE INDEX applications_open_revalidation_key ON applications (medicaid_id)
    WHERE application_type = 'revalidation' AND status IN ('in_progress', 'submitted', 'returned_to_provider', 'dms_review_in_progress');

-- What was saved on each screen of an application; Social Security and tax numbers are sealed in the application itself.
CREATE TABLE application_screens (
    application_id BLOB NOT NULL CONSTRAINT application_screens_application_fkey REFERENCES applications (id),
    screen TEXT NOT NULL,
    data TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_by_name TEXT NOT NULL,
    CONSTRAINT application_screens_pkey PRIMARY KEY (application_id, screen)
) STRICT;

ALTER TABLE application_history ADD COLUMN detail TEXT;

-- Application numbers and issued Medicaid IDs are counted here.
CREATE TABLE number_sequences (
    name TEXT NOT NULL CONSTRAINT number_sequences_pkey PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT;

-- Documents; their content is apart, so that no list reads it.
CREATE TABLE documents (
    id BLOB NOT NULL CONSTRAINT documents_pkey PRIMARY KEY,
    application_id BLOB NOT NULL CONSTRAINT documents_application_fkey REFERENCES applications (id),
    document_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    uploaded_by BLOB NOT NULL CONSTRAINT documents_uploaded_by_fkey REFERENCES users (id),
    uploaded_by_name TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    removed_at INTEGER,
    removed_by_name TEXT
) STRICT;
CREATE INDEX documents_application_idx ON documents (application_id, id);
CREATE INDEX documents_uploaded_by_idx ON documents (uploaded_by);

CREATE TABLE document_contents (
    document_id BLOB NOT NULL CONSTRAINT document_contents_pkey PRIMARY KEY CONSTRAINT document_contents_document_fkey REFERENCES documents (id),
    content BLOB NOT NULL
) STRICT;

-- Notices become a ledger: to whom, by which channel, when first seen, why to this person.
ALTER TABLE notifications ADD COLUMN recipient_name TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN channel TEXT NOT NULL DEFAULT 'dashboard' CONSTRAINT notifications_channel_check CHECK (channel IN ('dashboard'));
ALTER TABLE notifications ADD COLUMN threshold_days INTEGER;
ALTER TABLE notifications ADD COLUMN first_seen_at INTEGER;
ALTER TABLE notifications ADD COLUMN resolved_at INTEGER;
-- What happened exactly once; a second notice of the same cannot be posted.
ALTER TABLE notifications ADD COLUMN dedupe_key TEXT;
UPDATE notifications SET first_seen_at = read_at,
    recipient_name = (SELECT first_name || ' ' || last_name FROM users WHERE users.id = notifications.recipient_user_id);
CREATE UNIQUE INDEX notifications_dedupe_key ON notifications (dedupe_key);

-- Letters.
CREATE TABLE correspondence (
    id BLOB NOT NULL CONSTRAINT correspondence_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT correspondence_organization_fkey REFERENCES organizations (id),
    application_id BLOB NOT NULL CONSTRAINT correspondence_application_fkey REFERENCES applications (id),
    medicaid_id_id BLOB CONSTRAINT correspondence_medicaid_id_fkey REFERENCES medicaid_ids (id),
    direction TEXT NOT NULL CONSTRAINT correspondence_direction_check CHECK (direction IN ('to_provider', 'to_department')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX correspondence_organization_idx ON correspondence (organization_id, id);
CREATE INDEX correspondence_application_idx ON correspondence (application_id, id);
CREATE INDEX correspondence_medicaid_id_idx ON correspondence (medicaid_id_id, id);

-- Calendars of due dates, read by whoever knows their secret address.
CREATE TABLE calendar_feeds (
    id BLOB NOT NULL CONSTRAINT calendar_feeds_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT calendar_feeds_organization_fkey REFERENCES organizations (id),
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    created_by BLOB NOT NULL CONSTRAINT calendar_feeds_created_by_fkey REFERENCES users (id),
    created_by_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT calendar_feeds_token_hash_key UNIQUE (token_hash)
) STRICT;
CREATE INDEX calendar_feeds_organization_idx ON calendar_feeds (organization_id, id);
CREATE INDEX calendar_feeds_created_by_idx ON calendar_feeds (created_by);

-- Who called, and whether the four facts were right. The facts themselves are not kept.
CREATE TABLE caller_verifications (
    id BLOB NOT NULL CONSTRAINT caller_verifications_pkey PRIMARY KEY,
    staff_user_id BLOB NOT NULL CONSTRAINT caller_verifications_staff_fkey REFERENCES users (id),
    medicaid_id_id BLOB CONSTRAINT caller_verifications_medicaid_id_fkey REFERENCES medicaid_ids (id),
    verified INTEGER NOT NULL,
    verified_at INTEGER NOT NULL
) STRICT;
CREATE INDEX caller_verifications_staff_idx ON caller_verifications (staff_user_id, id);
CREATE INDEX caller_verifications_medicaid_id_idx ON caller_verifications (medicaid_id_id);
