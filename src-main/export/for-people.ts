import { isResult, isSpread, type Cell, type ExportColumn, type ResultCell } from './table.ts'

/** How a format for readers writes what numbers and texts have in common. */
export interface ReadableStyle {
  nothing: string
  minus: string
  plusMinus: string
  escape(text: string): string
  bold(text: string): string
  /** A difference behind the number it belongs to. */
  aside(text: string): string
  raised(text: string): string
}

/** A cell as a reader wants it: `0.8312`, `0.8312 ± 0.0040 (3)`; of a result table in its own digits. */
export function readable(
  cell: Cell,
  style: ReadableStyle,
  column?: Pick<ExportColumn, 'significant'>,
): string {
  if (cell === null) return style.nothing
  if (typeof cell === 'string') return style.escape(cell)
  if (typeof cell === 'boolean') return String(cell)
  if (isResult(cell)) return result(cell, style)
  if (!isSpread(cell)) return number(cell, style, column?.significant)
  const { mean, std, n } = cell
  const spread = std === null ? '' : style.plusMinus + number(std, style)
  return `${number(mean, style)}${spread} (${n})`
}

/** `83.10 ± 0.42 (+1.20)*`, the mean and its spread in bold where they are the best. */
function result({ bold, text }: ResultCell, style: ReadableStyle): string {
  const signed = (digits: string) => digits.replace(/^-/, style.minus)
  const { mean, std, low, high, delta, mark, n } = text
  const spread = std === null ? '' : style.plusMinus + signed(std)
  const interval = low === null || high === null ? '' : ` [${signed(low)}, ${signed(high)}]`
  const value = signed(mean) + spread + interval
  return [
    bold ? style.bold(value) : value,
    delta === null ? '' : style.aside(`(${signed(delta)})`),
    mark && style.raised(mark),
    n === null ? '' : style.aside(`n=${n}`),
  ].join('')
}

/** Four decimals, as papers give accuracies; whole numbers and rates above 100 need fewer. */
function number(value: number, { minus }: ReadableStyle, significant?: number): string {
  const text = significant === undefined ? digits(value) : rounded(value, significant)
  return text.replace(/^-/, minus)
}

/** `5.77`, `12.0`, `0.0123`, `1230`; never as a power of ten within what people read. */
function rounded(value: number, significant: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value)
  const text = value.toPrecision(significant)
  return text.includes('e') ? String(Number(text)) : text
}

function digits(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  if (size < 1e-3) return value.toExponential(3)
  return value.toFixed(size >= 100 ? 1 : 4)
}
