import { isResult, type Cell, type Exporter } from './table.ts'

/**
 * A list of objects, one a row. JSON has no NaN and no infinity: these are the texts "NaN", "Infinity"
 * and "-Infinity".
 */
export const json: Exporter = {
  format: 'json',
  extension: 'json',
  mimeType: 'application/json',
  summary: 'a list of objects, numbers at full precision',
  *render({ columns, rows }) {
    let first = true
    yield '['
    for (const row of rows) {
      const object = Object.fromEntries(columns.map(({ key }, i) => [key, value(row[i] ?? null)]))
      yield `${first ? '' : ','}\n  ${JSON.stringify(object)}`
      first = false
    }
    yield first ? ']\n' : '\n]\n'
  },
}

function value(cell: Cell): unknown {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell)
  if (typeof cell !== 'object' || cell === null) return cell
  const { mean, std, n } = cell
  if (isResult(cell)) {
    const { low, high, delta, p, bold } = cell
    const numbers = { mean, std, n, low, high, delta, p }
    const written = Object.entries(numbers).map(([key, number]) => [key, value(number)] as const)
    return { ...Object.fromEntries(written), bold }
  }
  return { mean: value(mean), std: value(std), n }
}
