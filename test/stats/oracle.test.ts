import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { binomialCdf, clopperPearson } from '../../src-main/stats/distributions/binomial.ts'
import { chiSquaredUpper } from '../../src-main/stats/distributions/chi-squared.ts'
import { normalTwoSided } from '../../src-main/stats/distributions/normal.ts'
import { logGamma } from '../../src-main/stats/distributions/special.ts'
import { studentCritical, studentTwoSided } from '../../src-main/stats/distributions/student-t.ts'
import { exampleData } from '../../src-main/stats/examples/example-pairs.ts'
import { holm } from '../../src-main/stats/holm.ts'
import { meanInterval } from '../../src-main/stats/mean-interval.ts'
import type { PairedData } from '../../src-main/stats/paired.ts'
import { effects, pairedTests } from '../../src-main/stats/registry.ts'
import { bootstrapInterval } from '../../src-main/stats/tests/paired-bootstrap.ts'
import { additive, classesOnly, dataOfSeeds } from './paired-data.ts'

/** Numbers of scipy, scikit-learn and statsmodels; statistics.py made them. */
const oracle = JSON.parse(
  readFileSync(new URL('../oracle/statistics.json', import.meta.url), 'utf8'),
) as Oracle

interface Oracle {
  distributions: Record<string, number[][]>
  seeds: {
    kind: string
    a: number[]
    b: number[]
    mean: number
    std: number
    interval: number[]
    t: number[]
    differenceInterval: number[]
    wilcoxon: number[]
    cohensD: number
  }[]
  mcnemar: {
    onlyA: number
    onlyB: number
    exact: number[]
    chi2: number[]
    oddsRatio: (number | null)[]
  }[]
  examples: {
    gold: number[]
    a: number[][]
    b: number[][]
    accuracy: number[]
    difference: number
    interval: number[]
    bootstrapInterval: number[]
    bootstrapP: number
    randomizationP: number
    macroF1Difference: number
    macroF1BootstrapInterval: number[]
  }
  exactRandomization: { differences: number[]; p: number }
  holm: { p: number[]; adjusted: number[] }[]
}

const resampling = { rounds: 20_000, seed: 1 }

/** Equal to `digits` significant digits, also where both are tiny. */
function expectClose(actual: number, expected: number, digits = 10): void {
  const scale = Math.max(Math.abs(expected), Number.MIN_VALUE)
  expect(Math.abs(actual - expected) / scale, `${actual} for ${expected}`).toBeLessThan(
    10 ** -digits,
  )
}

describe('distributions are scipy’s', () => {
  const functions: Record<string, (...args: number[]) => number | number[]> = {
    normalTwoSided: (z) => normalTwoSided(z),
    chiSquaredUpper: (x, df) => chiSquaredUpper(x, df),
    studentTwoSided: (t, df) => studentTwoSided(t, df),
    studentCritical: (level, df) => studentCritical(level, df),
    binomialCdf: (k, n, p) => binomialCdf(k, n, p),
    logGamma: (x) => logGamma(x),
  }
  it.each(Object.keys(functions))('%s', (name) => {
    const rows = oracle.distributions[name] ?? []
    expect(rows.length).toBeGreaterThan(4)
    for (const row of rows) {
      const expected = row.at(-1)!
      const actual = functions[name]!(...row.slice(0, -1)) as number
      if (expected === 0) expect(Math.abs(actual)).toBeLessThan(1e-14)
      else expectClose(actual, expected)
    }
  })

  it('clopperPearson', () => {
    for (const [k, n, low, high] of oracle.distributions['clopperPearson'] ?? []) {
      const interval = clopperPearson(k!, n!, 0.95)
      expect(interval[0]).toBeCloseTo(low!, 11)
      expect(interval[1]).toBeCloseTo(high!, 11)
    }
  })
})

describe.each(oracle.seeds)('$kind of $a.length seeds', (given) => {
  const data = dataOfSeeds(given.a, given.b)

  it('has scipy’s mean, standard deviation and t interval', () => {
    const { mean, std, low, high } = meanInterval(given.a)
    expectClose(mean, given.mean)
    expectClose(std!, given.std)
    expectClose(low!, given.interval[0]!)
    expectClose(high!, given.interval[1]!)
  })

  it('has scipy’s paired t and its interval of the difference', async () => {
    const result = await pairedTests.paired_t.run(data, resampling)
    expect(result).toMatchObject({ n: given.a.length })
    if (typeof result === 'string') throw new Error(result)
    expectClose(result.statistic, given.t[0]!, 8)
    expectClose(result.p, given.t[1]!, 8)
    const difference = effects.difference_over_seeds.compute(data)
    if (typeof difference === 'string') throw new Error(difference)
    expect(difference.low).toBeCloseTo(given.differenceInterval[0]!, 10)
    expect(difference.high).toBeCloseTo(given.differenceInterval[1]!, 10)
  })

  it('has scipy’s Wilcoxon', async () => {
    const result = await pairedTests.wilcoxon.run(data, resampling)
    if (typeof result === 'string') throw new Error(result)
    expectClose(result.statistic, given.wilcoxon[0]!, 9)
    expectClose(result.p, given.wilcoxon[1]!, 9)
  })

  it('has numpy’s Cohen’s d', () => {
    const d = effects.cohens_d.compute(data)
    if (typeof d === 'string') throw new Error(d)
    expectClose(d.value, given.cohensD, 9)
  })
})

