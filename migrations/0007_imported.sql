-- By which file a run came into this data folder; NULL: it was made here. It is not carried along.
ALTER TABLE runs ADD COLUMN imported TEXT; -- JSON: format, path, at (Unix ms)
