import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../src-shared/errors.ts'
import { wantedDistillations } from '../../src-shared/config/distillation.ts'
import type { RunConfig } from '../../src-shared/config/run.ts'
import type { StartMessage } from '../../src-shared/protocol.ts'
import { activateBackend } from './backends/index.ts'
import type { ActiveBackend } from './backends/backend.ts'
import type { EncodedPair } from './data/batch.ts'
import type { PairDataset, PairExample } from './data/dataset.ts'
import { encodePairs } from './data/encode.ts'
import { loadDataset } from './data/load.ts'
import type { Distillation } from './distillation/distillation.ts'
import { makeDistillations } from './distillation/index.ts'
import { buildModel } from './models/build.ts'
import { loadModelFolder, type ModelFolderInfo } from './models/checkpoint-folder.ts'
import type { PairModel } from './models/model.ts'
import { taskOf, type Task } from './metrics/task.ts'
import type { Outbox } from './outbox.ts'
import { loadTokenizer, type PairTokenizer } from './tokenizer/wordpiece.ts'

export interface Split {
  examples: PairExample[]
  pairs: EncodedPair[]
}

/** A run with everything loaded, checked and on the device. */
export interface PreparedRun {
  config: RunConfig
  backend: ActiveBackend
  tokenizer: PairTokenizer
  labels: string[]
  train: Split
  dev: Split
  test: Split
  /** What answers on dev and test are scored as. */
  task: Task
  model: PairModel
  info: ModelFolderInfo
  teacher: PairModel | undefined
  distillations: Distillation[]
}

/**
 * Loads data, tokenizer, student and teacher, and tells the outbox what it found. Everything that the
 * user could have got wrong is found here, before the first step.
 */
export async function prepareRun(start: StartMessage, outbox: Outbox): Promise<PreparedRun> {
  const { config } = start
  const backend = await activateBackend(config.backend, join(start.dataDir, 'backends'))
  outbox.log('info', `backend ${backend.name}: ${backend.device}`)

  const dataset = await loadDataset(config.data, join(start.dataDir, 'datasets'))
  const vocabPath = findVocabulary(config, dataset)
  const lowercase = await lowercaseSetting(config)
  const tokenizer = loadTokenizer(vocabPath, { lowercase })
  const split = (
    name: 'train' | 'dev' | 'test',
  ): Split & { truncated: { x: number; y: number } } => {
    const examples = dataset[name]
    return { examples, ...encodePairs(examples, tokenizer, config.data) }
  }
  const splits = { train: split('train'), dev: split('dev'), test: split('test') }
  for (const [name, { truncated, examples }] of Object.entries(splits)) {
    if (truncated.x + truncated.y === 0) continue
    outbox.log(
      'warn',
      `${name}: truncated ${truncated.x} X texts to ${config.data.xMaxLength} tokens and ${truncated.y} Y texts to ${config.data.yMaxLength}, of ${examples.length} pairs`,
    )
  }
  if (splits.train.pairs.length === 0) {
    throw new UserError('there are no training pairs', {
      where: 'data.train',
      fix: 'check the data report with `virtlab data FILE`',
    })
  }
  if (splits.dev.pairs.length === 0) {
    throw new UserError('there are no development pairs to choose the best checkpoint by', {
      where: 'data.dev',
      fix: 'name a dev file, or raise data.split.devFraction',
    })
  }
  if (config.training.selectBy === 'f1' && dataset.labels.length !== 2) {
    throw new UserError(`F1 of one class needs 2 labels; there are ${dataset.labels.length}`, {
      where: 'training.selectBy',
      fix: 'use macroF1',
    })
  }
  const task = taskOf(config.data, dataset.labels)
  checkRankings(task, { dev: splits.dev.examples, test: splits.test.examples }, outbox)

  const model = start.resumeDir
    ? (await loadModelFolder(start.resumeDir)).model
    : await buildModel({
        config: config.model,
        labelCount: dataset.labels.length,
        vocabSize: tokenizer.vocabSize,
        padTokenId: tokenizer.specials.pad,
        maxPositions: DEFAULT_MAX_POSITIONS,
        seed: config.training.seed,
        onUnusedTensors: (names) =>
          outbox.log('info', `not used of ${config.model.pretrained}: ${names.join(', ')}`),
      })
  checkLengths(config, model)
  const info: ModelFolderInfo = {
    model: config.model,
    labels: dataset.labels,
    xMaxLength: config.data.xMaxLength,
    yMaxLength: config.data.yMaxLength,
    lowercase,
    vocabPath,
  }

  const { teacher, distillations } = await prepareTeacher(start, model, dataset.labels, vocabPath)
  outbox.facts({
    backend: backend.name,
    device: backend.device,
    labels: dataset.labels,
    data: {
      reports: dataset.reports,
      pairs: {
        train: splits.train.pairs.length,
        dev: splits.dev.pairs.length,
        test: splits.test.pairs.length,
      },
      truncated: Object.fromEntries(Object.entries(splits).map(([k, s]) => [k, s.truncated])),
    },
    vocabulary: { size: tokenizer.vocabSize, lowercase, sha256: await sha256OfText(vocabPath) },
    encoder: model.encoder,
    parameters: [...model.parameters.values()].reduce((sum, p) => sum + p.size, 0),
  })
  return {
    config,
    backend,
    tokenizer,
    labels: dataset.labels,
    ...splits,
    task,
    model,
    info,
    teacher,
    distillations,
  }
}

