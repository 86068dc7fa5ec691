-- A suite is an experiment: cells, one for every run of its recipe (of a grid: every combination of factor
-- levels) and seed, each with the run that fills it. A run can fill cells of several suites: one that is
-- there already, with the same settings, data and teacher, is not trained again.

ALTER TABLE suites ADD COLUMN preset TEXT;
-- Of everything its cells are made from; `virtlab suite run` goes on with the suite that has the same.
-- NULL: one call of `virtlab train`, which is always a new one.
ALTER TABLE suites ADD COLUMN plan_hash TEXT;
ALTER TABLE suites ADD COLUMN deleted_at INTEGER;
-- Set by `virtlab suite stop`; the process that works on it sees it within a second.
ALTER TABLE suites ADD COLUMN stop_requested_at INTEGER;
CREATE INDEX suites_by_plan ON suites (plan_hash);

CREATE TABLE cells (
  key INTEGER PRIMARY KEY,
  suite INTEGER NOT NULL REFERENCES suites (key) ON DELETE CASCADE,
  position INTEGER NOT NULL, -- in the order they are trained
  name TEXT NOT NULL,
  seed INTEGER NOT NULL,
  teacher TEXT, -- the cell of the same seed that teaches this one
  trial_of TEXT, -- in a sweep: what is varied
  config TEXT, -- JSON; NULL where it cannot be trained
  run INTEGER REFERENCES runs (key) ON DELETE SET NULL,
  -- The run was there before the suite.
  reused INTEGER NOT NULL DEFAULT 0,
  -- Why it is not trained, or was stopped early.
  reason TEXT,
  UNIQUE (suite, name, seed)
) STRICT;
CREATE INDEX cells_by_run ON cells (run);

CREATE TABLE cell_levels (
  cell INTEGER NOT NULL REFERENCES cells (key) ON DELETE CASCADE,
  factor TEXT NOT NULL,
  level TEXT NOT NULL,
  place INTEGER NOT NULL, -- of the factor in the recipe, from 0
  PRIMARY KEY (cell, factor)
) STRICT, WITHOUT ROWID;
CREATE INDEX cell_levels_by_level ON cell_levels (factor, level);

-- Of what a run was trained from: settings, contents of its files, its teacher's weights, seed.
ALTER TABLE runs ADD COLUMN fingerprint TEXT;
CREATE INDEX runs_by_fingerprint ON runs (fingerprint);

INSERT OR IGNORE INTO cells (suite, position, name, seed, teacher, config, run)
  SELECT r.suite, row_number() OVER (PARTITION BY r.suite ORDER BY r.key) - 1, r.name, r.seed,
    (SELECT t.name FROM runs t WHERE t.key = r.teacher AND t.suite = r.suite), r.config, r.key
  FROM runs r WHERE r.suite IS NOT NULL ORDER BY r.key;
