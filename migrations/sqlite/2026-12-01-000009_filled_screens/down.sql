ALTER TABLE applications DROP COLUMN filled_with;
