import type { Cell, ColumnRef, MixedCell, SpreadCell } from '@shared/contract/run-query.ts'
import { metricKind } from '@shared/metric-kind.ts'
import {
  formatAgo,
  formatDuration,
  formatFixed,
  formatInteger,
  formatMetric,
  formatNumber,
  nothing,
} from '~/lib/format.ts'
import { timeFields } from './column-id.ts'

export const isSpread = (cell: Cell | undefined): cell is SpreadCell =>
  typeof cell === 'object' && cell !== null && 'mean' in cell
export const isMixed = (cell: Cell | undefined): cell is MixedCell =>
  typeof cell === 'object' && cell !== null && 'distinct' in cell

/** A mean with its deviation, the parts apart so that the deviation can stand back: 87.20, ± 0.43, %. */
export interface SpreadText {
  mean: string
  std: string | null
  unit: string
  n: string
}

export function spreadText(column: ColumnRef, { mean, std, n }: SpreadCell): SpreadText {
  const count = formatInteger(n)
  const parts = (write: (value: number) => string, unit: string): SpreadText => ({
    mean: write(mean),
    std: std === null ? null : write(std),
    unit,
    n: count,
  })
  if (column.kind === 'field' && column.field === 'durationSeconds') {
    return parts((value) => formatDuration(value * 1000), '')
  }
  if (column.kind !== 'metric') return parts((value) => formatNumber(value, 3), '')
  switch (metricKind(column.key)) {
    case 'share':
      return parts((value) => formatFixed(value * 100, 2), '%')
    case 'loss':
      return parts((value) => formatFixed(value, 4), '')
    case 'rate':
      return parts((value) => formatNumber(value, 3), '/s')
    case 'number':
      return parts((value) => formatNumber(value, 3), '')
  }
}

/** Of everything but spreads and mixed values. */
export function plainText(column: ColumnRef, cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return nothing
  if (typeof cell === 'boolean') return String(cell)
  if (typeof cell === 'object') return nothing
  if (typeof cell === 'string') return cell
  if (column.kind === 'metric') return formatMetric(column.key, cell)
  if (column.kind === 'field') {
    if (timeFields.has(column.field)) return formatAgo(cell)
    if (column.field === 'durationSeconds') return formatDuration(cell * 1000)
    return formatInteger(cell)
  }
  return formatSetting(cell)
}

/** A number of a configuration as one would type it: 0.00005 is 5e-5, 32 is 32. */
export function formatSetting(value: unknown): string {
  if (value === null || value === undefined) return nothing
  if (typeof value === 'number') {
    const size = Math.abs(value)
    return size > 0 && (size < 1e-3 || size >= 1e7) ? value.toExponential() : String(value)
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
