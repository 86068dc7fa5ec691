import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, TypedArray } from '@tensorflow/tfjs-core'
import { modelConfig, type ModelConfig, type ModelType } from '../../src-shared/config/model.ts'
import type { PairBatch } from '../../src-main/trainer/data/batch.ts'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import { assembleModel, parameterShapes } from '../../src-main/trainer/models/build.ts'
import type { EncoderConfig, PairModel } from '../../src-main/trainer/models/model.ts'
import { openSafetensors } from '../../src-main/trainer/weights/safetensors.ts'

/** A case of test/oracle/bert_oracle.py: one model type with some settings. */
export interface OracleCase {
  type: ModelType
  /** Of the model's configuration, and of BERT's (`hidden_act`). */
  settings: Partial<ModelConfig> & { hidden_act?: string }
  loss: number
}

interface OracleFile {
  config: Record<string, number>
  specials: { cls: number; sep: number; pad: number }
  labels: number
  pairs: { x: number[]; y: number[]; label: number }[]
  cases: Record<string, OracleCase>
}

const at = (name: string) => fileURLToPath(new URL(`../oracle/${name}`, import.meta.url))
export const oracle = JSON.parse(readFileSync(at('bert_oracle.json'), 'utf8')) as OracleFile

const file = await openSafetensors(at('bert_oracle.safetensors'))
const tensors = new Map<string, { shape: number[]; values: Float32Array }>()
for (const [name, { shape }] of file.entries) {
  tensors.set(name, { shape, values: await file.read(name) })
}
await file.close()

/** What PyTorch computed, by the name in bert_oracle.py's docstring. */
export function expected(name: string): Float32Array {
  const tensor = tensors.get(name)
  if (!tensor) throw new Error(`the oracle has no ${name}`)
  return tensor.values
}

export const hasExpected = (name: string) => tensors.has(name)

export const oracleBatch: PairBatch = makeBatch(
  oracle.pairs.map(({ x, y, label }, i) => ({
    id: String(i),
    xIds: Int32Array.from(x),
    yIds: Int32Array.from(y),
    label,
  })),
  oracle.specials,
)

/** A case's model settings with every default filled in. */
export function oracleModelConfig({ type, settings }: OracleCase): ModelConfig {
  const model = { type, ...settings }
  delete model.hidden_act
  return modelConfig.parse(model)
}

/** The case's model with the oracle's weights, on the current backend. */
export function oracleModel(oracleCase: OracleCase): PairModel {
  const config = oracleModelConfig(oracleCase)
  const encoder = encoderConfig(oracleCase.settings.hidden_act ?? 'gelu')
  const [name] = Object.entries(oracle.cases).find(([, known]) => known === oracleCase)!
  const parameters = new Map(
    parameterShapes(config, encoder, oracle.labels).map(({ name: parameter, shape }) => {
      const stored =
        tensors.get(`weights/encoder/${parameter}`) ?? tensors.get(`weights/${name}/${parameter}`)!
      return [parameter, tf.tidy(() => tf.variable(tf.tensor(stored.values, shape)))]
    }),
  )
  return assembleModel(config, encoder, parameters)
}

function encoderConfig(hiddenAct: string): EncoderConfig {
  const c = oracle.config
  return {
    vocabSize: c['vocab_size']!,
    hiddenSize: c['hidden_size']!,
    numHiddenLayers: c['num_hidden_layers']!,
    numAttentionHeads: c['num_attention_heads']!,
    intermediateSize: c['intermediate_size']!,
    maxPositionEmbeddings: c['max_position_embeddings']!,
    typeVocabSize: c['type_vocab_size']!,
    layerNormEps: c['layer_norm_eps']!,
    initializerRange: c['initializer_range']!,
    padTokenId: c['pad_token_id']!,
    hiddenAct: hiddenAct as EncoderConfig['hiddenAct'],
  }
}

/** Largest absolute difference; NaN counts as infinite. */
export function maxError(actual: Tensor | TypedArray, wanted: ArrayLike<number>): number {
  const values = actual instanceof tf.Tensor ? actual.dataSync() : actual
  if (values.length !== wanted.length) throw new Error(`${values.length} against ${wanted.length}`)
  let worst = 0
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(values[i]! - wanted[i]!)
    worst = error >= worst ? error : error < worst ? worst : Infinity
  }
  return worst
}
