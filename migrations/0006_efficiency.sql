-- What a checkpoint costs. Times can be compared within one hardware only, so that stands beside them.
CREATE TABLE efficiency (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run INTEGER REFERENCES runs (key) ON DELETE CASCADE, -- NULL: a folder that is no run's checkpoint
  name TEXT NOT NULL, -- the run's when it was measured, or the folder's
  checkpoint TEXT, -- best or last
  step INTEGER,
  hardware TEXT NOT NULL, -- processor and backend, in words
  measured_at INTEGER NOT NULL,
  cost TEXT NOT NULL -- JSON: samples, counts, texts, machine, settings
) STRICT;
CREATE INDEX efficiency_by_run ON efficiency (run, measured_at);
