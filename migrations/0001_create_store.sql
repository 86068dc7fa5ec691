-- Times are Unix milliseconds. Text columns named as JSON hold JSON.

-- One call of `virtlab train`: the runs of one recipe.
CREATE TABLE suites (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  recipe TEXT NOT NULL,
  recipe_path TEXT,
  recipe_text TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  suite INTEGER REFERENCES suites (key),
  name TEXT NOT NULL,
  seed INTEGER NOT NULL,
  -- Of the config without its seed, and of the teacher's: runs of one group differ in their seed only.
  group_hash TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('queued', 'running', 'completed', 'stopped', 'failed', 'crashed')),
  teacher INTEGER REFERENCES runs (key) ON DELETE SET NULL,
  config TEXT NOT NULL, -- JSON
  facts TEXT NOT NULL DEFAULT '{}', -- JSON
  backend TEXT,
  device TEXT,
  error_message TEXT,
  error_where TEXT,
  error_fix TEXT,
  error_stack TEXT,
  -- The last batch of the trainer that is in this file; what makes writing a batch idempotent.
  last_seq INTEGER NOT NULL DEFAULT 0,
  git_commit TEXT,
  argv TEXT NOT NULL, -- JSON
  host TEXT NOT NULL,
  app_version TEXT NOT NULL,
  node_version TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  -- Hidden from lists; the rows go only when a run is purged.
  deleted_at INTEGER
) STRICT;
CREATE INDEX runs_by_suite ON runs (suite);
CREATE INDEX runs_by_name ON runs (name);
CREATE INDEX runs_by_group ON runs (group_hash);
CREATE INDEX runs_by_teacher ON runs (teacher);

-- The config's leaves (`training.learningRate` → 5e-5), for filters and diffs.
CREATE TABLE run_config (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL, -- JSON
  PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_config_by_key ON run_config (key, value);

-- One attempt at training a run: its first, or a resumption.
CREATE TABLE jobs (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'ended')),
  -- The process that runs the queue, and the trainer: pid, and when that pid started.
  owner_host TEXT NOT NULL,
  owner_pid INTEGER NOT NULL,
  owner_started TEXT NOT NULL,
  trainer_pid INTEGER,
  trainer_started TEXT,
  heartbeat_at INTEGER NOT NULL,
  -- The checkpoint's step that this attempt went on from, and the points cut off behind it.
  resume_step INTEGER,
  removed_points INTEGER,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  exit_code INTEGER,
  exit_signal TEXT,
  UNIQUE (run, attempt)
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state);

CREATE TABLE series (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL,
  UNIQUE (run, name)
) STRICT;

-- NULL is NaN (SQLite has none of its own); infinities are stored as they are.
CREATE TABLE points (
  series INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  value REAL,
  time INTEGER NOT NULL,
  PRIMARY KEY (series, step)
) STRICT, WITHOUT ROWID;

-- Bucket b of level l covers the steps [b·10^l, (b+1)·10^l). n, min, max, sum and sumsq are over the
-- finite values; nonfinite counts the others.
CREATE TABLE rollups (
  series INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
  level INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  n INTEGER NOT NULL,
  nonfinite INTEGER NOT NULL,
  min REAL,
  max REAL,
  sum REAL,
  sumsq REAL,
  PRIMARY KEY (series, level, bucket)
) STRICT, WITHOUT ROWID;

-- The latest evaluation's answers; needed one by one for paired tests.
CREATE TABLE predictions (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  split TEXT NOT NULL CHECK (split IN ('dev', 'test')),
  example TEXT NOT NULL,
  seq INTEGER NOT NULL,
  x TEXT NOT NULL,
  y TEXT NOT NULL,
  label INTEGER NOT NULL,
  logits BLOB NOT NULL, -- float32, little-endian
  PRIMARY KEY (run, split, example)
) STRICT, WITHOUT ROWID;

CREATE TABLE attention_snapshots (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  example TEXT NOT NULL,
  layer INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('teacher', 'student')),
  direction TEXT NOT NULL CHECK (direction IN ('x_to_y', 'y_to_x')),
  heads INTEGER NOT NULL,
  row_tokens TEXT NOT NULL, -- JSON
  column_tokens TEXT NOT NULL, -- JSON
  data BLOB NOT NULL, -- float16 [heads, rows, columns], deflated
  UNIQUE (run, step, example, layer, source, direction)
) STRICT;

CREATE TABLE checkpoints (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('best', 'last')),
  step INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  path TEXT NOT NULL, -- relative to the run's folder
  sha256 TEXT NOT NULL, -- of model.safetensors
  bytes INTEGER NOT NULL,
  metric REAL,
  created_at INTEGER NOT NULL,
  UNIQUE (run, kind, step)
) STRICT;
CREATE INDEX checkpoints_by_sha256 ON checkpoints (sha256);

CREATE TABLE system_samples (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  cpu_percent REAL,
  rss_bytes REAL,
  machine_cpu_percent REAL,
  machine_memory_used_bytes REAL,
  gpu_percent REAL,
  gpu_memory_used_bytes REAL,
  gpu_temperature_c REAL,
  gpu_power_w REAL,
  PRIMARY KEY (run, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE logs (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  -- trainer: a line it logged; stderr and stdout: what its process printed; core: the supervisor.
  source TEXT NOT NULL CHECK (source IN ('trainer', 'stdout', 'stderr', 'core')),
  text TEXT NOT NULL
) STRICT;
CREATE INDEX logs_by_run ON logs (run);
