-- What the screens of an application were filled with from the record on file when it started, by
-- screen number. Null for applications whose screens began empty.
ALTER TABLE applications ADD COLUMN filled_with jsonb;
