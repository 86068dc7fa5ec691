import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import { maxError, oracle, oracleModel } from '../support/bert-oracle.ts'
import { testBackends, useBackend } from '../support/each-backend.ts'

const context = { dropout: noDropout, trace: false }
const withTowers = Object.entries(oracle.cases).filter(([, { type }]) => type !== 'cross_encoder')
const pairs = oracle.pairs.map(({ x, y, label }, i) => ({
  id: String(i),
  xIds: Int32Array.from(x),
  yIds: Int32Array.from(y),
  label,
}))

describe.each(testBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend))

  it.each(withTowers)('%s scores texts encoded apart as it scores pairs', (_name, oracleCase) => {
    const model = oracleModel(oracleCase)
    const apart = model.apart!
    const batch = makeBatch(pairs, oracle.specials)
    const before = tf.memory().numTensors
    const x = apart.encode('x', batch.x)
    const y = apart.encode('y', batch.y)
    const logits = apart.interact(x, y)
    expect(tf.memory().numTensors).toBe(before + 5)
    const together = model.forward(batch, context).logits
    expect(maxError(logits, together.dataSync())).toBeLessThan(1e-5)
    model.dispose()
  })

  it.each(withTowers)('%s lets one X meet every Y', (_name, oracleCase) => {
    const model = oracleModel(oracleCase)
    const apart = model.apart!
    const query = pairs[0]!
    const met = makeBatch(
      pairs.map((pair) => ({ ...pair, xIds: query.xIds })),
      oracle.specials,
    )
    const x = apart.encode('x', makeBatch([query], oracle.specials).x)
    const logits = apart.interact(x, apart.encode('y', met.y))
    expect(maxError(logits, model.forward(met, context).logits.dataSync())).toBeLessThan(1e-5)
    model.dispose()
  })
})

it('a cross-encoder reads both texts as one, so nothing can be kept of either', async () => {
  await useBackend('wasm')
  const model = oracleModel(oracle.cases['cross_encoder_cls']!)
  expect(model.apart).toBeUndefined()
  model.dispose()
})
