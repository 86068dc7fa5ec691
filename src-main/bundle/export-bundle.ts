import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../../src-shared/errors.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { mergeRuns } from '../import/merge/merge-runs.ts'
import { createStaging } from '../import/staging.ts'
import { appVersion } from '../provenance.ts'
import type { Store } from '../store/open.ts'
import { bundleVersion, databasePath } from './manifest.ts'
import { writeBundle, type BundleEntry } from './write-bundle.ts'

export interface BundleSource {
  store: Store
  /** The data folder. */
  root: string
  runDir: (id: string) => string
  /** Version of the Virtlab that asks; default: as package.json says, which an installed child has not. */
  virtlab?: string
}

/**
 * Writes runs with everything that is stored of them, their teachers, and whole suites into one file.
 *
 * @throws UserError for runs that are not at rest, and where the file cannot be written
 */
export async function exportBundle(
  { store, root, runDir, virtlab = appVersion() }: BundleSource,
  wanted: {
    runs: readonly string[]
    suites: readonly string[]
    checkpoints: boolean
    /** With the attention maps; default: true. */
    attention?: boolean
  },
  out: string,
  progress?: (done: number, total: number) => void,
): Promise<{ runs: RunRecord[]; bytes: number }> {
  const runs = withTeachers(store, [...wanted.runs, ...runsOfSuites(store, wanted.suites)])
  for (const { id, name, status } of runs) {
    if (status !== 'running' && status !== 'queued') continue
    throw new UserError(`run ${id} (${name}) is ${status}`, {
      fix: 'Wait until it has ended, or stop it; then export.',
    })
  }
  const staging = createStaging(root)
  // A snapshot: what is written meanwhile does not get in half.
  const source = new Database(store.path, { readonly: true })
  try {
    source.exec('BEGIN')
    const db = staging.open()
    const ids = runs.map(({ id }) => id)
    await mergeRuns(source, db, {
      runs: ids,
      suites: wanted.suites,
      skip: wanted.attention === false ? ['attention_snapshots'] : [],
      progress,
    })
    const suites = db
      .prepare<[], { id: string; recipe: string }>('SELECT id, recipe FROM suites ORDER BY key')
      .all()
    const schema = db.pragma('user_version', { simple: true }) as number
    db.close()
    const entries: BundleEntry[] = [
      { path: databasePath, file: staging.database, compress: true },
      ...(wanted.checkpoints
        ? runs.flatMap((run) => checkpointFiles(store, run, runDir(run.id)))
        : []),
    ]
    const bytes = await writeBundle(
      out,
      entries,
      {
        format: 'virtlab-bundle',
        version: bundleVersion,
        schema,
        virtlab,
        createdAt: new Date().toISOString(),
        runs: runs.map(({ id, name, seed, status }) => ({ id, name, seed, status })),
        suites,
        checkpoints: wanted.checkpoints,
      },
      progress,
    )
    return { runs, bytes }
  } finally {
    source.close()
    staging.discard()
  }
}

function runsOfSuites({ suites }: Store, ids: readonly string[]): string[] {
  return ids.flatMap((id) =>
    suites.cells(suites.get(id).key).flatMap(({ runId }) => (runId === null ? [] : [runId])),
  )
}

/** In the order of their making, so that teachers stand before their students. */
function withTeachers({ runs }: Store, ids: readonly string[]): RunRecord[] {
  const found = new Map<string, RunRecord>()
  const add = (id: string) => {
    if (found.has(id)) return
    const run = runs.get(id)
    found.set(id, run)
    if (run.teacherId !== null) add(run.teacherId)
  }
  ids.forEach(add)
  return [...found.values()].sort((a, b) => a.key - b.key)
}

/** Files of the checkpoints that are recorded and still there. */
function checkpointFiles(store: Store, run: RunRecord, runDir: string): BundleEntry[] {
  const paths = store.details.checkpoints(run.key).map(({ path }) => path.replaceAll('\\', '/'))
  return [...new Set(paths)].flatMap((path) => {
    const folder = join(runDir, path)
    if (!existsSync(folder)) return []
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => ({
        path: `runs/${run.id}/${path}/${name}`,
        file: join(folder, name),
        compress: !name.endsWith('.safetensors'),
      }))
  })
}
