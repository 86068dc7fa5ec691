import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { learningRateAt } from '../../src-main/trainer/schedule.ts'
import { sharedData, sharedDataMissing } from '../support/shared-data.ts'

const rates = (schedule: 'linear' | 'constant' | 'cosine', warmupRatio: number, total = 10) =>
  Array.from({ length: total }, (_, step) =>
    learningRateAt(step, total, { learningRate: 10, schedule, warmupRatio }),
  )

describe.skipIf(sharedDataMissing)('schedules against Hugging Face’s numbers', () => {
  const golden = () =>
    (
      JSON.parse(readFileSync(sharedData('golden/misc-golden.json'), 'utf8')) as {
        lr_schedules: Record<string, number[]> & { tolerance: number }
      }
    ).lr_schedules
  it.each([
    ['linear', 0.2, 'linear(warmup=2,total=10)'],
    ['cosine', 0.2, 'cosine(warmup=2,total=10)'],
    ['constant', 0, 'constant'],
    ['constant', 0.4, 'constant_with_warmup(warmup=4)'],
  ] as const)('%s with a warm-up of %f', (schedule, warmupRatio, name) => {
    rates(schedule, warmupRatio).forEach((rate, step) => {
      const error = Math.abs(rate - golden()[name]![step]!)
      expect(error, `step ${step}`).toBeLessThanOrEqual(golden().tolerance)
    })
  })
})

describe('a schedule', () => {
  it('starts at the full rate without warm-up', () => {
    expect(rates('linear', 0)[0]).toBe(10)
  })

  it('rounds a warm-up of part of a step up to a whole one', () => {
    expect(rates('linear', 0.01)[0]).toBe(0)
    expect(rates('linear', 0.01)[1]).toBe(10)
  })

  it('never falls below 0, whatever the step', () => {
    expect(learningRateAt(12, 10, { learningRate: 1, schedule: 'linear', warmupRatio: 0.1 })).toBe(
      0,
    )
  })
})
