import type { MeasureSettings } from '../../../src-shared/efficiency.ts'
import type { TimedCase } from './quantity.ts'

/** Times of model and reference in the same rounds, milliseconds. */
export interface Rounds {
  samples: number[]
  reference: number[] | null
}

/**
 * Runs the model and the reference by turns, round by round, the first to begin changing each round: what slows the
 * machine for a while slows both. Each warms up first, at least once and for up to a fifth of the time.
 */
export async function timeRounds(
  model: TimedCase,
  reference: TimedCase | undefined,
  { seconds, minRounds, maxRounds }: Pick<MeasureSettings, 'seconds' | 'minRounds' | 'maxRounds'>,
  now: () => number = () => performance.now(),
): Promise<Rounds> {
  const budget = 1000 * seconds
  const cases = reference ? [model, reference] : [model]
  const start = now()
  let round = 0
  do {
    for (const one of cases) await one.run(round)
    round++
  } while (now() - start < budget / 5)

  // Where the warm-up alone has used up the time, three rounds must do.
  const least = now() - start > budget ? Math.min(minRounds, 3) : minRounds

  const times: number[][] = cases.map(() => [])
  const begin = now()
  for (let n = 0; n < maxRounds && (n < least || now() - begin < budget); n++) {
    const order = n % 2 === 0 ? cases.keys() : [...cases.keys()].reverse()
    for (const which of order) {
      const before = now()
      await cases[which]!.run(n)
      times[which]!.push(now() - before)
    }
  }
  return { samples: times[0]!, reference: times[1] ?? null }
}
