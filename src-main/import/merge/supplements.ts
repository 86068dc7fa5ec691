import type { Database } from 'better-sqlite3'
import { assertJson, type Row } from './row-copier.ts'
import type { RunTables } from './run-tables.ts'

/**
 * What a run can have or lack and still be the same run, so that a later file adds it: costs that were measured
 * since, and attention maps where it came without any.
 *
 * @returns rows by table that `from` has of these runs and `to` lacks; with `write` they are taken over (call it
 *   in a transaction)
 */
export function supplementRuns(
  from: Database,
  to: Database,
  { ofRun }: RunTables,
  ids: readonly string[],
  write: boolean,
): Map<string, number> {
  const added = new Map<string, number>()
  const keyOf = (db: Database) =>
    db.prepare<[string], number>('SELECT key FROM runs WHERE id = ?').pluck()
  const [oldKey, newKey] = [keyOf(from), keyOf(to)]
  for (const { name, owner, columns, order } of ofRun) {
    if (name !== 'efficiency' && name !== 'attention_snapshots') continue
    const read = from
      .prepare<[number], Row>(
        `SELECT ${columns.join(', ')} FROM ${name} WHERE ${owner} = ? ORDER BY ${order.join(', ')}`,
      )
      .raw()
    const insert = to.prepare(
      `INSERT INTO ${name} (${owner}, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})`,
    )
    const idAt = columns.indexOf('id')
    const known = to.prepare<[unknown], 1>('SELECT 1 FROM efficiency WHERE id = ?')
    const hasMaps = to.prepare<[number], 1>(
      'SELECT 1 FROM attention_snapshots WHERE run = ? LIMIT 1',
    )
    const json = columns.flatMap((column, i) =>
      ['cost', 'row_tokens', 'column_tokens'].includes(column) ? [i] : [],
    )
    let n = 0
    for (const id of ids) {
      const [old, here] = [oldKey.get(id), newKey.get(id)]
      if (old === undefined || here === undefined) continue
      if (name === 'attention_snapshots' && hasMaps.get(here) !== undefined) continue
      for (const row of read.iterate(old)) {
        if (name === 'efficiency' && known.get(row[idAt]) !== undefined) continue
        for (const at of json) assertJson(row[at], `${name}.${columns[at]}`)
        if (write) insert.run(here, ...row)
        n++
      }
    }
    if (n > 0) added.set(name, n)
  }
  return added
}
