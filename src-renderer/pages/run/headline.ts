import type { RunDetail, SeriesSummary } from '@shared/contract/runs.ts'

/** The numbers at the top of a run: by key, which value stands for it, and at which step. */
export interface Headline {
  key: string
  value: number | null
  reading: 'best' | 'last'
  step: number | null
}

const wanted: [key: string, reading: 'best' | 'last'][] = [
  ['dev/accuracy', 'best'],
  ['dev/macro_f1', 'best'],
  ['test/accuracy', 'last'],
  ['test/macro_f1', 'last'],
  ['train/loss', 'last'],
  ['inference/pairs_per_second', 'last'],
]

/** Always all of them, so that nothing moves when a number comes. */
export function headlines({ series, bestStep }: RunDetail): Headline[] {
  const byName = new Map(series.map((one) => [one.name, one]))
  return wanted.map(([key, reading]) => read(key, reading, byName.get(key), bestStep))
}

function read(
  key: string,
  reading: 'best' | 'last',
  found: SeriesSummary | undefined,
  bestStep: number | null,
): Headline {
  if (!found) return { key, value: null, reading, step: null }
  if (reading === 'best' && found.best !== null) {
    return { key, value: found.best, reading, step: bestStep }
  }
  return { key, value: found.last.value, reading: 'last', step: found.last.step }
}
