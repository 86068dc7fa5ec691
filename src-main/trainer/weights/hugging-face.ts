import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../../src-shared/errors.ts'
import type { EncoderConfig, HeadShape } from '../models/model.ts'
import { readJson } from './read-json.ts'
import { openSafetensors, type SafetensorsFile } from './safetensors.ts'

export const WEIGHTS_FILE = 'model.safetensors'
export const CONFIG_FILE = 'config.json'

/** config.json of a Hugging Face BERT; fields that are left out have transformers' defaults. */
const bertConfig = z
  .object({
    model_type: z.literal('bert', 'only BERT models can be loaded').default('bert'),
    vocab_size: z.int().positive(),
    hidden_size: z.int().positive(),
    num_hidden_layers: z.int().positive(),
    num_attention_heads: z.int().positive(),
    intermediate_size: z.int().positive(),
    max_position_embeddings: z.int().positive().default(512),
    type_vocab_size: z.int().positive().default(2),
    layer_norm_eps: z.number().positive().default(1e-12),
    hidden_act: z.enum(['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu']).default('gelu'),
    initializer_range: z.number().positive().default(0.02),
    pad_token_id: z.int().min(0).nullish(),
    position_embedding_type: z.literal('absolute').default('absolute'),
    is_decoder: z.literal(false).default(false),
  })
  .refine((c) => c.hidden_size % c.num_attention_heads === 0, {
    path: ['num_attention_heads'],
    message: 'does not divide hidden_size',
  })

/**
 * The encoder that a Hugging Face folder describes.
 * @throws UserError when config.json is missing or is not of a BERT that can be run here
 */
export async function readEncoderConfig(dir: string): Promise<EncoderConfig> {
  if (!existsSync(dir)) {
    throw new UserError('the model folder does not exist', {
      where: dir,
      fix: 'name a folder with config.json, model.safetensors and vocab.txt',
    })
  }
  const config = await readJson(
    join(dir, CONFIG_FILE),
    bertConfig,
    'a BERT folder holds config.json, model.safetensors and vocab.txt',
  )
  return {
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    numHiddenLayers: config.num_hidden_layers,
    numAttentionHeads: config.num_attention_heads,
    intermediateSize: config.intermediate_size,
    maxPositionEmbeddings: config.max_position_embeddings,
    typeVocabSize: config.type_vocab_size,
    layerNormEps: config.layer_norm_eps,
    hiddenAct: config.hidden_act === 'gelu_pytorch_tanh' ? 'gelu_new' : config.hidden_act,
    initializerRange: config.initializer_range,
    padTokenId: config.pad_token_id ?? 0,
  }
}

/** The same, in config.json's words. */
export function toBertConfig(encoder: EncoderConfig, dropout: number): Record<string, unknown> {
  return {
    model_type: 'bert',
    vocab_size: encoder.vocabSize,
    hidden_size: encoder.hiddenSize,
    num_hidden_layers: encoder.numHiddenLayers,
    num_attention_heads: encoder.numAttentionHeads,
    intermediate_size: encoder.intermediateSize,
    max_position_embeddings: encoder.maxPositionEmbeddings,
    type_vocab_size: encoder.typeVocabSize,
    layer_norm_eps: encoder.layerNormEps,
    hidden_act: encoder.hiddenAct,
    hidden_dropout_prob: dropout,
    attention_probs_dropout_prob: dropout,
    initializer_range: encoder.initializerRange,
    pad_token_id: encoder.padTokenId,
    position_embedding_type: 'absolute',
    torch_dtype: 'float32',
  }
}

