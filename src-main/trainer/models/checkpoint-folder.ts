import { existsSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { modelConfig } from '../../../src-shared/config/model.ts'
import { UserError } from '../../../src-shared/errors.ts'
import {
  CONFIG_FILE,
  openWeights,
  readEncoderConfig,
  toBertConfig,
  WEIGHTS_FILE,
} from '../weights/hugging-face.ts'
import { readJson } from '../weights/read-json.ts'
import { writeSafetensors } from '../weights/safetensors.ts'
import { assembleModel, createParameters, parameterShapes } from './build.ts'
import type { PairModel } from './model.ts'

const INFO_FILE = 'virtlab.json'
const VOCAB_FILE = 'vocab.txt'

/** virtlab.json: what config.json has no place for. */
const storedInfo = z.strictObject({
  format: z.literal(1, 'written by a newer Virtlab'),
  model: modelConfig,
  /** Label names in class order. */
  labels: z.array(z.string()).min(2),
  xMaxLength: z.int().positive(),
  yMaxLength: z.int().positive(),
  lowercase: z.boolean(),
})

/** What a model needs beside its weights to be used again. */
export type ModelFolderInfo = Omit<z.infer<typeof storedInfo>, 'format'> & {
  /** WordPiece vocabulary, copied into the folder as vocab.txt. */
  vocabPath: string
}

/**
 * Writes a model as a Hugging Face folder: transformers' BertModel and AutoTokenizer load it, and a
 * cross_encoder with pooling cls loads as BertForSequenceClassification with its trained head. Other
 * heads are stored as `virtlab.*`.
 * @returns size and sha256 of model.safetensors
 */
export async function saveModelFolder(
  dir: string,
  model: PairModel,
  info: ModelFolderInfo,
): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dir, { recursive: true })
  const { vocabPath, ...rest } = info
  const target = join(dir, VOCAB_FILE)
  if (resolve(vocabPath) !== resolve(target)) await copyFile(vocabPath, target)
  await writeJson(join(dir, CONFIG_FILE), huggingFaceConfig(model, info))
  await writeJson(join(dir, 'tokenizer_config.json'), {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: info.lowercase,
    tokenize_chinese_chars: true,
    strip_accents: null,
    model_max_length: model.encoder.maxPositionEmbeddings,
    unk_token: '[UNK]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    mask_token: '[MASK]',
  })
  const written = await writeSafetensors(join(dir, WEIGHTS_FILE), model.parameters)
  await writeJson(join(dir, INFO_FILE), storedInfo.parse({ format: 1, ...rest }))
  return written
}

/**
 * Reads a folder that `saveModelFolder` wrote.
 * @throws UserError naming the file, and the field or tensor, that is missing or wrong
 */
export async function loadModelFolder(
  dir: string,
): Promise<{ model: PairModel; info: ModelFolderInfo }> {
  const {
    model: config,
    labels,
    xMaxLength,
    yMaxLength,
    lowercase,
  } = await readJson(
    join(dir, INFO_FILE),
    storedInfo,
    'name a checkpoint folder that Virtlab wrote',
  )
  const vocabPath = join(dir, VOCAB_FILE)
  if (!existsSync(vocabPath)) {
    throw new UserError('this file is missing', {
      where: vocabPath,
      fix: 'copy the vocabulary that the model was trained with into the folder',
    })
  }
  const encoder = await readEncoderConfig(dir)
  const shapes = parameterShapes(config, encoder, labels.length)
  const weights = await openWeights(dir, shapes)
  try {
    const parameters = await createParameters(shapes, ({ name }) => weights.read(name))
    const model = assembleModel(config, encoder, parameters)
    return { model, info: { model: config, labels, xMaxLength, yMaxLength, lowercase, vocabPath } }
  } finally {
    await weights.close()
  }
}

function huggingFaceConfig(model: PairModel, info: ModelFolderInfo): Record<string, unknown> {
  const base = toBertConfig(model.encoder, info.model.dropout)
  const isClassifier = info.model.type === 'cross_encoder' && info.model.pooling === 'cls'
  if (!isClassifier) return { architectures: ['BertModel'], ...base }
  return {
    architectures: ['BertForSequenceClassification'],
    ...base,
    problem_type: 'single_label_classification',
    id2label: Object.fromEntries(info.labels.map((label, i) => [i, label])),
    label2id: Object.fromEntries(info.labels.map((label, i) => [label, i])),
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
}
