import { describe, expect, it } from 'vitest'
import { timeRounds } from '../../src-main/trainer/efficiency/time-rounds.ts'
import { bestWithin, paretoStandings, type Tradeoff } from '../../src-shared/pareto.ts'
import { medianInterval, speedUp, timingStats } from '../../src-shared/timing-stats.ts'

describe('times of a quantity', () => {
  it('have numpy’s percentiles', () => {
    const stats = timingStats([4, 1, 3, 2])
    expect(stats).toMatchObject({ n: 4, min: 1, mean: 2.5, p50: 2.5, max: 4 })
    expect(stats.p95).toBeCloseTo(3.85, 12)
    expect(stats.p99).toBeCloseTo(3.97, 12)
  })

  it('say which samples lie far out, and keep them', () => {
    const samples = [10, 11, 10, 12, 11, 10, 90, 11]
    const stats = timingStats(samples)
    expect(stats.outliers).toEqual([6])
    expect(stats.max).toBe(90)
    expect(timingStats([5, 5, 5]).outliers).toEqual([])
  })

  it('give a median with an interval around it', () => {
    const { value, low, high } = medianInterval([3, 1, 2, 5, 4])
    expect(value).toBe(3)
    expect(low).toBeLessThan(3)
    expect(high).toBeGreaterThan(3)
  })
})

describe('the speed-up', () => {
  it('is the ratio of medians', () => {
    expect(speedUp([2, 2, 2], [6, 6, 6])).toEqual({ value: 3, low: 3, high: 3 })
  })

  it('has a narrow interval where a slow machine slowed both', () => {
    const load = [1, 3, 1.5, 8, 2, 1, 4, 1.2, 2.5, 6]
    const { low, high } = speedUp(
      load.map((slowness) => 2 * slowness),
      load.map((slowness) => 10 * slowness),
    )
    expect(low).toBeCloseTo(5, 12)
    expect(high).toBeCloseTo(5, 12)
  })
})

describe('rounds', () => {
  const clock = () => {
    let time = 0
    const ran: string[] = []
    const takes = (name: string, ms: number) => ({
      size: 1,
      units: 1,
      run: (round: number) => {
        time += ms
        ran.push(`${name}${round}`)
        return Promise.resolve()
      },
    })
    return { now: () => time, ran, takes }
  }

  it('time model and reference by turns on the same texts, after warming up', async () => {
    const { now, ran, takes } = clock()
    const settings = { seconds: 0.001, minRounds: 3, maxRounds: 10 }
    const rounds = await timeRounds(takes('m', 5), takes('r', 20), settings, now)
    expect(ran).toEqual(['m0', 'r0', 'm0', 'r0', 'r1', 'm1', 'm2', 'r2'])
    expect(rounds).toEqual({ samples: [5, 5, 5], reference: [20, 20, 20] })
  })

  it('are three where one alone takes longer than there is time', async () => {
    const { now, takes } = clock()
    const settings = { seconds: 1, minRounds: 5, maxRounds: 99 }
    const slow = await timeRounds(takes('m', 2000), undefined, settings, now)
    expect(slow.samples).toHaveLength(3)
  })

  it('end after the time or the most rounds, whichever comes first', async () => {
    const { now, takes } = clock()
    const some = await timeRounds(
      takes('m', 100),
      undefined,
      { seconds: 1, minRounds: 3, maxRounds: 99 },
      now,
    )
    expect(some.samples).toHaveLength(10)
    expect(some.reference).toBeNull()
    const most = await timeRounds(
      takes('m', 1),
      undefined,
      { seconds: 1, minRounds: 3, maxRounds: 50 },
      now,
    )
    expect(most.samples).toHaveLength(50)
  })
})

describe('the Pareto front', () => {
  const system = (
    cost: number,
    mean: number,
    noise: { cost?: number; std?: number } = {},
  ): Tradeoff => ({
    cost: { value: cost, low: cost - (noise.cost ?? 0), high: cost + (noise.cost ?? 0) },
    score: { mean, std: noise.std ?? null },
  })

  it('is what nothing is both cheaper and better than', () => {
    const systems = [system(1, 0.7), system(2, 0.9), system(3, 0.8), system(9, 0.95)]
    expect(paretoStandings(systems)).toEqual(['front', 'front', 'dominated', 'front'])
  })

  it('keeps those tied that only noise puts below it', () => {
    const better = system(2, 0.9, { std: 0.02, cost: 0.5 })
    const nearlyAsGood = system(2.2, 0.89, { std: 0.02, cost: 0.5 })
    const clearlyWorse = system(2.2, 0.7, { std: 0.02, cost: 0.5 })
    const clearlySlower = system(5, 0.9, { std: 0.02, cost: 0.5 })
    expect(paretoStandings([better, nearlyAsGood, clearlyWorse, clearlySlower])).toEqual([
      'front',
      'tied',
      'dominated',
      'dominated',
    ])
  })

  it('has two systems of equal cost and score both', () => {
    expect(paretoStandings([system(1, 0.5), system(1, 0.5)])).toEqual(['front', 'front'])
  })

  it('tells the best within a budget and what is tied with it', () => {
    const cheap = system(1, 0.8, { std: 0.02 })
    const best = system(4, 0.83, { std: 0.03 })
    const poor = system(2, 0.5, { std: 0.01 })
    const dear = system(6, 0.99)
    expect(bestWithin([cheap, best, poor, dear], 5)).toEqual({ best, tied: [cheap] })
    expect(bestWithin([dear], 5)).toBeUndefined()
  })
})
