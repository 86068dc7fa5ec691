import type { Database } from 'better-sqlite3'
import { sql, type RawBuilder } from 'kysely'
import type { ColumnRef, RunQuery, RunRow } from '../../../src-shared/contract/run-query.ts'
import type { RunStatus } from '../../../src-shared/run-record.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { createBriefs } from './brief.ts'
import { createCellReader, type Member } from './cells.ts'
import { columnSql } from '../../store/query/column-sql.ts'
import { allRows } from '../../store/query/compile.ts'
import { filterSql } from '../../store/query/filter-sql.ts'

interface GroupRow {
  newest: number
  members: string
  total: number
  totalRuns: number
}

export interface RunPage {
  total: number
  totalRuns: number
  rows: RunRow[]
}

/**
 * The runs table. One query filters, groups, sorts and cuts the page out; only the page's runs are then
 * read for what the cells show. Groups are sorted by the same mean that their cells hold.
 */
export function createRunLister(db: Database) {
  const briefs = createBriefs(db)
  const cells = createCellReader(db)
  const memberRows = db
    .prepare<[string], [number, string, number, RunStatus]>(
      `SELECT r.key, r.id, r.seed, r.status FROM json_each(?) wanted JOIN runs r ON r.key = wanted.value`,
    )
    .raw()

  return (query: RunQuery, page: { offset: number; limit: number }): RunPage => {
    const groups = allRows<GroupRow>(db, pageSql(query, page))
    const keys = groups.map(({ members }) =>
      members
        .split(',')
        .map(Number)
        .sort((a, b) => b - a),
    )
    const all = JSON.stringify(keys.flat())
    const members = new Map(
      memberRows
        .all(all)
        .map(([key, id, seed, status]): [number, Member] => [key, { key, id, seed, status }]),
    )
    const newest = briefs(groups.map((group) => group.newest))
    const columns = query.columns.map((column) => cells(column, all))
    const rows = groups.flatMap(({ newest: key }, i): RunRow[] => {
      const run = newest.get(key)
      const ofGroup = (keys[i] ?? []).flatMap((member) => members.get(member) ?? [])
      if (!run) return []
      const done = ofGroup.filter(({ status }) => status === 'completed')
      const measured = done.length > 0 ? done : ofGroup
      const grouped = query.group !== null
      return [
        {
          key: query.group === null ? run.id : `group:${(keys[i] ?? []).at(-1)}`,
          run,
          ids: ofGroup.map(({ id }) => id),
          seeds: ofGroup.map(({ seed }) => seed),
          statuses: countStatuses(ofGroup),
          metricsOver: done.length > 0 ? 'completed' : 'all',
          cells: columns.map((cell) => cell({ all: ofGroup, measured, grouped })),
        },
      ]
    })
    return { total: groups[0]?.total ?? 0, totalRuns: groups[0]?.totalRuns ?? 0, rows }
  }
}

export function runListHandlers({ core }: ApiContext): Handlers<'runs.list'> {
  const list = createRunLister(core.store.db)
  return {
    'runs.list'({ offset, limit, ...query }) {
      const page = list(query, { offset, limit })
      // Behind the end there is no row that could tell how many there are.
      const counted =
        page.rows.length === 0 && offset > 0 ? list(query, { offset: 0, limit: 1 }) : page
      return { total: counted.total, totalRuns: counted.totalRuns, offset, rows: page.rows }
    },
  }
}

const shown = {
  active: sql`r.deleted_at IS NULL AND r.archived_at IS NULL`,
  archived: sql`r.deleted_at IS NULL AND r.archived_at IS NOT NULL`,
  deleted: sql`r.deleted_at IS NOT NULL AND r.pending_import IS NULL`,
} as const

function pageSql(query: RunQuery, page: { offset: number; limit: number }): RawBuilder<unknown> {
  const { filter, show, sort, group } = query
  const sortValues = sort.map(({ column }, i) => sql`, ${columnSql(column)} AS ${name(i)}`)
  const condition = filter ? sql`${shown[show]} AND (${filterSql(filter)})` : shown[show]
  const orders = sort.map(({ column, descending }, i) => {
    const value = group === null ? name(i) : sortAggregate(column, name(i), descending)
    // What has no value stands last, whichever way round.
    return sql`${value} IS NULL, ${value} ${descending ? sql`DESC` : sql`ASC`}`
  })
  const order = sql.join([...orders, sql`max(run) DESC`])
  return sql`
    WITH matching AS (
      SELECT r.key AS run, r.status AS status, ${groupSql(group)} AS g ${sql.join(sortValues, sql``)}
      FROM runs r WHERE ${condition}
    )
    SELECT max(run) AS newest, group_concat(run) AS members,
      count(*) OVER () AS total, sum(count(*)) OVER () AS totalRuns
    FROM matching GROUP BY g ORDER BY ${order}
    LIMIT ${page.limit} OFFSET ${page.offset}`
}

function groupSql(group: RunQuery['group']): RawBuilder<unknown> {
  if (group === null) return sql`r.key`
  if (group === 'config') return sql`r.group_hash`
  return sql`json_array(${sql.join(group.map(columnSql))})`
}

/** Metrics by their mean over the runs that cells count; what else there is by its extreme. */
function sortAggregate(
  column: ColumnRef,
  value: RawBuilder<unknown>,
  descending: boolean,
): RawBuilder<unknown> {
  if (column.kind !== 'metric') return descending ? sql`max(${value})` : sql`min(${value})`
  return sql`CASE WHEN max(status = 'completed')
    THEN avg(${value}) FILTER (WHERE status = 'completed') ELSE avg(${value}) END`
}

const name = (i: number) => sql.ref(`sort${i}`)

function countStatuses(members: Member[]): Partial<Record<RunStatus, number>> {
  const counts: Partial<Record<RunStatus, number>> = {}
  for (const { status } of members) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
