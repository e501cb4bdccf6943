-- What the database is used for, so that a sandbox is never served as a live portal, nor the reverse.
CREATE TABLE instance (
    id INTEGER NOT NULL CONSTRAINT instance_pkey PRIMARY KEY CONSTRAINT instance_id_check CHECK (id = 1),
    kind TEXT NOT NULL CONSTRAINT instance_kind_check CHECK (kind IN ('live', 'sandbox')),
    created_at TIMESTAMPTZ NOT NULL
);
-- A database that a sandbox ever filled has a persona with a public password.
INSERT INTO instance (id, kind, created_at)
SELECT
    1,
    CASE
        WHEN EXISTS (SELECT 1 FROM users WHERE email_key = 'debi.henderson@bluegrass.example') THEN 'sandbox'
        ELSE 'live'
    END,
    now()
WHERE EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM organizations);
