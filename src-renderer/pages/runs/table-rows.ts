import type { RunRow } from '@shared/contract/run-query.ts'

/** A row of the table: a run or a group, or (depth 1) a run of the group above it. */
export interface TableRow {
  key: string
  row: RunRow
  depth: 0 | 1
  /** A group of several runs, which can be opened. */
  expandable: boolean
  expanded: boolean
}

/**
 * The listed rows with the runs of opened groups under them. A row that is not loaded yet is undefined;
 * so are the runs of a group that was just opened.
 */
export function layOutRows(
  listed: readonly (RunRow | undefined)[],
  expanded: ReadonlySet<string>,
  members: ReadonlyMap<string, readonly RunRow[]>,
): (TableRow | undefined)[] {
  const rows: (TableRow | undefined)[] = []
  for (const row of listed) {
    if (!row) {
      rows.push(undefined)
      continue
    }
    const expandable = row.ids.length > 1
    const open = expandable && expanded.has(row.key)
    rows.push({ key: row.key, row, depth: 0, expandable, expanded: open })
    if (!open) continue
    const inner = members.get(row.key)
    for (const [index, id] of row.ids.entries()) {
      const member = inner?.[index]
      rows.push(
        member && {
          key: `${row.key}/${id}`,
          row: member,
          depth: 1,
          expandable: false,
          expanded: false,
        },
      )
    }
  }
  return rows
}
