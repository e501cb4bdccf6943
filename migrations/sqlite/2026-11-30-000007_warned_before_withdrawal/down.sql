ALTER TABLE applications DROP COLUMN warned_at;
ALTER TABLE applications DROP COLUMN warned_of_days;
