import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { modelConfig } from '../../src-shared/config/model.ts'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import { crossEntropy } from '../../src-main/trainer/losses/cross-entropy.ts'
import { buildModel } from '../../src-main/trainer/models/build.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import type { EncoderTrace, PairModel } from '../../src-main/trainer/models/model.ts'
import { maxError } from '../support/bert-oracle.ts'
import { fastBackends, useBackend } from '../support/each-backend.ts'
import { findMiniLM } from '../support/minilm.ts'

interface Tower {
  content_ids: number[][]
  hidden: number[][] // layers × [batch, 3, 8]
  pooled: number[] // [batch, 16]
}
interface MiniLMOracle {
  specials: { cls: number; sep: number; pad: number }
  labels: number[]
  towers: { x: Tower; y: Tower }
  logits: number[]
  loss: number
  gradients: { name: string; rows: number[] | null; columns: number; values: number[] }[]
}

const path = new URL('../oracle/minilm_oracle.json', import.meta.url)
const oracle = JSON.parse(readFileSync(path, 'utf8')) as MiniLMOracle
const folder = findMiniLM()

// Real pretrained weights: 22.7 million parameters against transformers (test/oracle/minilm_oracle.py).
describe.skipIf(!folder).each(fastBackends)('all-MiniLM-L6-v2 on %s', (backend) => {
  const { towers, specials, labels } = oracle
  const batch = makeBatch(
    labels.map((label, i) => ({
      id: String(i),
      xIds: Int32Array.from(towers.x.content_ids[i]!),
      yIds: Int32Array.from(towers.y.content_ids[i]!),
      label,
    })),
    specials,
  )
  let model: PairModel
  let unused: string[]

  beforeAll(async () => {
    await useBackend(backend)
    model = await buildModel({
      config: modelConfig.parse({ type: 'bi_encoder', pretrained: folder }),
      labelCount: 2,
      vocabSize: 30522,
      padTokenId: 0,
      maxPositions: 512,
      seed: 1,
      onUnusedTensors: (names) => (unused = names),
    })
    const head = Float32Array.from({ length: 2 * 768 }, (_, i) => Math.sin(1 + i) / 8)
    model.parameters.get('virtlab.classifier.weight')!.assign(tf.tensor(head, [2, 768]))
  })

  it('names what it does not use of the folder', () => {
    expect(unused.toSorted()).toEqual([
      'embeddings.position_ids',
      'pooler.dense.bias',
      'pooler.dense.weight',
    ])
  })

  it('computes transformers’ hidden states in every layer', () => {
    tf.tidy(() => {
      const output = model.forward(batch, { dropout: noDropout, trace: true })
      const slices = (trace: EncoderTrace) =>
        trace.hiddenStates.map((h) => tf.slice(h, [0, 0, 0], [labels.length, 3, 8]))
      for (const side of ['x', 'y'] as const) {
        const found = slices(output.towers![side])
        expect(found).toHaveLength(6)
        found.forEach((hidden, layer) =>
          expect(maxError(hidden, towers[side].hidden[layer]!)).toBeLessThan(1e-4),
        )
      }
      expect(maxError(output.logits, oracle.logits)).toBeLessThan(1e-4)
    })
  })

  it('computes PyTorch’s loss and gradients', () => {
    const { value, grads } = tf.variableGrads(
      () =>
        crossEntropy(
          model.forward(batch, { dropout: noDropout, trace: false }).logits,
          batch.labels,
        ),
      [...model.parameters.values()],
    )
    expect(maxError(value, [oracle.loss])).toBeLessThan(1e-4)
    for (const { name, rows, columns, values } of oracle.gradients) {
      const gradient = grads[model.parameters.get(name)!.name]!
      const width = gradient.shape.at(-1)!
      const all = gradient.dataSync()
      const found = (rows ?? [0]).flatMap((row) => [
        ...all.subarray(row * width, row * width + columns),
      ])
      // Gradients are small here: 1e-4 of the largest, not 1e-4.
      const largest = Math.max(...values.map(Math.abs))
      expect(maxError(Float32Array.from(found), values), name).toBeLessThan(1e-3 * largest)
    }
    tf.dispose([value, ...Object.values(grads)])
  })
})
