import type { Database } from 'better-sqlite3'
import { assertJson } from './row-copier.ts'

interface CellRow {
  key: number
  suite: string
  name: string
  seed: number
  run: string | null
  config: string | null
}

/**
 * Suites and cells that are missing; cells without a run get theirs. What is there stays as it is. Call it in a
 * transaction, once the runs are there.
 *
 * @param whole ids of suites that come with all their cells; undefined: every one. Of others come the cells
 *   that `runs` fill.
 */
export function mergeSuites(
  from: Database,
  to: Database,
  whole: readonly string[] | undefined,
  runs: readonly string[],
): { suites: number; cells: number } {
  const all = from.prepare<[], string>('SELECT id FROM suites ORDER BY key').pluck().all()
  const named = new Set(
    from
      .prepare<{ runs: string }, string>(
        `SELECT s.id FROM json_each(:runs) wanted JOIN runs r ON r.id = wanted.value JOIN suites s ON s.key = r.suite
         UNION SELECT s.id FROM json_each(:runs) wanted JOIN runs r ON r.id = wanted.value
           JOIN cells c ON c.run = r.key JOIN suites s ON s.key = c.suite`,
      )
      .pluck()
      .all({ runs: JSON.stringify(runs) }),
  )
  const wholeOnes = new Set(whole ?? all)
  const wanted = all.filter((id) => wholeOnes.has(id) || named.has(id))
  const copySuite = rowCopy(from, to, 'suites', ['key'])
  const copyCell = rowCopy(from, to, 'cells', ['key', 'suite', 'run'])
  const copyLevels = rowCopy(from, to, 'cell_levels', ['cell'])
  const suiteHere = to.prepare<[string], number>('SELECT key FROM suites WHERE id = ?').pluck()
  const cells = from.prepare<[string], CellRow>(
    `SELECT c.key, s.id AS suite, c.name, c.seed, r.id AS run, c.config
     FROM cells c JOIN suites s ON s.key = c.suite LEFT JOIN runs r ON r.key = c.run
     WHERE s.id = ? ORDER BY c.position`,
  )
  const cellHere = to.prepare<[number, string, number], { key: number; run: number | null }>(
    'SELECT key, run FROM cells WHERE suite = ? AND name = ? AND seed = ?',
  )
  const fill = to.prepare<[string, number]>(
    'UPDATE cells SET run = (SELECT key FROM runs WHERE id = ?) WHERE key = ?',
  )
  const added = { suites: 0, cells: 0 }
  for (const id of wanted) {
    let suite = suiteHere.get(id)
    if (suite === undefined) {
      suite = copySuite('id = ?', id, {})
      added.suites++
      // It is no longer at work, whoever asked it to stop.
      to.prepare('UPDATE suites SET stop_requested_at = NULL WHERE key = ?').run(suite)
    }
    for (const cell of cells.all(id)) {
      if (!wholeOnes.has(id) && !(cell.run !== null && runs.includes(cell.run))) continue
      if (cell.config !== null) assertJson(cell.config, 'cells.config')
      const known = cellHere.get(suite, cell.name, cell.seed)
      if (known && known.run !== null) continue
      const key = known?.key ?? copyCell('key = ?', cell.key, { suite })
      if (!known) {
        copyLevels('cell = ?', cell.key, { cell: key })
        added.cells++
      }
      if (cell.run !== null) fill.run(cell.run, key)
    }
  }
  return added
}

/** Copies the rows that `where` finds, with other values in the columns that name other rows. */
function rowCopy(from: Database, to: Database, table: string, keys: readonly string[]) {
  const columns = from
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
    .pluck()
    .all(table)
    .filter((name) => !keys.includes(name))
  return (where: string, value: string | number, given: Record<string, number>): number => {
    const rows = from
      .prepare<[string | number], (string | number | null)[]>(
        `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where}`,
      )
      .raw()
      .all(value)
    const names = [...columns, ...Object.keys(given)]
    const insert = to.prepare(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    )
    let key = 0
    for (const row of rows)
      key = Number(insert.run(...row, ...Object.values(given)).lastInsertRowid)
    return key
  }
}
