-- What the app adds: notes, tags, archive, order of the queue, settings, saved views; and numbers that the
-- runs table sorts by, kept beside the series they come from.

ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN archived_at INTEGER;
-- Of the newest best checkpoint.
ALTER TABLE runs ADD COLUMN best_step INTEGER;

CREATE TABLE run_tags (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_tags_by_tag ON run_tags (tag);

-- Over all points; min, max and sum over the finite ones. `best`: at the run's best_step.
ALTER TABLE series ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN nonfinite INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN last_step INTEGER;
ALTER TABLE series ADD COLUMN last REAL;
ALTER TABLE series ADD COLUMN best REAL;
ALTER TABLE series ADD COLUMN min REAL;
ALTER TABLE series ADD COLUMN max REAL;
ALTER TABLE series ADD COLUMN sum REAL;
CREATE INDEX series_by_name ON series (name, run);

-- The first point's time, for charts over time.
ALTER TABLE rollups ADD COLUMN time INTEGER;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_views (
  id TEXT PRIMARY KEY,
  page TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL, -- JSON
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lists are sorted and grouped in this index, without touching the wide rows.
CREATE INDEX runs_listed ON runs
  (deleted_at, archived_at, created_at, group_hash, status, seed, name);

UPDATE runs SET best_step = (
  SELECT step FROM checkpoints c WHERE c.run = runs.key AND c.kind = 'best' ORDER BY c.key DESC LIMIT 1
);
UPDATE rollups SET time = (
  SELECT p.time FROM points p
  WHERE p.series = rollups.series AND p.step >= rollups.bucket * CASE rollups.level
    WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 WHEN 4 THEN 10000 ELSE 100000 END
  ORDER BY p.step LIMIT 1
);
UPDATE series SET
  (n, nonfinite, min, max, sum) = (
    SELECT coalesce(sum(n), 0), coalesce(sum(nonfinite), 0), min(min), max(max), sum(sum)
    FROM rollups r WHERE r.series = series.key AND r.level = 5
  ),
  (last_step, last) = (
    SELECT step, value FROM points p WHERE p.series = series.key ORDER BY step DESC LIMIT 1
  ),
  best = (
    SELECT p.value FROM points p WHERE p.series = series.key
      AND p.step = (SELECT best_step FROM runs WHERE runs.key = series.run)
  );
