import { isSpread, type Cell } from './table.ts'

/** How a format for readers writes what numbers and texts have in common. */
export interface ReadableStyle {
  nothing: string
  minus: string
  plusMinus: string
  escape(text: string): string
}

/** A cell as a reader wants it: `0.8312`, `0.8312 ± 0.0040 (3)`. */
export function readable(cell: Cell, style: ReadableStyle): string {
  if (cell === null) return style.nothing
  if (typeof cell === 'string') return style.escape(cell)
  if (typeof cell === 'boolean') return String(cell)
  if (!isSpread(cell)) return number(cell, style)
  const { mean, std, n } = cell
  const spread = std === null ? '' : style.plusMinus + number(std, style)
  return `${number(mean, style)}${spread} (${n})`
}

/** Four decimals, as papers give accuracies; whole numbers and rates above 100 need fewer. */
function number(value: number, { minus }: ReadableStyle): string {
  return digits(value).replace(/^-/, minus)
}

function digits(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  if (size < 1e-3) return value.toExponential(3)
  return value.toFixed(size >= 100 ? 1 : 4)
}
