import type { ReadableStyle } from './for-people.ts'
import type { ResultCell } from './table.ts'

/** What stands behind the number and is none. */
function tailOf({ text }: ResultCell, style: ReadableStyle): string {
  const { delta, mark, n } = text
  const signed = delta?.replace(/^-/, style.minus)
  return [
    signed === undefined ? '' : style.aside(`(${signed})`),
    mark && style.raised(mark),
    n === null ? '' : style.aside(`n=${n}`),
  ].join('')
}

/**
 * The S column in which these numbers stand under their points, `S[table-format=2.2(3)]`; undefined where they
 * are none for siunitx: intervals, NaN, no numbers at all. Works with version 2 and 3.
 */
export function siunitxColumn(
  cells: readonly ResultCell[],
  style: ReadableStyle,
): string | undefined {
  const texts = cells.map(({ text }) => text)
  const isPlain = texts.every(({ mean, low }) => /^-?\d+(\.\d+)?$/.test(mean) && low === null)
  if (texts.length === 0 || !isPlain) return undefined
  const parts = texts.map(({ mean }) => mean.replace('-', '').split('.'))
  const most = (lengths: number[]) => Math.max(0, ...lengths)
  const whole = most(parts.map(([digits = '']) => digits.length))
  const decimals = most(parts.map(([, digits = '']) => digits.length))
  const sign = texts.some(({ mean }) => mean.startsWith('-')) ? '-' : ''
  const spread = most(texts.map(({ std }) => std?.replace('.', '').replace(/^0+/, '').length ?? 0))
  const format = `${sign}${whole}.${decimals}${spread > 0 ? `(${spread})` : ''}`
  const tails = cells.map((cell) => tailOf(cell, style))
  const widest = tails.reduce((a, b) => (b.length > a.length ? b : a), '')
  // Room behind the numbers, or the tails would reach into the next column.
  const room = widest === '' ? '' : `,table-space-text-post={${widest}}`
  return `S[table-format=${format},separate-uncertainty=true,detect-weight=true${room}]`
}

/** `\bfseries 83.10 +- 0.42 {(+1.20)\textsuperscript{*}}`: the number for siunitx, the rest in braces. */
export function siunitxResult(cell: ResultCell, style: ReadableStyle): string {
  const { mean, std } = cell.text
  const tail = tailOf(cell, style)
  const number = std === null ? mean : `${mean} +- ${std}`
  return `${cell.bold ? '\\bfseries ' : ''}${number}${tail && ` {${tail}}`}`
}
