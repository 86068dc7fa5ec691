import type { Database } from 'better-sqlite3'
import { sql } from 'kysely'
import type {
  Cell,
  ColumnRef,
  RunField,
  SpreadCell,
} from '../../../src-shared/contract/run-query.ts'
import type { RunStatus } from '../../../src-shared/run-record.ts'
import { columnSql, readingSql } from '../../store/query/column-sql.ts'
import { pairsOf } from '../../store/query/compile.ts'

export interface Member {
  key: number
  id: string
  seed: number
  status: RunStatus
}

interface Row {
  all: Member[]
  /** The runs that metrics are over. */
  measured: Member[]
  grouped: boolean
}

type Value = string | number | boolean | null

/** Numbers of a group that are measured, not chosen: these have a mean. */
const measuredFields = new Set<RunField>(['durationSeconds', 'bestStep', 'lastStep'])
/** Of a group's runs the latest. */
const latestFields = new Set<RunField>(['createdAt', 'startedAt', 'endedAt'])

/**
 * Reads a column for the runs (JSON list of keys) at once and returns what a row's cell holds: the value
 * of one run; of a group a mean ± std over its runs, the value they share, or how many different ones.
 */
export function createCellReader(db: Database) {
  return (column: ColumnRef, keys: string): ((row: Row) => Cell) => {
    switch (column.kind) {
      case 'metric': {
        const values = pairsOf<number | null>(
          db,
          sql`SELECT s.run, ${readingSql[column.reading]}
            FROM json_each(${keys}) wanted JOIN series s ON s.run = wanted.value AND s.name = ${column.key}
            WHERE last_step IS NOT NULL`,
        )
        // A last value that is there and NULL is NaN.
        if (column.reading === 'last') {
          for (const [run, value] of values) if (value === null) values.set(run, NaN)
        }
        return ({ measured, all, grouped }) => {
          if (!grouped) return values.get(all[0]?.key ?? -1) ?? null
          return spreadOf(measured.flatMap(({ key }) => values.get(key) ?? []))
        }
      }
      case 'config': {
        const values = pairsOf<string>(
          db,
          sql`SELECT c.run, c.value FROM json_each(${keys}) wanted
            JOIN run_config c ON c.run = wanted.value AND c.key = ${column.key}`,
        )
        return ({ all }) =>
          shared(
            all.map(({ key }) => values.get(key)),
            settingOf,
          )
      }
      case 'field': {
        const values = pairsOf<Value>(
          db,
          sql`SELECT r.key AS run, ${columnSql(column)} AS value
            FROM json_each(${keys}) wanted JOIN runs r ON r.key = wanted.value`,
        )
        const { field } = column
        return ({ all, grouped }) => {
          const found = all.map(({ key }) => values.get(key) ?? null)
          if (!grouped) return found[0] ?? null
          const numbers = found.filter((value) => typeof value === 'number')
          if (measuredFields.has(field)) return spreadOf(numbers)
          if (latestFields.has(field)) return numbers.length > 0 ? Math.max(...numbers) : null
          return shared(found, (value) => value)
        }
      }
      case 'level': {
        const levels = pairsOf<string | null>(
          db,
          sql`SELECT r.key, ${columnSql(column)}
            FROM json_each(${keys}) wanted JOIN runs r ON r.key = wanted.value`,
        )
        return ({ all }) =>
          shared(
            all.map(({ key }) => levels.get(key) ?? null),
            (value) => value,
          )
      }
    }
  }
}

/** Over the finite values; null where there are none. */
export function spreadOf(given: readonly number[]): SpreadCell | null {
  const values = given.filter(Number.isFinite)
  const n = values.length
  if (n === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    std: n < 2 ? null : Math.sqrt(squares / (n - 1)),
    n,
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
  }
}

function shared<T extends Value | undefined>(values: T[], read: (value: T) => Value): Cell {
  const different = new Set(values)
  const [first] = different
  if (different.size > 1) return { distinct: different.size }
  return first === undefined ? null : read(first)
}

/** A leaf of the configuration as a cell; lists and objects stay JSON. */
function settingOf(json: string | undefined): Value {
  if (json === undefined) return null
  const value = JSON.parse(json) as unknown
  return typeof value === 'object' && value !== null ? json : (value as Value)
}