/** Says how many queries a split ranks, before it is scored for the first time. */
function checkRankings(
  { ranking }: Task,
  splits: Record<'dev' | 'test', PairExample[]>,
  outbox: Outbox,
): void {
  if (!ranking) return
  for (const [name, examples] of Object.entries(splits)) {
    const queries = new Set(examples.map(ranking.query))
    const relevant = examples.filter(({ label }) => ranking.gains[label]! > 0)
    const ranked = new Set(relevant.map(ranking.query)).size
    if (ranked === 0 && examples.length > 0) {
      throw new UserError(
        `none of the ${queries.size} queries of ${name} has a relevant candidate`,
        {
          where: 'data.relevant',
          fix: 'name the label that means relevant, or leave data.rankBy out',
        },
      )
    }
    if (ranked < queries.size) {
      outbox.log(
        'info',
        `${name}: ${ranked} of ${queries.size} queries have a relevant candidate and are ranked`,
      )
    }
  }
}

/** BERT's own number of positions, for models from scratch. */
const DEFAULT_MAX_POSITIONS = 512

function findVocabulary(config: RunConfig, dataset: PairDataset): string {
  const { pretrained, vocab } = config.model
  const path = pretrained ? join(pretrained, 'vocab.txt') : (vocab ?? dataset.vocabPath)
  if (path === undefined) {
    throw new UserError('a model from scratch needs a vocabulary, and this dataset has none', {
      where: 'model.vocab',
      fix: 'name a vocab.txt in model.vocab, or start from a BERT folder with model.pretrained',
    })
  }
  if (!existsSync(path)) {
    throw new UserError('the vocabulary file does not exist', {
      where: path,
      fix: pretrained
        ? 'model.pretrained must hold config.json, model.safetensors and vocab.txt'
        : 'correct model.vocab',
    })
  }
  return path
}

async function lowercaseSetting(config: RunConfig): Promise<boolean> {
  if (config.model.lowercase !== undefined) return config.model.lowercase
  if (config.model.pretrained) {
    const path = join(config.model.pretrained, 'tokenizer_config.json')
    if (existsSync(path)) {
      const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
      const setting = (parsed as { do_lower_case?: unknown }).do_lower_case
      if (typeof setting === 'boolean') return setting
    }
  }
  return true
}

function checkLengths(config: RunConfig, model: PairModel, encoder = 'the encoder'): void {
  const { xMaxLength, yMaxLength } = config.data
  const joint = model.type === 'cross_encoder'
  const longest = joint ? xMaxLength + yMaxLength - 1 : Math.max(xMaxLength, yMaxLength)
  const positions = model.encoder.maxPositionEmbeddings
  if (longest > positions) {
    throw new UserError(
      `sequences of up to ${longest} tokens do not fit ${encoder}’s ${positions} positions`,
      {
        where: 'data.xMaxLength, data.yMaxLength',
        fix: joint
          ? `choose lengths with xMaxLength + yMaxLength − 1 ≤ ${positions}`
          : `choose lengths up to ${positions}`,
      },
    )
  }
}

async function prepareTeacher(
  start: StartMessage,
  student: PairModel,
  labels: string[],
  vocabPath: string,
): Promise<Pick<PreparedRun, 'teacher' | 'distillations'>> {
  const { config } = start
  if (wantedDistillations(config.distillation).length === 0)
    return { teacher: undefined, distillations: [] }
  if (!start.teacherDir) {
    throw new UserError('distillation needs a teacher', {
      where: 'distillation',
      fix: 'name the run that teaches this one: `teacher: RUN`',
    })
  }
  const loaded = await loadModelFolder(start.teacherDir)
  if (loaded.info.labels.join('\n') !== labels.join('\n')) {
    throw new UserError(
      `the teacher’s labels (${loaded.info.labels.join(', ')}) are not this run’s (${labels.join(', ')})`,
      { where: start.teacherDir, fix: 'train the teacher on the same labels, in the same order' },
    )
  }
  if ((await sha256OfText(loaded.info.vocabPath)) !== (await sha256OfText(vocabPath))) {
    throw new UserError(
      'teacher and student have different vocabularies, so their tokens do not match',
      {
        where: start.teacherDir,
        fix: 'start both from the same BERT folder or vocab.txt',
      },
    )
  }
  const teacher = loaded.model
  checkLengths(config, teacher, 'the teacher')
  const models = { student, teacher, seed: config.training.seed }
  return { teacher, distillations: makeDistillations(config.distillation, models) }
}

/** Line ends do not count: a copied vocabulary is the same vocabulary. */
async function sha256OfText(path: string): Promise<string> {
  const text = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n').trimEnd()
  return createHash('sha256').update(text).digest('hex')
}
