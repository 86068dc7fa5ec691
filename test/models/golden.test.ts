import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import { encodeEmbedded, project, type EncoderPass } from '../../src-main/trainer/models/encoder.ts'
import { clsPool } from '../../src-main/trainer/models/pooling.ts'
import { readEncoderConfig } from '../../src-main/trainer/weights/hugging-face.ts'
import { readSafetensors } from '../../src-main/trainer/weights/safetensors.ts'
import { maxError } from '../support/bert-oracle.ts'
import { testBackends, useBackend } from '../support/each-backend.ts'
import { sharedData, sharedDataMissing } from '../support/shared-data.ts'

interface Golden {
  shape: number[]
  data: number[]
}
interface GoldenCase {
  name: string
  embedding_output: Golden
  standard_layernorm: Record<string, Golden>
}

// A real BERT-tiny, fine-tuned on SST-2, from given embedding outputs (../shared/data/golden).
describe.skipIf(sharedDataMissing).each(testBackends)('BERT-tiny on SST-2, on %s', (backend) => {
  let parameters: Map<string, Tensor>
  beforeAll(async () => {
    await useBackend(backend)
    const path = sharedData('weights/bert-tiny-sst2-encoder/model.safetensors')
    parameters = (await readSafetensors(path)).tensors
  })

  it('computes the golden layer outputs, pooled vector and logits', async () => {
    const text = readFileSync(sharedData('golden/bert-tiny-sst2/golden.json'), 'utf8')
    const { cases } = JSON.parse(text) as { cases: GoldenCase[] }
    const pass: EncoderPass = {
      parameters,
      encoder: await readEncoderConfig(sharedData('weights/bert-tiny-sst2-encoder')),
      dropoutRate: 0.1,
      context: { dropout: noDropout, trace: true },
    }
    expect(cases).toHaveLength(2)
    for (const { embedding_output, standard_layernorm: golden } of cases) {
      const [length, width] = embedding_output.shape as [number, number]
      const [encoded] = encodeEmbedded(pass, tf.tensor2d(embedding_output.data, [length, width]), [
        tf.ones([1, length]),
      ])
      const pooled = clsPool(pass, encoded!)
      const found: Record<string, Tensor> = {
        'layer0.output': encoded!.trace!.hiddenStates[0]!,
        'layer1.output': encoded!.trace!.hiddenStates[1]!,
        pooled,
        logits: project(pass, 'classifier', pooled),
      }
      for (const [name, tensor] of Object.entries(found)) {
        expect(maxError(tensor, golden[name]!.data), name).toBeLessThan(1e-4)
      }
    }
  })
})
