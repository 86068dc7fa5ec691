import type { SeedSummary } from '../../src-shared/statistics.ts'
import type { CellText, EvaluatedValue } from '../../src-shared/tables/evaluated.ts'
import type { TableRecipe } from '../../src-shared/tables/recipe.ts'

/** Digits of a cell, by the recipe; `delta` is cell − reference. */
export function cellTextOf(
  { mean, std, low, high, n }: SeedSummary,
  { percent, digits }: EvaluatedValue,
  recipe: TableRecipe,
  marks: { delta: number | null; significant: boolean },
): CellText {
  const write = (value: number) => fixed(percent ? 100 * value : value, digits)
  const { spread, showN } = recipe
  const { delta } = marks
  return {
    mean: write(mean),
    std: spread === 'std' && std !== null ? write(std) : null,
    low: spread === 'interval' && low !== null ? write(low) : null,
    high: spread === 'interval' && high !== null ? write(high) : null,
    delta: recipe.reference?.delta && delta !== null ? signed(write(delta)) : null,
    mark: recipe.reference?.marks && marks.significant ? '*' : '',
    n: showN ? String(n) : null,
  }
}

/** Never "-0.00". */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
  const text = value.toFixed(digits)
  return /^-[0.]+$/.test(text) ? text.slice(1) : text
}

const signed = (text: string): string =>
  /^[\d]/.test(text) && Number(text) !== 0 ? `+${text}` : text

/** `83.10 ± 0.42 (+1.20)*`, for a terminal and for what reads a cell aloud. */
export function plainCellText(text: CellText): string {
  const { mean, std, low, high, delta, mark, n } = text
  const spread = std === null ? '' : ` ± ${std}`
  const interval = low === null || high === null ? '' : ` [${low}, ${high}]`
  const difference = delta === null ? '' : ` (${delta})`
  const count = n === null ? '' : ` n=${n}`
  return (mean + spread + interval + difference + mark + count).replaceAll('-', '−')
}
