-- Runs can come from other programs. Of those `config` holds what that program had logged as parameters.

-- JSON: format, path, id, project; NULL: Virtlab trained it, here or elsewhere.
ALTER TABLE runs ADD COLUMN source TEXT;
-- JSON: host, pid and start of the process that is still bringing the run in. It is hidden (deleted_at is
-- set) until all of the import is there; where the process goes away before, the run goes too.
ALTER TABLE runs ADD COLUMN pending_import TEXT;
CREATE INDEX runs_pending ON runs (pending_import) WHERE pending_import IS NOT NULL;
