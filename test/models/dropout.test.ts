import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createDropout, noDropout } from '../../src-main/trainer/models/dropout.ts'
import type { ActiveBackend } from '../../src-main/trainer/backends/backend.ts'
import { testBackends, useBackend } from '../support/each-backend.ts'

describe.each(testBackends)('dropout on %s', (name) => {
  let backend: ActiveBackend
  beforeAll(async () => (backend = await useBackend(name)))
  const make = (seed = 1) => createDropout({ kernels: backend.kernels, seed })
  const ones = () => tf.ones<tf.Rank.R1>([4000])
  const drawn = (dropout: ReturnType<typeof make>) => [...dropout.apply(ones(), 0.25).dataSync()]

  it('keeps the expectation: x/(1 − rate) or 0', () => {
    const dropout = make()
    dropout.beginStep(1, true)
    const values = drawn(dropout)
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean).toBeGreaterThan(0.95)
    expect(mean).toBeLessThan(1.05)
  })

  it('draws the masks of a step again after a resume, whatever happened before', () => {
    const [first, resumed] = [make(), make()]
    first.beginStep(1, true)
    drawn(first)
    first.beginStep(2, true)
    resumed.beginStep(2, true)
    expect([drawn(first), drawn(first)]).toEqual([drawn(resumed), drawn(resumed)])
  })

  it('draws other masks for another call, step or seed', () => {
    const dropout = make()
    dropout.beginStep(1, true)
    const masks = [drawn(dropout), drawn(dropout)]
    dropout.beginStep(2, true)
    masks.push(drawn(dropout))
    const other = make(2)
    other.beginStep(1, true)
    masks.push(drawn(other))
    expect(new Set(masks.map((mask) => mask.join())).size).toBe(4)
  })

  it('does nothing outside of training and at rate 0', () => {
    const dropout = make()
    const x = ones()
    dropout.beginStep(1, false)
    expect(dropout.apply(x, 0.5)).toBe(x)
    dropout.beginStep(1, true)
    expect(dropout.apply(x, 0)).toBe(x)
    expect(noDropout.apply(x, 0.5)).toBe(x)
  })

  it('passes the gradient where it kept the value', () => {
    const dropout = make()
    dropout.beginStep(1, true)
    let kept: number[] = []
    const gradient = tf.grad((x: tf.Tensor) => {
      const y = dropout.apply(x, 0.25)
      kept = [...y.dataSync()]
      return tf.sum(y)
    })(ones())
    expect([...gradient.dataSync()]).toEqual(kept)
  })
})
