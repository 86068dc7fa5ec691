import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boldOf } from '../../src-main/stats/best.ts'
import { exampleData } from '../../src-main/stats/examples/example-pairs.ts'
import type { SharedAnswers } from '../../src-main/stats/examples/shared-answers.ts'
import { mrr } from '../../src-main/trainer/metrics/mrr.ts'
import { rankCandidates } from '../../src-main/trainer/metrics/rankings.ts'
import { spearman } from '../../src-main/trainer/metrics/spearman.ts'
import { holm } from '../../src-main/stats/holm.ts'
import { meanInterval } from '../../src-main/stats/mean-interval.ts'
import { isRefusal, type PairedData } from '../../src-main/stats/paired.ts'
import { effects, pairedTests } from '../../src-main/stats/registry.ts'
import { effectKeys, pairedTestKeys } from '../../src-shared/statistics.ts'
import { classesOnly, dataOfSeeds } from './paired-data.ts'

const resampling = { rounds: 200, seed: 7 }
const value = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000)
const seeds = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 12 })

/** Two seeds of two systems that answer a few questions with one of three classes. */
const answers = fc
  .array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 5, maxLength: 5 }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((rows): SharedAnswers => {
    const column = (i: number) => Int32Array.from(rows, (row) => row[i]!)
    return {
      ...classesOnly,
      examples: rows.length,
      classes: 3,
      gold: column(0),
      a: [column(1), column(2)],
      b: [column(3), column(4)],
    }
  })
const flip = (of: SharedAnswers): SharedAnswers => ({ ...of, a: of.b, b: of.a })
const dataOf = (of: SharedAnswers, metric = 'accuracy'): PairedData => ({
  ...dataOfSeeds([], []),
  ...exampleData(of, metric),
})

describe.each(pairedTestKeys)('%s', (key) => {
  const test = pairedTests[key]
  const { over } = test

  it('gives a p between its smallest and 1, the same one whichever system comes first', async () => {
    const check = async (data: PairedData, flipped: PairedData) => {
      const result = await test.run(data, resampling)
      const other = await test.run(flipped, resampling)
      if (isRefusal(result)) {
        expect(other).toBe(result)
        return
      }
      expect(result.p).toBeLessThanOrEqual(1)
      expect(result.p).toBeGreaterThanOrEqual(result.smallestP * (1 - 1e-9))
      expect(isRefusal(other) ? NaN : other.p).toBeCloseTo(result.p, 9)
    }
    if (over === 'seeds') {
      await fc.assert(
        fc.asyncProperty(seeds, (pairs) => {
          const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
          return check(dataOfSeeds(a, b), dataOfSeeds(b, a))
        }),
      )
    } else {
      await fc.assert(
        fc.asyncProperty(answers, (of) => check(dataOf(of), dataOf(flip(of)))),
        { numRuns: 40 },
      )
    }
  })

  it('finds no difference between a system and itself', async () => {
    const same = new Int32Array([0, 1, 1, 0])
    const data: PairedData = {
      ...dataOfSeeds([0.5, 0.6, 0.7], [0.5, 0.6, 0.7]),
      ...exampleData(
        { ...classesOnly, examples: 4, classes: 2, gold: same, a: [same], b: [same] },
        'accuracy',
      ),
    }
    const result = await test.run(data, resampling)
    expect(isRefusal(result) ? result : result.p).toBe(
      over === 'seeds' || key === 'paired_bootstrap' ? 1 : 'no_discordant_answers',
    )
  })

  it('gives the same numbers again', async () => {
    const [sample] = fc.sample(answers, { numRuns: 1, seed: 3 })
    const data = { ...dataOf(sample!), seeds: dataOfSeeds([0.3, 0.5, 0.9], [0.2, 0.6, 0.1]).seeds }
    expect(await test.run(data, resampling)).toEqual(await test.run(data, resampling))
  })
})

