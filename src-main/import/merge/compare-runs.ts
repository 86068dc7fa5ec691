import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { RunTables } from './run-tables.ts'

/** What may differ between two copies of a run: labels, where an attempt was made, what was measured since. */
const labels = new Set(['run_tags', 'jobs', 'rollups', 'run_config', 'efficiency'])
const comparedOfRun = [
  'seed',
  'config',
  'host',
  'git_commit',
  'argv',
  'app_version',
  'node_version',
]

/** Names of the tables in which a run's two copies differ; empty: they are the same. */
export function compareRuns(
  tables: RunTables,
  [one, other]: readonly [{ db: Database; key: number }, { db: Database; key: number }],
): string[] {
  const hashes = [one, other].map(({ db, key }) => hashRun(db, tables, key))
  const names = new Set(hashes.flatMap((of) => [...of.keys()]))
  // A run may have been carried without its maps.
  if ([one, other].some(({ db, key }) => !hasMaps(db, key))) names.delete('attention_snapshots')
  return [...names].filter((name) => hashes[0]?.get(name) !== hashes[1]?.get(name))
}

const hasMaps = (db: Database, key: number): boolean =>
  db.prepare('SELECT 1 FROM attention_snapshots WHERE run = ? LIMIT 1').get(key) !== undefined

/** Of every table's rows. Totals of series follow from their points. */
function hashRun(db: Database, { ofRun, ofSeries }: RunTables, key: number): Map<string, string> {
  const hashes = new Map<string, string>()
  const foreign = db
    .prepare<[number], number>('SELECT source IS NOT NULL FROM runs WHERE key = ?')
    .pluck()
    .get(key)
  const add = (name: string, sql: string, owner: number) => {
    const hash = createHash('sha256').update(hashes.get(name) ?? '')
    for (const row of db.prepare<[number], unknown[]>(sql).raw().iterate(owner)) {
      for (const value of row) {
        if (value instanceof Uint8Array) hash.update(value)
        else hash.update(typeof value === 'string' ? value : String(value))
        hash.update('\0')
      }
    }
    hashes.set(name, hash.digest('hex'))
  }
  add('runs', `SELECT ${comparedOfRun.join(', ')} FROM runs WHERE key = ?`, key)
  for (const { name, owner, columns, order } of ofRun) {
    if (labels.has(name) || name === 'series') continue
    add(
      name,
      `SELECT ${columns.join(', ')} FROM ${name} WHERE ${owner} = ? ORDER BY ${order.join(', ')}`,
      key,
    )
  }
  const series = db
    .prepare<[number], { key: number; name: string }>(
      'SELECT key, name FROM series WHERE run = ? ORDER BY name',
    )
    .all(key)
  for (const { name, owner, columns, order } of ofSeries) {
    if (labels.has(name)) continue
    // Another program may not have told the time; then it is the file's.
    const compared = columns.filter((column) => !foreign || column !== 'time')
    const sql = `SELECT ${compared.join(', ')} FROM ${name} WHERE ${owner} = ? ORDER BY ${order.join(', ')}`
    for (const one of series) {
      hashes.set(name, `${hashes.get(name) ?? ''}${one.name}\0`)
      add(name, sql, one.key)
    }
  }
  return hashes
}
