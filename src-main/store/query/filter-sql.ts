import { sql, type RawBuilder } from 'kysely'
import type { RunFilter, Scalar } from '../../../src-shared/contract/run-query.ts'
import { columnSql, readingSql } from './column-sql.ts'
import { likePattern } from './like-pattern.ts'

type Condition = RawBuilder<unknown>
type Test = Extract<RunFilter, { op: 'test' }>

/** A condition on the run `r`. Whatever a user typed is a bound value, never SQL. */
export function filterSql(filter: RunFilter): Condition {
  switch (filter.op) {
    case 'and':
      return joined(filter.of, ' AND ', sql`1`)
    case 'or':
      return joined(filter.of, ' OR ', sql`0`)
    case 'not':
      return sql`NOT (${filterSql(filter.of)})`
    case 'test':
      return testSql(filter)
    case 'tag':
      return sql`r.key IN (SELECT run FROM run_tags WHERE tag = ${filter.tag})`
    case 'status':
      return sql`r.status IN (${list(filter.of)})`
    case 'ids':
      return sql`r.id IN (SELECT value FROM json_each(${JSON.stringify(filter.of)}))`
    case 'text':
      return textSql(likePattern(filter.text))
  }
}

function joined(filters: RunFilter[], by: ' AND ' | ' OR ', none: Condition): Condition {
  if (filters.length === 0) return none
  const parts = filters.map((filter) => sql`(${filterSql(filter)})`)
  return sql.join(parts, by === ' AND ' ? sql` AND ` : sql` OR `)
}

function textSql(pattern: string): Condition {
  const like = (value: RawBuilder<unknown>) => sql`${value} LIKE ${pattern} ESCAPE '\\'`
  return sql`(${like(sql`r.name`)} OR ${like(sql`r.id`)} OR ${like(sql`r.notes`)}
    OR r.suite IN (SELECT key FROM suites WHERE ${like(sql`recipe`)})
    OR r.key IN (SELECT run FROM run_tags WHERE ${like(sql`tag`)}))`
}

/**
 * Settings and metrics are looked up from their own tables' indexes, once, rather than run by run. `ne` is
 * the opposite of `eq`: true also where there is no value.
 */
function testSql({ column, test, value }: Test): Condition {
  if (test === 'ne') return sql`NOT (${testSql({ op: 'test', column, test: 'eq', value })})`
  if (test === 'exists' && value === false) {
    return sql`NOT (${testSql({ op: 'test', column, test: 'exists', value: true })})`
  }
  switch (column.kind) {
    case 'field':
      if (column.field === 'suite') return inSuite(compare(sql`s.id`, test, value))
      return sql`coalesce(${compare(columnSql(column), test, value)}, 0)`
    case 'config':
      return sql`r.key IN (SELECT run FROM run_config
        WHERE key = ${column.key} AND ${compare(sql`(value ->> '$')`, test, value)})`
    case 'metric':
      return sql`r.key IN (SELECT run FROM series
        WHERE name = ${column.key} AND ${compare(sql`(${readingSql[column.reading]})`, test, value)})`
    case 'level':
      return sql`r.key IN (SELECT c.run FROM cell_levels l JOIN cells c ON c.key = l.cell
        JOIN suites s ON s.key = c.suite WHERE c.run IS NOT NULL AND s.deleted_at IS NULL
        AND l.factor = ${column.factor} AND ${compare(sql`l.level`, test, value)})`
  }
}

/** Whichever suite it is that the run fills a cell of, or was trained for. */
function inSuite(isMeant: Condition): Condition {
  return sql`(r.key IN (SELECT c.run FROM cells c JOIN suites s ON s.key = c.suite
      WHERE c.run IS NOT NULL AND s.deleted_at IS NULL AND ${isMeant})
    OR r.key IN (SELECT own.key FROM runs own JOIN suites s ON s.key = own.suite
      WHERE s.deleted_at IS NULL AND ${isMeant}))`
}

const operators = { lt: sql`<`, le: sql`<=`, gt: sql`>`, ge: sql`>=` } as const

function compare(left: RawBuilder<unknown>, test: Test['test'], value: Test['value']): Condition {
  const values = Array.isArray(value) ? value : [value]
  switch (test) {
    case 'eq':
    case 'ne':
    case 'in':
      return sql`${left} IN (${list(values)})`
    case 'contains':
      return sql`${left} LIKE ${likePattern(String(values[0] ?? ''))} ESCAPE '\\'`
    case 'exists':
      return sql`${left} IS NOT NULL`
    default: {
      const bound = toSql(values[0] ?? 0)
      // A text is greater than any number in SQLite; it is not comparable here.
      return sql`(typeof(${left}) = 'text') = (typeof(${bound}) = 'text') AND ${left} ${operators[test]} ${bound}`
    }
  }
}

/** Nothing is in an empty list: SQLite's `IN ()` is false, where `IN (NULL)` would be neither true nor false. */
const list = (values: readonly Scalar[]) => sql.join(values.map((value) => sql`${toSql(value)}`))

const toSql = (value: Scalar): string | number =>
  typeof value === 'boolean' ? Number(value) : value