describe.each(oracle.mcnemar)('McNemar with $onlyA and $onlyB', (given) => {
  const { onlyA, onlyB } = given
  const data: PairedData = {
    ...dataOfSeeds([], []),
    contingency: { bothRight: 50, onlyA, onlyB, bothWrong: 20 },
  }

  it.each([
    ['mcnemar_exact', given.exact],
    ['mcnemar_chi2', given.chi2],
  ] as const)('%s is statsmodels’', async (key, [statistic, p]) => {
    const result = await pairedTests[key].run(data, resampling)
    if (typeof result === 'string') throw new Error(result)
    expect(result.statistic).toBeCloseTo(statistic!, 10)
    expectClose(result.p, p!)
    expect(result.n).toBe(onlyA + onlyB)
  })

  it('has the odds ratio and scipy’s exact interval', () => {
    const result = effects.odds_ratio.compute(data)
    if (typeof result === 'string') throw new Error(result)
    const [value, low, high] = given.oddsRatio
    expect(result.value).toBeCloseTo(value ?? Infinity, 9)
    expect(result.low).toBeCloseTo(low!, 9)
    expect(result.high).toBeCloseTo(high ?? Infinity, 9)
  })
})

describe('three seeds on 400 examples', () => {
  const { examples } = oracle
  const shared = {
    examples: examples.gold.length,
    ...classesOnly,
    classes: 3,
    gold: Int32Array.from(examples.gold),
    a: examples.a.map((answers) => Int32Array.from(answers)),
    b: examples.b.map((answers) => Int32Array.from(answers)),
  }
  const accuracy: PairedData = { ...dataOfSeeds([], []), ...exampleData(shared, 'accuracy') }
  const macroF1: PairedData = { ...dataOfSeeds([], []), ...exampleData(shared, 'macro_f1') }

  it('difference and its interval over examples', () => {
    const result = effects.difference_over_examples.compute(accuracy)
    if (typeof result === 'string') throw new Error(result)
    expectClose(result.value, examples.difference)
    expectClose(result.low!, examples.interval[0]!)
    expectClose(result.high!, examples.interval[1]!)
  })

  it('paired bootstrap: scipy’s percentile interval and p, to what resampling can tell', async () => {
    const result = await pairedTests.paired_bootstrap.run(accuracy, resampling)
    if (typeof result === 'string') throw new Error(result)
    expect(Math.abs(result.p - examples.bootstrapP)).toBeLessThan(0.006)
    const interval = await bootstrapInterval(accuracy, resampling)
    if (typeof interval === 'string') throw new Error(interval)
    expect(Math.abs(interval[0] - examples.bootstrapInterval[0]!)).toBeLessThan(0.0015)
    expect(Math.abs(interval[1] - examples.bootstrapInterval[1]!)).toBeLessThan(0.0015)
  })

  it('approximate randomization: scipy’s permutation test of samples', async () => {
    const result = await pairedTests.approximate_randomization.run(accuracy, resampling)
    if (typeof result === 'string') throw new Error(result)
    expect(Math.abs(result.p - examples.randomizationP)).toBeLessThan(0.006)
  })

  it('macro F1 is resampled with a matrix of its own a seed, as scikit-learn would', async () => {
    const result = await pairedTests.paired_bootstrap.run(macroF1, { rounds: 4000, seed: 1 })
    if (typeof result === 'string') throw new Error(result)
    expectClose(result.statistic, examples.macroF1Difference)
    const interval = await bootstrapInterval(macroF1, { rounds: 4000, seed: 1 })
    if (typeof interval === 'string') throw new Error(interval)
    expect(Math.abs(interval[0] - examples.macroF1BootstrapInterval[0]!)).toBeLessThan(0.003)
    expect(Math.abs(interval[1] - examples.macroF1BootstrapInterval[1]!)).toBeLessThan(0.003)
  })
})

it('few differing examples: all exchanges are tried, and p is scipy’s exact one', async () => {
  const { differences, p } = oracle.exactRandomization
  const result = await pairedTests.approximate_randomization.run(additive(differences), resampling)
  if (typeof result === 'string') throw new Error(result)
  expectClose(result.p, p)
  expect(result.smallestP).toBe(2 / 2 ** 8)
})

it.each(oracle.holm)('Holm of $p is statsmodels’', ({ p, adjusted }) => {
  holm(p).forEach((value, i) => expect(value).toBeCloseTo(adjusted[i]!, 12))
})