/** Reads parameters out of a model's weights file, one at a time. */
export interface WeightsReader {
  /** Tensors in the file that the model has no use for, such as another task's head. */
  unused: string[]
  read(name: string): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Opens a folder's model.safetensors and matches it against the parameters that a model needs. Names
 * may lack the `bert.` prefix, and LayerNorm may be called gamma and beta as in old checkpoints.
 * @throws UserError naming every tensor that is missing or misshapen, and any encoder tensor that
 * config.json does not call for
 */
export async function openWeights(dir: string, wanted: HeadShape[]): Promise<WeightsReader> {
  const path = join(dir, WEIGHTS_FILE)
  if (!existsSync(path)) throw missingWeights(dir, path)
  const file = await openSafetensors(path)
  try {
    const stored = canonicalNames(file)
    checkShapes(file, stored, wanted)
    const names = new Set(wanted.map(({ name }) => name))
    const unused = [...stored].filter(([name]) => !names.has(name))
    checkNothingOfTheEncoderIsUnused(file, unused)
    return {
      unused: unused.map(([, storedName]) => storedName),
      read: (name) => file.read(stored.get(name) ?? name),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Name as BertForSequenceClassification has it → name in the file. */
function canonicalNames(file: SafetensorsFile): Map<string, string> {
  const stored = new Map<string, string>()
  for (const name of file.entries.keys()) {
    const canonical = name
      .replace(/^(embeddings|encoder|pooler)\./, 'bert.$1.')
      .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
      .replace(/LayerNorm\.beta$/, 'LayerNorm.bias')
    const before = stored.get(canonical)
    if (before !== undefined) {
      throw new UserError(`tensors ${before} and ${name} are the same parameter`, {
        where: file.path,
        fix: 'export the model again with one of them',
      })
    }
    stored.set(canonical, name)
  }
  return stored
}

function checkShapes(
  file: SafetensorsFile,
  stored: Map<string, string>,
  wanted: HeadShape[],
): void {
  const missing = wanted.filter(({ name }) => !stored.has(name)).map(({ name }) => name)
  const misshapen = wanted.flatMap(({ name, shape }) => {
    const found = file.entries.get(stored.get(name) ?? '')?.shape
    if (!found || found.join() === shape.join()) return []
    return [`${stored.get(name)} is [${found.join(', ')}] where [${shape.join(', ')}] is needed`]
  })
  const problems = [
    ...(missing.length > 0 ? [`missing ${counted(missing)}`] : []),
    ...(misshapen.length > 0 ? [`misshapen ${counted(misshapen)}`] : []),
  ]
  if (problems.length === 0) return
  const onlyPooler = misshapen.length === 0 && missing.every((name) => name.includes('.pooler.'))
  throw new UserError(problems.join('; '), {
    where: file.path,
    fix: onlyPooler
      ? 'this BERT has no pooler: set model.pooling to mean'
      : 'config.json and model.safetensors must come from the same BERT',
  })
}

function checkNothingOfTheEncoderIsUnused(
  file: SafetensorsFile,
  unused: [canonical: string, stored: string][],
): void {
  const encoderTensors = unused
    .filter(([name]) => /^bert\.(embeddings|encoder)\./.test(name))
    .filter(([name]) => name !== 'bert.embeddings.position_ids') // a constant that old versions stored
    .map(([, name]) => name)
  if (encoderTensors.length === 0) return
  throw new UserError(`extra ${counted(encoderTensors)}: config.json calls for no such part`, {
    where: file.path,
    fix: 'config.json and model.safetensors must come from the same BERT',
  })
}

function missingWeights(dir: string, path: string): UserError {
  const otherFormats = ['pytorch_model.bin', 'model.safetensors.index.json', 'tf_model.h5']
  const found = otherFormats.find((name) => existsSync(join(dir, name)))
  return new UserError(
    found ? `only ${found} is there, not ${WEIGHTS_FILE}` : 'this file is missing',
    {
      where: path,
      fix: found
        ? 'convert it once in Python: AutoModel.from_pretrained(DIR).save_pretrained(DIR, max_shard_size="100GB")'
        : 'a BERT folder holds config.json, model.safetensors and vocab.txt',
    },
  )
}

/** `3 tensors: a, b, c`, at most eight of them by name. */
function counted(names: string[]): string {
  const shown = names.slice(0, 8)
  const rest = names.length - shown.length
  const list = rest > 0 ? [...shown, `and ${rest} more`] : shown
  return `${names.length} ${names.length === 1 ? 'tensor' : 'tensors'}: ${list.join(', ')}`
}
