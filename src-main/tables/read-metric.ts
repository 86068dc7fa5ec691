import { sql } from 'kysely'
import type { Reading } from '../../src-shared/contract/run-query.ts'
import type { Store } from '../store/open.ts'
import { pairsOf } from '../store/query/compile.ts'
import { readingSql } from '../store/query/column-sql.ts'

/** A metric's value by run key; runs that never logged it are missing. NaN where the value is none. */
export function readMetric(
  { db }: Store,
  runs: readonly number[],
  metric: string,
  reading: Reading,
): Map<number, number> {
  const keys = JSON.stringify(runs)
  const values = pairsOf<number | null>(
    db,
    sql`SELECT s.run, ${readingSql[reading]}
      FROM json_each(${keys}) wanted JOIN series s ON s.run = wanted.value AND s.name = ${metric}
      WHERE last_step IS NOT NULL`,
  )
  return new Map([...values].map(([run, value]) => [run, value ?? NaN]))
}
