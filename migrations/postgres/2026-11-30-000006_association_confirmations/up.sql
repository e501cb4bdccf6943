-- Associations with provider accounts that the plan's staff confirm. Without a membership, the person
-- has not been told that the data matched.
CREATE TABLE association_confirmations (
    association_id uuid NOT NULL CONSTRAINT association_confirmations_pkey PRIMARY KEY CONSTRAINT association_confirmations_association_fkey REFERENCES provider_associations (id),
    membership_id uuid CONSTRAINT association_confirmations_membership_fkey REFERENCES memberships (id),
    cause text NOT NULL CONSTRAINT association_confirmations_cause_check CHECK (cause IN ('first_administrator', 'too_many_failures')),
    status text NOT NULL CONSTRAINT association_confirmations_status_check CHECK (status IN ('waiting', 'confirmed', 'rejected')),
    requested_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid CONSTRAINT association_confirmations_decided_by_fkey REFERENCES users (id),
    reason text
);
CREATE INDEX association_confirmations_requested_idx ON association_confirmations (requested_at, association_id);
CREATE INDEX association_confirmations_membership_idx ON association_confirmations (membership_id);
CREATE INDEX association_confirmations_decided_by_idx ON association_confirmations (decided_by);

ALTER TABLE self_service_requests DROP CONSTRAINT self_service_requests_kind_check;
ALTER TABLE self_service_requests ADD CONSTRAINT self_service_requests_kind_check CHECK (kind IN ('registration', 'password_reset', 'access_request', 'association_review'));
