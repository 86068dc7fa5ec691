import type { DataConfig } from '../../../src-shared/config/data.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { SplitReport } from './dataset.ts'
import { shuffle } from './random.ts'

type Part = 'train' | 'dev' | 'test'

/**
 * Cuts parts from the training rows. Rows that share the text `by` (surrounding blanks aside) form a
 * group and stay together: premises repeat in MNLI and SNLI, and a dev premise seen in training would
 * flatter the result. Groups are drawn in a seeded order until a part has its share of the rows.
 * @throws UserError where there are too few groups to fill every part.
 */
export function splitRows<T extends { x: string; y: string }>(
  rows: readonly T[],
  split: DataConfig['split'],
  wanted: { dev: boolean; test: boolean },
): { parts: Record<Part, T[]>; report: SplitReport } {
  const groups = [...groupBy(rows, split.by)]
  const order = shuffle([...groups.keys()], [split.seed])
  const target = {
    dev: wanted.dev ? Math.round(rows.length * split.devFraction) : 0,
    test: wanted.test ? Math.round(rows.length * split.testFraction) : 0,
  }
  const partOf = new Array<Part>(groups.length).fill('train')
  const filled = { dev: 0, test: 0 }
  for (const name of ['dev', 'test'] as const) {
    if (!wanted[name]) continue
    for (const index of order) {
      const size = groups[index]?.length ?? 0
      if (partOf[index] !== 'train' || filled[name] + size > target[name]) continue
      partOf[index] = name
      filled[name] += size
    }
  }
  const part = (name: Part): T[] => groups.flatMap((group, i) => (partOf[i] === name ? group : []))
  const parts = { train: part('train'), dev: part('dev'), test: part('test') }
  for (const name of ['train', 'dev', 'test'] as const) {
    if ((name === 'train' || wanted[name]) && parts[name].length === 0) {
      throw new UserError(
        `no rows are left for ${name}: ${rows.length} rows in ${groups.length} groups that share ${split.by}`,
        { where: 'data.split', fix: 'change the fractions or split.by, or give the file itself' },
      )
    }
  }
  const count = (name: Part): { rows: number; groups: number } => ({
    rows: parts[name].length,
    groups: partOf.filter((p) => p === name).length,
  })
  return {
    parts,
    report: {
      by: split.by,
      seed: split.seed,
      parts: { train: count('train'), dev: count('dev'), test: count('test') },
    },
  }
}

/** Groups in order of first appearance. */
function groupBy<T extends { x: string; y: string }>(
  rows: readonly T[],
  by: 'x' | 'y' | 'row',
): Iterable<T[]> {
  if (by === 'row') return rows.map((row) => [row])
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const text = row[by].trim()
    const group = groups.get(text)
    if (group) group.push(row)
    else groups.set(text, [row])
  }
  return groups.values()
}