describe('metrics over examples', () => {
  it.each(['accuracy', 'macro_f1'])('%s: exchanging all answers turns the sign', (metric) => {
    fc.assert(
      fc.property(answers, (of) => {
        const { examples } = dataOf(of, metric)
        if (isRefusal(examples)) throw new Error(examples)
        const none = new Uint8Array(examples.differing.length)
        expect(examples.exchanged(none)).toBeCloseTo(examples.difference, 12)
        expect(examples.exchanged(none.fill(1))).toBeCloseTo(-examples.difference, 12)
        expect(examples.drawn(Int32Array.from(of.gold.keys()))).toBeCloseTo(examples.difference, 12)
      }),
    )
  })

  it('correlations of scores, and rankings by query, are the metrics of the whole', () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 3 }),
      ...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 50 })),
    )
    fc.assert(
      fc.property(fc.array(row, { minLength: 3, maxLength: 30 }), (rows) => {
        const column = (i: number) => Float64Array.from(rows, (of) => of[i]!)
        const query = rows.map((of) => `query ${of[1]}`)
        const [gold, a, b] = [column(0), [column(2), column(3)], [column(4), column(5)]]
        const of: SharedAnswers = {
          examples: rows.length,
          classes: 5,
          gold: Int32Array.from(gold),
          a: a.map((values) => Int32Array.from(values)),
          b: b.map((values) => Int32Array.from(values)),
          scores: { gold, a, b },
          ranking: { query, gains: gold, a, b },
        }
        const all = Int32Array.from(rows.keys())
        const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length

        const correlations = dataOf(of, 'spearman').examples
        if (isRefusal(correlations)) throw new Error(correlations)
        const whole =
          mean(a.map((scores) => spearman.compute(gold, scores))) -
          mean(b.map((scores) => spearman.compute(gold, scores)))
        expect(correlations.difference).toBeCloseTo(whole, 10)
        expect(correlations.drawn(all)).toBeCloseTo(whole, 10)
        const swap = new Uint8Array(correlations.differing.length).fill(1)
        expect(correlations.exchanged(swap)).toBeCloseTo(-whole, 10)

        const rankings = dataOf(of, 'mrr').examples
        const valueOf = (scores: Float64Array) => mrr.compute(rankCandidates(query, scores, gold))
        if (gold.every((gain) => gain === 0)) {
          expect(rankings).toBe('no_shared_predictions')
        } else if (!isRefusal(rankings)) {
          expect(rankings.difference).toBeCloseTo(mean(a.map(valueOf)) - mean(b.map(valueOf)), 10)
        }
      }),
    )
  })

  it('counts every answer once in the contingency table', () => {
    fc.assert(
      fc.property(answers, (of) => {
        const { contingency, exampleDifferences } = dataOf(of)
        if (isRefusal(contingency) || isRefusal(exampleDifferences)) throw new Error('refused')
        const { bothRight, onlyA, onlyB, bothWrong } = contingency
        expect(bothRight + onlyA + onlyB + bothWrong).toBe(2 * of.examples)
        const sum = exampleDifferences.reduce((total, difference) => total + difference, 0)
        expect(2 * sum).toBeCloseTo(onlyA - onlyB, 9)
      }),
    )
  })
})

describe('effects', () => {
  it.each(effectKeys)('%s of a system against itself is none, or refused', (key) => {
    const same = new Int32Array([0, 1, 1, 0])
    const shared = { ...classesOnly, examples: 4, classes: 2, gold: same, a: [same], b: [same] }
    const data: PairedData = {
      ...dataOfSeeds([0.5, 0.6], [0.5, 0.6]),
      ...exampleData(shared, 'accuracy'),
    }
    const result = effects[key].compute(data)
    expect(isRefusal(result) || result.value === effects[key].none).toBe(true)
  })
})

describe('Holm', () => {
  const many = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 })

  it('never makes a p smaller, nor larger than Bonferroni, and keeps their order', () => {
    fc.assert(
      fc.property(many, (p) => {
        const adjusted = holm(p)
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i]!)
          expect(value).toBeLessThanOrEqual(Math.min(1, p.length * p[i]!) + 1e-12)
          adjusted.forEach((other, j) => {
            if (p[i]! < p[j]!) expect(value).toBeLessThanOrEqual(other)
          })
        })
      }),
    )
  })
})

describe('mean and interval', () => {
  it('holds the mean, and one seed has no spread', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), (values) => {
        const { n, mean, std, low, high } = meanInterval(values)
        expect(n).toBe(values.length)
        if (n === 1) expect([std, low, high]).toEqual([null, null, null])
        else expect(low! <= mean && mean <= high!).toBe(true)
      }),
    )
  })
})

describe('the best, and those not significantly worse, in bold', () => {
  it('marks the best and what the test could not tell from it', () => {
    const bold = boldOf([0.8, 0.85, 0.84, 0.6, null], 'higher', [0.01, null, 0.4, null, null], 0.05)
    expect(bold).toEqual([false, true, true, false, false])
  })

  it('marks the lowest where lower is better, and equals of the best', () => {
    expect(boldOf([2, 1, 1, 3], 'lower', [0.001, null, null, 0.001], 0.05)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('marks nothing in nothing', () => {
    expect(boldOf([null, NaN], 'higher', [null, null], 0.05)).toEqual([false, false])
  })
})

describe('tests that cannot reach significance say so by their smallest p', () => {
  it('Wilcoxon with five seeds', async () => {
    const data = dataOfSeeds([2, 3, 4, 5, 6], [1, 1, 1, 1, 1])
    const result = await pairedTests.wilcoxon.run(data, resampling)
    expect(result).toMatchObject({ p: 0.0625, smallestP: 0.0625 })
  })

  it('McNemar with four discordant answers', async () => {
    const data: PairedData = {
      ...dataOfSeeds([], []),
      contingency: { bothRight: 90, onlyA: 4, onlyB: 0, bothWrong: 6 },
    }
    const result = await pairedTests.mcnemar_exact.run(data, resampling)
    expect(result).toMatchObject({ p: expect.closeTo(0.125, 12) as number, smallestP: 0.125 })
  })
})
