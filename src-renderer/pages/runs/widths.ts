import { columnOf, tagsColumn } from './column-id.ts'
import type { ValueType } from './filter-model.ts'

/** Wide enough for what usually stands in it: "87.20 ± 0.43 % (5)" takes 150 pixels. */
export function columnWidth(id: string): number {
  if (id === tagsColumn) return 160
  const column = columnOf(id)
  if (column?.kind === 'level') return Math.min(240, Math.max(130, column.factor.length * 7 + 66))
  // Room for the title, too.
  if (column && column.kind !== 'field') {
    return Math.min(
      240,
      Math.max(150, column.key.length * 7 + (column.kind === 'metric' ? 56 : 24)),
    )
  }
  switch (column?.field) {
    case 'name':
      return 240
    case 'seed':
      return 90
    case 'suite':
      return 170
    case 'status':
      return 150
    case 'durationSeconds':
      return 150
    case 'createdAt':
    case 'startedAt':
    case 'endedAt':
      return 120
    case 'device':
    case 'notes':
      return 220
    default:
      return 130
  }
}

/** Numbers stand at the right, where their digits line up. */
export const isNumeric = (id: string, type: ValueType) => type === 'number' && id !== 'f:id'
