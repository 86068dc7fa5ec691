import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { modelConfig, type ModelConfig } from '../../src-shared/config/model.ts'
import { UserError } from '../../src-shared/errors.ts'
import { buildModel } from '../../src-main/trainer/models/build.ts'
import {
  loadModelFolder,
  saveModelFolder,
  type ModelFolderInfo,
} from '../../src-main/trainer/models/checkpoint-folder.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import type { PairModel } from '../../src-main/trainer/models/model.ts'
import { readEncoderConfig } from '../../src-main/trainer/weights/hugging-face.ts'
import { readSafetensors, writeSafetensors } from '../../src-main/trainer/weights/safetensors.ts'
import { oracle, oracleBatch, oracleModel, oracleModelConfig } from '../support/bert-oracle.ts'
import { useBackend } from '../support/each-backend.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

const root = temporaryFolder()
const vocabPath = join(root, 'vocab.txt')
const tokens = ['[PAD]', '[CLS]', '[SEP]', ...Array.from({ length: 29 }, (_, i) => `word${i}`)]
writeFileSync(vocabPath, tokens.join('\n') + '\n')

const info = (model: Partial<ModelConfig>): ModelFolderInfo => ({
  model: modelConfig.parse(model),
  labels: ['no', 'maybe', 'yes'],
  xMaxLength: 12,
  yMaxLength: 14,
  lowercase: false,
  vocabPath,
})
const logits = (model: PairModel) =>
  model.forward(oracleBatch, { dropout: noDropout, trace: false }).logits.dataSync()
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>

async function refusal(action: () => Promise<unknown>): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof UserError) return error.explain()
    throw error
  }
  return 'accepted'
}

beforeAll(() => useBackend('wasm'))

const savedCases = Object.entries(oracle.cases).filter(([, { settings }]) => !settings.hidden_act)

describe.each(savedCases)('a saved %s', (name, oracleCase) => {
  it('is loaded with the same numbers and everything needed to use it', async () => {
    const model = oracleModel(oracleCase)
    const dir = join(root, name)
    const config = oracleModelConfig(oracleCase)
    const written = await saveModelFolder(dir, model, info(config))
    expect(written.bytes).toBe(readFileSync(join(dir, 'model.safetensors')).length)
    const loaded = await loadModelFolder(dir)
    expect(loaded.model.encoder).toEqual(model.encoder)
    expect([...loaded.model.parameters.keys()].sort()).toEqual([...model.parameters.keys()].sort())
    expect(logits(loaded.model)).toEqual(logits(model))
    expect(loaded.info).toEqual({
      ...info(config),
      vocabPath: join(dir, 'vocab.txt'),
    })
    expect(readFileSync(loaded.info.vocabPath, 'utf8')).toBe(readFileSync(vocabPath, 'utf8'))
    expect(json(join(dir, 'tokenizer_config.json'))).toMatchObject({ do_lower_case: false })
  })
})

it('a cross-encoder is saved as BertForSequenceClassification with its labels', async () => {
  const dir = join(root, 'classifier')
  const cls = oracle.cases['cross_encoder_cls']!
  await saveModelFolder(dir, oracleModel(cls), info({ type: 'cross_encoder', pooling: 'cls' }))
  expect(json(join(dir, 'config.json'))).toMatchObject({
    architectures: ['BertForSequenceClassification'],
    id2label: { 0: 'no', 1: 'maybe', 2: 'yes' },
    hidden_size: 16,
  })
  const mean = oracle.cases['cross_encoder_mean']!
  await saveModelFolder(dir, oracleModel(mean), info({ type: 'cross_encoder', pooling: 'mean' }))
  expect(json(join(dir, 'config.json'))['architectures']).toEqual(['BertModel'])
})

