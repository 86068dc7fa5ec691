import * as ort from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TokenBlock } from '../../src-main/trainer/data/batch.ts'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import { writeOnnx } from '../../src-main/trainer/onnx/write-onnx.ts'
import {
  maxError,
  oracle,
  oracleBatch,
  oracleModel,
  oracleModelConfig,
} from '../support/bert-oracle.ts'
import { useBackend } from '../support/each-backend.ts'

const labels = ['no', 'maybe', 'yes']
const tokens = ({ inputIds, tokenTypeIds, attentionMask, batch, length }: TokenBlock) => {
  const tensor = (values: ArrayLike<number>) =>
    new ort.Tensor('int64', BigInt64Array.from(Array.from(values), BigInt), [batch, length])
  return {
    input_ids: tensor(inputIds),
    attention_mask: tensor(attentionMask),
    token_type_ids: tensor(tokenTypeIds),
  }
}
const run = async (bytes: Uint8Array, feeds: Record<string, ort.Tensor>) => {
  const session = await ort.InferenceSession.create(bytes)
  const known = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name))
  return session.run(Object.fromEntries(known))
}
const numbers = (tensor: ort.Tensor | undefined) => tensor!.data as Float32Array

beforeAll(() => useBackend('wasm'))

describe.each(Object.entries(oracle.cases))('%s as ONNX', (_name, oracleCase) => {
  const config = oracleModelConfig(oracleCase)

  it('gives the logits of the model to 1e-4, in onnxruntime', async () => {
    const model = oracleModel(oracleCase)
    const wanted = model.forward(oracleBatch, { dropout: noDropout, trace: false }).logits
    const files = await writeOnnx({ model, config, labels, metadata: {} })
    const whole = files['model.onnx']
    if (whole) {
      const { logits } = await run(whole, tokens(oracleBatch.joint))
      expect(maxError(numbers(logits), wanted.dataSync())).toBeLessThan(1e-4)
      return
    }
    const x = await run(files['tower.onnx']!, tokens(oracleBatch.x))
    const y = await run(files['tower.onnx']!, tokens(oracleBatch.y))
    const { logits } = await run(files['interaction.onnx']!, {
      x_vectors: x['x_vectors']!,
      x_mask: x['x_mask']!,
      y_vectors: y['y_vectors']!,
      y_mask: y['y_mask']!,
    })
    expect(maxError(numbers(logits), wanted.dataSync())).toBeLessThan(1e-4)
  })

  it.skipIf(oracleCase.type === 'cross_encoder')('lets one X meet every Y', async () => {
    const model = oracleModel(oracleCase)
    const files = await writeOnnx({ model, config, labels, metadata: {} })
    const pairs = oracle.pairs.map(({ y, label }, i) => ({
      id: String(i),
      xIds: Int32Array.from(oracle.pairs[0]!.x),
      yIds: Int32Array.from(y),
      label,
    }))
    const batch = makeBatch(pairs, oracle.specials)
    const wanted = model.forward(batch, { dropout: noDropout, trace: false }).logits
    const x = await run(
      files['tower.onnx']!,
      tokens(makeBatch(pairs.slice(0, 1), oracle.specials).x),
    )
    const y = await run(files['tower.onnx']!, tokens(batch.y))
    const { logits } = await run(files['interaction.onnx']!, {
      x_vectors: x['x_vectors']!,
      x_mask: x['x_mask']!,
      y_vectors: y['y_vectors']!,
      y_mask: y['y_mask']!,
    })
    expect(maxError(numbers(logits), wanted.dataSync())).toBeLessThan(1e-4)
  })
})
