import type { Refusal, Resampling } from '../../../src-shared/statistics.ts'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { createBreather } from '../breathe.ts'
import { isRefusal, type ExamplePairs, type PairedData, type PairedTest } from '../paired.ts'

/**
 * The paired bootstrap (Efron and Tibshirani 1993, ch. 16; Berg-Kirkpatrick et al., EMNLP 2012): examples are
 * drawn with replacement, each with both systems' answers. p is the share of draws whose difference lies at
 * least as far from the real one as the real one lies from 0, (c + 1) / (rounds + 1).
 */
export const pairedBootstrap: PairedTest = {
  title: 'paired bootstrap',
  over: 'examples',
  async run({ examples }, options) {
    if (isRefusal(examples)) return examples
    const { difference, examples: n } = examples
    const bar = Math.abs(difference) - 1e-12
    const draws = await drawDifferences(examples, options)
    const count = draws.reduce((c, drawn) => (Math.abs(drawn - difference) >= bar ? c + 1 : c), 0)
    const smallestP = 1 / (options.rounds + 1)
    return { statistic: difference, p: (count + 1) / (options.rounds + 1), n, smallestP }
  },
}

/** The difference's 95 % interval: the percentiles 2.5 and 97.5 of the draws. */
export async function bootstrapInterval(
  { examples }: PairedData,
  options: Resampling,
): Promise<[low: number, high: number] | Refusal> {
  if (isRefusal(examples)) return examples
  const draws = (await drawDifferences(examples, options)).toSorted()
  return [percentile(draws, 0.025), percentile(draws, 0.975)]
}

const drawn = new WeakMap<ExamplePairs, { of: Resampling; draws: Promise<Float64Array> }>()

/** The test and the interval of one comparison look at the same draws, which are the costly part. */
function drawDifferences(pairs: ExamplePairs, of: Resampling): Promise<Float64Array> {
  const known = drawn.get(pairs)
  if (known?.of.rounds === of.rounds && known.of.seed === of.seed) return known.draws
  const draws = draw(pairs, of)
  drawn.set(pairs, { of, draws })
  return draws
}

async function draw(pairs: ExamplePairs, { rounds, seed }: Resampling): Promise<Float64Array> {
  const breathe = createBreather()
  const generator = xoroshiro128plus(seed)
  const n = pairs.examples
  const chosen = new Int32Array(n)
  const differences = new Float64Array(rounds)
  for (let round = 0; round < rounds; round++) {
    // 32 random bits times n: uneven by n / 2³², far below what so many rounds can see.
    for (let i = 0; i < n; i++) chosen[i] = ((generator.next() >>> 0) / 2 ** 32) * n
    differences[round] = pairs.drawn(chosen)
    await breathe()
  }
  return differences
}

/** Of sorted values, between two of them in proportion (numpy's `linear`). */
function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at % 1)
}
