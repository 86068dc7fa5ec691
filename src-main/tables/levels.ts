import type { TableDimension } from '../../src-shared/tables/recipe.ts'
import type { TableEntry } from './entries.ts'

/** A value of every dimension, in their order. */
export type Levels = readonly string[]

export interface Axis {
  dimensions: readonly TableDimension[]
  /** Combinations that some entry has, in their order. */
  levels: Levels[]
  of(entry: TableEntry): Levels | undefined
}

/**
 * The rows or columns that dimensions make of the entries. What has no value for a factor belongs to another
 * grid and is left out; a setting that a run does not have is the level "".
 */
export function makeAxis(
  dimensions: readonly TableDimension[],
  entries: readonly TableEntry[],
): Axis {
  const of = (entry: TableEntry): Levels | undefined => {
    const values: string[] = []
    for (const { field, only } of dimensions) {
      const value = entry.valueOf(field)
      if (value === undefined && field.startsWith('factor.')) return undefined
      if (only && !only.includes(value ?? '')) return undefined
      values.push(value ?? '')
    }
    return values
  }
  const found = new Map<string, Levels>()
  for (const entry of entries) {
    const levels = of(entry)
    if (levels) found.set(keyOf(levels), levels)
  }
  const all = [...found.values()]
  const ranks = dimensions.map((dimension, i) =>
    rankLevels(
      all.map((levels) => levels[i] ?? ''),
      dimension,
    ),
  )
  const rank = (levels: Levels, i: number) => ranks[i]?.get(levels[i] ?? '') ?? 0
  all.sort((x, y) => {
    const i = dimensions.findIndex((_, d) => rank(x, d) !== rank(y, d))
    return i < 0 ? 0 : rank(x, i) - rank(y, i)
  })
  return { dimensions, levels: all, of }
}

/** One text for a combination of levels. */
export const keyOf = (levels: Levels): string => JSON.stringify(levels)

/** Those of `order` first, then numbers by size, then texts in the order in which they first appear. */
function rankLevels(
  values: readonly string[],
  { order = [] }: TableDimension,
): Map<string, number> {
  const distinct = [...new Set(values)]
  const isNumeric = distinct.every((value) => value === '' || Number.isFinite(Number(value)))
  const rest = distinct.filter((value) => !order.includes(value))
  if (isNumeric) rest.sort((a, b) => number(a) - number(b))
  return new Map([...order, ...rest].map((value, i) => [value, i]))
}

/** Nothing stands before the numbers. */
const number = (text: string): number => (text === '' ? -Infinity : Number(text))
