import { describe, expect, test } from 'vitest'
import { goalOf, lagsBehind, type Curve } from '../../src-main/suite/prune.ts'

const curve = (...points: [step: number, value: number][]): Curve => ({
  step: points.map(([step]) => step),
  value: points.map(([, value]) => value),
})
const rule = { minSteps: 0, minRuns: 1, goal: 'maximize' as const }

describe('median stopping', () => {
  // Averages up to step 20: 0.5, 0.65, 0.3; their median is 0.5.
  const completed = [
    curve([10, 0.4], [20, 0.6], [30, 0.9]),
    curve([10, 0.6], [20, 0.7], [30, 0.8]),
    curve([10, 0.3], [20, 0.3], [30, 0.3]),
  ]

  test('compares the best so far with the median of the others’ averages so far', () => {
    expect(lagsBehind(curve([10, 0.45], [20, 0.2]), completed, 20, rule)).toEqual({
      best: 0.45,
      median: expect.closeTo(0.5) as number,
      runs: 3,
    })
    expect(lagsBehind(curve([10, 0.51], [20, 0.2]), completed, 20, rule)).toBeUndefined()
  })

  test('equal is not worse', () => {
    const others = [curve([10, 0.5])]
    expect(lagsBehind(curve([10, 0.5]), others, 10, rule)).toBeUndefined()
  })

  test('an even number of runs has its median between the middle two', () => {
    const others = [curve([10, 0.2]), curve([10, 0.4])]
    expect(lagsBehind(curve([10, 0.29]), others, 10, rule)?.median).toBeCloseTo(0.3)
    expect(lagsBehind(curve([10, 0.31]), others, 10, rule)).toBeUndefined()
  })

  test('waits for minSteps, and for minRuns that have a value by then', () => {
    const bad = curve([10, 0], [20, 0])
    expect(lagsBehind(bad, completed, 20, { ...rule, minSteps: 21 })).toBeUndefined()
    expect(lagsBehind(bad, completed, 20, { ...rule, minSteps: 20 })).toBeDefined()
    expect(lagsBehind(bad, completed, 20, { ...rule, minRuns: 4 })).toBeUndefined()
    expect(lagsBehind(bad, completed, 5, rule)).toBeUndefined()
  })

  test('a loss is better the lower it is', () => {
    const others = [curve([10, 1]), curve([10, 2]), curve([10, 3])]
    const minimize = { ...rule, goal: 'minimize' as const }
    expect(lagsBehind(curve([10, 2.5]), others, 10, minimize)).toEqual({
      best: 2.5,
      median: 2,
      runs: 3,
    })
    expect(lagsBehind(curve([10, 1.5]), others, 10, minimize)).toBeUndefined()
  })

  test('NaN is the worst there is', () => {
    expect(lagsBehind(curve([10, NaN]), completed, 10, rule)).toMatchObject({ best: -Infinity })
    expect(lagsBehind(curve([10, NaN], [20, 0.9]), completed, 20, rule)).toBeUndefined()
  })

  test.each([
    ['dev/accuracy', 'maximize'],
    ['dev/loss', 'minimize'],
    ['train/virt_loss', 'minimize'],
    ['train/milliseconds', 'minimize'],
    ['train/pairs_per_second', 'maximize'],
    // Only the name's end is looked like one.
    ['dev/gloss', 'maximize'],
  ] as const)('of %s it is the better to %s', (metric, goal) => {
    expect(goalOf({ metric })).toBe(goal)
    expect(goalOf({ metric, goal: 'maximize' })).toBe('maximize')
  })
})
