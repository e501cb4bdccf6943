-- Consents of an individual's side to a link with a group. The group is stored by its number, which need not be on file:
-- otherwise a consent would reveal which numbers are.
CREATE TABLE link_consents (
    id BLOB NOT NULL CONSTRAINT link_consents_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT link_consents_organization_fkey REFERENCES organizations (id),
    medicaid_id_id BLOB NOT NULL CONSTRAINT link_consents_medicaid_id_fkey REFERENCES medicaid_ids (id),
    group_medicaid_id TEXT NOT NULL,
    given_by BLOB NOT NULL CONSTRAINT link_consents_given_by_fkey REFERENCES users (id),
    given_by_name TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    revoked_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX link_consents_organization_idx ON link_consents (organization_id);
CREATE INDEX link_consents_medicaid_id_idx ON link_consents (medicaid_id_id, given_at, id);
CREATE INDEX link_consents_given_by_idx ON link_consents (given_by);