describe('a pretrained folder', () => {
  const dir = join(root, 'pretrained')
  const weightsPath = join(dir, 'model.safetensors')
  const build = (config: Partial<ModelConfig> = {}, vocabSize = 32) => {
    const unused: string[] = []
    return buildModel({
      config: modelConfig.parse({ type: 'cross_encoder', pretrained: dir, ...config }),
      labelCount: 2,
      vocabSize,
      padTokenId: 0,
      maxPositions: 512,
      seed: 1,
      onUnusedTensors: (names) => unused.push(...names),
    }).then((model) => ({ model, unused }))
  }
  const rewrite = async (change: (tensors: Map<string, Tensor>) => Map<string, Tensor>) => {
    const { tensors } = await readSafetensors(weightsPath)
    await writeSafetensors(weightsPath, change(tensors))
  }
  const renamed = (rename: (name: string) => string) =>
    rewrite((tensors) => new Map([...tensors].map(([name, tensor]) => [rename(name), tensor])))
  const reconfigure = (changes: Record<string, unknown>) =>
    writeFileSync(
      join(dir, 'config.json'),
      JSON.stringify({ ...json(join(dir, 'config.json')), ...changes }),
    )

  let trained: PairModel
  beforeAll(() => {
    trained = oracleModel(oracle.cases['cross_encoder_cls']!)
  })
  beforeEach(async () => {
    rmSync(dir, { recursive: true, force: true })
    await saveModelFolder(dir, trained, info({ type: 'cross_encoder' }))
  })
  const encoderValues = (model: PairModel) =>
    [...model.parameters]
      .filter(([name]) => name.startsWith('bert.'))
      .map(([name, variable]) => [name, [...variable.dataSync()]])

  it('gives its encoder and pooler; the head is new', async () => {
    const { model, unused } = await build()
    expect(Object.fromEntries(encoderValues(model))).toEqual(
      Object.fromEntries(encoderValues(trained)),
    )
    expect(model.parameters.get('classifier.weight')!.shape).toEqual([2, 16])
    expect(unused.toSorted()).toEqual(['classifier.bias', 'classifier.weight'])
  })

  it('may lack the bert. prefix and call LayerNorm’s parameters gamma and beta', async () => {
    await renamed((name) =>
      name
        .replace(/^bert\./, '')
        .replace('LayerNorm.weight', 'LayerNorm.gamma')
        .replace('LayerNorm.bias', 'LayerNorm.beta'),
    )
    const { model } = await build()
    expect(Object.fromEntries(encoderValues(model))).toEqual(
      Object.fromEntries(encoderValues(trained)),
    )
  })

  it('may hold other heads and old constants, which are told', async () => {
    await rewrite((tensors) =>
      new Map(tensors)
        .set('cls.predictions.bias', tf.zeros([32]))
        .set('bert.embeddings.position_ids', tf.zeros([1, 20])),
    )
    const { unused } = await build({ type: 'bi_encoder' })
    expect(unused).toContain('cls.predictions.bias')
    expect(unused).toContain('bert.embeddings.position_ids')
    expect(unused).toContain('bert.pooler.dense.weight')
  })

  it('is refused with the names of missing tensors', async () => {
    const name = 'bert.encoder.layer.1.attention.self.key.bias'
    await rewrite((tensors) => new Map([...tensors].filter(([key]) => key !== name)))
    expect(await refusal(build)).toMatch(
      /model\.safetensors: missing 1 tensor: bert\.encoder\.layer\.1\.attention\.self\.key\.bias\n/,
    )
  })

  it('is refused when it has no pooler and the model wants one', async () => {
    await rewrite((tensors) => new Map([...tensors].filter(([key]) => !key.includes('pooler'))))
    expect(await refusal(build)).toMatch(/2 tensors: bert\.pooler.*set model\.pooling to mean/s)
    expect(await refusal(() => build({ pooling: 'mean' }))).toBe('accepted')
  })

  it('is refused with the names and shapes of misshapen tensors', async () => {
    reconfigure({ intermediate_size: 48 })
    const said = await refusal(build)
    expect(said).toContain('misshapen 6 tensors')
    expect(said).toContain(
      'bert.encoder.layer.0.intermediate.dense.weight is [24, 16] where [48, 16] is needed',
    )
  })

  it('is refused with the names of extra encoder tensors', async () => {
    reconfigure({ num_hidden_layers: 1 })
    expect(await refusal(build)).toMatch(/extra 16 tensors: bert\.encoder\.layer\.1\..* and 8 more/)
  })

  it('is refused when one parameter is there twice', async () => {
    await rewrite((tensors) =>
      new Map(tensors).set('pooler.dense.bias', tensors.get('bert.pooler.dense.bias')!),
    )
    expect(await refusal(build)).toContain('bert.pooler.dense.bias and pooler.dense.bias')
  })

  it('is refused when its vocabulary is larger than its embeddings', async () => {
    expect(await refusal(() => build({}, 33))).toContain('33 tokens')
  })

  it('is refused for a joint sequence when it knows one segment only', async () => {
    await rewrite((tensors) => {
      const name = 'bert.embeddings.token_type_embeddings.weight'
      return new Map(tensors).set(name, tf.slice(tensors.get(name)!, 0, 1))
    })
    reconfigure({ type_vocab_size: 1 })
    expect(await refusal(build)).toContain('type_vocab_size 1')
    expect(await refusal(() => build({ type: 'bi_encoder' }))).toBe('accepted')
  })

  it.each<[string, string, () => void]>([
    ['the folder', 'pretrained', () => rmSync(dir, { recursive: true })],
    ['config.json', 'config.json', () => rmSync(join(dir, 'config.json'))],
    ['model.safetensors', 'model.safetensors', () => rmSync(weightsPath)],
    [
      'model.safetensors beside a pytorch_model.bin',
      'pytorch_model.bin',
      () => renameSync(weightsPath, join(dir, 'pytorch_model.bin')),
    ],
  ])('is refused without %s', async (_, named, remove) => {
    remove()
    expect(await refusal(build)).toContain(named)
  })

  it.each<[Record<string, unknown>, RegExp]>([
    [{ model_type: 'roberta' }, /model_type: only BERT models can be loaded/],
    [{ hidden_act: 'silu' }, /hidden_act/],
    [{ hidden_size: '16' }, /hidden_size/],
    [{ num_attention_heads: 3 }, /num_attention_heads: does not divide hidden_size/],
    [{ position_embedding_type: 'relative_key' }, /position_embedding_type/],
  ])('is refused with %j in config.json', async (changes, message) => {
    reconfigure(changes)
    expect(await refusal(() => readEncoderConfig(dir))).toMatch(message)
    expect(await refusal(() => readEncoderConfig(dir))).toContain('config.json')
  })

  it('is refused when config.json is no JSON', async () => {
    writeFileSync(join(dir, 'config.json'), '{ "model_type": ')
    expect(await refusal(build)).toMatch(/config\.json: not valid JSON/)
  })
})

