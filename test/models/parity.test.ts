import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TokenBlock } from '../../src-main/trainer/data/batch.ts'
import { crossEntropy } from '../../src-main/trainer/losses/cross-entropy.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import type { EncoderTrace } from '../../src-main/trainer/models/model.ts'
import {
  expected,
  hasExpected,
  maxError,
  oracle,
  oracleBatch,
  oracleModel,
} from '../support/bert-oracle.ts'
import { testBackends, useBackend } from '../support/each-backend.ts'

// Against PyTorch and transformers (test/oracle/bert_oracle.py); 1e-4 is what issue 3 asks for.
const TOLERANCE = 1e-4

describe.each(testBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend))

  describe.each(Object.entries(oracle.cases))('%s', (name, oracleCase) => {
    it('computes PyTorch’s logits and loss', () => {
      const model = oracleModel(oracleCase)
      const { logits } = model.forward(oracleBatch, { dropout: noDropout, trace: false })
      const loss = crossEntropy(logits, oracleBatch.labels)
      expect(maxError(logits, expected(`logits/${name}`))).toBeLessThan(TOLERANCE)
      expect(maxError(loss, [oracleCase.loss])).toBeLessThan(TOLERANCE)
      tf.dispose([logits, loss])
      model.dispose()
    })

    it('computes PyTorch’s gradient of every parameter', () => {
      const model = oracleModel(oracleCase)
      const { value, grads } = tf.variableGrads(
        () =>
          crossEntropy(
            model.forward(oracleBatch, { dropout: noDropout, trace: false }).logits,
            oracleBatch.labels,
          ),
        [...model.parameters.values()],
      )
      const errors: Record<string, number> = {}
      for (const [parameter, variable] of model.parameters) {
        const key = `gradients/${name}/${parameter}`
        // Where only the activation differs, just what its slope changes is stored.
        if (oracleCase.settings.hidden_act && !hasExpected(key)) continue
        errors[parameter] = maxError(grads[variable.name]!, expected(key))
      }
      expect(Math.max(...Object.values(errors)), JSON.stringify(errors)).toBeLessThan(TOLERANCE)
      tf.dispose([value, ...Object.values(grads)])
      model.dispose()
    })
  })

  it('traces every layer’s raw queries, keys and hidden states', () => {
    const cross = oracleModel(oracle.cases['cross_encoder_cls']!)
    const siamese = oracleModel(oracle.cases['bi_encoder']!)
    const { joint } = cross.forward(oracleBatch, { dropout: noDropout, trace: true })
    const { towers } = siamese.forward(oracleBatch, { dropout: noDropout, trace: true })
    const traces: [string, EncoderTrace, TokenBlock][] = [
      ['joint', joint!, oracleBatch.joint],
      ['x', towers!.x, oracleBatch.x],
      ['y', towers!.y, oracleBatch.y],
    ]
    for (const [sequence, trace, { batch, length }] of traces) {
      for (let layer = 0; layer < oracle.config['num_hidden_layers']!; layer++) {
        const want = (kind: string) => expected(`trace/${sequence}/${kind}.${layer}`)
        expect(trace.queries[layer]!.shape).toEqual([batch, 2, length, 8])
        expect(trace.hiddenStates[layer]!.shape).toEqual([batch, length, 16])
        expect(maxError(trace.queries[layer]!, want('queries'))).toBeLessThan(TOLERANCE)
        expect(maxError(trace.keys[layer]!, want('keys'))).toBeLessThan(TOLERANCE)
        expect(maxError(trace.hiddenStates[layer]!, want('hidden'))).toBeLessThan(TOLERANCE)
      }
    }
    cross.dispose()
    siamese.dispose()
  })
})
