import { setImmediate as breathe } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import { UserError } from '../../../src-shared/errors.ts'
import type { OwnedTable } from './run-tables.ts'

/**
 * Rows that go into the database in one transaction: about a tenth of a second, in which other processes
 * that write (a trainer's core) wait.
 */
const rowsInSlice = 20_000

export type Row = (string | number | Uint8Array | null)[]

/** Columns whose text must be JSON: a reader that meets anything else cannot show the run, nor its neighbours. */
const jsonColumns = new Set([
  'run_config.value',
  'attention_snapshots.row_tokens',
  'attention_snapshots.column_tokens',
  'efficiency.cost',
])

/** Copies a table's rows from owner to owner, in slices. Throws UserError for rows that no run can have. */
export function createRowCopier(from: Database, to: Database, table: OwnedTable) {
  const { name, owner, columns, order } = table
  const list = columns.join(', ')
  const read = from
    .prepare<[number], Row>(
      `SELECT ${list} FROM ${name} WHERE ${owner} = ? ORDER BY ${order.join(', ')}`,
    )
    .raw()
  const insert = to.prepare(
    `INSERT INTO ${name} (${owner}, ${list}) VALUES (?${', ?'.repeat(columns.length)})`,
  )
  const insertAll = to.transaction((key: number, rows: Row[]) => {
    for (const row of rows) insert.run(key, ...row)
  })
  const jsonAt = columns.flatMap((column, i) => (jsonColumns.has(`${name}.${column}`) ? [i] : []))
  const stateAt = name === 'jobs' ? columns.indexOf('state') : -1
  const pathAt = name === 'checkpoints' ? columns.indexOf('path') : -1

  /** As it can be taken over here. */
  function admit(row: Row): Row {
    for (const at of jsonAt) assertJson(row[at], `${name}.${columns[at]}`)
    // Nothing of it goes on here: its process belongs to the other data folder.
    if (stateAt >= 0) row[stateAt] = 'ended'
    if (pathAt >= 0) row[pathAt] = checkpointPath(row[pathAt])
    return row
  }

  return async (fromKey: number, toKey: number, copied: (rows: number) => void): Promise<void> => {
    let slice: Row[] = []
    const flush = () => {
      if (slice.length === 0) return
      insertAll.immediate(toKey, slice)
      copied(slice.length)
      slice = []
    }
    for (const row of read.iterate(fromKey)) {
      slice.push(admit(row))
      if (slice.length < rowsInSlice) continue
      flush()
      await breathe()
    }
    flush()
  }
}

export function assertJson(value: unknown, what: string): void {
  try {
    JSON.parse(String(value))
  } catch (cause) {
    throw new UserError(`${what} is no JSON`, {
      fix: 'The file is damaged: export it again.',
      cause,
    })
  }
}

/** A checkpoint's folder in its run's; whoever made the file must not lead out of it. Windows writes `\`. */
function checkpointPath(value: unknown): string {
  const path = String(value).replaceAll('\\', '/')
  if (/^checkpoints\/[\w-][\w.-]*$/.test(path)) return path
  throw new UserError(`a checkpoint lies in ${JSON.stringify(value)}, where none can lie`, {
    fix: 'The file was not made by Virtlab; do not import it.',
  })
}