describe('a checkpoint folder', () => {
  const dir = join(root, 'checkpoint')
  const load = () => loadModelFolder(dir)
  beforeEach(async () => {
    rmSync(dir, { recursive: true, force: true })
    const model = oracleModel(oracle.cases['sbert']!)
    await saveModelFolder(dir, model, info({ type: 'sbert' }))
    model.dispose()
  })

  it('leaves no tensor behind when it cannot be loaded', async () => {
    const before = tf.memory().numTensors
    const weights = readFileSync(join(dir, 'model.safetensors'))
    writeFileSync(join(dir, 'model.safetensors'), weights.subarray(0, weights.length - 4))
    expect(await refusal(load)).toContain('cut off')
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each(['virtlab.json', 'config.json', 'model.safetensors', 'vocab.txt'])(
    'is refused without %s',
    async (name) => {
      rmSync(join(dir, name))
      expect(await refusal(load)).toContain(name)
    },
  )

  it('is refused when its head is another model’s', async () => {
    const path = join(dir, 'virtlab.json')
    const stored = json(path)
    const model = modelConfig.parse({ type: 'virt_encoder' })
    writeFileSync(path, JSON.stringify({ ...stored, model }))
    expect(await refusal(load)).toContain('virtlab.interaction.weight')
  })

  it('is refused when a newer Virtlab wrote it', async () => {
    const path = join(dir, 'virtlab.json')
    writeFileSync(path, JSON.stringify({ ...json(path), format: 2 }))
    expect(await refusal(load)).toMatch(/virtlab\.json: format: written by a newer Virtlab/)
  })

  it('can be saved over itself', async () => {
    const { model, info: stored } = await load()
    const copy = join(root, 'copy')
    await saveModelFolder(copy, model, stored)
    await saveModelFolder(dir, model, stored)
    for (const name of ['model.safetensors', 'vocab.txt', 'virtlab.json', 'config.json']) {
      expect(readFileSync(join(dir, name)).equals(readFileSync(join(copy, name))), name).toBe(true)
    }
  })
})
